"""A number that a translation has wrong → the right one in its place, where nothing else can be
meant. Pure.

A translator that was asked again may be wrong again; of one number that is missing, and one that
nobody said, it is plain which stands for which. Words, scales and what was converted to another
unit are left alone.
"""

import re
from collections.abc import Iterable, Sequence

from interpreter.events import Finding
from interpreter.facts.fact import Figure, Kind

_PLAIN = range(2, 10_000)
"""Written alike in every language, and followed by a plural."""
_EXCHANGED = (Kind.NUMBER, Kind.PERCENT)


def digits_for(missing: Sequence[Figure], extra: Sequence[Figure]) -> tuple[str, str]:
    """The digits that stand in the translation and those that must; empty where that is not
    plain."""
    if len(missing) != 1 or len(extra) != 1:
        return "", ""
    (ours,), (theirs,) = missing, extra
    are_like = ours.kind is theirs.kind and ours.kind in _EXCHANGED
    is_converted = bool(theirs.measure) and not theirs.measure & ours.measure
    if not are_like or is_converted or ours.parts or theirs.parts:
        return "", ""
    right, wrong = (str(one.value) if one.value in _PLAIN else "" for one in (ours, theirs))
    if not (right and wrong and wrong in re.findall(r"[\d.,]*\d", theirs.text)):
        return "", ""
    return wrong, right


def mended(text: str, findings: Iterable[Finding]) -> str:
    """The text with the right digits where they can be put."""
    for finding in findings:
        if finding.kind not in _EXCHANGED or not finding.expected or not finding.wrong:
            continue
        places = list(re.finditer(rf"(?<![\w.,:/-]){finding.wrong}(?![\w:/-]|[.,]\d)", text))
        if len(places) == 1:
            text = text[: places[0].start()] + finding.expected[0] + text[places[0].end() :]
    return text
