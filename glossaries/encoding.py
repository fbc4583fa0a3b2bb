"""Bytes → text, whatever a program saved them as."""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""UTF-32 first: its little-endian mark begins with that of UTF-16."""
_WESTERN = "cp1252"
_LIKELY = [
    _WESTERN,
    *("cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "mac_roman"),
    *("shift_jis", "gb18030", "big5", "euc_kr", "tis_620"),
]
_LIKE_WESTERN = frozenset({"cp1250", "cp1254", "cp1257"})
"""They share most letters with it, so that a few rows do not tell them apart."""
_SAMPLE = 200_000
_PAGES = {
    "cp1250": frozenset({"pl", "cs", "sk", "hu", "ro", "sl", "hr", "bs", "sq"}),
    "cp1251": frozenset({"ru", "uk", "be", "bg", "mk"}),
    "cp1253": frozenset({"el"}),
    "cp1254": frozenset({"tr", "az"}),
    "cp1255": frozenset({"he", "yi"}),
    "cp1256": frozenset({"ar", "fa", "ur"}),
    "cp1257": frozenset({"lt", "lv", "et"}),
}
"""What Windows writes a language in, where it is not the Western one: WHATWG's table of fallbacks,
https://encoding.spec.whatwg.org/#legacy-single-byte-encodings"""


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str
    is_guessed: bool = False
    """Nothing in the file says its encoding: letters may be wrong."""


def decode(data: bytes) -> Decoded | None:
    """The file's text; None for what is no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding)
    if encoding := _wide(data):
        return _decoded(data, encoding)
    found = _decoded(data, "utf-8")
    if found is not None:
        return None if _is_binary(found.text) else found
    return _guessed(data)


def decode_as(data: bytes, tags: Iterable[str]) -> Decoded | None:
    """The text of a file whose encoding is guessed, by the languages that are in it; None where
    they do not decide it: one code page has only one of the alphabets beside the Western one."""
    spoken = {tag.partition("-")[0] for tag in tags}
    pages = [page for page, known in _PAGES.items() if known & spoken]
    found = _decoded(data, pages[0], is_guessed=True) if len(pages) == 1 else None
    return None if found is None or _is_binary(found.text) else found


def _decoded(data: bytes, encoding: str, is_guessed: bool = False) -> Decoded | None:
    try:
        return Decoded(data.decode(encoding), encoding, is_guessed)
    except UnicodeDecodeError:
        return None


def _wide(data: bytes) -> str:
    """UTF-16 without its mark: every other byte of Western text is zero."""
    even, odd = data[0:2000:2], data[1:2000:2]
    if len(data) % 2 or not even:
        return ""
    if odd.count(0) > len(odd) * 0.6 and even.count(0) < len(even) * 0.1:
        return "utf-16-le"
    if even.count(0) > len(even) * 0.6 and odd.count(0) < len(odd) * 0.1:
        return "utf-16-be"
    return ""


def _guessed(data: bytes) -> Decoded | None:
    if b"\0" in data:
        return None
    best = from_bytes(data[:_SAMPLE], cp_isolation=_LIKELY).best()
    likely = _decoded(data, best.encoding, is_guessed=True) if best else None
    western = _decoded(data, _WESTERN, is_guessed=True)
    if likely is None or (western and likely.encoding in _LIKE_WESTERN):
        likely = _with_more_letters(western, likely)
    return None if likely is None or _is_binary(likely.text) else likely


def _with_more_letters(western: Decoded | None, other: Decoded | None) -> Decoded | None:
    """Which of two readings has words where the other has signs; Western where both do."""
    if western is None or other is None:
        return western or other
    letters = [sum(map(str.isalpha, one.text)) for one in (western, other)]
    return western if letters[0] >= letters[1] else other


def _is_binary(text: str) -> bool:
    sample = text[:10_000]
    strange = sum(char < " " and char not in "\t\r\n\f" for char in sample)
    return strange > len(sample) / 100
