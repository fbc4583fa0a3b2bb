"""What is wrong with a translation: where it stands, whether the voice has come to it, and which of
two answers is the better one. Pure."""

from collections.abc import Sequence

from interpreter.events import Finding

_NEAR_SHARE = 0.2
"""Languages order words differently: so much of a text earlier it may stand than in the source."""


def is_better(findings: Sequence[Finding], before: Sequence[Finding]) -> bool:
    """Whether something was put right, and nothing of another kind went wrong."""
    kinds = {finding.kind for finding in before}
    return len(findings) < len(before) and all(finding.kind in kinds for finding in findings)


def is_spoken(committed: str, source_text: str, text: str, findings: Sequence[Finding]) -> bool:
    """Whether the voice has come to what is wrong, or near where it may stand."""
    if not committed:
        return False
    known = [one for one in findings if _place(one, text) >= 0]
    guessed = [one for one in findings if one not in known]
    if guessed and safe_share(source_text, text, guessed) - _NEAR_SHARE <= len(committed) / max(
        len(text), 1
    ):
        return True
    return safe_share(source_text, text, known) * len(text) < len(committed)


def safe_share(source_text: str, text: str, findings: Sequence[Finding]) -> float:
    """How much of a translation comes before what is wrong with it: where that stands itself, else
    as far as what it is about stands in the source."""
    shares = [1.0]
    for finding in findings:
        place = _place(finding, text)
        if place >= 0:
            shares.append(place / len(text))
            continue
        place = source_text.casefold().find(finding.source.casefold())
        shares.append(max(place, 0) / max(len(source_text), 1))
    return min(shares)


def _place(finding: Finding, text: str) -> int:
    """Where what is wrong stands, however it is written; -1 where nobody knows."""
    return text.casefold().find(finding.wrong.casefold()) if finding.wrong else -1
