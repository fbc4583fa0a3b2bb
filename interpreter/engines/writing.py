"""How a translation is written, whatever made it: case, spaces, numbers, Spanish ¿ and ¡. Pure."""

import re

from languages import Language

_SENTENCE_START = re.compile(r"(^|[.!?…]\s+)([\"'“«¿¡(]*)(\w)")
_CALLED_OUT = re.compile(r"(?:^|(?<=[.!?…]\s))([^\W\d_][^.!?…¿¡]*)([!?])")
_OPENING = {"?": "¿", "!": "¡"}
_WORD = re.compile(r"\w+")
_SPACES = re.compile(r"\s+")
_SPACE_BEFORE_SIGN = re.compile(r"\s+([,.;:!?…)\]}»])")


def polished(translation: str, source: str) -> str:
    """The translation with the source's case at sentence starts, and single spaces.

    Apertium moves the capital of a first word around ("Good morning everyone" → "Buenos días Todo
    el mundo"), and may begin large what began small: where the source has no name, only sentence
    starts keep capitals, and what begins small stays small.
    """
    text = _SPACE_BEFORE_SIGN.sub(r"\1", _SPACES.sub(" ", translation).strip())
    if not _has_inner_capitals(source):
        text = _without_inner_capitals(text, kept=set(_WORD.findall(source)))
    start = _SENTENCE_START.match(source)
    if start is None or not start.group(3).isupper():
        return _begun_small(text, source)
    has_more = any(found.group(3).isupper() for found in _SENTENCE_START.finditer(source, 1))
    return _SENTENCE_START.sub(
        lambda found: found.group(0).upper(), text, count=0 if has_more else 1
    )


def without_opening_capitals(text: str, names: str) -> str:
    """Sentences that begin small, but for words that `names` has too."""
    kept = set(_WORD.findall(names))

    def lowered(found: re.Match[str]) -> str:
        word = _WORD.match(text, found.start(3))
        is_name = word is None or word.group() in kept or not word.group().istitle()
        return found.group() if is_name else found.group().lower()

    return _SENTENCE_START.sub(lowered, text)


def with_number_signs(text: str, source: Language, target: Language) -> str:
    """The numbers of a translation with the target's signs: 12,500.75 becomes 12.500,75.

    A voice reads 12,500 as twelve and a half in most of Europe.
    """
    group, decimal = re.escape(source.group_sign), re.escape(source.decimal_sign)
    number = rf"(?<![\w.,])(\d{{1,3}}(?:{group}\d{{3}})+|\d+)({decimal}\d+)?(?!\w|[.,]\d)"

    def rewritten(found: re.Match[str]) -> str:
        whole, parts = found.group(1), found.group(2) or ""
        return whole.replace(source.group_sign, target.group_sign) + parts.replace(
            source.decimal_sign, target.decimal_sign
        )

    return re.sub(number, rewritten, text)


def with_opening_signs(text: str) -> str:
    """Spanish ¿ and ¡, which Apertium leaves out, for sentences that are there from their start."""

    def opened(found: re.Match[str]) -> str:
        sentence, end = found.groups()
        return f"{_OPENING[end]}{sentence}{end}" if sentence[0].isupper() else found.group()

    return _CALLED_OUT.sub(opened, text)


def _begun_small(text: str, source: str) -> str:
    start, first = _SENTENCE_START.match(text), _WORD.search(text)
    if start is None or first is None or first.group() in _WORD.findall(source):
        return text
    return start.group(0).lower() + text[start.end() :]


def _has_inner_capitals(text: str) -> bool:
    inner = _SENTENCE_START.sub("", text)
    return any(word[0].isupper() and word != "I" for word in _WORD.findall(inner))


def _without_inner_capitals(text: str, kept: set[str]) -> str:
    starts = {found.start(3) for found in _SENTENCE_START.finditer(text)}

    def lowered(found: re.Match[str]) -> str:
        word = found.group()
        is_stray = found.start() not in starts and word.istitle() and word not in kept
        return word.lower() if is_stray else word

    return _WORD.sub(lowered, text)
