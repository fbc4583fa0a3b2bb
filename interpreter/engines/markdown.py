"""Markdown that an LLM puts around a translation, taken off; what the source has too stays. Pure.

An answer is read while it comes: what is left of its beginning never changes by what follows. A
mark that may still find its pair holds back what stands behind it.
"""

from functools import cache

import regex

from languages.spacing import UNSPACED

_FENCE = "```"
_FENCED = regex.compile(r"```[\w+-]*[ \t]*\n\s*")
_HEADING = regex.compile(r"#{1,6}\s+")
_QUOTATION = regex.compile(r">\s*+(?!\d)")
_ITEM = regex.compile(r"[-*]\s++(?!\d)")
_SPOKEN_DASHES = ("-", "–", "—")
_SPACED_LETTER = rf"[\w--[{UNSPACED}]]"
"""Beside one, a mark is part of a word: snake_case, 5*3; scripts without spaces know no such."""


class Markdown:
    """What may be taken off the answers to one source text."""

    def __init__(self, source_text: str) -> None:
        text = source_text.strip()
        begins = {
            _HEADING: "#" not in text,
            _QUOTATION: ">" not in text,
            _ITEM: "*" not in text and not text.startswith(_SPOKEN_DASHES),
        }
        self._begins = [mark for mark, is_added in begins.items() if is_added]
        self._signs = [sign for sign in "*_`" if sign not in text]
        self._has_fences = "`" not in text

    def lines(self, raw: str) -> list[str]:
        """The lines of an answer, or those inside its fence."""
        if not self._has_fences:
            return raw.split("\n")
        first, *others = _fenced(raw).split("\n")
        ends = [at for at, line in enumerate(others) if line.lstrip().startswith(_FENCE)]
        return [first, *others[: ends[0] if ends else None]]

    def item(self, line: str) -> str:
        """A further line without what makes it one of a list, or of a quotation."""
        marks = [mark for mark in self._begins if mark is not _HEADING]
        return _without_begin(line, marks)

    def taken_off(self, text: str, *, is_over: bool, is_rest: bool = False) -> str:
        """The text without its marks; what `is_rest` may begin with a dash of its own."""
        begins = [mark for mark in self._begins if not (is_rest and mark is _ITEM)]
        text = _without_begin(text, begins)
        for sign in self._signs:
            text = _without_pairs(text, sign, is_over=is_over)
        return text


def _fenced(raw: str) -> str:
    found = _FENCED.match(raw)
    return raw if found is None else raw[found.end() :]


def _without_begin(text: str, marks: "list[regex.Pattern[str]]") -> str:
    begins = [found for mark in marks if (found := mark.match(text))]
    return _without_begin(text[begins[0].end() :], marks) if begins else text


def _without_pairs(text: str, sign: str, *, is_over: bool) -> str:
    """Without pairs, and without an opening mark at the very beginning, whose pair is far."""
    pair, opening = _pair(sign), _opening(sign)
    before = ""
    while before != text:
        before, text = text, pair.sub(r"\g<inside>", text)
    if first := opening.match(text):
        text = text[first.end() :]
    held = None if is_over else opening.search(text)
    return text if held is None else text[: held.start()].rstrip()


@cache
def _opening(sign: str) -> "regex.Pattern[str]":
    """One that may open: nothing of a word before it, and no space after it; `*67` is dialled."""
    one = regex.escape(sign)
    run = rf"(?<!{_SPACED_LETTER}|{one})(?!\*\d){one}{{1,3}}(?!{one}|\s)"
    return regex.compile(run, regex.V1)


@cache
def _pair(sign: str) -> "regex.Pattern[str]":
    one = regex.escape(sign)
    closing = rf"(?<!\s)(?P=run)(?!{one}|{_SPACED_LETTER})"
    return regex.compile(rf"(?P<run>{_opening(sign).pattern})(?P<inside>.+?){closing}", regex.V1)
