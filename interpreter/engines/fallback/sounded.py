"""What of a text has been sounded, and what is left to say. Pure.

An engine that tells word times is believed. For any other, words are as long as they have letters,
at the pace that it was found to speak at, and the first one begins with the first loud sample:
within a word or so, right to the word at most breaks.
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
MOSTLY = 0.6
"""Who has heard so much of a word has heard it."""
ROUND_S = 0.02
FIGURE_LETTERS = 5
"""A figure is said as so many letters, about: it is better to say words twice than to lose the
ones behind a number."""
LEARNT_LETTERS = 20.0
"""Of a text that a pace is learnt from, at least: of a shorter one the silence around it is most of
the sound."""
_SIGNS = ".,;:!?…。、，；：！？"


@dataclass(slots=True)
class Pace:
    """How long a voice takes for a letter; learnt from whole utterances."""

    letter_s: float = USUAL_S
    learnt: int = 0

    def learn(self, text: str, seconds: float) -> None:
        weight = sum(map(_weight, tokens(text)))
        if weight < LEARNT_LETTERS or seconds <= 0 or _figures(text):
            return
        self.learnt += 1
        self.letter_s += (seconds / weight - self.letter_s) / min(self.learnt, 4)


@dataclass(slots=True)
class Sounded:
    """One text, as one voice says it; seconds are of its own sound."""

    text: str
    letter_s: float
    _words: list[str] = field(init=False)
    _spoken: int = field(init=False)
    """Words up to the last one that sounds: no voice tells the time of a sign that stands alone."""
    _times: list[tuple[float, float]] = field(default_factory=list)
    """Of its first words, as far as the voice has told."""
    _is_timed: bool = True
    _loud_s: tuple[float, float] = (0.0, 0.0)
    """From the first sound that may be a word's to the last one; voices are silent before and
    after."""

    def __post_init__(self) -> None:
        self._words = tokens(self.text)
        spoken = [place for place, word in enumerate(self._words, 1) if plain(word)]
        self._spoken = max(spoken, default=0)

    @property
    def said_s(self) -> float:
        """How long it has spoken, without the silence around it."""
        return self._loud_s[1] - self._loud_s[0]

    @property
    def expected_s(self) -> float:
        return self.letter_s * sum(map(_weight, self._words))

    def loud(self, from_s: float, to_s: float) -> None:
        """Here the voice is loud enough for words; told in the order of its sound."""
        self._loud_s = (self._loud_s[0] if self._loud_s[1] else from_s, to_s)

    def time(self, word: str, start_s: float, end_s: float) -> None:
        """The voice tells when a word sounds; words that are not the text's make the times
        useless."""
        if not plain(word):
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
        said_s = made_s - self._loud_s[0]
        return self.expected_s > 1.0 and said_s < 0.4 * self.expected_s

    def broken_off(self, made_s: float, released_s: float) -> tuple[str, float]:
        """The words that are left to say, and up to where the sound made so far is to be heard."""
        ends = self._ends()
        done = sum(end_s <= made_s + ROUND_S for end_s in ends)
        if done == len(self._words):
            return "", made_s
        starts_s = self._times[done][0] if done < len(self._times) and self._has_times else None
        if starts_s is None:
            starts_s = ends[done - 1] if done else self._loud_s[0]
        is_begun = released_s > starts_s + ROUND_S
        share = (made_s - starts_s) / max(ends[done] - starts_s, ROUND_S)
        if is_begun and share >= MOSTLY and not _figures(self._words[done]):
            return "".join(self._words[done + 1 :]).strip(), made_s
        return "".join(self._words[done:]).strip(), min(max(released_s, starts_s), made_s)

    @property
    def _has_times(self) -> bool:
        return self._is_timed and bool(self._times)

    def _ends(self) -> list[float]:
        """When each word ends, told or reckoned from the last one that was told."""
        told = [end_s for _, end_s in self._times] if self._has_times else []
        ends, at_s = list(told), told[-1] if told else self._loud_s[0]
        for word in self._words[len(told) :]:
            at_s += self.letter_s * (_weight(word) + (FIGURE_LETTERS - 1) * _figures(word))
            ends.append(at_s)
        return ends


def _figures(word: str) -> int:
    """How many it has: a number of which half is heard is another one."""
    return sum(sign.isdecimal() for sign in word)


def _weight(word: str) -> float:
    bare = word.strip()
    return letters(bare) + (SIGN_LETTERS if bare[-1:] in tuple(_SIGNS) else 1.0)
