"""Words and text: where scripts write spaces between words. Pure.

By script, not by language: a Japanese sentence has foreign names with spaces in them, and a
Chinese name in an English one has none.
"""

from collections.abc import Iterable

import regex

UNSPACED = (
    r"\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}"
    r"\uff00-\uffef"
)
"""Signs of scripts without spaces, for a character class of the `regex` library."""
_SIGN = rf"(?=[{UNSPACED}])\X"
_WORD = regex.compile(rf"(?:{_SIGN}[\p{{Po}}\p{{Pe}}\p{{Pf}}]*|[^\s{UNSPACED}]+)\s*")
_BEGINS_UNSPACED = regex.compile(rf"[{UNSPACED}]")
_ENDS_UNSPACED = regex.compile(rf"[{UNSPACED}]\p{{M}}*$")


def joined(words: Iterable[str]) -> str:
    """The words as people write them: "きれいな", "水" are きれいな水; "iPhone", "15" stay two."""
    text = ""
    for word in words:
        text += gap(text, word) + word
    return text


def gap(before: str, after: str) -> str:
    """What stands between two words: a space, but not beside a script without spaces."""
    if not before or not after:
        return ""
    is_unspaced = _ENDS_UNSPACED.search(before[-4:]) or _BEGINS_UNSPACED.match(after)
    return "" if is_unspaced else " "


def letters(text: str) -> int:
    """Letters as people see them: a letter with its marks, or a whole emoji, counts once."""
    return len(text) if text.isascii() else len(regex.findall(r"\X", text))


def tokens(text: str) -> list[str]:
    """Words with the space after them; single letters where a script has no spaces, each with its
    marks and the signs that cling to it."""
    return _WORD.findall(text.strip())
