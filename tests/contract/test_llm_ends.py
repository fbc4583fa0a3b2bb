"""How an answer of OpenAI's protocol ended: by itself, at a limit, or by a filter."""

from collections.abc import AsyncIterator

import pytest

from interpreter.engines.translator import Translator
from interpreter.errors import EngineRefused
from interpreter.settings import Settings
from tests.contract.test_llm_translator import heard
from tests.emulators.llm_translator import AZURE, OPENAI, Wire, awake, translating
from tests.emulators.manners import Does, Manner
from tests.emulators.translating_llm import TranslatingLLM

pytestmark = pytest.mark.live

SHORT, TRANSLATED = "The school is closed.", "La escuela está cerrada."
"""So short that nothing but its end tells that a part is missing."""


@pytest.fixture(params=[pytest.param(OPENAI, id="openai"), pytest.param(AZURE, id="azure")])
def wire(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Wire:
    one: Wire = request.param
    monkeypatch.setenv(one.key, "none-is-needed")
    return one


@pytest.fixture
async def mind(offline: Settings) -> TranslatingLLM:
    return await awake(offline)


@pytest.fixture
async def translator(
    mind: TranslatingLLM, offline: Settings, wire: Wire
) -> AsyncIterator[Translator]:
    async with translating(mind, offline, limit_s=5.0, wire=wire) as one:
        yield one


async def test_an_answer_that_reached_its_limit_is_asked_for_once_more(
    mind: TranslatingLLM, translator: Translator
) -> None:
    mind.script.append(Manner(Does.CUT_OFF))

    assert "".join(await heard(translator, SHORT)) == TRANSLATED
    assert len(mind.requests) == 2


async def test_one_that_always_reaches_it_is_no_translation(
    mind: TranslatingLLM, translator: Translator
) -> None:
    mind.manner = Manner(Does.CUT_OFF)

    with pytest.raises(EngineRefused, match="no translation .cut off"):
        await heard(translator, SHORT)


async def test_an_answer_that_a_filter_has_cut_is_refused_in_a_sentence(
    mind: TranslatingLLM, translator: Translator
) -> None:
    mind.manner = Manner(Does.WITHHOLD)

    with pytest.raises(EngineRefused, match="does not take this text.*content_filter"):
        await heard(translator, SHORT)
    assert len(mind.requests) == 1


async def test_an_answer_that_gives_no_reason_is_believed(
    mind: TranslatingLLM, translator: Translator
) -> None:
    mind.manner = Manner(Does.FALL_SILENT)

    assert "".join(await heard(translator, SHORT)) == TRANSLATED.rpartition(" ")[0]
    assert len(mind.requests) == 1
