"""Whether a translation has what the glossary asks for, and nothing else of it."""

import pytest

import languages
from glossaries.entry import Entry, Rendering
from interpreter.terms import Terms
from interpreter.terms.verifying import Checked

EN, ES = languages.load("en"), languages.load("es")
COUNCIL = Entry(
    "en", "city council", {"es": Rendering("concejo municipal", forbidden=("ayuntamiento",))}
)
CATHETER = Entry("en", "catheter", {"es": Rendering("catéter")})
LIVEKIT = Entry("en", "LiveKit", is_kept=True)
MOUSE = Entry("en", "mouse", {"es": Rendering("ratón", forms=("roedor",))})
TURKEY = Entry("en", "Turkey", {"es": Rendering("Turquía")}, is_case_sensitive=True)
TERMS = Terms([COUNCIL, CATHETER, LIVEKIT, MOUSE, TURKEY], EN, ES)


def checked(source: str, target: str, terms: Terms = TERMS) -> Checked:
    return terms.check(terms.matches(source), target)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("The city council met.", "El concejo municipal se reunió."),
        ("The city councils met.", "Los concejos municipales se reunieron."),
        ("A mouse.", "Un roedor."),
        ("We use LiveKit.", "Usamos LiveKit."),
        ("Turkey agreed.", "Turquía aceptó."),
        ("No term here.", "Aquí no hay nada."),
    ],
)
def test_a_rendering_counts_in_any_form(source: str, target: str) -> None:
    assert checked(source, target).findings == ()


@pytest.mark.parametrize(
    ("source", "target", "kind"),
    [
        ("The city council met.", "El pleno se reunió.", "term"),
        ("The city council met.", "El ayuntamiento se reunió.", "forbidden"),
        ("The catheter moved.", "El catheter se movió.", "copied"),
        ("We use LiveKit.", "Usamos el equipo vivo.", "term"),
        ("Turkey agreed.", "La turquía aceptó.", "term"),
    ],
)
def test_what_is_wrong_has_a_kind(source: str, target: str, kind: str) -> None:
    assert [finding.kind for finding in checked(source, target).findings] == [kind]


def test_a_term_said_twice_may_be_a_pronoun_the_second_time() -> None:
    source = "The catheter is new, and the catheter is safe."
    assert checked(source, "El catéter es nuevo, y es seguro.").findings == ()


def test_a_rendering_inside_another_does_not_count_for_both() -> None:
    inner = Entry("en", "plenary", {"es": Rendering("pleno")})
    outer = Entry("en", "full council", {"es": Rendering("pleno municipal")})
    terms = Terms([inner, outer], EN, ES)
    found = checked("The plenary of the full council", "El pleno municipal", terms)
    assert (found.hits, len(found.findings)) == (("full council",), 1)


def test_what_was_left_in_the_source_language_is_replaced() -> None:
    findings = checked("Two catheters.", "Dos catheters.").findings
    assert TERMS.mended("Dos catheters.", findings) == "Dos catéteres."


def test_a_forbidden_word_gives_way_to_a_rendering_of_its_gender() -> None:
    target = "Los ayuntamientos y el ayuntamiento."
    findings = checked("The city councils and the city council.", target).findings
    assert TERMS.mended(target, findings) == "Los concejos municipales y el concejo municipal."


def test_a_row_offered_before_is_not_to_stand_in_what_follows() -> None:
    offered = TERMS.matches("The city council met.")
    false = TERMS.false_copies(offered, (), "El concejo municipal: era tarde.")
    assert [finding.wrong for finding in false] == ["concejo municipal"]
    assert TERMS.false_copies(offered, offered, "El concejo municipal.") == ()


def test_renderings_that_are_each_other_s_terms_are_put_right_once() -> None:
    actual = Entry("en", "actual", {"es": Rendering("real")})
    terms = Terms([actual, Entry("en", "real", {"es": Rendering("actual")})], EN, ES)
    both = checked("The actual budget is real.", "El presupuesto real es actual.", terms)
    assert (both.findings, len(both.hits)) == ((), 2)

    wrong = "El presupuesto actual."
    mended = terms.mended(wrong, checked("The actual budget.", wrong, terms).findings)
    assert mended == "El presupuesto real."
    assert checked("The actual budget.", mended, terms).findings == ()
