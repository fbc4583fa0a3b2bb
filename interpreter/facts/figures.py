"""A text's numbers: digits and words, with their scales, and what they count. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

from interpreter.facts.cldr import CURRENCY, Measures, measures, percents
from interpreter.facts.clock import with_times
from interpreter.facts.digits import other_reading, roman, values_of
from interpreter.facts.fact import Figure, Kind
from interpreter.facts.number_words import number_words, scale_words
from interpreter.facts.tokens import Phrases, Token, shown
from interpreter.facts.words import NumberLore, lore_of
from languages import Language

_HALF = Decimal("0.5")
_THOUSAND = 1000
_CENTS = re.compile(r"\d[.,]\d\d$")
_LONGEST_LINK = 3
"""Letters of a word between a number and its unit: "de"."""
_LONGEST_MEASURE = 4
_TEMPERATURES = ("temperature", "angle-degree")
_DEGREES = 2
"""Words between a number and "below zero"."""
_SIGNS_BEFORE = ("$", "€", "£", "¥")


@cache
def _percents(tag: str) -> Phrases:
    return Phrases(percents(tag))


def with_percents(tokens: Sequence[Token], tag: str) -> tuple[Token, ...]:
    """ "per cent" as one sign, so that nobody reads a hundred in it."""
    phrases = _percents(tag)
    words = [token.plain for token in tokens]
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        size = phrases.size_at(words, place)
        if size:
            text = shown(tokens, place, place + size)
            found.append(Token(text, "%", "%", tokens[place].gap))
        else:
            found.append(tokens[place])
        place += size or 1
    return tuple(found)


def figures(tokens: Sequence[Token], language: Language) -> tuple[Figure, ...]:
    """The numbers and times of day, in order; tokens as `with_percents` leaves them."""
    lore = lore_of(language.tag).numbers
    if lore is None:
        return ()
    found = sorted([*_digits(tokens, language), *_words(tokens, language.tag, lore)], key=_place)
    found = with_times(found, tokens, language.tag)
    found = sorted([*found, *_scales(found, tokens, language.tag, lore)], key=_place)
    found = list(_scaled(found, tokens, language.tag, lore))
    found += _roman(tokens, lore)
    found += _also(found, tokens, lore)
    table = measures(language.tag)
    found = [_measured(one, tokens, table) for one in sorted(found, key=_place)]
    return tuple(_below_zero(found, tokens, lore))


def _place(figure: Figure) -> int:
    return figure.first


def _digits(tokens: Sequence[Token], language: Language) -> Iterator[Figure]:
    for place, token in enumerate(tokens):
        if token.is_digits:
            values = values_of(token.text, language)
            parts = other_reading(token.text) if " " in token.text else ()
            is_negative = token.gap[-1:] in ("-", "−") and token.gap[-2:-1] in ("", " ")
            for value in values:
                signed = -value if is_negative else value
                yield Figure(Kind.NUMBER, signed, token.text, place, place + 1, parts=parts)


def _words(tokens: Sequence[Token], tag: str, lore: NumberLore) -> Iterator[Figure]:
    for said in number_words(tokens, tag):
        text = shown(tokens, said.first, said.after)
        is_lone = said.after - said.first == 1
        is_certain = not (is_lone and tokens[said.first].folded in (*lore.doubtful, *lore.vague))
        kind = Kind.ORDINAL if said.is_ordinal else Kind.NUMBER
        parts = _cents(tokens[said.first : said.after], tag, lore)
        yield Figure(kind, said.value, text, said.first, said.after, is_certain, parts=parts)


def _cents(tokens: Sequence[Token], tag: str, lore: NumberLore) -> tuple[Decimal, ...]:
    """The other reading of "huit cents": eight."""
    if len(tokens) == 1 or tokens[-1].folded not in lore.cents:
        return ()
    return tuple(said.value for said in number_words(tokens[:-1], tag))


def _free(found: Sequence[Figure], tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    covered = {place for one in found for place in range(one.first, one.after)}
    return ((place, token) for place, token in enumerate(tokens) if place not in covered)


def _scales(
    found: Sequence[Figure], tokens: Sequence[Token], tag: str, lore: NumberLore
) -> Iterator[Figure]:
    """Scales that no library knows: "dozen"."""
    scales = scale_words(tag)
    for place, token in _free(found, tokens):
        if token.plain in scales:
            value, is_certain = Decimal(scales[token.plain]), token.folded not in lore.vague
            yield Figure(Kind.NUMBER, value, token.text, place, place + 1, is_certain)


def _also(found: Sequence[Figure], tokens: Sequence[Token], lore: NumberLore) -> list[Figure]:
    """Words that may answer a number: "twice"."""
    return [
        Figure(Kind.NUMBER, lore.also[token.folded], token.text, place, place + 1, is_certain=False)
        for place, token in _free(found, tokens)
        if token.folded in lore.also
    ]


def _scaled(
    found: Sequence[Figure], tokens: Sequence[Token], tag: str, lore: NumberLore
) -> Iterator[Figure]:
    """ "2.5 million" as one number; "half a million", "two and a half", "minus 5", "21st"."""
    scales = scale_words(tag)
    covered = -1
    for one in found:
        if one.first < covered:
            continue
        if one.kind is Kind.TIME:
            yield one
            continue
        one = _halved(one, tokens, scales, lore)
        one = _times_scales(one, tokens, scales)
        one = _half_more(one, tokens, scales, lore)
        one = _times_scales(one, tokens, scales)
        one = _signed(one, tokens, lore)
        one = _with_suffix(one, tokens, lore)
        covered = one.after
        yield one


def _is_scale(figure: Figure, tokens: Sequence[Token], scales: dict[str, int]) -> bool:
    return all(token.plain in scales for token in tokens[figure.first : figure.after])


def _halved(
    one: Figure, tokens: Sequence[Token], scales: dict[str, int], lore: NumberLore
) -> Figure:
    if not _is_scale(one, tokens, scales):
        return one
    for phrase in lore.halves:
        words = phrase.split()
        first = one.first - len(words)
        if first >= 0 and _stands(tokens, first, words):
            text = shown(tokens, first, one.after)
            return replace(one, value=one.value * _HALF, first=first, text=text, is_certain=True)
    return one


def _stands(tokens: Sequence[Token], place: int, words: Sequence[str]) -> bool:
    return [token.folded for token in tokens[place : place + len(words)]] == words


def _half_more(
    one: Figure, tokens: Sequence[Token], scales: dict[str, int], lore: NumberLore
) -> Figure:
    for phrase in lore.and_a_half:
        words = phrase.split()
        if _stands(tokens, one.after, words) and one.kind is Kind.NUMBER:
            after = one.after + len(words)
            scale = scales.get(tokens[one.after - 1].plain, 1)
            more = scale * _HALF if scale >= _THOUSAND else _HALF
            text = shown(tokens, one.first, after)
            return replace(one, value=one.value + more, after=after, text=text)
    return one


def _times_scales(one: Figure, tokens: Sequence[Token], scales: dict[str, int]) -> Figure:
    """Scales that follow digits, or a number that the library ended before them."""
    after, value = one.after, one.value
    while after < len(tokens) and tokens[after].plain in scales and not tokens[after].is_parted:
        value *= scales[tokens[after].plain]
        after += 1
    if after == one.after:
        return one
    is_certain = one.is_certain or value > scales[tokens[after - 1].plain]
    text = shown(tokens, one.first, after)
    return replace(one, value=value, after=after, text=text, is_certain=is_certain)


def _signed(one: Figure, tokens: Sequence[Token], lore: NumberLore) -> Figure:
    if one.first == 0 or tokens[one.first - 1].folded not in lore.minus:
        return one
    first = one.first - 1
    before = tokens[first - 1] if first else None  # of a subtraction, or "al menos 5"
    is_other = before is not None and (before.is_digits or before.folded in lore.not_minus_after)
    if is_other or tokens[one.first].is_parted:
        return one
    return replace(one, value=-one.value, first=first, text=shown(tokens, first, one.after))


def _below_zero(
    found: Sequence[Figure], tokens: Sequence[Token], lore: NumberLore
) -> Iterator[Figure]:
    """ "Five degrees below zero": minus five, and no zero."""
    negative: dict[int, int] = {}
    zeros = set[int]()
    for place in range(len(tokens)):
        for words in map(str.split, lore.below_zero):
            after = place + len(words)
            if not _stands(tokens, place, words) or any(
                one.is_parted for one in tokens[place:after]
            ):
                continue
            before = [one for one in found if 0 <= place - one.after <= _DEGREES]
            if before and _may_be_below_zero(before[-1], place):
                negative[before[-1].first] = after
                zeros.update(range(place, after))
    for one in found:
        if one.first in negative and one.value > 0:
            text = shown(tokens, one.first, negative[one.first])
            yield replace(one, value=-one.value, text=text)
        elif one.first not in zeros:
            yield one


def _may_be_below_zero(one: Figure, place: int) -> bool:
    """Whether it is so many degrees, or stands at this place."""
    is_degrees = any(name.startswith(_TEMPERATURES) for name in one.measure)
    return one.kind is Kind.NUMBER and one.value > 0 and (is_degrees or one.after == place)


def _with_suffix(one: Figure, tokens: Sequence[Token], lore: NumberLore) -> Figure:
    """ "21st", "1980s", "los años 80"."""
    follows = tokens[one.after] if one.after < len(tokens) else None
    touches = follows is not None and not follows.gap and tokens[one.after - 1].is_digits
    before = tokens[one.first - 1].folded if one.first else ""
    if before in lore.decade_words and one.value % 10 == 0:
        return replace(one, is_decade=True)
    if follows is None or not touches:
        return one
    text = shown(tokens, one.first, one.after + 1)
    if follows.folded in lore.decade_suffixes and one.value % 10 == 0:
        return replace(one, is_decade=True, after=one.after + 1, text=text)
    if follows.folded in lore.ordinal_suffixes:
        return replace(one, kind=Kind.ORDINAL, after=one.after + 1, text=text)
    return one


def _roman(tokens: Sequence[Token], lore: NumberLore) -> Iterator[Figure]:
    for place, token in enumerate(tokens):
        value = roman(token, lore.ordinal_suffixes) if token.text[:1].isupper() else 0
        beside = {one.folded for one in tokens[max(0, place - 1) : place + 2]}
        is_century = not beside.isdisjoint(lore.centuries)
        if value and (is_century or len(token.text) > 1):
            figure = Figure(Kind.ORDINAL, Decimal(value), token.text, place, place + 1)
            yield replace(figure, is_certain=is_century)


def _measured(one: Figure, tokens: Sequence[Token], table: Measures) -> Figure:
    """With its percent sign, currency or unit."""
    after = one.after
    if not one.is_certain:
        return one
    if after < len(tokens) and tokens[after].plain == "%":
        return replace(one, kind=Kind.PERCENT, text=shown(tokens, one.first, after + 1))
    if one.first and tokens[one.first - 1].plain in _SIGNS_BEFORE:
        ids = table.get((tokens[one.first - 1].plain,), frozenset())
        return _with_measure(one, ids, tokens, range(one.first - 1, one.first))
    is_linked = after < len(tokens) and len(tokens[after].plain) <= _LONGEST_LINK
    for start in (after, after + 1) if is_linked else (after,):
        if start >= len(tokens) or tokens[start].is_parted:
            break
        for end in range(min(len(tokens), start + _LONGEST_MEASURE), start, -1):
            words = tuple(token.plain for token in tokens[start:end])
            is_short = len(words[0]) == 1 and words[0].isalpha()
            if is_short and (start > after or not tokens[after - 1].is_digits):
                continue
            if words in table:
                return _with_measure(one, table[words], tokens, range(start, end))
    return one


def _with_measure(
    one: Figure, ids: frozenset[str], tokens: Sequence[Token], places: range
) -> Figure:
    parts = one.parts
    if any(name.startswith(CURRENCY) for name in ids) and _CENTS.search(one.text):
        parts = (one.value // 1, one.value % 1 * 100)  # "99 dollars and 90 cents"
    first, after = min(one.first, places.start), max(one.after, places.stop)
    return replace(
        one,
        measure=ids,
        measure_text=shown(tokens, places.start, places.stop),
        parts=parts,
        text=shown(tokens, first, after),
    )
