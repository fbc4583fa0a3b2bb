"""Number words → digits; pure. The rule: a number that could be read in two ways stays in words.

The library reads one number well, and joins two that stand side by side ("two hundred three
hundred" → 203, 100). So numbers that touch are written in digits only where the pattern is known:
a year, a decimal before "million", two numbers joined by "and".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from text_to_num import find_numbers

from languages import Language, NumberWords

_PLAIN = re.compile(r"\d+(\.\d+)?")
_Replacements: TypeAlias = list[tuple[int, int, str]]
_LARGEST_WORD = 10
"""Whole numbers up to this one stay words when they stand alone: "one of them"."""


@dataclass(frozen=True, slots=True)
class _Number:
    """Words `start`..`end` (without it) are one number; `text` as the library writes it."""

    start: int
    end: int
    text: str
    value: float
    is_ordinal: bool


@dataclass(frozen=True, slots=True)
class _Token:
    """A word as the library wants it."""

    word: str

    def text(self) -> str:
        return self.word

    def text_lowercase(self) -> str:
        return self.word

    def nt_separated(self, _previous: "_Token") -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return False


def with_digits(texts: Sequence[str], language: Language) -> list[str]:
    """The words with numbers as digits; a number of several words becomes one text."""
    if language.numbers is None:
        return list(texts)
    written: list[str] = []
    position = 0
    for start, end, text in _replacements(tuple(texts), language.numbers):
        written += [*texts[position:start], text]
        position = end
    return [*written, *texts[position:]]


def is_inside_number(texts: Sequence[str], index: int, language: Language) -> bool:
    """Whether a cut before `texts[index]` parts a number, or, at the end, one that may go on."""
    words = language.numbers
    if words is None or not 0 < index <= len(texts):
        return False
    before, after = tuple(texts[max(0, index - 2) : index]), tuple(texts[index : index + 2])
    return _may_go_on(before, words) and (not after or _goes_on(before[-1], after, words))


def _may_go_on(before: tuple[str, ...], words: NumberWords) -> bool:
    *earlier, last = before
    if last in words.joins:
        return bool(earlier) and earlier[-1] in words.joins_after
    if last in (*words.points, *words.zeros):
        return bool(earlier) and _is_number_word(earlier[-1], words)
    return _is_number_word(last, words)


def _goes_on(last: str, after: tuple[str, ...], words: NumberWords) -> bool:
    following, *rest = after
    if following in words.joins:
        return last in words.joins_after and (not rest or _is_number_word(rest[0], words))
    if following in (*words.points, *words.zeros):
        return not rest or _is_number_word(rest[0], words)
    return (
        _is_number_word(following, words, ordinals=True)
        or following in words.decades
        or following in words.percents
    )


@lru_cache(maxsize=1024)
def _is_number_word(text: str, words: NumberWords, ordinals: bool = False) -> bool:
    return any(ordinals or not number.is_ordinal for number in _numbers((text,), words))


def _numbers(texts: Sequence[str], words: NumberWords) -> list[_Number]:
    found = find_numbers([_Token(text) for text in texts], words.text2num, 0.0)
    return [_Number(o.start, o.end, o.text, o.value, o.is_ordinal) for o in found]


def _replacements(texts: tuple[str, ...], words: NumberWords) -> _Replacements:
    found: _Replacements = []
    for run in _runs(texts, words):
        if len(run) == 1 and not _has_stray_join(texts, run[0], words):
            found += _one_number(texts, run[0], words)
        else:
            found += _several_numbers(texts, run, words)
    return found


def _has_stray_join(texts: tuple[str, ...], number: _Number, words: NumberWords) -> bool:
    """Whether the library ran over an "and" that parts two numbers: "fifty and two"."""
    return any(
        texts[place] in words.joins and texts[place - 1] not in words.joins_after
        for place in range(number.start, number.end)
    )


def _runs(texts: tuple[str, ...], words: NumberWords) -> list[list[_Number]]:
    """Numbers that touch, or have only a year's zero between them, as one run."""
    runs: list[list[_Number]] = []
    for number in _numbers(texts, words):
        if runs and all(text in words.zeros for text in texts[runs[-1][-1].end : number.start]):
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _several_numbers(
    texts: tuple[str, ...], run: list[_Number], words: NumberWords
) -> _Replacements:
    if len(run) == 2:
        first, second = run
        known = _decimal_before_scale(texts, first, second, words)
        known = known or _year(texts, first, second, words)
        if known:
            return known
    return _joined_pair(texts, run[0].start, run[-1].end, words)


