"""Where facts are not checked, it is known what is not."""

import pytest

from interpreter.facts import Part, unchecked
from languages import load

EVERYTHING = (Part.NUMBERS, Part.NEGATIONS, Part.NAMES)
KNOWN = ("en", "es", "ca", "fr", "pt", "it")


@pytest.mark.parametrize("source", KNOWN)
@pytest.mark.parametrize("target", [*KNOWN, "de"])
def test_what_has_a_file_is_checked(source: str, target: str) -> None:
    assert unchecked([load(source), load(target)]) == ()


def test_names_of_german_speakers_are_not_told_from_nouns() -> None:
    assert unchecked([load("de"), load("en")]) == (Part.NAMES,)


@pytest.mark.parametrize("tag", ["ja", "ko", "tr", "sw", "ar", "zh", "gl"])
def test_what_has_none_is_checked_in_neither_direction(tag: str) -> None:
    """Of Japanese, Korean, Turkish and Swahili also the suffixes that say no."""
    assert unchecked([load("en"), load(tag)]) == EVERYTHING
    assert unchecked([load(tag), load("en")]) == EVERYTHING


def test_a_relay_is_checked_as_far_as_each_of_its_pairs() -> None:
    assert unchecked([load("en"), load("gl"), load("es")]) == EVERYTHING
    assert unchecked([load("en"), load("de"), load("es")]) == (Part.NAMES,)
    assert unchecked([load("en")]) == ()
