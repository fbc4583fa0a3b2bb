"""Nouns in the place of terms, and renderings in theirs."""

import languages
from interpreter.events import TermRow
from interpreter.terms.standing_in import StandIn, stood_in


def stand_in(text: str, *rows: TermRow, source: str = "en", target: str = "es") -> StandIn:
    made = stood_in(text, rows, languages.load(source), languages.load(target))
    assert made is not None
    return made


def test_a_noun_of_the_rendering_s_gender_stands_for_a_term() -> None:
    made = stand_in("The new charger broke.", TermRow("charger", "cargador"))
    assert made.text == "The new telescope broke."
    assert made.restored("El telescopio nuevo se rompió.") == "El cargador nuevo se rompió."
    assert made.restored("El nuevo aparato se rompió.") is None


def test_what_spanish_puts_in_the_singular_has_its_rendering_there() -> None:
    row = TermRow("side effects", "efecto secundario", is_plural=True)
    made = stand_in("They found no side effects.", row)
    assert made.text == "They found no telescopes."
    found = made.restored("No encontraron ningún telescopio.")
    assert found == "No encontraron ningún efecto secundario."


def test_a_rendering_that_is_plural_as_it_is_listed_has_a_plural_in_its_place() -> None:
    made = stand_in("Read the instructions.", TermRow("instructions", "instrucciones de uso"))
    assert made.text == "Read the giraffes."
    assert made.restored("Lee las jirafas.") == "Lee las instrucciones de uso."
    final = stand_in("They lost the quarter-final.", TermRow("quarter-final", "cuartos de final"))
    assert final.text == "They lost the telescopes."


def test_a_word_that_only_looks_plural_has_none() -> None:
    assert stand_in("A pacemaker.", TermRow("pacemaker", "marcapasos")).text == "A telescope."
    assert stand_in("A test.", TermRow("test", "análisis de sangre")).text == "A telescope."


def test_between_languages_with_genders_the_noun_has_both_genders() -> None:
    made = stand_in(
        "contra la licitación",
        TermRow("licitación", "concurso público"),
        source="es",
        target="pt",
    )
    assert made.text == "contra la nariz"
    assert made.restored("contra o nariz") == "contra o concurso público"


def test_where_the_target_has_no_genders_the_noun_has_the_source_s() -> None:
    made = stand_in(
        "Dos faltas.", TermRow("faltas", "foul", is_plural=True), source="es", target="en"
    )
    assert made.text == "Dos jirafas."
    assert made.restored("Two giraffes.") == "Two fouls."


def test_the_english_article_follows_the_rendering() -> None:
    made = stand_in("una enmienda", TermRow("enmienda", "amendment"), source="es", target="en")
    assert made.restored("a giraffe") == "an amendment"


def test_a_rendering_may_hold_a_noun_that_stands_for_others() -> None:
    row = TermRow("electric guitars", "jirafa eléctrica", is_plural=True)
    made = stand_in("Two electric guitars.", row)
    assert made.restored("Dos jirafas.") == "Dos jirafas eléctricas."
