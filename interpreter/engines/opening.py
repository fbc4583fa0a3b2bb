"""Opens one engine of a profile's chain, and tells what it uses.

A plugin's own metrics are the source: they are what its provider counts, also for what was cut off
or said twice.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from interpreter.engines import name_of
from interpreter.engines.chosen import resolved
from interpreter.engines.kinds import Kind
from interpreter.engines.profiles import Engine, Options
from interpreter.usage import OnUsage
from languages import Language

_THINKERS = re.compile(r"gpt-[5-9]|o\d")
"""OpenAI's models that think before they answer, unless they are told not to."""

if TYPE_CHECKING:
    from livekit.agents import stt

    from interpreter.engines.translator import Translator
    from interpreter.engines.voice import Voice
    from interpreter.settings import Settings


def recogniser(
    engine: Engine,
    language: Language,
    settings: "Settings",
    phrases: Sequence[str],
    on_usage: OnUsage,
    *,
    has_others: bool = False,
) -> "stt.STT[Any]":
    """The recogniser of a language; raises InputError or RequirementMissing. Where it `has_others`
    beside it, it soon stops trying again, and they are asked."""
    if not engine.is_plugin:
        local = _pocketsphinx(language, settings, phrases)
        _metered(local, Kind.STT, engine, language, settings, on_usage)
        return local
    from interpreter.engines.biasing import biasing
    from interpreter.engines.plugin_stt import IN_CHAIN_S, PATIENCE_S, PluginRecogniser
    from interpreter.engines.plugins import (
        check_interim_results,
        given_for,
        open_stt,
        options_for,
    )

    options = options_for(resolved(engine), language.tag)
    told = biasing(engine.plugin, str(options.get("model", "")), phrases)
    patience_s = IN_CHAIN_S if has_others else PATIENCE_S
    given = given_for(Kind.STT, engine, language)
    defaults = {**given, "patience_s": patience_s, **told}

    def opened() -> "stt.STT[Any]":
        plugin = open_stt(engine.plugin, options, defaults)
        check_interim_results(engine, plugin)
        _metered(plugin, Kind.STT, engine, language, settings, on_usage)
        return plugin

    has_interims = engine.interim_results
    return PluginRecogniser(opened(), patience_s, again=opened, has_interims=has_interims)


def translator(
    engine: Engine,
    source: Language,
    target: Language,
    settings: "Settings",
    on_usage: OnUsage,
    *,
    has_others: bool = False,
) -> "Translator":
    """The translator of a pair; raises InputError or RequirementMissing. `has_others`: as of a
    recogniser."""
    if not engine.is_plugin:
        return _apertium(source, target, settings)
    from interpreter.engines.llm import LLMTranslator
    from interpreter.engines.plugins import open_llm, options_for

    options = options_for(resolved(engine), target.tag)
    plugin = open_llm(engine.plugin, options, {} if _thinks(options) else {"temperature": 0.0})
    _metered(plugin, Kind.TRANSLATOR, engine, target, settings, on_usage)
    return LLMTranslator(plugin, source, target, settings.engine_timeout_s, has_others=has_others)


def voice(engine: Engine, language: Language, settings: "Settings", on_usage: OnUsage) -> "Voice":
    """The voice of a language; raises InputError or RequirementMissing."""
    if not engine.is_plugin:
        local = _espeak(language, settings)
        _metered(local, Kind.TTS, engine, language, settings, on_usage)
        return local
    from interpreter.engines.plugin_voice import SAFE_FORMAT, PluginVoice
    from interpreter.engines.plugins import given_for, open_tts, options_for
    from interpreter.engines.ssml import takes_ssml

    options = options_for(resolved(engine), language.tag)
    defaults = {**given_for(Kind.TTS, engine, language), "response_format": SAFE_FORMAT}
    plugin = open_tts(engine.plugin, options, defaults)
    _metered(plugin, Kind.TTS, engine, language, settings, on_usage)
    return PluginVoice(plugin, is_ssml=takes_ssml(engine.plugin, options))


def _thinks(options: Options) -> bool:
    """Whether OpenAI would refuse a temperature (help.openai.com/en/articles/20001600)."""
    is_able = _THINKERS.match(str(options.get("model", ""))) is not None
    return is_able and options.get("reasoning_effort") != "none"


def _metered(
    plugin: Any,
    kind: Kind,
    engine: Engine,
    language: Language,
    settings: "Settings",
    on_usage: OnUsage,
) -> None:
    from interpreter.engines.metering import meter

    name, prices = name_of(engine), settings.prices
    meter(plugin, kind, engine.plugin, language.tag, on_usage, name, prices)


def check_translator(engine: Engine, source: Language, target: Language) -> None:
    """Raise RequirementMissing where a local translator is not on this machine."""
    from interpreter.engines.routes import check_installed, route

    if not engine.is_plugin:
        check_installed(route(source, target))


def check_voice(engine: Engine) -> None:
    """Raise RequirementMissing where a local voice is not on this machine."""
    from interpreter.engines.espeak import check_installed

    if not engine.is_plugin:
        check_installed()


def _pocketsphinx(
    language: Language, settings: "Settings", phrases: Sequence[str]
) -> "stt.STT[Any]":
    from interpreter.engines.biasing import single_words
    from interpreter.engines.pocketsphinx import PocketsphinxRecogniser, check_installed

    model = language.engines["pocketsphinx"]
    check_installed(model)
    return PocketsphinxRecogniser(model, language.tag, settings, single_words(phrases))


def _apertium(source: Language, target: Language, settings: "Settings") -> "Translator":
    from interpreter.engines.apertium import ApertiumTranslator
    from interpreter.engines.pivot import PivotTranslator
    from interpreter.engines.plain_terms import PlainTermsTranslator
    from interpreter.engines.routes import check_installed, route

    hops = route(source, target)
    check_installed(hops)
    parts = [ApertiumTranslator(hop, settings) for hop in hops]
    opened = parts[0] if len(parts) == 1 else PivotTranslator(parts)
    return PlainTermsTranslator(opened, source, target)


def _espeak(language: Language, settings: "Settings") -> "Voice":
    from interpreter.engines.espeak import EspeakVoice, check_installed

    check_installed()
    return EspeakVoice(language.engines["espeak"], settings)
