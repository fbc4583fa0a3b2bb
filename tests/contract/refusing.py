"""Every way in which a provider says no, as its emulator says it: a row each."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import pytest
from livekit.agents import utils
from pydantic import JsonValue

from interpreter.engines.diagnosis import EngineFault
from interpreter.engines.fallback.breaker import Trouble
from interpreter.events import EngineKind
from interpreter.settings import Settings
from tests.contract.engines import (
    AZURE_STT,
    AZURE_TTS,
    DEEPGRAM_STT,
    DEEPGRAM_TTS,
    GOOGLE_STT,
    GOOGLE_TTS,
    OURS,
    TONES,
)
from tests.emulators import (
    azure_openai,
    azure_server,
    gemini,
    google_server,
    openai_server,
    translating_llm,
)
from tests.emulators.deepgram import KEY as DEEPGRAM_KEY
from tests.emulators.deepgram import Deepgram
from tests.emulators.deepgram import serving as serving_deepgram
from tests.emulators.ears import TonesHeard
from tests.emulators.faults import Fault
from tests.emulators.llm_translator import AZURE, GEMINI, OPENAI
from tests.emulators.mouths import Hum
from tests.emulators.openai_server import OpenAI
from tests.emulators.translating_llm import TranslatingLLM

OPENAI_TTS = "livekit.plugins.openai:TTS"
WRONG_KEY = "sk-wrong-0a1b2c3d4e5f6a7b8c9d"
RIGHT_KEY = "the-right-one-that-nobody-has"

Options = dict[str, JsonValue]
Served = Callable[["Refusal", Settings], AbstractAsyncContextManager[Options]]


@dataclass(frozen=True)
class Meaning:
    """What a refusal is taken for."""

    says: str
    """In the log; a pattern."""
    fault: EngineFault
    """In the doctor's table."""
    trouble: Trouble
    """In switches and metrics."""


@dataclass(frozen=True)
class Refusal:
    """An engine that says no: what its operator is told, and what others make of it."""

    name: str
    kind: EngineKind
    path: str
    served: Served
    means: Meaning
    does: Fault | None = None
    """None: the key is wrong."""
    options: Options = field(default_factory=dict)
    key: str = WRONG_KEY


@asynccontextmanager
async def _azure(
    refusal: Refusal, _settings: Settings, *, scheme: str, path: str
) -> AsyncIterator[Options]:
    server = azure_server.Azure(TonesHeard(TONES))
    server.faults.always = refusal.does
    server.key = "" if refusal.does or refusal.options else RIGHT_KEY
    async with azure_server.serving(server) as at:
        yield {"speech_endpoint": f"{scheme}://{at}{path}"}


@asynccontextmanager
async def _google(refusal: Refusal, _settings: Settings) -> AsyncIterator[Options]:
    server = google_server.Google(TonesHeard(TONES))
    server.faults.always = refusal.does or Fault("401")
    async with google_server.serving(server) as endpoint:
        yield {"endpoint": endpoint}


@asynccontextmanager
async def _deepgram(refusal: Refusal, _settings: Settings) -> AsyncIterator[Options]:
    server = Deepgram(TonesHeard(TONES), Hum())
    server.faults.always = refusal.does
    async with serving_deepgram(server) as url:
        yield {"base_url": url}


@asynccontextmanager
async def _openai(refusal: Refusal, _settings: Settings) -> AsyncIterator[Options]:
    server = OpenAI(TonesHeard(TONES), key="" if refusal.does or refusal.options else RIGHT_KEY)
    server.faults.always = refusal.does
    async with openai_server.serving(server) as url:
        yield {"base_url": url}


@asynccontextmanager
async def _openai_llm(refusal: Refusal, settings: Settings) -> AsyncIterator[Options]:
    async with translating_llm.serving(_mind(refusal, settings)) as url:
        yield OPENAI.options(url)


@asynccontextmanager
async def _azure_llm(refusal: Refusal, settings: Settings) -> AsyncIterator[Options]:
    mind = _mind(refusal, settings)
    mind.key = "" if refusal.options else mind.key
    mind.models = (azure_openai.DEPLOYMENT,)
    async with translating_llm.serving(mind) as url:
        yield AZURE.options(url)


@asynccontextmanager
async def _gemini(refusal: Refusal, settings: Settings) -> AsyncIterator[Options]:
    async with gemini.serving(_mind(refusal, settings)) as url:
        yield GEMINI.options(url)


def _mind(refusal: Refusal, settings: Settings) -> TranslatingLLM:
    mind = TranslatingLLM(settings, key="" if refusal.does else RIGHT_KEY)
    mind.faults.always = refusal.does
    return mind


