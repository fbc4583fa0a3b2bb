"""One file per provider; the only importers of provider SDKs. `open_*` builds a language's engine.

translator.py            what a translator is, whoever makes it
voice.py                 what a voice is, whoever makes it
pocketsphinx.py          the offline recogniser: a stream's audio out, its hypotheses in
apertium.py              the offline translator: a text in, its translation out
writing.py               case, spaces and signs of a translation; pure
routes.py                which pairs lead from one language to another
pivot.py                 a translator over a third language
plain_terms.py           a translator that takes no glossary, made to heed one
ssml.py                  such a text as voices take it that read SSML; pure
espeak_sounds.py         IPA → eSpeak NG's own names of sounds; pure
espeak.py                the offline voice: what can be spoken, word times, timbres
llm.py                   any livekit-agents LLM as a translator
chat.py                  chats with it: pieces of its answer, its errors made ours
prompting.py             a translation request → the messages of a chat; pure (texts in prompts/)
answer.py                what of an answer on its way may be spoken already; pure
faults.py                what may be wrong with an answer; pure
continuing.py            whether an answer begins with what was said; pure
identification.py        which language a text is in
llm_preload.py           what jobs with an LLM share with the process that they are forked from
prefill.py               whether an engine goes on with words put in its mouth
plugins.py               livekit-agents plugins by import path
arguments.py             engines as commands take them: --translator and its options
plugin_options.py        what a plugin's constructor takes, and values made to fit; pure
biasing.py               words that a recogniser is told to expect; pure
plugin_stt.py            an STT plugin as a recogniser
streamed.py              one that streams: connected again, and told again what was not heard
recorded.py              one that takes recordings: utterance by utterance
utterances.py            what both say: words with times, the end of each utterance
unheard.py               sound that no last word covers yet, and a connection's own time; pure
patience.py              how soon and how long a failing engine is tried again; pure
failures.py              what a provider's library raises → an error of ours; pure
openai_stt.py            OpenAI's realtime transcription, with exact times
openai_items.py          what was said to it, item by item, and what it has heard; pure
plugin_voice.py          a TTS plugin as a voice
delayed.py               engines that answer later, to measure with the latency of a paid one
host.py                  the machine's engine host: one process that owns every local engine
host_process.py          starts the host, keeps it alive, ends it
host_client.py           a connection to the host
framing.py               the messages between them
children.py              the host's child processes: start, share, stop
apertium_pipeline.py     a kept-open Apertium pipeline, in the host
pocketsphinx_decoder.py  one pocketsphinx decoder, a child process
espeak_voice.py          eSpeak NG's library, a child process

Importing this package is cheap; an engine's own file is imported when it is opened.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from interpreter.errors import RequirementMissing, UnknownLanguage, UnsupportedPair

if TYPE_CHECKING:
    from livekit.agents import stt

    from interpreter.engines.translator import Translator
    from interpreter.engines.voice import Voice
    from interpreter.settings import EngineChoice, Settings
    from languages import Language


def supported_sources(choice: "EngineChoice | None" = None) -> list[str]:
    """Tags of the languages that can be spoken, to the environment's engines or the chosen ones."""
    import languages

    known = languages.available()
    if (choice or _chosen()).stt:
        return list(known)
    return [tag for tag in known if "pocketsphinx" in languages.load(tag).engines]


def supported_targets(source: str, choice: "EngineChoice | None" = None) -> list[str]:
    """Tags of the languages that speech in `source` can be heard in, directly or over a third."""
    import languages

    spoken, chosen = _language(source), choice or _chosen()
    targets = (languages.load(tag) for tag in languages.available() if tag != source)
    return [target.tag for target in targets if _reaches(spoken, target, chosen)]


def is_installed(source: str, target: str) -> bool:
    """Whether this machine has every part that interprets the pair."""
    from interpreter.engines.espeak import check_installed
    from interpreter.engines.routes import check_installed as check_pairs
    from interpreter.engines.routes import route

    spoken, heard, chosen = _language(source), _language(target), _chosen()
    try:
        if not chosen.tts:
            check_installed()
        if not chosen.translator:
            check_pairs(route(spoken, heard))
    except RequirementMissing:
        return False
    return _reaches(spoken, heard, chosen)


def check_chosen(choice: "EngineChoice") -> None:
    """Raise InputError or RequirementMissing for a chosen plugin that cannot be made here.

    For a process's main thread, inside its event loop.
    """
    from interpreter.engines.plugins import check

    check(choice)


def open_recogniser(
    language: str, settings: "Settings", phrases: Sequence[str] = ()
) -> "stt.STT[Any]":
    """The recogniser of a spoken language; raises UnknownLanguage or RequirementMissing.

    `phrases`: words to expect, the most important first; it is told as many as it takes.
    """
    if settings.stt:
        from interpreter.engines.biasing import biasing
        from interpreter.engines.plugin_stt import PluginRecogniser
        from interpreter.engines.plugins import open_stt, options_for

        options = options_for(settings.stt_options, _language(language).tag)
        code = _code(language, settings.stt, "stt")
        told = biasing(settings.stt, str(options.get("model", "")), phrases)
        defaults = {"language": code, "languages": code, **told}

        def opened() -> "stt.STT[Any]":
            return open_stt(settings.stt, options, defaults)

        return PluginRecogniser(opened(), again=opened)

    from interpreter.engines.pocketsphinx import PocketsphinxRecogniser, check_installed

    model = _language(language).engines.get("pocketsphinx")
    if model is None:
        raise UnknownLanguage(
            f"No recogniser understands {_language(language).name}; "
            f"speak one of: {', '.join(supported_sources())}."
        )
    check_installed(model)
    return PocketsphinxRecogniser(model, language, settings)


