"""What every translator keeps, whoever makes it: a text's translation in pieces, nothing for
nothing, and an end when nobody listens any more."""

import asyncio
from contextlib import aclosing
from typing import Any, cast

import pytest

from interpreter.engines.translator import TranslationRequest, Translator
from interpreter.errors import EngineError
from interpreter.settings import Settings
from tests.contract.engines import AZURE_OPENAI_KEY, TRANSLATORS, Row, params

pytestmark = pytest.mark.parametrize("row", params(TRANSLATORS))

SENTENCE = "The city council did not approve 14 plans. "
ANSWER_S = 30.0


@pytest.fixture
def settings(
    row: Row[Translator],
    request: pytest.FixtureRequest,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Settings:
    if not any(mark.name == "provider" for mark in row.marks):
        monkeypatch.setenv("OPENAI_API_KEY", "sk-none-is-needed")
        monkeypatch.setenv("GOOGLE_API_KEY", "AIza-none-is-needed")
        monkeypatch.setenv("AZURE_OPENAI_API_KEY", AZURE_OPENAI_KEY)
    is_live = pytest.mark.live in row.marks
    found: Settings = request.getfixturevalue("offline") if is_live else settings
    return found


def translated(row: Row[Translator], settings: Settings, text: str) -> str:
    """The translation; or what the engine says about it."""
    found: list[str] = []

    async def main() -> None:
        async with row.opened(settings) as translator, asyncio.timeout(ANSWER_S):
            try:
                request = TranslationRequest(text, context=(("Hello.", "Hola."),))
                found.extend([piece async for piece in translator.translate(request)])
            except EngineError as error:
                found.append(f"{type(error).__name__}: {error}")

    row.run(main())
    return "".join(found)


def test_a_text_is_translated_with_its_number_and_its_negation(
    row: Row[Translator], settings: Settings
) -> None:
    answer = translated(row, settings, SENTENCE)
    assert "14" in answer
    assert {"no", "not"} & set(answer.lower().split())


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_is_nothing(row: Row[Translator], settings: Settings, text: str) -> None:
    assert translated(row, settings, text).strip() == ""


def test_a_text_of_ten_thousand_letters_is_translated_or_refused_in_a_sentence(
    row: Row[Translator], settings: Settings
) -> None:
    answer = translated(row, settings, SENTENCE * 230)
    assert answer.count("14") == 230 or answer.startswith("EngineRefused: A text of more than")


def test_whoever_stops_listening_is_not_waited_for(
    row: Row[Translator], settings: Settings
) -> None:
    async def main() -> None:
        async with row.opened(settings) as translator:
            pieces = cast(Any, translator.translate(TranslationRequest(SENTENCE * 5)))
            async with aclosing(pieces), asyncio.timeout(ANSWER_S):
                await anext(pieces)
            again = translator.translate(TranslationRequest(SENTENCE))
            assert "14" in "".join([piece async for piece in again])

    row.run(main())
