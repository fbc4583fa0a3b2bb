"""Words with sounds of their own in a text for a voice: each has its spelling and its IPA, between
private signs. And a text in IPA, sound by sound. Pure.

Only a voice that reads such sounds (`Voice.reads`) is given such a text.
"""

import re
from collections.abc import Container, Iterator
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


def split_sounds(ipa: str, known: Container[str], longest: int) -> list[str] | None:
    """The known sounds that a text in IPA is made of, each of as many signs as can be, `longest` at
    most; None where one is not known."""
    sounds: list[str] = []
    place = 0
    while place < len(ipa):
        sizes = range(min(longest, len(ipa) - place), 0, -1)
        size = next((n for n in sizes if ipa[place : place + n] in known), 0)
        if not size:
            return None
        sounds.append(ipa[place : place + size])
        place += size
    return sounds
