"""What an LLM is asked for when a part of the translation was spoken: to go on with it, where the
engine can, and else for the whole or the rest, in words."""

from collections.abc import AsyncIterator

import pytest

from interpreter.engines.translator import Translator
from interpreter.errors import EngineRefused
from interpreter.settings import Settings
from tests.contract.test_llm_translator import TRANSLATED, heard
from tests.emulators.llm_translator import GEMINI, translating, warm_up
from tests.emulators.manners import Continues, Does, Manner
from tests.emulators.translating_llm import TranslatingLLM

pytestmark = pytest.mark.live

BEGUN = "El puente nuevo costará"


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.setenv(name, "none-is-needed")


@pytest.fixture
async def translator(mind: TranslatingLLM, offline: Settings) -> AsyncIterator[Translator]:
    async with translating(mind, offline, limit_s=5.0) as one:
        yield one


@pytest.mark.parametrize(
    ("continues", "role", "is_flagged"),
    [
        pytest.param(Continues.YES, "assistant", None, id="it goes on with what was said"),
        pytest.param(Continues.FLAGGED, "assistant", True, id="it goes on when it is told to"),
        pytest.param(Continues.NO, "user", None, id="it is asked for the whole unit"),
    ],
)
async def test_an_engine_is_asked_to_go_on_where_it_can(
    mind: TranslatingLLM,
    translator: Translator,
    continues: Continues,
    role: str,
    is_flagged: bool | None,
) -> None:
    mind.continues = continues
    await warm_up(translator)

    assert "".join(await heard(translator, committed=BEGUN)) == TRANSLATED
    asked, last = mind.requests[-1], mind.requests[-1]["messages"][-1]
    assert (last["role"], last["content"] == BEGUN) == (role, role == "assistant")
    assert asked.get("continue_final_message") is is_flagged


async def test_whether_it_can_is_asked_once(mind: TranslatingLLM, translator: Translator) -> None:
    await warm_up(translator)
    probed = len(mind.requests)
    await warm_up(translator)

    assert probed == 2
    assert len(mind.requests) == 3


async def test_an_answer_that_parts_from_what_was_said_is_asked_for_the_rest(
    mind: TranslatingLLM, translator: Translator
) -> None:
    mind.script.append(Manner(Does.IGNORE_PREFIX))

    answer = "".join(await heard(translator, committed="El nuevo puente costará"))

    assert answer.startswith("El nuevo puente costará cinco millones")
    assert "only what is still missing" in str(mind.requests[-1]["messages"][-1]["content"])


async def test_an_engine_that_never_goes_on_is_refused_in_the_end(
    mind: TranslatingLLM, translator: Translator
) -> None:
    mind.manner = Manner(Does.IGNORE_PREFIX)

    with pytest.raises(EngineRefused, match="parted"):
        await heard(translator, committed="El puente reciente costará")


async def test_an_open_unit_that_parts_from_what_was_said_stays_as_it_is(
    mind: TranslatingLLM, translator: Translator
) -> None:
    mind.manner = Manner(Does.IGNORE_PREFIX)

    answer = await heard(translator, committed="El nuevo puente costará", is_open=True)

    assert "".join(answer) == "El nuevo puente costará"
    assert len(mind.requests) == 1


async def test_gemini_is_asked_for_the_whole_as_its_chats_end_with_the_speaker(
    mind: TranslatingLLM, offline: Settings
) -> None:
    async with translating(mind, offline, limit_s=5.0, wire=GEMINI) as gemini:
        await warm_up(gemini)
        answer = "".join(await heard(gemini, committed=BEGUN))

    assert answer == TRANSLATED
    assert mind.requests[-1]["messages"][-1]["role"] == "user"
