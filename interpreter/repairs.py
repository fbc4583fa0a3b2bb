"""What people take back while they speak → what they meant, for who interprets them. Pure.

Three things go: the first of two equal beginnings ("we we will"), what an explicit correction
takes back ("on Monday I mean Tuesday"), and, while more is to come, the tail that is just being
corrected. Where a repetition or a "no" may mean something, it stays: recognisers write no commas,
and "we meet Monday no Tuesday meeting" is no correction. Captions of the spoken language keep all.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from interpreter.events import Word
from interpreter.numbers import is_inside_number
from languages import Language, SelfRepairs

LONGEST_BEGINNING = 3
"""Words of a beginning that is made twice; what is longer is said twice on purpose."""
LONGEST_PREFIX = 2
""" "on the" before "fifth", said again in the correction."""
_SIGNS = ",;:.!?…"

MayCorrect = Callable[[int], bool]
"""(index of the wrong value) → whether the correction may be made."""


def always(_index: int) -> bool:
    """Nothing has been spoken yet."""
    return True


def without_repairs(
    words: Sequence[Word],
    language: Language,
    *,
    is_open: bool = False,
    may_correct: MayCorrect = always,
) -> list[Word]:
    """The words that are meant; what follows a gap moves up to where the gap began, so that a
    correction makes no pause. `is_open`: more words may follow."""
    rules = language.self_repairs
    if rules is None:
        return list(words)
    said = [i for i, word in enumerate(words) if word.text not in language.fillers]
    for finder in (_corrections(rules, language, is_open, may_correct), _beginnings(language)):
        gone = {place for one in finder(words, said) for place in one}
        said = [index for place, index in enumerate(said) if place not in gone]
    return list(_closed_up(words, said, language.fillers))


_Finder = Callable[[Sequence[Word], Sequence[int]], Iterator[range]]
"""(words, indices of those that count) → places in these indices that go."""


def _beginnings(language: Language) -> _Finder:
    """The first of two equal beginnings: words that belong to what follows, said again."""

    def find(words: Sequence[Word], said: Sequence[int]) -> Iterator[range]:
        texts = _plain(words, said)
        place = 0
        while place < len(texts):
            size = next(
                (n for n in range(LONGEST_BEGINNING, 0, -1) if _again(texts, place, n, language)), 0
            )
            ends = words[said[place + size - 1]].text.endswith(language.sentence_ends)
            if size and not ends:
                yield range(place, place + size)
            place += size or 1

    return find


def _again(texts: Sequence[str], place: int, size: int, language: Language) -> bool:
    """Whether so many words from here on are said again at once, and mean nothing twice."""
    begun, after = texts[place : place + size], texts[place + size : place + 2 * size]
    rules = language.self_repairs
    if rules is None or begun != after or len(texts) <= place + 2 * size:
        return False
    if not {begun[0], begun[-1]} <= set(language.never_cut_after):
        return False
    if not set(begun).isdisjoint((*language.negations, *rules.numbers, *rules.ordinals)):
        return False
    if size == 1:
        return begun[0] not in rules.said_twice
    goes_on = place > 0 and texts[place - 1] == begun[-1]  # "more and more and more"
    return len(set(begun)) == size and begun[-1] not in language.clause_words and not goes_on


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What stands before an editing term: [prefix] value [thing], of one closed class."""

    value: range
    thing: Sequence[str]
    of: Collection[str]
    is_counted: bool
    is_long: bool
    """Whether a value may have several words."""


@dataclass(frozen=True, slots=True)
class _TakenBack:
    """The wrong value's place, and all places that go with it."""

    value: int
    places: range


def _corrections(
    rules: SelfRepairs, language: Language, is_open: bool, may_correct: MayCorrect
) -> _Finder:
    """What an editing term takes back, with the term."""

    def find(words: Sequence[Word], said: Sequence[int]) -> Iterator[range]:
        texts = _plain(words, said)
        place = 0
        while place < len(texts):
            size = _term(texts, place, rules)
            found = _taken_back(texts, place, place + size, rules, language, is_open)
            if size and found is not None and may_correct(said[found.value]):
                yield found.places
            place += size or 1

    return find


