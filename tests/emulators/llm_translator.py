"""The product's LLM translator, through a real plugin, on an emulated LLM."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from pydantic import JsonValue

from interpreter.engines import open_translator
from interpreter.engines.identification import likeliest
from interpreter.engines.prefill import forget
from interpreter.engines.translator import TranslationRequest, Translator
from interpreter.settings import Settings
from tests.emulators import azure_openai, gemini, translating_llm
from tests.emulators.completions import MODEL
from tests.emulators.translating_llm import TranslatingLLM

PLUGIN = "livekit.plugins.openai:LLM"


@dataclass(frozen=True)
class Wire:
    """What is spoken between plugin and server."""

    plugin: str
    key: str
    """The variable that the plugin reads its key from."""
    serving: Callable[[TranslatingLLM], AbstractAsyncContextManager[str]]
    options: Callable[[str], dict[str, JsonValue]]
    """The plugin's, for a server's address."""


OPENAI = Wire(
    PLUGIN,
    "OPENAI_API_KEY",
    translating_llm.serving,
    lambda url: {"base_url": url, "model": MODEL},
)
AZURE = Wire(
    "livekit.plugins.openai:LLM.with_azure",
    "AZURE_OPENAI_API_KEY",
    translating_llm.serving,
    lambda url: {
        "azure_endpoint": url.removesuffix("/v1"),
        "azure_deployment": azure_openai.DEPLOYMENT,
        "api_version": "2024-10-21",
        "model": "gpt-4.1-mini",
    },
)
GEMINI = Wire(
    "interpreter.engines.google_llm:LLM",
    "GOOGLE_API_KEY",
    gemini.serving,
    lambda url: {"base_url": url, "model": gemini.MODELS[0]},
)
GEMINI_PLUGIN = Wire(
    "livekit.plugins.google:LLM",
    "GOOGLE_API_KEY",
    gemini.serving,
    lambda url: {"http_options": {"base_url": url}, "model": gemini.MODELS[0]},
)


@asynccontextmanager
async def translating(
    mind: TranslatingLLM,
    settings: Settings,
    *,
    limit_s: float = 10.0,
    target: str = "es",
    wire: Wire = OPENAI,
) -> AsyncIterator[Translator]:
    """A translator from English that knows nothing of its engine yet; the wire's key is set."""
    forget()
    async with wire.serving(mind) as url:
        chosen = settings.model_copy(
            update={
                "translator": wire.plugin,
                "translator_options": wire.options(url),
                "engine_timeout_s": limit_s,
            }
        )
        translator = open_translator("en", target, chosen)
        try:
            yield translator
        finally:
            await translator.aclose()


async def awake(settings: Settings) -> TranslatingLLM:
    """A mind that answers at once: Apertium reads its dictionaries at the first text, and the
    language identifier its model, which may take seconds."""
    likeliest("Awake.")
    await warm_up(open_translator("en", "es", settings))
    return TranslatingLLM(settings)


async def warm_up(translator: Translator) -> None:
    """As a pair does: once, for nobody."""
    async for _ in translator.translate(TranslationRequest("OK", is_warm_up=True)):
        pass
