"""A glossary and the LLM translator: told the rows, told what was wrong."""

import pytest

from interpreter.engines.translator import TranslationRequest, Translator
from interpreter.events import TermRow
from interpreter.settings import Settings
from tests.emulators.habits import Habits
from tests.emulators.llm_translator import translating
from tests.emulators.translating_llm import TranslatingLLM

pytestmark = pytest.mark.live

TEXT = "The city council did not approve 14 plans."
ROW = TermRow("city council", "concejo municipal")


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none-is-needed")


async def answer(translator: Translator, *repair: str) -> str:
    request = TranslationRequest(TEXT, terms=(ROW,), repair=repair)
    return "".join([piece async for piece in translator.translate(request)])


async def test_it_follows_the_rows_that_it_is_told(offline: Settings) -> None:
    async with translating(TranslatingLLM(offline), offline, limit_s=20.0) as translator:
        assert await answer(translator) == "El concejo municipal no aprobó 14 planes."


async def test_told_what_was_wrong_it_may_do_better(offline: Settings) -> None:
    careless = TranslatingLLM(offline, habits=Habits(follows_terms=0.0, wrong_numbers=1.0))
    async with translating(careless, offline, limit_s=20.0) as translator:
        wrong = await answer(translator)
        assert "concejo" not in wrong
        assert "15" in wrong
        careless.habits = Habits()
        assert "concejo municipal" in await answer(translator, "say concejo municipal")
        assert "put this right" in str(careless.requests[-1])
