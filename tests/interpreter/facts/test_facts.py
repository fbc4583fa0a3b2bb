"""What is compared, what is not, and how a difference reads."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

import interpreter.facts
from interpreter.facts import Kind, checked, differences
from interpreter.facts.cldr import locale_of
from interpreter.facts.number_words import knows_numbers
from interpreter.facts.words import lore_of
from languages import load
from tests.interpreter.facts.pairs import language

EN, ES = load("en"), load("es")
WORDS = Path(interpreter.facts.__file__).parent / "words"
TAGS = sorted(path.stem for path in WORDS.glob("*.toml"))
UNKNOWN = replace(ES, tag="tlh", engines={})


@pytest.mark.parametrize(
    ("text", "translation", "sentence"),
    [
        (
            "It costs 14 dollars.",
            "Cuesta 40 dólares.",
            "The source says 14 dollars; the translation says 40 dólares.",
        ),
        (
            "It costs 14 dollars.",
            "Cuesta dinero.",
            "The source says 14 dollars; the translation does not.",
        ),
        (
            "It costs $14.",
            "Cuesta 40 €.",
            "The source says $14; the translation says 40 €.",
        ),
        ("It costs money.", "Cuesta 14.", "The translation says 14; the source does not."),
        (
            "It costs 14 dollars.",
            "Cuesta 14.",
            "The source says 14 dollars; the translation does not say dollars.",
        ),
        (
            "He did not sign.",
            "Ha firmado.",
            'The source is negated ("not"); the translation has lost a negation.',
        ),
        (
            "He has signed.",
            "No ha firmado.",
            'The translation is negated ("No") where the source is not.',
        ),
    ],
)
def test_a_difference_is_a_sentence_for_who_repairs(
    text: str, translation: str, sentence: str
) -> None:
    assert [one.message for one in differences(text, translation, EN, ES)] == [sentence]


def test_a_language_without_a_file_is_not_checked() -> None:
    assert checked(EN, UNKNOWN) == frozenset()
    assert checked(UNKNOWN, EN) == frozenset()
    assert differences("It costs 14 dollars.", "Cuesta 40.", EN, UNKNOWN) == ()


def test_a_language_without_spaces_is_not_checked() -> None:
    assert checked(EN, replace(ES, has_spaces=False, engines={})) == frozenset()


def test_german_names_are_not_told_from_nouns() -> None:
    assert checked(EN, ES) == set(Kind)
    assert checked(language("de"), EN) == set(Kind) - {Kind.NAME}


@pytest.mark.parametrize("tag", ["ja", "ko"])
def test_where_nobody_can_count_negations_a_lost_one_is_noticed_and_nothing_else(tag: str) -> None:
    lore, said = (
        lore_of(tag),
        {"ja": "彼は14ドル払いました。", "ko": "그는 14달러를 냈습니다."}[tag],
    )

    assert all(re.compile(pattern) for pattern in lore.denials)
    assert (lore.negation, lore.numbers, lore.names) == (None, None, None)
    assert checked(EN, language(tag)) == frozenset()
    found = differences("He did not pay 14 dollars.", said, EN, language(tag))
    assert [one.kind for one in found] == [Kind.NEGATION]
    assert differences("He paid 40 dollars.", said, EN, language(tag)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Did he not pay?",
        "Don't forget to pay.",
        "It is not impossible.",
        "He only paid.",
        "Not until May.",
    ],
)
def test_what_may_be_said_without_a_negation_is_left_alone(text: str) -> None:
    assert differences(text, "彼は払いました。", EN, language("ja")) == ()


def test_what_is_in_another_script_is_no_translation_yet() -> None:
    assert differences("He did not pay.", "He did not pay.", EN, language("ja")) == ()


@pytest.mark.parametrize("tag", [tag for tag in TAGS if not lore_of(tag).denials])
def test_every_file_of_words_is_whole(tag: str) -> None:
    lore = lore_of(tag)

    assert knows_numbers(tag)
    assert locale_of(tag) is not None
    assert lore.clock
    assert lore.negation is not None
    assert not set(lore.negation.strict) & set(lore.negation.optional)
    assert lore.names is not None


@pytest.mark.parametrize(
    "text", ["", "…", "14", "$", "-", "1.2.3.4.5", "9" * 400, "5 º %", "-5", "½"]
)
def test_odd_texts_are_compared_too(text: str) -> None:
    assert differences(text, text, EN, EN) == ()


def test_a_text_of_ten_thousand_words_is_read() -> None:
    text = "We did not pay 14 dollars on Monday at half past two. " * 1000

    assert differences(text, text, EN, EN) == ()


def test_what_recognisers_write_without_capitals_and_signs_is_compared() -> None:
    found = differences("we did not sell fourteen houses", "vendimos cuarenta casas", EN, ES)

    assert [one.kind for one in found] == [Kind.NUMBER, Kind.NEGATION]


@pytest.mark.parametrize(
    ("tag", "translation", "is_kept"),
    [
        ("es", "Hace cinco grados bajo cero.", True),
        ("es", "Estamos a 5 °C bajo cero.", True),
        ("es", "Hace cinco grados.", False),
        ("de", "Es hat 5 Grad unter null.", True),
        ("fr", "Il fait 5 degrés au-dessous de zéro.", True),
        ("it", "Ci sono 5 gradi sotto zero.", True),
        ("pt", "Estão 5 graus abaixo de zero.", True),
        ("ca", "Estem a 5 graus sota zero.", True),
    ],
)
def test_degrees_below_zero_are_negative(tag: str, translation: str, is_kept: bool) -> None:
    target = load(tag)
    assert (not differences("It is minus five degrees.", translation, EN, target)) is is_kept
    assert (not differences(translation, "It is five degrees below zero.", target, EN)) is is_kept


def test_what_fell_below_zero_makes_no_year_negative() -> None:
    source = "In 2019 rates fell below zero."
    assert not differences(source, "En 2019 los tipos cayeron bajo cero.", EN, ES)
