"""Text → lines that people can read, as wide as the language's guide allows. Pure.

A line breaks where a reader would pause: between phrases where a script has no spaces, never
between a negation and what it negates, and leaves no short word alone at the end.
"""

import unicodedata
from collections.abc import Sequence

import regex

from languages import Language
from languages.phrases import phrases
from languages.spacing import letters

MAX_LINES = 2
ORPHAN_LETTERS = 5
"""A last line of one word so short reads like a mistake."""
_NUMBER_SPACES = "\u00a0\u202f"
"""They hold a number or a unit together."""
_STEERING = regex.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Bidi embeddings, overrides and isolates: in half a text they would turn what follows."""
_STRONG = regex.compile(r"[\p{Bidi_Class=L}\p{Bidi_Class=R}\p{Bidi_Class=AL}]")
_MARKS = {"ltr": "\u200e", "rtl": "\u200f"}


def atoms(text: str, language: Language) -> tuple[str, ...]:
    """What no line break parts, with the space after it: words, or phrases without spaces."""
    clean = regex.sub(rf"[^\S{_NUMBER_SPACES}]+", " ", text)
    clean = regex.sub(r"[\p{Cc}\p{Cs}]", "", _STEERING.sub("", clean)).strip()
    if language.has_spaces:
        words = regex.findall(rf"\S+(?:[{_NUMBER_SPACES}]+\S+)*\s*", clean)
    else:
        words = phrases(clean, language.script)
    return tuple(part for word in words for part in _broken(word, language))


def lines(parts: Sequence[str], language: Language) -> list[str]:
    """One line if it holds all; two balanced ones if they do; else more, filled one by one."""
    length = language.caption_line_length
    whole = "".join(parts).strip()
    if width(whole, language) <= length:
        return [whole]
    cuts = [at for at in range(1, len(parts)) if _widest(parts, at, language) <= length]
    if not cuts:
        return _filled(parts, language)
    cut = min(cuts, key=lambda at: _cost(parts, at, language))
    return ["".join(parts[:cut]).strip(), "".join(parts[cut:]).strip()]


def best_cut(parts: Sequence[str], language: Language) -> int:
    """Where to part a text that is too long for one cue."""
    return min(range(1, len(parts)), key=lambda at: _cost(parts, at, language))


def width(text: str, language: Language) -> float:
    """How much room a text takes, in letters of its language; where those are wide, a narrow one
    counts half."""
    if not language.has_wide_letters:
        return letters(text)
    return sum(_width(letter) for letter in regex.findall(r"\X", text))


def steered(line: str, language: Language) -> str:
    """The line so that it reads in its language's direction, though a foreign name begins it."""
    first = _STRONG.search(line)
    if first is None:
        return line if language.direction == "ltr" else _MARKS["rtl"] + line
    is_ltr = unicodedata.bidirectional(first.group()) == "L"
    return line if is_ltr == (language.direction == "ltr") else _MARKS[language.direction] + line


def unsteered(text: str) -> str:
    """Without the characters that turn the direction of what follows; single marks stay."""
    return _STEERING.sub("", text)


def _width(letter: str) -> float:
    """Letters of East Asia, and signs that are as wide among them, count once."""
    return 1.0 if unicodedata.east_asian_width(letter[0]) in "WFA" else 0.5


def _broken(word: str, language: Language) -> list[str]:
    """A word as it is, or in parts when no line could hold it."""
    if width(word, language) <= language.caption_line_length:
        return [word]
    parts = [""]
    for letter in regex.findall(r"\X", word):
        if width(parts[-1] + letter, language) > language.caption_line_length:
            parts.append("")
        parts[-1] += letter
    return parts


def _widest(parts: Sequence[str], cut: int, language: Language) -> float:
    return max(width("".join(part).strip(), language) for part in (parts[:cut], parts[cut:]))


def _filled(parts: Sequence[str], language: Language) -> list[str]:
    found = [""]
    for part in parts:
        if width((found[-1] + part).strip(), language) > language.caption_line_length:
            found.append("")
        found[-1] += part
    return [line.strip() for line in found]


def _cost(parts: Sequence[str], cut: int, language: Language) -> float:
    """How bad a cut is: away from the middle, in the midst of what belongs together, or leaving a
    short word alone."""
    head = sum(width(part, language) for part in parts[:cut])
    tail = sum(width(part, language) for part in parts[cut:])
    is_orphan = cut == len(parts) - 1 and letters(parts[cut].strip()) <= ORPHAN_LETTERS
    place = _place_cost(parts[cut - 1].strip(), parts[cut].strip(), language)
    return place + abs(head - tail) / (head + tail) + (1.0 if is_orphan else 0.0)


def _place_cost(before: str, after: str, language: Language) -> float:
    held = (*language.never_cut_after, *language.negations)
    if before.endswith(language.sentence_ends):
        return 0.0
    if regex.search(r"[,;:—–、，；：،؛]$", before):
        return 0.2
    if before[-1].isdigit() and after[0].isdigit():
        return 2.0
    if after.lower() in language.clause_words:
        return 0.3
    return 0.8 if before.lower() in held else 0.5
