"""Every language file is sound, and a wrong one is refused by a sentence that names the field."""

import tomllib
from importlib.resources import files
from typing import get_args

import pytest
from livekit.plugins.google.models import SpeechLanguages

import languages
from languages import BadLanguageFile, UnknownLanguageFile, cldr

SMALL = """
tag = "xx"
name = "Example"
endonym = "Example"
script = "Latn"
direction = "ltr"
decimal_sign = "."
group_sign = ","
clause_words = ["and"]
never_cut_after = ["not"]
sentence_ends = ["."]
reading_speed_cps = 17
natural_pace_cps = 17.8
"""


IN_THE_SUITE = ("ca", "en", "es", "fr", "it", "pt")
"""Into and from these, talks of the suite test where units close."""

BRACKETED = ("not_heard", "not_recognised", "skipped", "several_speak", "not_interpreted", "music")


@pytest.mark.parametrize("tag", languages.available())
def test_every_language_file_is_whole(tag: str) -> None:
    language = languages.load(tag)
    own = tomllib.loads((files("languages") / f"{tag}.toml").read_text(encoding="utf-8"))

    assert language.tag == tag
    assert language.negations
    assert {f"{name}_stt" in language.engines for name in ("google", "azure", "openai")} == {True}
    assert language.engines["azure_voice"].startswith(language.engines["azure_tts"])
    assert language.engines["google_stt"] in get_args(SpeechLanguages)
    assert {*BRACKETED, "applause"} <= set(own)
    texts = [own[name] for name in (*BRACKETED, "applause")]
    assert all(text.startswith("[") and text.endswith("]") for text in texts)
    assert len(set(texts)) == len(texts)
    assert 3 <= language.reading_speed_cps <= 20
    assert 3 <= language.natural_pace_cps <= 25


def test_there_are_the_languages_that_we_promise() -> None:
    promised = "en es ca fr it pt de nl pl ro sv da fi cs el hu bg uk tr ar he hi zh ja ko th sw gl"
    assert set(promised.split()) <= set(languages.available())


@pytest.mark.parametrize("tag", languages.available())
def test_names_script_direction_and_number_signs_are_those_of_cldr(tag: str) -> None:
    """A file that says otherwise says why, and is named here."""
    language = languages.load(tag)

    assert cldr.of(tag) == {field: getattr(language, field) for field in cldr.of(tag)}


@pytest.mark.parametrize("tag", languages.available())
def test_no_file_repeats_what_cldr_has(tag: str) -> None:
    own = tomllib.loads((files("languages") / f"{tag}.toml").read_text(encoding="utf-8"))
    known = cldr.of(tag)

    assert [field for field in known if own.get(field) == known[field]] == []


@pytest.mark.parametrize(
    ("tag", "name", "endonym", "script", "direction", "signs"),
    [
        ("de", "German", "Deutsch", "Latn", "ltr", ",."),
        ("fr", "French", "Français", "Latn", "ltr", ",\u202f"),
        ("uk", "Ukrainian", "Українська", "Cyrl", "ltr", ",\u00a0"),
        ("ar", "Arabic", "العربية", "Arab", "rtl", ".,"),
        ("he", "Hebrew", "עברית", "Hebr", "rtl", ".,"),
        ("zh", "Chinese", "中文", "Hans", "ltr", ".,"),
        ("ja", "Japanese", "日本語", "Jpan", "ltr", ".,"),
        ("ko", "Korean", "한국어", "Kore", "ltr", ".,"),
        ("sw", "Swahili", "Kiswahili", "Latn", "ltr", ".,"),
    ],
)
def test_cldr_says_what_people_expect(
    tag: str, name: str, endonym: str, script: str, direction: str, signs: str
) -> None:
    language = languages.load(tag)

    assert (language.name, language.endonym) == (name, endonym)
    assert (language.script, language.direction) == (script, direction)
    assert language.decimal_sign + language.group_sign == signs


@pytest.mark.parametrize("tag", languages.available())
def test_clause_words_are_only_where_talks_test_them(tag: str) -> None:
    language = languages.load(tag)

    assert language.is_cut_by_clauses == (tag in IN_THE_SUITE)
    assert bool(language.never_cut_after) == (tag in IN_THE_SUITE)


@pytest.mark.parametrize("tag", ["ja", "zh", "th"])
def test_languages_without_spaces_count_words_by_letters(tag: str) -> None:
    language = languages.load(tag)

    assert not language.has_spaces
    assert language.letters_a_word is not None


def test_thai_ends_a_sentence_by_a_space() -> None:
    assert languages.load("th").full_stop == ""
    assert languages.load("th").sentence_gap == " "
    assert languages.load("ja").full_stop == "。"
    assert languages.load("ja").sentence_gap == ""


@pytest.mark.parametrize(
    ("tag", "text", "ended"),
    [
        ("es", "La escuela abre", "La escuela abre."),
        ("es", "La escuela abre,", "La escuela abre."),
        ("es", "¿Abre?", "¿Abre?"),
        ("es", "Dijo: «La escuela abre.»", "Dijo: «La escuela abre.»"),
        ("es", "Dijo «sí»", "Dijo «sí»."),
        ("zh", "学校开放，", "学校开放。"),
        ("zh", "学校开放.", "学校开放."),
        ("ja", "「開きます。」", "「開きます。」"),
        ("ja", "「開きます」", "「開きます」。"),
        ("ar", "المدرسة مفتوحة،", "المدرسة مفتوحة."),
        ("el", "Ανοίγει;", "Ανοίγει;"),
        ("th", "โรงเรียนเปิด", "โรงเรียนเปิด"),
        ("es", "", ""),
    ],
)
def test_a_sentence_has_one_end(tag: str, text: str, ended: str) -> None:
    assert languages.load(tag).ended(text) == ended


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
    with pytest.raises(UnknownLanguageFile, match=r"'tlh'.*ca, .*en, es"):
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
        (SMALL.replace('group_sign = ","', 'group_sign = "."'), "decimal_sign and group_sign"),
        (SMALL + '[[apertium_repairs]]\nwrong = "("\nright = ""', "apertium_repairs"),
        (SMALL.replace('name = "Example"', "", 1), "name"),
        (SMALL + "has_spaces = false", "letters_a_word"),
        ("tag =", "Invalid value"),
    ],
)
def test_a_wrong_file_is_refused_by_name(wrong: str, names: str) -> None:
    with pytest.raises(BadLanguageFile, match=rf"languages/xx.toml(.|\n)*{names}"):
        languages.parse("xx", wrong)
