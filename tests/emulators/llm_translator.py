"""The product's LLM translator, through the real openai plugin, on an emulated LLM."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from interpreter.engines import open_translator
from interpreter.engines.prefill import forget
from interpreter.engines.translator import Translator
from interpreter.settings import Settings
from tests.emulators.completions import MODEL
from tests.emulators.translating_llm import TranslatingLLM, serving

PLUGIN = "livekit.plugins.openai:LLM"


@asynccontextmanager
async def translating(
    mind: TranslatingLLM, settings: Settings, *, limit_s: float = 10.0, target: str = "es"
) -> AsyncIterator[Translator]:
    """A translator from English that knows nothing of its engine yet; OPENAI_API_KEY is set."""
    forget()
    async with serving(mind) as url:
        chosen = settings.model_copy(
            update={
                "translator": PLUGIN,
                "translator_options": {"base_url": url, "model": MODEL},
                "engine_timeout_s": limit_s,
            }
        )
        translator = open_translator("en", target, chosen)
        try:
            yield translator
        finally:
            await translator.aclose()
