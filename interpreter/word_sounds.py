"""Words with sounds of their own in a text for a voice: each has its spelling and its IPA, between
private signs. Pure.

Only a voice that reads such sounds (`Voice.reads`) is given such a text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BEGIN, _SOUNDS, _END = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{_BEGIN}([^{_BEGIN}-{_END}]+){_SOUNDS}([^{_BEGIN}-{_END}]+){_END}")
_SIGNS = str.maketrans("", "", _BEGIN + _SOUNDS + _END)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `ipa` is empty where it is read as it is written."""

    text: str
    ipa: str = ""


def marked(spelling: str, ipa: str) -> str:
    """A word or more, with its sounds."""
    return f"{_BEGIN}{spelling}{_SOUNDS}{ipa}{_END}"


def pieces(text: str) -> Iterator[Piece]:
    """A text in its parts; signs that mark nothing are left out."""
    rest = 0
    for found in _MARKED.finditer(text):
        if before := text[rest : found.start()].translate(_SIGNS):
            yield Piece(before)
        yield Piece(*found.groups())
        rest = found.end()
    if after := text[rest:].translate(_SIGNS):
        yield Piece(after)


def spelt(text: str) -> str:
    """The text as people write it."""
    return "".join(piece.text for piece in pieces(text))