def _one_number(texts: tuple[str, ...], number: _Number, words: NumberWords) -> _Replacements:
    start, end, text = number.start, number.end, number.text
    spoken = texts[start:end]
    following = texts[end] if end < len(texts) else ""
    if following in words.decades:
        return _decade(texts, number, words)
    if any(word in words.never_digits for word in spoken) or _may_be_two(texts, number, words):
        return []
    if spoken[0] in words.scales:
        start -= 1
        if start < 0 or texts[start] not in words.articles:
            return []
    if following in words.percents and not number.is_ordinal:
        return [(start, end + 1, f"{text}%")]
    if len(spoken) == 1 and (number.value <= _LARGEST_WORD or spoken[0] in words.scales):
        return []
    return [(start, end, _keep_scale(spoken, number, words))]


def _may_be_two(texts: tuple[str, ...], number: _Number, words: NumberWords) -> bool:
    """ "between one hundred and fifty…" is 150 only when another number follows."""
    if number.start == 0 or texts[number.start - 1] not in words.pairs:
        return False
    has_join = any(text in words.joins for text in texts[number.start : number.end])
    return has_join and texts[number.end : number.end + 1] not in [(join,) for join in words.joins]


def _keep_scale(spoken: tuple[str, ...], number: _Number, words: NumberWords) -> str:
    """ "two hundred million" as "200 million", where that is the same number."""
    if spoken[-1] not in words.kept_scales:
        return number.text
    count, scale = _numbers(spoken[:-1], words), _numbers(spoken[-1:], words)
    if len(count) == 1 and count[0].value * scale[0].value == number.value:
        return f"{count[0].text} {spoken[-1]}"
    return number.text


def _decade(texts: tuple[str, ...], number: _Number, words: NumberWords) -> _Replacements:
    """ "nineteen eighties" as "1980s"."""
    if number.end - number.start > 1 or not 17 <= number.value <= 20:
        return []
    tens = words.decades.index(texts[number.end]) + 2
    return [(number.start, number.end + 1, f"{number.text}{tens}0s")]


def _decimal_before_scale(
    texts: tuple[str, ...], count: _Number, scale: _Number, words: NumberWords
) -> _Replacements:
    """ "two point five million" as "2.5 million", "two point five thousand" as "2500"."""
    spoken = texts[scale.start : scale.end]
    touches = count.end == scale.start
    if not touches or "." not in count.text or len(spoken) != 1 or spoken[0] not in words.scales:
        return []
    if spoken[0] in words.kept_scales:
        return [(count.start, scale.end, f"{count.text} {spoken[0]}")]
    value = Decimal(count.text) * int(scale.value)
    whole = value.to_integral_value()
    return [(count.start, scale.end, str(whole))] if value == whole else []


def _year(
    texts: tuple[str, ...], century: _Number, rest: _Number, words: NumberWords
) -> _Replacements:
    """ "in nineteen eighty four" as "in 1984", "in nineteen oh five" as "in 1905"."""
    has_zero = century.end < rest.start
    is_pair = (
        century.end - century.start == 1
        and 15 <= century.value <= 20
        and (1 <= rest.value <= 9 if has_zero else 10 <= rest.value <= 99)
        and _PLAIN.fullmatch(century.text + rest.text)
    )
    if not is_pair or not _announces_year(texts[: century.start], century, words):
        return []
    if rest.end < len(texts) and _is_counted(texts[rest.end], words):
        return []
    return [(century.start, rest.end, f"{century.text}{int(rest.value):02}")]


def _announces_year(before: tuple[str, ...], century: _Number, words: NumberWords) -> bool:
    is_recent = century.value >= 19
    return before[-1:] != () and (
        before[-1] in words.before_years or (is_recent and before[-1] in words.before_recent_years)
    )


def _is_counted(text: str, words: NumberWords) -> bool:
    """Whether the word names things: then the numbers before it are two guesses, not a year."""
    return text in words.counted or (text.endswith("s") and len(text) > 3 and text != "this")


def _joined_pair(texts: tuple[str, ...], start: int, end: int, words: NumberWords) -> _Replacements:
    """ "two hundred and three hundred" as "200 and 300", which the library reads as 203, 100."""
    readings = []
    for place in range(start + 1, end):
        is_join = texts[place] in words.joins
        left = _numbers_within(texts, start, place, words)
        right = _numbers_within(texts, place + is_join, end, words)
        if len(left) == len(right) == 1 and texts[right[0].start] not in words.scales:
            readings.append((is_join, left[0], right[0]))
    if len(readings) != 1 or not readings[0][0]:
        return []
    return [number for side in readings[0][1:] for number in _one_number(texts, side, words)]


def _numbers_within(
    texts: tuple[str, ...], start: int, end: int, words: NumberWords
) -> list[_Number]:
    """The numbers in this part, if they fill it."""
    found = [
        replace(number, start=number.start + start, end=number.end + start)
        for number in _numbers(texts[start:end], words)
    ]
    filled = sum(number.end - number.start for number in found)
    has_stray = any(_has_stray_join(texts, number, words) for number in found)
    return found if filled == end - start and not has_stray else []