def is_recognised(language: str, choice: "EngineChoice | None" = None) -> bool:
    """Whether a recogniser serves this language: the environment's, or the chosen one."""
    return bool((choice or _chosen()).stt) or "pocketsphinx" in _language(language).engines


def recogniser_name(language: str) -> str:
    """The recogniser of a language as transcripts name it; empty where none serves it."""
    if chosen := _chosen().stt:
        return chosen
    model = _language(language).engines.get("pocketsphinx")
    return f"pocketsphinx {model}" if model else ""


def open_translator(source: str, target: str, settings: "Settings") -> "Translator":
    """The translator of a pair; raises UnknownLanguage, UnsupportedPair or RequirementMissing."""
    from interpreter.engines.delayed import DelayedTranslator

    if target not in supported_targets(source, settings):
        served = ", ".join(supported_targets(source, settings)) or "no language"
        raise UnsupportedPair(
            f"No translator from {_language(source).name} to {_language(target).name}; "
            f"from {_language(source).name} there is: {served}."
        )
    opened = _open_llm_translator if settings.translator else _open_offline_translator
    translator = opened(_language(source), _language(target), settings)
    if settings.llm_delay_ms:
        return DelayedTranslator(translator, settings.llm_delay_ms / 1000)
    return translator


def open_voice(language: str, settings: "Settings") -> "Voice":
    """The voice of a language; raises UnknownLanguage or RequirementMissing."""
    from interpreter.engines.delayed import DelayedVoice

    opened = _open_plugin_voice if settings.tts else _open_offline_voice
    voice = opened(_language(language), settings)
    if settings.tts_delay_ms:
        return DelayedVoice(voice, settings.tts_delay_ms / 1000)
    return voice


def _reaches(source: "Language", target: "Language", choice: "EngineChoice") -> bool:
    """Whether there is a translator from source to target, and a voice to speak it."""
    from interpreter.engines.routes import route

    has_voice = bool(choice.tts) or "espeak" in target.engines
    has_translator = bool(choice.translator) or bool(route(source, target))
    return has_voice and has_translator and source.tag != target.tag


def _open_offline_translator(
    source: "Language", target: "Language", settings: "Settings"
) -> "Translator":
    from interpreter.engines.apertium import ApertiumTranslator
    from interpreter.engines.pivot import PivotTranslator
    from interpreter.engines.plain_terms import PlainTermsTranslator
    from interpreter.engines.routes import check_installed, route

    hops = route(source, target)
    check_installed(hops)
    parts = [ApertiumTranslator(hop, settings) for hop in hops]
    translator = parts[0] if len(parts) == 1 else PivotTranslator(parts)
    return PlainTermsTranslator(translator, source, target)


def _open_llm_translator(
    source: "Language", target: "Language", settings: "Settings"
) -> "Translator":
    from interpreter.engines.llm import LLMTranslator
    from interpreter.engines.plugins import open_llm, options_for

    options = options_for(settings.translator_options, target.tag)
    engine = open_llm(settings.translator, options, {"temperature": 0.0})
    return LLMTranslator(engine, source, target, settings.engine_timeout_s)


def _open_offline_voice(language: "Language", settings: "Settings") -> "Voice":
    from interpreter.engines.espeak import EspeakVoice, check_installed

    name = language.engines.get("espeak")
    if name is None:
        raise UnknownLanguage(f"No voice speaks {language.name}.")
    check_installed()
    return EspeakVoice(name, settings)


def _open_plugin_voice(language: "Language", settings: "Settings") -> "Voice":
    from interpreter.engines.plugin_voice import PluginVoice
    from interpreter.engines.plugins import open_tts, options_for
    from interpreter.engines.ssml import takes_ssml

    options = options_for(settings.tts_options, language.tag)
    defaults = {"language": _code(language.tag, settings.tts, "tts")}
    if voice := language.engines.get(f"{_provider(settings.tts)}_voice"):
        defaults["voice"] = voice
    is_ssml = takes_ssml(settings.tts, options)
    return PluginVoice(open_tts(settings.tts, options, defaults), is_ssml=is_ssml)


def _code(tag: str, plugin: str, kind: str) -> str:
    """What a plugin's provider calls a language, by its file; its tag where that says nothing."""
    return _language(tag).engines.get(f"{_provider(plugin)}_{kind}", tag)


def _provider(plugin: str) -> str:
    """`azure` of `livekit.plugins.azure:TTS`."""
    return plugin.partition(":")[0].rpartition(".")[2]


def _chosen() -> "EngineChoice":
    from interpreter.settings import chosen_engines

    return chosen_engines()


def _language(tag: str) -> "Language":
    import languages

    try:
        return languages.load(tag)
    except languages.UnknownLanguageFile as error:
        known = ", ".join(languages.available())
        raise UnknownLanguage(
            f"There is no language file for {tag!r}; choose one of: {known}."
        ) from error