def _term(texts: Sequence[str], place: int, rules: SelfRepairs) -> int:
    """How many words the longest editing term that begins here has."""
    terms = [term.split() for term in rules.editing_terms]
    return max((len(t) for t in terms if list(texts[place : place + len(t)]) == t), default=0)


def _taken_back(
    texts: Sequence[str],
    begin: int,
    end: int,
    rules: SelfRepairs,
    language: Language,
    is_open: bool,
) -> _TakenBack | None:
    """What the editing term at `begin`..`end` takes back, itself included."""
    for wrong in _wrongs(texts, begin, rules):
        for size in range(min(LONGEST_PREFIX, wrong.value.start) + 1):
            value = wrong.value.start
            first = value - size
            if wrong.is_counted and is_inside_number(texts, first, language):
                continue
            match _answer(texts, end, texts[first:value], wrong):
                case True:
                    return _TakenBack(value, range(first, end))
                case None if is_open:
                    held = range(_held_from(texts, first, language), len(texts))
                    return _TakenBack(value, held)
    return None


def _wrongs(texts: Sequence[str], begin: int, rules: SelfRepairs) -> Iterator[_Wrong]:
    """Readings of what stands before an editing term."""
    for things in (0, 1):
        ends = begin - things
        for of in (rules.weekdays, rules.months, rules.numbers, rules.ordinals):
            is_long = of is rules.numbers
            length = _run(texts[: max(ends, 0)][::-1], of, is_long)
            if length:
                value = range(ends - length, ends)
                is_counted = is_long or of is rules.ordinals
                yield _Wrong(value, texts[ends:begin], of, is_counted, is_long)


def _answer(texts: Sequence[str], end: int, prefix: Sequence[str], wrong: _Wrong) -> bool | None:
    """Whether what follows corrects the wrong value; None while it is too early to tell."""
    after = texts[end:]
    if len(after) <= len(prefix):
        return None if after == prefix[: len(after)] else False
    value = after[len(prefix) :]
    length = _run(value, wrong.of, wrong.is_long)
    if after[: len(prefix)] != prefix or not length:
        return False
    expected = len(wrong.value) + len(wrong.thing)
    if length == len(value) < expected:
        return None
    return length == len(wrong.value) and value[length:expected] == wrong.thing


def _run(texts: Sequence[str], of: Collection[str], is_long: bool) -> int:
    """How many words at the beginning are of this class: of a number all, of a day one."""
    length = 0
    while length < len(texts) and texts[length] in of and (is_long or length == 0):
        length += 1
    return length


def _held_from(texts: Sequence[str], first: int, language: Language) -> int:
    """Where to stop while a correction is being made: before what belongs to the wrong value."""
    while first > 0 and texts[first - 1] in language.never_cut_after:
        first -= 1
    return first


def _closed_up(
    words: Sequence[Word], said: Sequence[int], fillers: Collection[str]
) -> Iterator[Word]:
    """The words that are said, and fillers beside them, without the time of those that went."""
    kept = set(said)
    gone_since_s: float | None = None
    earlier_s = 0.0
    for index, word in enumerate(words):
        if index not in kept and (gone_since_s is not None or word.text not in fillers):
            gone_since_s = word.start_s if gone_since_s is None else gone_since_s
            continue
        if gone_since_s is not None:
            earlier_s += word.start_s - gone_since_s
            gone_since_s = None
        yield replace(word, start_s=word.start_s - earlier_s, end_s=word.end_s - earlier_s)


def _plain(words: Sequence[Word], said: Sequence[int]) -> list[str]:
    return [words[index].text.casefold().strip(_SIGNS) for index in said]
