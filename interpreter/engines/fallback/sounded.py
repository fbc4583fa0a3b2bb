"""What of a text has been sounded, and what is left to say. Pure.

An engine that tells word times is believed. For any other, words are as long as they have letters,
at the pace that it was found to speak at, and a long silence is none of them: within a word or so,
right to the word at most breaks.
"""

from dataclasses import dataclass, field

from interpreter.engines.timed_words import plain
from languages.spacing import letters, tokens

USUAL_S = 0.07
"""A letter, before anything is known of a voice."""
SIGN_LETTERS = 3.0
"""A comma or a full stop is as long as so many letters."""
TAIL_S = 0.25
"""So much is held back of a voice without word times: half a word is said whole by the next one."""
PAUSE_S = 0.2
"""A sign within a sentence is as long; after one, some voices are silent for most of a second."""
MOSTLY = 0.6
"""Who has heard so much of a word has heard it."""
ROUND_S = 0.02
FIGURE_LETTERS = 5
"""A figure is said as so many letters, about: it is better to say words twice than to lose the
ones behind a number."""
LEAST, LEAST_OF_LONG = 0.4, 0.6
"""Of what is expected of a voice: whose sound is shorter has left words out. A phrase, as "thank
you very much", is said in half the time of its letters, …"""
LONG_S = 3.0
"""… what takes so long is not, by a voice whose pace is known."""
LEARNT_LETTERS = 20.0
"""Of a text that a pace is learnt from, at least: of a shorter one the silence around it is most of
the sound."""
_SIGNS = ".,;:!?…。、，；：！？"


@dataclass(slots=True)
class Pace:
    """How long a voice takes for a letter; learnt from whole utterances."""

    letter_s: float = USUAL_S
    learnt: int = 0

    @property
    def is_known(self) -> bool:
        return self.learnt > 1

    def learn(self, text: str, seconds: float) -> None:
        """`seconds`: from its first word to the end of its last one, which no sign lengthens."""
        words = tokens(text)
        weight = sum(map(_weight, words)) - sum(map(_sign_weight, words[-1:]))
        if weight < LEARNT_LETTERS or seconds <= 0 or _figures(text):
            return
        self.learnt += 1
        self.letter_s += (seconds / weight - self.letter_s) / min(self.learnt, 4)


@dataclass(slots=True)
class Sounded:
    """One text, as one voice says it; seconds are of its own sound."""

    text: str
    letter_s: float
    is_pace_known: bool = False
    _words: list[str] = field(init=False)
    _spoken: int = field(init=False)
    """Words up to the last one that sounds: no voice tells the time of a sign that stands alone."""
    _times: list[tuple[float, float]] = field(default_factory=list)
    """Of its first words, as far as the voice has told."""
    _is_timed: bool = True
    _silences: list[tuple[float, float]] = field(default_factory=list)
    """Where no word is, from when and for how long: before the first one, and of pauses what a sign
    does not stand for."""
    _loud_until_s: float = 0.0

    def __post_init__(self) -> None:
        self._words = tokens(self.text)
        spoken = [place for place, word in enumerate(self._words, 1) if plain(word)]
        self._spoken = max(spoken, default=0)

    @property
    def said_s(self) -> float:
        """How long it has spoken, without silences."""
        return self._said_by(self._loud_until_s)

    @property
    def expected_s(self) -> float:
        return self.letter_s * sum(map(_weight, self._words))

    def loud(self, from_s: float, to_s: float) -> None:
        """Here the voice is loud enough for words; told in the order of its sound."""
        silent_s = self._loud_until_s + PAUSE_S if self._silences else 0.0
        if from_s > silent_s or not self._silences:
            self._silences.append((silent_s, from_s - silent_s))
        self._loud_until_s = to_s

    def time(self, word: str, start_s: float, end_s: float) -> None:
        """The voice tells when a word sounds; words that are not the text's make the times
        useless, and so do words without an end, of which some voices tell the beginning alone, and
        one before another, where a voice begins anew with each sentence."""
        if not plain(word):
            return
        is_earlier = bool(self._times) and start_s < self._times[-1][0]
        if end_s < start_s or not end_s or is_earlier:
            self._is_timed = False
            return
        while len(self._times) < len(self._words) and not plain(self._words[len(self._times)]):
            self._times.append((start_s, start_s))
        place = len(self._times)
        if place >= len(self._words) or plain(self._words[place]) != plain(word):
            self._is_timed = False
            return
        self._times.append((start_s, end_s))

    def releasable_s(self, made_s: float) -> float:
        """Up to here the sound may go on to listeners, should the voice break off now."""
        if not self._has_times:
            return max(made_s - TAIL_S, 0.0)
        if len(self._times) == len(self._words) and self._times[-1][1] <= made_s + ROUND_S:
            return made_s
        return max((end_s for _, end_s in self._times if end_s <= made_s), default=0.0)

    def ends_early(self, made_s: float) -> bool:
        """Whether a voice that says it is done has left words out."""
        if made_s <= 0:
            return self._spoken > 0
        if self._has_times:
            return len(self._times) < self._spoken or self._times[-1][1] > made_s + 0.3
        is_long = self.is_pace_known and self.expected_s > LONG_S
        least_s = (LEAST_OF_LONG if is_long else LEAST) * self.expected_s
        return self.expected_s > 1.0 and self._said_by(made_s) < least_s

    def broken_off(self, made_s: float, released_s: float) -> tuple[str, float]:
        """The words that are left to say, and up to where the sound made so far is to be heard."""
        ends = self._ends()
        done = sum(end_s <= made_s + ROUND_S for end_s in ends)
        if done == len(self._words):
            return "", made_s
        starts_s = self._times[done][0] if done < len(self._times) and self._has_times else None
        if starts_s is None:
            starts_s = ends[done - 1] if done else self._at(0.0)
        is_begun = released_s > starts_s + ROUND_S
        begun_s, whole_s = (
            self._said_by(at_s) - self._said_by(starts_s) for at_s in (made_s, ends[done])
        )
        share = begun_s / max(whole_s, ROUND_S)
        if is_begun and share >= MOSTLY and not _figures(self._words[done]):
            return "".join(self._words[done + 1 :]).strip(), made_s
        return "".join(self._words[done:]).strip(), min(max(released_s, starts_s), made_s)

    @property
    def _has_times(self) -> bool:
        return self._is_timed and bool(self._times)

    def _ends(self) -> list[float]:
        """When each word ends, told or reckoned from the last one that was told."""
        told = [end_s for _, end_s in self._times] if self._has_times else []
        ends, said_s = list(told), self._said_by(told[-1]) if told else 0.0
        for word in self._words[len(told) :]:
            said_s += self.letter_s * (_weight(word) + (FIGURE_LETTERS - 1) * _figures(word))
            ends.append(self._at(said_s))
        return ends

    def _said_by(self, at_s: float) -> float:
        """How long it has spoken when so much of its sound is made."""
        return at_s - sum(min(max(at_s - from_s, 0.0), for_s) for from_s, for_s in self._silences)

    def _at(self, said_s: float) -> float:
        """Where in its sound it has spoken for so long."""
        for from_s, for_s in self._silences:
            said_s += for_s if said_s >= from_s else 0.0
        return said_s


def _figures(word: str) -> int:
    """How many it has: a number of which half is heard is another one."""
    return sum(sign.isdecimal() for sign in word)


def _weight(word: str) -> float:
    return letters(word.strip()) + _sign_weight(word)


def _sign_weight(word: str) -> float:
    """Of what is between it and the next one."""
    return SIGN_LETTERS if word.strip()[-1:] in tuple(_SIGNS) else 1.0
