"""How an answer of OpenAI's protocol ended: by itself, at a limit, or by a filter; and what is none
of its answers."""

import pytest
from aiohttp import web

from interpreter.engines import open_translator
from interpreter.engines.diagnosis import EngineFault, diagnose
from interpreter.engines.translator import Translator
from interpreter.errors import EngineRefused, EngineUnavailable
from interpreter.settings import Settings
from tests.contract.test_llm_translator import heard
from tests.emulators.llm_translator import AZURE, OPENAI, Wire
from tests.emulators.manners import Does, Manner
from tests.emulators.places import HOST, in_thread
from tests.emulators.translating_llm import TranslatingLLM

pytestmark = pytest.mark.live

SHORT, TRANSLATED = "The school is closed.", "La escuela está cerrada."
"""So short that nothing but its end tells that a part is missing."""


@pytest.fixture(params=[pytest.param(OPENAI, id="openai"), pytest.param(AZURE, id="azure")])
def wire(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Wire:
    one: Wire = request.param
    monkeypatch.setenv(one.key, "none-is-needed")
    return one


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


# --- what is no answer


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", "<!doctype html><title>Sign in</title><form></form>"),
        ("application/json", '{"error": {"message": "Not here.", "code": "none"}}'),
        ("text/event-stream", ""),
        ("text/event-stream", "data: [DONE]\n\n"),
        ("text/event-stream", 'data: {"status": "ok"}\n\ndata: [DONE]\n\n'),
    ],
)
async def test_another_service_is_told_from_an_empty_answer(
    offline: Settings, monkeypatch: pytest.MonkeyPatch, kind: str, body: str
) -> None:
    monkeypatch.setenv(OPENAI.key, "none-is-needed")

    async def anything(_request: web.Request) -> web.Response:
        return web.Response(text=body, content_type=kind)

    def service() -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", anything)
        return app

    async with in_thread(service) as port:
        options = OPENAI.options(f"http://{HOST}:{port}/v1")
        chosen = {"translator": OPENAI.plugin, "translator_options": options}
        translator = open_translator("en", "es", offline.model_copy(update=chosen))
        with pytest.raises(
            EngineUnavailable, match="no message of OpenAI's protocol.*login page"
        ) as it:
            await heard(translator)
        await translator.aclose()
    told = diagnose(it.value, kind="translator", key="SOME_KEY", language="Spanish", tag="es")
    assert told.fault is EngineFault.ELSEWHERE


async def test_an_empty_answer_is_still_one(mind: TranslatingLLM, translator: Translator) -> None:
    mind.manner = Manner(Does.EMPTY)

    with pytest.raises(EngineRefused, match="no translation .empty"):
        await heard(translator)
