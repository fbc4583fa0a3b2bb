"""A text that is too long for one request to a voice, in parts that are spoken one after another:
cut at the end of a sentence, or else of a clause, or else of a word. Pure."""

import re
from collections.abc import Iterator
from unicodedata import category

from interpreter.word_sounds import marked

LONGEST = 1000
"""Signs of a part. Providers take 2,000 (Deepgram), 4,096 (OpenAI), or 5,000 bytes (Google), of
which a sign may have four."""
SPEAKABLE = re.compile(r"\w")

_BEGIN, _END = marked("x", "x")[0], marked("x", "x")[-1]
"""No word is cut from its sounds."""
_NO_TEXT = frozenset({"Cc", "Cs", "Cn"})
"""Control signs and halves of signs, which no request can hold."""
_ENDS = (
    re.compile(r"[.!?…]+[\"'»”’)\]]*\s+|[。！？]+[」』”]*"),
    re.compile(r"[;:,–—]\s+|[、，；：]"),
    re.compile(r"\s+"),
)


def parts(text: str, longest: int = LONGEST) -> Iterator[str]:
    """The text in parts of at most `longest` signs; no part is without something to say."""
    rest = "".join(" " if category(sign) in _NO_TEXT else sign for sign in text).strip()
    while len(rest) > longest:
        end = _end(rest[:longest])
        part, rest = rest[:end].strip(), rest[end:].strip()
        if SPEAKABLE.search(part):
            yield part
    if SPEAKABLE.search(rest):
        yield rest


def _end(text: str) -> int:
    """Where the first part ends: at the last of the best places in the second half."""
    for pattern in _ENDS:
        ends = [found.end() for found in pattern.finditer(text) if found.end() > len(text) // 2]
        whole = [end for end in ends if text[:end].count(_BEGIN) == text[:end].count(_END)]
        if whole:
            return whole[-1]
    return len(text)