def keys(refusal: Refusal, monkeypatch: pytest.MonkeyPatch) -> None:
    """As its operator has set them."""
    for name in _KEYS:
        monkeypatch.setenv(name, refusal.key)


@asynccontextmanager
async def chosen(refusal: Refusal, settings: Settings) -> AsyncIterator[Settings]:
    """Settings with this engine alone, while its server runs."""
    what = _SETTINGS[refusal.kind]
    async with refusal.served(refusal, settings) as reached, utils.http_context.open():
        options = reached | refusal.options
        yield settings.model_copy(update={what: refusal.path, f"{what}_options": options})


_KEYS = (
    "AZURE_OPENAI_API_KEY",
    "AZURE_SPEECH_KEY",
    "DEEPGRAM_API_KEY",
    "GOOGLE_API_KEY",
    "OPENAI_API_KEY",
)
HEARS, TRANSLATES, SPEAKS = EngineKind.RECOGNISER, EngineKind.TRANSLATOR, EngineKind.VOICE
_SETTINGS = {HEARS: "stt", TRANSLATES: "translator", SPEAKS: "tts"}
_azure_hears = partial(
    Refusal,
    kind=HEARS,
    path=AZURE_STT,
    served=partial(_azure, scheme="ws", path=azure_server.RECOGNITION),
)
_azure_speaks = partial(
    Refusal,
    kind=SPEAKS,
    path=AZURE_TTS,
    served=partial(_azure, scheme="http", path=azure_server.SPEECH),
)
_google_hears = partial(Refusal, kind=HEARS, path=GOOGLE_STT, served=_google)
_google_speaks = partial(Refusal, kind=SPEAKS, path=GOOGLE_TTS, served=_google)
_deepgram_hears = partial(Refusal, kind=HEARS, path=DEEPGRAM_STT, served=_deepgram)
_deepgram_speaks = partial(Refusal, kind=SPEAKS, path=DEEPGRAM_TTS, served=_deepgram)
_openai_hears = partial(Refusal, kind=HEARS, path=OURS, served=_openai)
_openai_speaks = partial(Refusal, kind=SPEAKS, path=OPENAI_TTS, served=_openai)
_openai_translates = partial(Refusal, kind=TRANSLATES, path=OPENAI.plugin, served=_openai_llm)
_azure_translates = partial(Refusal, kind=TRANSLATES, path=AZURE.plugin, served=_azure_llm)
_gemini_translates = partial(Refusal, kind=TRANSLATES, path=GEMINI.plugin, served=_gemini)

_KEY = "refused the key .401"
_OPTIONS = "refused the request .400.*; look at the engine.s options"
_SPENT = Meaning(
    "no credit left .*look at its plan and its bills", EngineFault.NO_QUOTA, Trouble.QUOTA
)
_WRONG_KEY = Meaning(_KEY, EngineFault.KEY_REFUSED, Trouble.KEY)
_LANGUAGE = Meaning(_OPTIONS, EngineFault.LANGUAGE, Trouble.REFUSED)
_VOICE = Meaning(_OPTIONS, EngineFault.VOICE, Trouble.REFUSED)
_WRONG_KEY_OR_REGION = Meaning(
    "does not know it in this region .401.; take a valid key and its region",
    EngineFault.KEY_OR_REGION,
    Trouble.KEY,
)
_RATE = Meaning("asked too often .429", EngineFault.TOO_OFTEN, Trouble.RATE_LIMIT)

