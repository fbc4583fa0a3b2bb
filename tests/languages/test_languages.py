"""Every language file is sound, and a wrong one is refused by a sentence that names the field."""

import pytest

import languages
from languages import BadLanguageFile, UnknownLanguageFile

SMALL = """
tag = "xx"
name = "Example"
endonym = "Example"
script = "Latn"
direction = "ltr"
clause_words = ["and"]
never_cut_after = ["not"]
sentence_ends = ["."]
reading_speed_cps = 17
natural_pace_cps = 17.8
"""


@pytest.mark.parametrize("tag", languages.available())
def test_every_language_file_loads(tag: str) -> None:
    language = languages.load(tag)

    assert language.tag == tag
    assert language.clause_words
    assert language.never_cut_after
    assert language.engines


@pytest.mark.parametrize("tag", languages.available())
def test_a_unit_may_not_close_before_a_word_that_belongs_to_the_one_before(tag: str) -> None:
    language = languages.load(tag)

    assert not set(language.never_cut_before) & set(language.clause_words)
    assert not set(language.never_cut_before) & set(language.prepositions)


@pytest.mark.parametrize("tag", languages.available())
def test_a_translation_goes_over_a_language_that_is_reached_directly(tag: str) -> None:
    pivots = languages.load(tag).pivots

    assert set(pivots) | set(pivots.values()) <= set(languages.available()) - {tag}
    assert [over for source, over in pivots.items() if source in languages.load(over).pivots] == []


@pytest.mark.parametrize("tag", languages.available())
def test_every_repair_can_be_made(tag: str) -> None:
    repairs = languages.load(tag).apertium_repairs

    assert all(repair.wrong.sub(repair.right, "") == "" for repair in repairs)


@pytest.mark.parametrize("tag", languages.available())
def test_caps_are_for_languages_that_are_there(tag: str) -> None:
    assert set(languages.load(tag).unit_max_words_into) <= set(languages.available()) - {tag}


@pytest.mark.parametrize("tag", ["en", "es", "ca"])
def test_a_bare_no_corrects_nothing(tag: str) -> None:
    repairs = languages.load(tag).self_repairs

    assert repairs is not None
    assert "no" not in repairs.editing_terms
    assert set(languages.load(tag).negations).isdisjoint(repairs.editing_terms)


@pytest.mark.parametrize(
    "word", ["not", "never", "no", "don't", "can't", "the", "a", "of", "will", "mr"]
)
def test_english_keeps_negations_articles_and_titles_with_the_next_word(word: str) -> None:
    assert word in languages.load("en").never_cut_after


def test_the_demo_languages_are_there_with_their_engines() -> None:
    engines = {tag: languages.load(tag).engines for tag in ("en", "es", "ca")}

    assert engines["en"]["pocketsphinx"] == "en-us"
    assert engines["es"]["espeak"] == "es"
    assert engines["ca"]["apertium"] == "cat"


def test_an_unknown_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownLanguageFile, match=r"'tlh'.*ca, en, es"):
        languages.load("tlh")


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        (SMALL.replace('"and"', '"and", "and"'), "listed twice: and"),
        (SMALL.replace('"and"', '"And"'), "clause_words"),
        (SMALL.replace('"and"', '"as well"'), "clause_words"),
        (SMALL.replace("ltr", "left"), "direction"),
        (SMALL.replace("17.8", "0"), "natural_pace_cps"),
        (SMALL.replace('"xx"', '"yy"'), "the tag inside is 'yy'"),
        (SMALL + "speed = 3", "speed"),
        (SMALL + "[unit_max_words_into]\nde = 0", "unit_max_words_into"),
        (SMALL + '[self_repairs]\nediting_terms = ["I mean"]', "editing_terms"),
        (SMALL + 'group_sign = "."', "decimal_sign and group_sign"),
        (SMALL + '[[apertium_repairs]]\nwrong = "("\nright = ""', "apertium_repairs"),
        (SMALL.replace('name = "Example"', "", 1), "name"),
        ("tag =", "Invalid value"),
    ],
)
def test_a_wrong_file_is_refused_by_name(wrong: str, names: str) -> None:
    with pytest.raises(BadLanguageFile, match=rf"languages/xx.toml(.|\n)*{names}"):
        languages.parse("xx", wrong)
