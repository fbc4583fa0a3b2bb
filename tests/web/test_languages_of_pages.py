"""Pages speak the reader's language, and every catalogue says all that the pages say."""

import re
from contextlib import AbstractAsyncContextManager

import pytest

from tests.web.conftest import Site
from web.catalogues import read_catalogue, strings
from web.i18n import CATALOGUES, available, negotiate, translations

SITE = AbstractAsyncContextManager[Site]
catalogues = pytest.mark.parametrize("locale", [tag for tag in available() if tag != "en"])


def translated(locale: str) -> dict[str, str]:
    catalogue = read_catalogue(CATALOGUES / locale / "LC_MESSAGES" / "messages.po")
    return {str(one.id): str(one.string) for one in catalogue if one.id}


@catalogues
def test_a_catalogue_has_every_string_and_no_other(locale: str) -> None:
    expected = {str(one.id) for one in strings() if one.id}
    assert set(translated(locale)) == expected, "run `python -m web strings`"


@catalogues
def test_every_string_is_translated_with_its_places(locale: str) -> None:
    wrong = [
        message
        for message, text in translated(locale).items()
        if not text or sorted(re.findall(r"{\w*}", message)) != sorted(re.findall(r"{\w*}", text))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("de, ca;q=0.8, es;q=0.9", "es"),
        ("de", "en"),
        ("*", "en"),
        ("es;q=0", "en"),
        ("es;q=x, ca", "ca"),
        ("<b>; --> \u202e", "en"),
    ],
)
def test_the_best_language_that_the_browser_asks_for_is_taken(header: str, locale: str) -> None:
    assert str(negotiate(header)) == locale


def test_the_header_of_a_catalogue_is_never_shown() -> None:
    assert translations("en").gettext("Listen") == "Listen"
    assert translations("es").gettext("Listen") == "Escuchar"


async def test_a_page_and_its_languages_are_named_in_the_readers_language(site: SITE) -> None:
    async with site as web:
        web.begin()
        page = await web.http.get("/m/m1", headers={"Accept-Language": "ca"})
    assert '<html lang="ca" dir="ltr">' in page.text
    assert "Escoltar" in page.text
    assert "espanyol" in page.text
    assert page.headers["vary"].startswith("Accept-Language")


async def test_errors_speak_the_readers_language_in_pages_and_in_json(site: SITE) -> None:
    async with site as web:
        spanish = {"Accept-Language": "es"}
        page = await web.http.get("/m/nowhere", headers=spanish)
        answer = await web.http.post(
            "/api/meetings/nowhere/join", json={"role": "listener"}, headers=spanish
        )
        form = await web.http.post("/meetings", data={"name": ""}, headers=spanish)
    assert "No existe esta reunión" in page.text
    assert answer.json()["sentence"].startswith("Compruebe que el enlace")
    assert "Dé a la reunión un nombre" in form.text
