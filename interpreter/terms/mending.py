"""Renderings put into a finished text, where that cannot make it worse. Pure.

What was left in the source language is replaced, and a forbidden word by a rendering of the same
gender and ending. Anything else would be guessing where the wrong word stands.
"""

from collections.abc import Iterable

from interpreter.events import Finding
from interpreter.terms.forms import gender, is_plural, plural
from interpreter.terms.standing_in import put
from interpreter.terms.verifying import COPIED, FORBIDDEN, Target
from languages import Language


def mended(text: str, findings: Iterable[Finding], target: Language) -> str:
    """The text with those findings repaired that can be."""
    for finding in findings:
        wrong, right = finding.wrong, next(iter(finding.expected), "")
        is_copied = finding.kind == COPIED
        if is_copied or (finding.kind == FORBIDDEN and _are_alike(wrong, right, target)):
            text = _replaced(text, wrong, right, target, has_number=is_copied)
    return text


def _are_alike(wrong: str, right: str, target: Language) -> bool:
    """Whether what agrees with one agrees with the other."""
    kind = gender(wrong, target)
    return kind is not None and kind is gender(right, target)


def _replaced(text: str, wrong: str, right: str, target: Language, *, has_number: bool) -> str:
    """`has_number`: whether what is right is in the number that is meant; else it takes the wrong
    word's."""
    found = Target(text, target)
    places = []
    while place := found.find((wrong,)):
        places.append(place)
    for place in sorted(places, key=lambda place: -place.start):
        there = text[place.start : place.end]
        is_many = not has_number and is_plural(there, wrong)
        shown = plural(right, target) if is_many else right
        text = put(text, (place.start, place.end), shown, target)
    return text