REFUSALS: tuple[Refusal, ...] = (
    _azure_hears("azure-hears-key", means=_WRONG_KEY_OR_REGION),
    _azure_hears(
        "azure-hears-spent-quota",
        means=_SPENT,
        does=Fault("close", code=1007, says="Quota exceeded"),
    ),
    _azure_hears(
        "azure-hears-not-allowed",
        means=Meaning(
            "may not use this model, or not in this region .403",
            EngineFault.KEY_OR_REGION,
            Trouble.KEY,
        ),
        does=Fault("401", says="quota"),
    ),
    _azure_hears("azure-hears-language", means=_LANGUAGE, does=Fault("401", says="language")),
    _azure_hears(
        "azure-hears-deployment",
        means=Meaning(
            "does not know this address or model .404", EngineFault.MODEL, Trouble.REFUSED
        ),
        does=Fault("401", says="deployment"),
    ),
    _azure_speaks("azure-speaks-key", means=_WRONG_KEY_OR_REGION),
    _azure_speaks("azure-speaks-spent-quota", means=_SPENT, does=Fault("401", says="quota")),
    _azure_speaks("azure-speaks-too-often", means=_RATE, does=Fault("429", wait_s=7.0)),
    _azure_speaks("azure-speaks-voice", means=_VOICE, options={"voice": "es-ES-Nobody"}),
    _google_hears("google-hears-account", means=_WRONG_KEY),
    _google_hears("google-hears-language", means=_LANGUAGE, does=Fault("401", says="language")),
    _google_hears(
        "google-hears-location",
        means=Meaning(_OPTIONS, EngineFault.LOCATION, Trouble.REFUSED),
        does=Fault("401", says="region"),
    ),
    _google_hears("google-hears-billing", means=_SPENT, does=Fault("401", says="billing")),
    _google_speaks("google-speaks-account", means=_WRONG_KEY),
    _google_speaks("google-speaks-voice", means=_VOICE, does=Fault("401", says="voice")),
    _google_speaks("google-speaks-too-often", means=_RATE, does=Fault("429")),
    _deepgram_hears("deepgram-hears-key", means=_WRONG_KEY),
    _deepgram_hears(
        "deepgram-hears-expired-key",
        means=Meaning(_KEY, EngineFault.KEY_EXPIRED, Trouble.KEY),
        does=Fault("401", says="The token has expired."),
    ),
    _deepgram_hears(
        "deepgram-hears-no-credit", means=_SPENT, does=Fault("429", says="insufficient_quota")
    ),
    _deepgram_hears(
        "deepgram-hears-language", means=_LANGUAGE, options={"language": "gl"}, key=DEEPGRAM_KEY
    ),
    _deepgram_speaks("deepgram-speaks-key", means=_WRONG_KEY),
    _deepgram_speaks(
        "deepgram-speaks-no-credit", means=_SPENT, does=Fault("429", says="insufficient_quota")
    ),
    _deepgram_speaks(
        "deepgram-speaks-voice",
        means=_VOICE,
        options={"voice": "aura-2-nobody-es"},
        key=DEEPGRAM_KEY,
    ),
    _openai_hears("openai-hears-key", means=_WRONG_KEY),
    _openai_hears(
        "openai-hears-no-credit",
        means=_SPENT,
        does=Fault("429", says="insufficient_quota", wait_s=0.0),
    ),
    _openai_speaks("openai-speaks-key", means=_WRONG_KEY),
    _openai_speaks(
        "openai-speaks-no-credit",
        means=_SPENT,
        does=Fault("429", says="insufficient_quota", wait_s=0.0),
    ),
    _openai_speaks(
        "openai-speaks-voice",
        means=Meaning("refused the request", EngineFault.VOICE, Trouble.REFUSED),
        options={"voice": "nobody"},
    ),
    _openai_translates("openai-translates-key", means=_WRONG_KEY),
    _openai_translates(
        "openai-translates-no-credit",
        means=_SPENT,
        does=Fault("429", says="insufficient_quota", wait_s=0.0),
    ),
    _azure_translates(
        "azure-translates-key",
        means=Meaning(
            "refused the key .401.*AZURE_OPENAI_API_KEY and AZURE_OPENAI_ENDPOINT",
            EngineFault.KEY_OR_ENDPOINT,
            Trouble.KEY,
        ),
    ),
    _azure_translates(
        "azure-translates-deployment",
        means=Meaning(
            "no such deployment .404.*azure_deployment", EngineFault.MODEL, Trouble.REFUSED
        ),
        options={"azure_deployment": "gpt-4.1-mini"},
    ),
    _azure_translates(
        "azure-translates-version",
        means=Meaning(
            "API version .404.*OPENAI_API_VERSION", EngineFault.API_VERSION, Trouble.REFUSED
        ),
        options={"api_version": "2022-12-01"},
    ),
    _azure_translates("azure-translates-too-often", means=_RATE, does=Fault("429", wait_s=7.0)),
    _gemini_translates(
        "gemini-translates-key",
        means=Meaning("refused the key .400", EngineFault.KEY_REFUSED, Trouble.KEY),
    ),
    _gemini_translates(
        "gemini-translates-expired-key",
        means=Meaning("refused the key .400", EngineFault.KEY_EXPIRED, Trouble.KEY),
        does=Fault("401", says="API_KEY_EXPIRED"),
    ),
    _gemini_translates(
        "gemini-translates-no-credit", means=_SPENT, does=Fault("401", says="CREDITS")
    ),
    _gemini_translates(
        "gemini-translates-country",
        means=Meaning("does not serve this country", EngineFault.NOT_HERE, Trouble.REFUSED),
        does=Fault("401", says="FAILED_PRECONDITION"),
    ),
)
