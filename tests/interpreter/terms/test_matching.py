"""Terms in what was said: the longest, in any form, as it was heard or misheard."""

from collections.abc import Sequence

import pytest

import languages
from glossaries.entry import Entry, Rendering
from interpreter.terms import Terms

EN, ES = languages.load("en"), languages.load("es")


def entry(source: str, target: str = "x", **fields: object) -> Entry:
    return Entry("en", source, {"es": Rendering(target)}, **fields)  # type: ignore[arg-type]


def terms(*entries: Entry) -> Terms:
    return Terms(entries, EN, ES)


def heard(found: Terms, text: str, before: str = "") -> list[tuple[str, str]]:
    return [(match.entry.source, match.heard) for match in found.matches(text, before)]


def test_the_longest_term_wins_over_those_inside_it() -> None:
    found = terms(entry("council"), entry("city council"), entry("city"))
    assert heard(found, "The city council met a council of the city") == [
        ("city council", "city council"),
        ("council", "council"),
        ("city", "city"),
    ]


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("city", "cities"),
        ("budget", "budgets"),
        ("approve", "approved"),
        ("plan", "planning"),
        ("bus", "buses"),
        ("knife", "knives"),
        ("medical device", "medical devices"),
    ],
)
def test_a_term_is_found_in_its_forms(listed: str, said: str) -> None:
    assert heard(terms(entry(listed)), f"about {said} today") == [(listed, said)]


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("nation", "national"),
        ("universe", "university"),
        ("organ", "organise"),
        ("new", "news"),
        ("fee", "feed"),
        ("C++", "C and D"),
    ],
)
def test_another_word_is_no_form(listed: str, said: str) -> None:
    assert heard(terms(entry(listed)), said) == []


def test_a_listed_form_is_the_term_too() -> None:
    assert heard(terms(entry("mouse", forms=("mice",))), "three mice") == [("mouse", "mice")]


def test_what_a_recogniser_hears_instead_is_put_right() -> None:
    found = terms(entry("catheter", aliases=("cat eater",)), entry("LiveKit"))
    assert found.corrected("Cat eaters with the cat eater and live kit") == (
        "Cat eaters with the catheter and LiveKit"
    )


def test_a_name_is_written_as_the_glossary_has_it() -> None:
    found = terms(entry("Margaret Wilson", is_case_sensitive=True))
    found.believe_capitals(is_cased=False)
    assert found.corrected("That is margaret wilson") == "That is Margaret Wilson"


def test_a_name_with_capitals_is_no_common_word_where_the_text_has_capitals() -> None:
    found = terms(entry("Turkey", is_case_sensitive=True))
    assert heard(found, "In Rome he ate turkey") == []
    assert heard(found, "he went to turkey") == [("Turkey", "turkey")]
    assert heard(found, "Turkey agreed. He ate turkey in Rome") == [("Turkey", "Turkey")]


def test_a_recogniser_that_writes_capitals_is_believed_where_there_are_none() -> None:
    found = terms(entry("Turkey", is_case_sensitive=True))
    found.believe_capitals(is_cased=True)
    assert heard(found, "he ate turkey") == []
    found.believe_capitals(is_cased=False)
    assert heard(found, "On Monday he saw turkey") == [("Turkey", "turkey")]


def test_a_small_common_word_is_no_name() -> None:
    found = terms(entry("polish", is_case_sensitive=True))
    assert heard(found, "The Polish delegation will polish it") == [("polish", "polish")]


def test_a_term_that_is_a_word_like_it_is_found_in_capitals_alone() -> None:
    found = terms(entry("IT", "TI"), entry("who", "OMS"), entry("a"), entry("will", "testamento"))
    assert heard(found, "It is he who will fix it for the IT of the WHO, a good idea") == [
        ("IT", "IT"),
        ("who", "WHO"),
    ]
    assert heard(found, "IT IS A WILL") == []
    assert heard(terms(entry("it"), entry("it department")), "it was the it department") == [
        ("it department", "it department")
    ]


def test_a_term_across_two_units_is_found_in_the_second() -> None:
    found = terms(entry("city council"), entry("council"))
    matches = found.matches("council met", before="It was the city")
    assert [(m.entry.source, m.heard, m.begins_before) for m in matches] == [
        ("city council", "council", True)
    ]
    assert heard(found, "met again", before="the city council") == []


@pytest.mark.parametrize(
    ("words", "index", "is_cut"),
    [
        (["the", "city", "council"], 2, True),
        (["an", "active", "implantable"], 2, True),
        (["the", "city", "is"], 2, False),
        (["the", "city", "council"], 1, False),
        (["city", "council", "met"], 2, False),
    ],
)
def test_no_cut_inside_a_term(words: Sequence[str], index: int, *, is_cut: bool) -> None:
    found = terms(entry("city council"), entry("active implantable device"))
    assert found.is_cut(words, index) is is_cut


def test_of_two_entries_for_a_term_the_first_counts() -> None:
    assert (
        terms(entry("a word", "uno"), entry("a word", "dos"))
        .rows(terms(entry("a word", "uno"), entry("a word", "dos")).matches("a word"))[0]
        .target
        == "uno"
    )


def test_an_entry_without_a_rendering_here_matters_to_nobody() -> None:
    assert terms(Entry("en", "council", {"fr": Rendering("conseil")})).entries == ()


def test_too_many_rows_leave_the_longest_terms() -> None:
    found = terms(*(entry(f"word{n}") for n in range(20)), entry("city council"))
    text = " ".join(f"word{n}" for n in range(20)) + " city council"
    rows = found.rows(found.matches(text))
    assert len(rows) == 15
    assert rows[-1].source == "city council"


def test_scripts_without_spaces_are_matched_sign_by_sign() -> None:
    chinese = languages.load("zh")
    found = Terms([Entry("zh", "市议会", {"es": Rendering("concejo")})], chinese, ES)
    assert heard(found, "昨天市议会开会") == [("市议会", "市议会")]
