"""What a listener heard and read around a fault, and what the store has → how it recovered.

Pure. All times are UTC seconds since 1970: a fault may end one room and begin another, each with a
clock of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from interpreter.heard import Interval

BEFORE_S = 5.0
"""What was said so long before a fault may still be unheard when it happens."""
ODD_SILENCE_S = 1.0
"""A voice pauses by chance so much longer in one run than in another; nobody notices."""
ODD_CAPTION_GAP_S = 1.5
"""Likewise between two captions."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A moment at which a listener heard the voice, or got a caption, and whose it was."""

    at_s: float
    publisher: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class CommittedWord:
    """A word of the floor's line."""

    epoch: int
    seq: int
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Rendered:
    """The words of the line that one stored segment of the target renders."""

    epoch: int
    first_seq: int
    last_seq: int

    def has(self, word: CommittedWord) -> bool:
        return self.epoch == word.epoch and self.first_seq <= word.seq <= self.last_seq


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """What is kept of one room: the floor's words, their translations, and the marked gaps."""

    words: tuple[CommittedWord, ...]
    rendered: tuple[Rendered, ...]
    not_heard: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One talk with one fault in it."""

    fault_s: float
    until_s: float
    """When the talk ended."""
    voice: tuple[Sign, ...]
    """Every moment at which the voice sounded."""
    captions: tuple[Sign, ...]
    """Every caption frame, of the target and of the floor."""
    target: str
    rooms: tuple[RoomRecord, ...]


@dataclass(frozen=True, slots=True)
class Recovery:
    """How a meeting came through a fault; None where something never came back."""

    voice_back_s: float | None
    """From the fault to the first sound of a successor, or to the end of an odd silence."""
    captions_back_s: float | None
    longest_silence_s: float
    """Of the voice, after the fault, while the floor speaks."""
    longest_caption_gap_s: float
    lost_words: int
    """Committed on the floor, in no stored segment of the target, and not said to be unheard."""
    double_words: int
    """In two stored segments."""
    marked_s: float
    """Of the floor's speech around and after the fault, said to be unheard."""
    unmarked_s: float
    """The longest stretch without a word and without such a mark; a talk pauses too."""


def recovery(evidence: Evidence, undisturbed: Recovery | None = None) -> Recovery:
    """Score one run; `undisturbed` is the same talk without a fault, to know its own pauses."""
    silence = _longest_gap(evidence, [sign.at_s for sign in evidence.voice])
    captions = [sign for sign in evidence.captions if sign.language == evidence.target]
    gap = _longest_gap(evidence, [sign.at_s for sign in captions])
    usual_silence_s = undisturbed.longest_silence_s if undisturbed else _length(silence)
    usual_gap_s = undisturbed.longest_caption_gap_s if undisturbed else _length(gap)
    return Recovery(
        voice_back_s=_back(evidence, evidence.voice, silence, usual_silence_s + ODD_SILENCE_S),
        captions_back_s=_back(evidence, evidence.captions, gap, usual_gap_s + ODD_CAPTION_GAP_S),
        longest_silence_s=_length(silence),
        longest_caption_gap_s=_length(gap),
        lost_words=_count(evidence.rooms, lambda times: times == 0),
        double_words=_count(evidence.rooms, lambda times: times > 1),
        marked_s=sum(
            gap.end_s - gap.start_s
            for room in evidence.rooms
            for gap in room.not_heard
            if gap.end_s >= evidence.fault_s - BEFORE_S
        ),
        unmarked_s=_longest_unmarked(evidence),
    )


def _back(evidence: Evidence, signs: Sequence[Sign], gap: Interval, odd_s: float) -> float | None:
    """The first sign of whoever took over; where nobody did, the end of a gap that is odd."""
    taken_over = [
        first_s
        for language in {sign.language for sign in signs}
        if (first_s := _first_of_successor(evidence, signs, language)) is not None
    ]
    if taken_over:
        return max(taken_over) - evidence.fault_s
    if _length(gap) <= odd_s:
        return 0.0
    return None if gap.end_s >= evidence.until_s else gap.end_s - evidence.fault_s


def _first_of_successor(evidence: Evidence, signs: Sequence[Sign], language: str) -> float | None:
    own = [sign for sign in signs if sign.language == language]
    known = {sign.publisher for sign in own if sign.at_s <= evidence.fault_s}
    after = (sign.at_s for sign in own if known and sign.publisher not in known)
    return min(after, default=None)


def _longest_gap(evidence: Evidence, moments: Sequence[float]) -> Interval:
    """The longest time without any of these moments that ends after the fault."""
    ordered = sorted(moments)
    before = [at_s for at_s in ordered if at_s <= evidence.fault_s][-1:]
    after = [at_s for at_s in ordered if evidence.fault_s < at_s < evidence.until_s]
    points = [*(before or [evidence.fault_s]), *after, evidence.until_s]
    return max((Interval(a, b) for a, b in pairwise(points)), key=_length)


def _length(gap: Interval) -> float:
    return gap.end_s - gap.start_s


def _count(rooms: Sequence[RoomRecord], counts: Callable[[int], bool]) -> int:
    """Words whose number of translations `counts`; those that are marked as unheard do not, also
    where the next room marks what the one before it could not end."""
    gaps = [gap for room in rooms for gap in room.not_heard]
    return sum(
        counts(sum(segment.has(word) for segment in room.rendered))
        for room in rooms
        for word in room.words
        if not any(gap.start_s <= _middle(word) < gap.end_s for gap in gaps)
    )


def _middle(word: CommittedWord) -> float:
    """The ends of words are rounded, those of gaps are not."""
    return (word.start_s + word.end_s) / 2


def _longest_unmarked(evidence: Evidence) -> float:
    known = sorted(_known(evidence.rooms), key=lambda one: one.start_s)
    reached_s = evidence.fault_s - BEFORE_S
    longest_s = 0.0
    for one in known:
        if one.end_s <= reached_s or one.start_s >= evidence.until_s:
            continue
        longest_s = max(longest_s, one.start_s - reached_s)
        reached_s = one.end_s
    return max(longest_s, evidence.until_s - reached_s)


def _known(rooms: Iterable[RoomRecord]) -> Iterable[Interval]:
    for room in rooms:
        yield from room.not_heard
        yield from (Interval(word.start_s, word.end_s) for word in room.words)
