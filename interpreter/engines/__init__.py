"""One file per provider; the only importers of provider SDKs. `open_*` builds a language's engine.

translator.py            what a translator is, whoever makes it
voice.py                 what a voice is, whoever makes it
pocketsphinx.py          the offline recogniser: a stream's audio out, its hypotheses in
apertium.py              the offline translator: a text in, its translation out
writing.py               case, spaces and signs of a translation; pure
routes.py                which pairs lead from one language to another
pivot.py                 a translator over a third language
espeak.py                the offline voice: what can be spoken, word times, timbres
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

from typing import TYPE_CHECKING

from interpreter.errors import RequirementMissing, UnknownLanguage, UnsupportedPair

if TYPE_CHECKING:
    from livekit.agents import stt

    from interpreter.engines.translator import Translator
    from interpreter.engines.voice import Voice
    from interpreter.settings import Settings
    from languages import Language


def supported_sources() -> list[str]:
    """Tags of the languages that can be spoken."""
    import languages

    return [tag for tag in languages.available() if "pocketsphinx" in languages.load(tag).engines]


def supported_targets(source: str) -> list[str]:
    """Tags of the languages that speech in `source` can be heard in, directly or over a third."""
    import languages
    from interpreter.engines.routes import route

    spoken = _language(source)
    targets = (languages.load(tag) for tag in languages.available() if tag != source)
    return [
        target.tag for target in targets if "espeak" in target.engines and route(spoken, target)
    ]


def is_installed(source: str, target: str) -> bool:
    """Whether this machine has every part that interprets the pair."""
    from interpreter.engines.espeak import check_installed
    from interpreter.engines.routes import is_installed, route

    hops = route(_language(source), _language(target))
    try:
        check_installed()
    except RequirementMissing:
        return False
    return bool(hops) and is_installed(hops)


def open_recogniser(language: str, settings: "Settings") -> "stt.STT[str]":
    """The recogniser of a spoken language; raises UnknownLanguage or RequirementMissing."""
    from interpreter.engines.pocketsphinx import PocketsphinxRecogniser, check_installed

    model = _language(language).engines.get("pocketsphinx")
    if model is None:
        raise UnknownLanguage(
            f"No recogniser understands {_language(language).name}; "
            f"speak one of: {', '.join(supported_sources())}."
        )
    check_installed(model)
    return PocketsphinxRecogniser(model, language, settings)


def recogniser_name(language: str) -> str:
    """The recogniser of a language as transcripts name it."""
    return f"pocketsphinx {_language(language).engines['pocketsphinx']}"


def open_translator(source: str, target: str, settings: "Settings") -> "Translator":
    """The translator of a pair; raises UnknownLanguage, UnsupportedPair or RequirementMissing."""
    from interpreter.engines.apertium import ApertiumTranslator
    from interpreter.engines.delayed import DelayedTranslator
    from interpreter.engines.pivot import PivotTranslator
    from interpreter.engines.routes import check_installed, route

    if target not in supported_targets(source):
        served = ", ".join(supported_targets(source)) or "no language"
        raise UnsupportedPair(
            f"No translator from {_language(source).name} to {_language(target).name}; "
            f"from {_language(source).name} there is: {served}."
        )
    hops = route(_language(source), _language(target))
    check_installed(hops)
    parts = [ApertiumTranslator(hop, settings) for hop in hops]
    translator: Translator = parts[0] if len(parts) == 1 else PivotTranslator(parts)
    if settings.llm_delay_ms:
        return DelayedTranslator(translator, settings.llm_delay_ms / 1000)
    return translator


def open_voice(language: str, settings: "Settings") -> "Voice":
    """The voice of a language; raises UnknownLanguage or RequirementMissing."""
    from interpreter.engines.delayed import DelayedVoice
    from interpreter.engines.espeak import EspeakVoice, check_installed

    name = _language(language).engines.get("espeak")
    if name is None:
        raise UnknownLanguage(f"No voice speaks {_language(language).name}.")
    check_installed()
    voice = EspeakVoice(name, settings)
    if settings.tts_delay_ms:
        return DelayedVoice(voice, settings.tts_delay_ms / 1000)
    return voice


def _language(tag: str) -> "Language":
    import languages

    try:
        return languages.load(tag)
    except languages.UnknownLanguageFile as error:
        known = ", ".join(languages.available())
        raise UnknownLanguage(
            f"There is no language file for {tag!r}; choose one of: {known}."
        ) from error
