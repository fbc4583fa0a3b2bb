"""Renderings in another number, and what stands before them."""

import pytest

import languages
from interpreter.terms.forms import Gender, after, gender, plural
from interpreter.terms.words import is_form


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("es", "presupuesto participativo", "presupuestos participativos"),
        ("es", "junta de gobierno", "juntas de gobierno"),
        ("es", "sesión", "sesiones"),
        ("es", "autobús", "autobuses"),
        ("es", "juez", "jueces"),
        ("ca", "ple municipal", "ples municipals"),
        ("ca", "sessió", "sessions"),
        ("ca", "vaca", "vaques"),
        ("ca", "procés", "processos"),
        ("ca", "bomba d'infusió", "bombes d'infusió"),
        ("fr", "conseil municipal", "conseils municipaux"),
        ("it", "consiglio comunale", "consigli comunali"),
        ("pt", "sessão", "sessões"),
        ("en", "call for tenders", "calls for tenders"),
        ("en", "penalty kick", "penalty kicks"),
        ("en", "abbey", "abbeys"),
    ],
)
def test_a_plural_is_made_of_the_noun_and_what_agrees(language: str, one: str, many: str) -> None:
    assert plural(one, languages.load(language)) == many


@pytest.mark.parametrize(
    ("language", "rendering", "known"),
    [
        ("es", "acta", Gender.FEMININE),
        ("es", "sistema de alarma", Gender.MASCULINE),
        ("es", "orden del día", Gender.MASCULINE),
        ("es", "mano", Gender.FEMININE),
        ("ca", "reunió", Gender.FEMININE),
        ("ca", "ajuntament", Gender.MASCULINE),
        ("ca", "anàlisi de sang", Gender.FEMININE),
        ("es", "contratista", Gender.MASCULINE),
        ("es", "lista de espera", Gender.FEMININE),
        ("pt", "grande penalidade", Gender.FEMININE),
        ("en", "council", None),
    ],
)
def test_a_gender_is_known_by_the_end_of_the_noun(
    language: str, rendering: str, known: Gender | None
) -> None:
    assert gender(rendering, languages.load(language)) is known


@pytest.mark.parametrize(
    ("language", "before", "rendering", "joined"),
    [
        ("es", "leyó la ", "acta", "leyó el "),
        ("ca", "Va anar al ", "ajuntament", "Va anar a l'"),
        ("ca", "el ", "ple", "el "),
        ("fr", "Le ", "arrêté", "L'"),
    ],
)
def test_the_article_follows_the_rendering(
    language: str, before: str, rendering: str, joined: str
) -> None:
    assert after(before, rendering, languages.load(language)) == joined


@pytest.mark.parametrize(
    ("language", "one", "other", "are_forms"),
    [
        ("es", "concejal", "concejalas", True),
        ("es", "defensor", "defensa", False),
        ("es", "asistencias", "asistencia", True),
        ("ca", "assisteix", "assistència", False),
        ("ca", "pena", "penal", False),
        ("ca", "reunions", "reunió", True),
        ("pt", "jogador", "jogadoras", True),
    ],
)
def test_words_of_one_stem_are_forms_of_each_other_unless_one_is_derived(
    language: str, one: str, other: str, *, are_forms: bool
) -> None:
    assert is_form(one, other, language) is are_forms
