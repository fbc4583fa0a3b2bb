"""A number or date that a translation has wrong → the right one in its place, where nothing else
can be meant. Pure.

A translator that was asked again may be wrong again; of one number that is missing, and one that
nobody said, it is plain which stands for which. A month or weekday that was left in the source's
language gets its name. Other words, scales and what was converted to another unit are left alone.
"""

import re
from collections.abc import Iterable, Sequence

from interpreter.events import Finding
from interpreter.facts import cldr
from interpreter.facts.fact import Figure, Kind, Mention
from interpreter.facts.tokens import Token, plain

_PLAIN = range(2, 10_000)
"""Written alike in every language, and followed by a plural."""
_DIGITS = (Kind.NUMBER, Kind.PERCENT)
_EXCHANGED = (*_DIGITS, Kind.DATE)


def digits_for(missing: Sequence[Figure], extra: Sequence[Figure]) -> tuple[str, str]:
    """The digits that stand in the translation and those that must; empty where that is not
    plain."""
    if len(missing) != 1 or len(extra) != 1:
        return "", ""
    (ours,), (theirs,) = missing, extra
    are_like = ours.kind is theirs.kind and ours.kind in _DIGITS
    is_converted = bool(theirs.measure) and not theirs.measure & ours.measure
    if not are_like or is_converted or ours.parts or theirs.parts:
        return "", ""
    right, wrong = (str(one.value) if one.value in _PLAIN else "" for one in (ours, theirs))
    if not (right and wrong and wrong in re.findall(r"[\d.,]*\d", theirs.text)):
        return "", ""
    return wrong, right


def date_for(missing: Mention, tokens: Sequence[Token], tag: str) -> tuple[str, str]:
    """The month or weekday as it was left in the translation, and its name there; empty where it
    is not left."""
    left = [token.text for token in tokens if token.plain == plain(missing.text)]
    name = next((cldr.date_names(tag).get(what, "") for what in missing.ids), "")
    return (left[0], name) if len(left) == 1 and name else ("", "")


def mended(text: str, findings: Iterable[Finding]) -> str:
    """The text with the right digits and dates where they can be put."""
    for finding in findings:
        if finding.kind not in _EXCHANGED or not finding.expected or not finding.wrong:
            continue
        wrong, right = re.escape(finding.wrong), finding.expected[0]
        places = list(re.finditer(rf"(?<![\w.,:/-]){wrong}(?![\w:/-]|[.,]\d)", text))
        if len(places) == 1:
            before, after = text[: places[0].start()], text[places[0].end() :]
            text = f"{before}{right if before.strip() else right[:1].upper() + right[1:]}{after}"
    return text
