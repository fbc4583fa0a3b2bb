"""Number words → values: by text2num where it knows the language, else by num2words' own words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache

from num2words import CONVERTER_CLASSES, num2words
from text_to_num import find_numbers

from interpreter.facts.tokens import Token, plain
from interpreter.facts.words import lore_of

TEXT2NUM = frozenset({"de", "en", "es", "fr", "it", "nl", "pt"})
_LARGEST_FIGURE = {"cardinal": 999, "ordinal": 99}
_LARGEST_ORDINAL = 31
"""Ordinals that num2words is asked for: days and centuries."""
_SIGNS = str.maketrans({"-": " ", "‐": " "})


@dataclass(frozen=True, slots=True)
class Said:
    """Tokens `first`..`after` (without it) are number words."""

    first: int
    after: int
    value: Decimal
    is_ordinal: bool


@dataclass(frozen=True, slots=True)
class _Heard:
    """A token as text2num wants it; digits are no words to it."""

    token: Token

    def text(self) -> str:
        return self.text_lowercase()

    def text_lowercase(self) -> str:
        is_word = not (self.token.is_digits or self.token.is_clock)
        return self.token.folded if is_word else "#"

    def nt_separated(self, _previous: "_Heard") -> bool:
        return self.token.is_parted

    def not_a_number_part(self) -> bool:
        return self.token.is_digits or self.token.is_clock


def knows_numbers(tag: str) -> bool:
    """Whether a library knows the language's number words, and we what it leaves out."""
    return lore_of(tag).numbers is not None and (tag in TEXT2NUM or tag in CONVERTER_CLASSES)


def number_words(tokens: Sequence[Token], tag: str) -> list[Said]:
    """The numbers that are said in words, in order."""
    if tag in TEXT2NUM:
        found = find_numbers([_Heard(token) for token in tokens], tag, 0.0)
        return [
            Said(one.start, one.end, _decimal(one.text, one.value), one.is_ordinal) for one in found
        ]
    if tag in CONVERTER_CLASSES:
        return list(_by_lexicon(tokens, tag))
    return []


def _decimal(text: str, value: float) -> Decimal:
    """What the library wrote; its float has lost what was exact."""
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return Decimal(value).normalize()


def _by_lexicon(tokens: Sequence[Token], tag: str) -> Iterator[Said]:
    words = lexicon(tag)
    scales = scale_words(tag)
    place = 0
    while place < len(tokens):
        said = _one(tokens, place, words, scales)
        if said is None:
            place += 1
            continue
        yield said
        place = said.after


def _one(
    tokens: Sequence[Token],
    first: int,
    words: Mapping[tuple[str, ...], tuple[int, bool]],
    scales: Mapping[str, int],
) -> Said | None:
    """The longest number from here on: what is below a thousand, times thousands and millions."""
    total, place, last_scale = 0, first, 10**15
    is_ordinal = False
    while place < len(tokens):
        size, value, is_ordinal_here = _longest(tokens, place, words, is_first=place == first)
        after = place + size
        scale = 1
        while (
            after < len(tokens) and _joins(tokens, after, first) and tokens[after].plain in scales
        ):
            scale *= scales[tokens[after].plain]
            after += 1
        if after == place or scale >= last_scale or is_ordinal:
            break
        total += (value if size else 1) * scale
        place, last_scale, is_ordinal = after, scale, is_ordinal_here
        if scale == 1:
            break
    return Said(first, place, Decimal(total), is_ordinal) if place > first else None


def _joins(tokens: Sequence[Token], place: int, first: int) -> bool:
    return place == first or not tokens[place].is_parted


_MOST_WORDS = 6


def _longest(
    tokens: Sequence[Token],
    place: int,
    words: Mapping[tuple[str, ...], tuple[int, bool]],
    *,
    is_first: bool,
) -> tuple[int, int, bool]:
    if not is_first and tokens[place].is_parted:
        return 0, 0, False
    end = place + 1
    while end < min(len(tokens), place + _MOST_WORDS) and not tokens[end].is_parted:
        end += 1
    for after in range(end, place, -1):
        known = words.get(tuple(token.plain for token in tokens[place:after]))
        if known is not None:
            return after - place, *known
    return 0, 0, False


@cache
def lexicon(tag: str) -> dict[tuple[str, ...], tuple[int, bool]]:
    """Every way to say 0 to 999, and the ordinals of days and centuries → value, is it an
    ordinal."""
    found: dict[tuple[str, ...], tuple[int, bool]] = {}
    for number in range(1, _LARGEST_ORDINAL + 1):
        for words in _spoken(number, tag, "ordinal"):
            found[words] = (number, True)
    for number in range(1000):
        for words in _spoken(number, tag, "cardinal"):
            found[words] = (number, False)
    return found


def _spoken(number: int, tag: str, form: str) -> set[tuple[str, ...]]:
    text = plain(_written(number, tag, form)).translate(_SIGNS)
    spoken = {tuple(text.split())}
    lore = lore_of(tag).numbers
    for one, other in lore.variants if lore is not None else ():
        spoken |= {tuple(_varied(word, one, other) for word in words) for words in spoken}
    return {words for words in spoken if words}


@cache
def figure_words(tag: str) -> Mapping[str, str]:
    """The single words of numbers from 2 on, in small letters, and the figures that they are, with
    a point of ordinal ones; none where no library has them."""
    if tag not in CONVERTER_CLASSES:
        return {}
    return {
        written: f"{number}{'' if form == 'cardinal' else '.'}"
        for form, largest in reversed(_LARGEST_FIGURE.items())
        for number in range(2, largest + 1)
        if len(written := _written(number, tag, form)) > 1 and " " not in written
    }


def _written(number: int, tag: str, form: str) -> str:
    try:
        return str(num2words(number, lang=tag, to=form)).casefold()
    except (NotImplementedError, KeyError, IndexError, ValueError, TypeError, AttributeError):
        return ""


def _varied(word: str, one: str, other: str) -> str:
    return word.removesuffix(one) + other if word.endswith(one) else word


@cache
def scale_words(tag: str) -> dict[str, int]:
    """Words that multiply the number before them, as the language writes them."""
    lore = lore_of(tag).numbers
    return {plain(word): value for word, value in lore.scales.items()} if lore is not None else {}
