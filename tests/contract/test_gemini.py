"""Gemini through the real google-genai library: what it says when it refuses, how long it wants to
be left alone, what it used, and where it is reached."""

from dataclasses import replace
from pathlib import Path

import pytest

from interpreter.cost import read_prices
from interpreter.engines import open_translator
from interpreter.engines.diagnosis import EngineFault, diagnose
from interpreter.engines.failures import told_wait_s
from interpreter.engines.fallback.breaker import Trouble
from interpreter.engines.fallback.trouble import told_by
from interpreter.engines.profiles import parse_profiles
from interpreter.engines.trial import State
from interpreter.errors import EngineError, EngineRefused, EngineUnavailable
from interpreter.profile_report import price_a_minute
from interpreter.settings import Settings
from interpreter.usage import Amounts, UsedEngine
from tests.contract.test_llm_translator import SENTENCE, TRANSLATED, heard
from tests.contract.test_trial import printed, tried
from tests.emulators import gemini
from tests.emulators.faults import Fault
from tests.emulators.llm_translator import GEMINI, translating
from tests.emulators.manners import Does, Manner
from tests.emulators.translating_llm import TranslatingLLM

pytestmark = pytest.mark.live

KEY = "AIza-Pr1vate-1234567890"
PROFILE = """
[tried]
stt = ["pocketsphinx"]
tts = ["espeak"]
translator = [{ plugin = "interpreter.engines.google_llm:LLM" }, "apertium"]
"""


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)


async def failed(mind: TranslatingLLM, settings: Settings) -> EngineError:
    async with translating(mind, settings, limit_s=20.0, wire=GEMINI) as translator:
        with pytest.raises(EngineError) as raised:
            await heard(translator)
    return raised.value


@pytest.mark.parametrize(
    ("fault", "kind", "says", "diagnosed"),
    [
        (Fault("401"), EngineRefused, "refused the key", EngineFault.KEY_REFUSED),
        (
            Fault("401", says="API_KEY_EXPIRED"),
            EngineRefused,
            "refused the key",
            EngineFault.KEY_EXPIRED,
        ),
        (
            Fault("401", says="CONSUMER_SUSPENDED"),
            EngineRefused,
            "consumer_suspended",
            EngineFault.NOT_ALLOWED,
        ),
        (Fault("401", says="PERMISSION_DENIED"), EngineRefused, "403", EngineFault.NOT_ALLOWED),
        (
            Fault("401", says="FAILED_PRECONDITION"),
            EngineRefused,
            "does not serve this country",
            EngineFault.NOT_HERE,
        ),
        (Fault("401", says="CREDITS"), EngineRefused, "no credit left", EngineFault.NO_QUOTA),
        (Fault("401", says="NOT_FOUND"), EngineRefused, "address or model", EngineFault.MODEL),
        (Fault("429"), EngineUnavailable, "asked too often", EngineFault.TOO_OFTEN),
        (Fault("500"), EngineUnavailable, "failed (500, internal)", EngineFault.SERVER),
        (Fault("500", says="UNAVAILABLE"), EngineUnavailable, "503", EngineFault.SERVER),
        (Fault("500", says="DEADLINE_EXCEEDED"), EngineUnavailable, "504", EngineFault.SERVER),
    ],
)
async def test_a_refusal_says_what_to_do_and_nothing_of_the_key(
    mind: TranslatingLLM,
    offline: Settings,
    fault: Fault,
    kind: type[EngineError],
    says: str,
    diagnosed: EngineFault,
) -> None:
    mind.faults.always = fault

    error = await failed(mind, offline)

    found = diagnose(error, kind="translator", key="GOOGLE_API_KEY", language="Spanish", tag="es")
    assert type(error) is kind
    assert says in str(error)
    assert found.fault is diagnosed
    assert KEY not in f"{error!r} {found.sentence}"


async def test_it_is_left_alone_for_as_long_as_it_says(
    mind: TranslatingLLM, offline: Settings
) -> None:
    mind.faults.always = Fault("429", wait_s=47.0)

    assert told_wait_s(await failed(mind, offline)) == 47.0


@pytest.mark.parametrize("does", [Does.FALL_SILENT, Does.CUT_OFF])
async def test_an_answer_that_does_not_end_as_it_should_is_asked_for_once_more(
    mind: TranslatingLLM, offline: Settings, does: Does
) -> None:
    mind.script.append(Manner(does))
    async with translating(mind, offline, limit_s=20.0, wire=GEMINI) as translator:
        assert "".join(await heard(translator)) == TRANSLATED
    assert len(mind.requests) == 2


@pytest.mark.parametrize(
    ("does", "trouble"),
    [(Does.FALL_SILENT, Trouble.ERROR), (Does.CUT_OFF, Trouble.REFUSED)],
)
async def test_a_text_that_it_cannot_finish_is_no_fault_of_its_server(
    mind: TranslatingLLM, offline: Settings, does: Does, trouble: Trouble
) -> None:
    mind.manner = Manner(does)

    assert told_by(await failed(mind, offline)).trouble is trouble


@pytest.mark.parametrize("end", ["/", "/v1", "/v1beta", "/v1beta/"])
async def test_its_address_may_have_the_version_that_its_library_adds(
    mind: TranslatingLLM, offline: Settings, end: str
) -> None:
    wire = replace(GEMINI, options=lambda url: GEMINI.options(f"{url}{end}"))
    async with translating(mind, offline, limit_s=20.0, wire=wire) as translator:
        assert "".join(await heard(translator)) == TRANSLATED


async def test_what_it_used_to_think_too_is_told_and_has_a_price(
    mind: TranslatingLLM, offline: Settings
) -> None:
    used: list[tuple[UsedEngine, Amounts]] = []
    async with gemini.serving(mind) as url:
        options = {"base_url": url, "model": "gemini-3.5-flash-lite"}
        chosen = {"translator": GEMINI.plugin, "translator_options": options}
        translator = open_translator(
            "en", "es", offline.model_copy(update=chosen), lambda *one: used.append(one)
        )
        await heard(translator)
        await translator.aclose()

    (engine, amounts), *_ = used
    assert amounts.input_tokens > len(SENTENCE.split())
    assert amounts.output_tokens == gemini.THOUGHTS + len(TRANSLATED.split())
    assert read_prices().of(engine) is not None


async def test_the_doctor_tries_it_at_the_address_in_the_environment(
    mind: TranslatingLLM, offline: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    profile = parse_profiles(PROFILE, "tried.toml")["tried"]
    async with gemini.serving(mind) as url:
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", url)
        works, *_ = await tried(profile, offline)
        mind.key = "AIza-the-right-one"
        refused, *_ = found = await tried(profile, offline)

    assert works.state is State.WORKS
    assert "reunión" in works.told
    assert price_a_minute(works, read_prices()).is_whole
    assert refused.told.startswith("key refused: The provider does not accept the key")
    assert "GOOGLE_API_KEY" in refused.told
    assert KEY not in printed(found)
