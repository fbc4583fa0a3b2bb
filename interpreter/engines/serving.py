"""Which language an engine of a chain serves, and which pair: by the language files. Pure.

An engine whose list of languages is written in the profile serves those. One without serves what
the language files have a code of its provider for, and everything where no file has one.
"""

from functools import cache

import languages
from interpreter.engines.kinds import OFFLINE_ENGINES, Kind
from interpreter.engines.profiles import Engine
from interpreter.engines.routes import route
from languages import Language


def serves(kind: Kind, engine: Engine, language: Language) -> bool:
    """Whether a recogniser understands the language, or a voice speaks it."""
    if not engine.is_plugin:
        return engine.plugin in language.engines and engine.plugin == OFFLINE_ENGINES[kind]
    if engine.languages:
        return language.tag in engine.languages
    provider = provider_of(engine.plugin)
    return language.tag in _with_code(provider, kind) or not _with_code(provider, kind)


def translates(engine: Engine, source: Language, target: Language) -> bool:
    """Whether a translator leads from one language to the other."""
    if source.tag == target.tag:
        return False
    return engine.is_plugin or bool(route(source, target))


def code_of(language: Language, plugin: str, kind: Kind) -> str:
    """What a plugin's provider calls a language, by its file: as its kind does, else as its
    recogniser does; its tag where the file says nothing."""
    provider = provider_of(plugin)
    names = (f"{provider}_{kind}", f"{provider}_{Kind.STT}")
    return next((language.engines[one] for one in names if one in language.engines), language.tag)


@cache
def names_of(tag: str) -> frozenset[str]:
    """What recognisers call a language, without its region: "zh" and "cmn", "he" and "iw"."""
    engines = languages.load(tag).engines if tag in languages.available() else {}
    codes = (code for name, code in engines.items() if name.endswith(f"_{Kind.STT}"))
    return frozenset(map(primary, (tag, *codes)))


def primary(code: str) -> str:
    """A language's name without its script and its region."""
    return code.replace("_", "-").partition("-")[0].casefold()


def provider_of(plugin: str) -> str:
    """`azure` of `livekit.plugins.azure:TTS`, `deepgram` of `….deepgram_stt:STT`."""
    module = plugin.partition(":")[0].rpartition(".")[2]
    return module.removesuffix("_stt").removesuffix("_tts").removesuffix("_llm")


@cache
def _with_code(provider: str, kind: Kind) -> frozenset[str]:
    names = (
        (f"{provider}_{kind}", f"{provider}_voice") if kind is Kind.TTS else (f"{provider}_{kind}",)
    )
    return frozenset(
        tag
        for tag in languages.available()
        if any(name in languages.load(tag).engines for name in names)
    )
