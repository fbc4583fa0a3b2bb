"""One file per provider; the only importers of provider SDKs. `open_*` builds a language's engine.

kinds.py                 recogniser, translator, voice; and the offline engine of each
profiles.py              engines.toml → profiles: ordered engines by kind and language
overrides.py             whether a profile's chains for single languages serve them; pure
profile_rows.py          what that file has, and what may be wrong with it; pure
chosen.py                the profile that environment and command line come to, and its options
reach.py                 which languages a profile reaches, and the engines of each
naming.py                what tells one engine of a profile from another, for people
serving.py               which language an engine of a profile serves, and which pair; pure
opening.py               opens one engine of a profile's chain
metering.py              a plugin's metrics → what it used
unreported.py            uses that are paid, and of which livekit-agents tells nothing
metrics.py               what Prometheus reads of engines
readiness.py             whether each engine of a profile can be used here, and what it lacks
trial.py                 each engine of a profile, tried with a sentence
trial_sound.py           what a trial hears of a voice, and has a recogniser hear
diagnosis.py             what an engine's failure means for whoever runs it; pure
untold.py                recognisers that are used for a language of which nobody tells them
translator.py            what a translator is, whoever makes it
voice.py                 what a voice is, whoever makes it
recogniser.py            what a recogniser is that can be used as it is, whoever makes it
pocketsphinx.py          the offline recogniser: a stream's audio out, its hypotheses in
unanswered.py            sound given to a recogniser that no final covers yet; pure
deepgram_stt.py          Deepgram's recogniser: connects again with what has no answer
deepgram_conversation.py one connection to it: sound out, results in, and a watch over them
deepgram_settling.py     its results over several connections → every word once; pure
deepgram_waiting.py      how long to wait for it, and to try again; pure
deepgram_messages.py     its messages → results; pure
deepgram_tts.py          Deepgram's voices, over connections that are kept
deepgram_speaking.py     those connections, and texts in parts that fit
whereabouts.py           whether an address or a region can be one at all
address.py               a provider's address without its version; pure
deepgram_client.py       its SDK: connections with time limits, failures in our words
apertium.py              the offline translator: a text in, its translation out
writing.py               case, spaces and signs of a translation; pure
routes.py                which pairs lead from one language to another
pivot.py                 a translator over a third language
plain_terms.py           a translator that takes no glossary, made to heed one
ssml.py                  such a text as voices take it that read SSML; pure
espeak_sounds.py         IPA → eSpeak NG's own names of sounds; pure
arpabet.py               IPA → the phones of the offline recogniser; pure
espeak.py                the offline voice: what can be spoken, word times, timbres
llm.py                   any livekit-agents LLM as a translator
chat.py                  chats with it: pieces of its answer, its errors made ours
completions.py           how an answer of OpenAI's protocol ended, and what is none
prompting.py             a translation request → the messages of a chat; pure (texts in prompts/)
answer.py                what of an answer on its way may be spoken already; pure
markdown.py              Markdown around an answer that its source has not, taken off; pure
faults.py                what may be wrong with an answer; pure
notes.py                 what an answer says about itself beside the translation; pure
continuing.py            whether an answer begins with what was said; pure
identification.py        which language a text is in
llm_preload.py           what jobs with an LLM share with the process that they are forked from
openai_preload.py        the same with OpenAI's plugin: its client, used once
shared_trust.py          one TLS context for all HTTP clients, made before jobs are forked
prefill.py               whether an engine goes on with words put in its mouth
scarcity.py              how often a server that is asked too often is asked; pure
plugins.py               livekit-agents plugins by import path
arguments.py             engines as commands take them: --translator and its options
plugin_check.py          whether one can be made as it is chosen, and what to do where not
plugin_options.py        what a plugin's constructor takes, and values made to fit; pure
plugin_classes.py        the class that an import path names, or what to do where there is none
plugin_keys.py           the variables in which a plugin looks for its key
biasing.py               words that a recogniser is told to expect; pure
plugin_stt.py            an STT plugin as a recogniser
streamed.py              one that streams: connected again, and told again what was not heard
streamed_connection.py   each of its streams: what it was given, and what it owes
recorded.py              one that takes recordings: utterance by utterance
utterances.py            what both say: words with times, the end of each utterance
timed_words.py           its word: times, and text as it is compared; pure
listed.py                a text's words, at the times of those that an engine lists; pure
agreed.py                what a recogniser goes on believing; pure
seam.py                  which words that are heard again are new; pure
unheard.py               sound that no last word covers yet, and a connection's own time; pure
patience.py              how soon and how long a failing engine is tried again; pure
rhythm.py                how long a recogniser may say nothing; pure
failures.py              what a provider's library raises → an error of ours; pure
error_details.py         what Google's errors say beside their status; pure
openai_stt.py            OpenAI's realtime transcription, with exact times
openai_items.py          what was said to it, item by item, and what it has heard; pure
openai_turns.py          where a turn without end is cut for it; pure
plugin_voice.py          a TTS plugin as a voice
speech_events.py         how a voice's answer of OpenAI's protocol ended
parts.py                 a text that is too long for one request, in parts; pure
fallback/                several engines as one: when one fails, the next one goes on
azure_stt.py             Azure's recogniser: the plugin, with word times and errors made clear
azure_tts.py             Azure's voices: the plugin, with its text made safe, at any pace
azure_ssml.py            a text as Azure's SSML, in which nothing of it is markup; pure
google_stt.py            Google's recogniser: the plugin, at any address, with nothing kept back
google_tts.py            Google's voices: the plugin, heard while they speak, at any pace
google_llm.py            Gemini as a translator: the plugin, at any address, whole answers alone
google_channel.py        where Google's services are reached
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

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from interpreter.errors import InterpretationError, UnknownLanguage, UnsupportedPair
from interpreter.usage import OnUsage, unnoticed

if TYPE_CHECKING:
    from livekit.agents import stt

    from interpreter.engines.fallback import Named
    from interpreter.engines.profiles import Engine
    from interpreter.engines.translator import Translator
    from interpreter.engines.voice import Voice
    from interpreter.settings import EngineChoice, Settings

logger = logging.getLogger(__name__)

_Opened = TypeVar("_Opened")


def check_profile(choice: "EngineChoice") -> None:
    """Raise InputError for a profile, or a file of profiles, that cannot be read; opens nothing."""
    from interpreter.engines.chosen import profile_of

    profile_of(choice)


def check_chosen(choice: "EngineChoice") -> None:
    """Raise InputError or RequirementMissing for a chosen plugin that cannot be made here, also
    for one to fall back on.

    For a process's main thread, inside its event loop.
    """
    from interpreter.engines.plugin_check import check

    check(choice)


def open_recogniser(
    language: str,
    settings: "Settings",
    phrases: Sequence[str] = (),
    on_usage: OnUsage = unnoticed,
) -> "stt.STT[Any]":
    """The recogniser of a spoken language; raises UnknownLanguage or RequirementMissing.

    `phrases`: words to expect, the most important first; it is told as many as it takes.
    """
    from interpreter.engines import opening, reach

    spoken = reach.known_language(language)
    chain = reach.recognisers_of(language, settings)
    if not chain:
        raise UnknownLanguage(
            f"No recogniser understands {spoken.name}; "
            f"speak one of: {', '.join(reach.supported_sources(settings))}."
        )
    opened = _all(
        chain,
        lambda one: opening.recogniser(
            one, spoken, settings, phrases, on_usage, has_others=len(chain) > 1
        ),
    )
    from interpreter.engines.metering import meter_hearing

    if len(opened) == 1:
        meter_hearing(opened[0].engine, lambda: opened[0].name)
        return opened[0].engine
    from interpreter.engines.fallback.recogniser import FallbackRecogniser

    fallback = FallbackRecogniser(opened, language=language)
    meter_hearing(fallback, lambda: fallback.chain.now.name)
    return fallback


def open_translator(
    source: str, target: str, settings: "Settings", on_usage: OnUsage = unnoticed
) -> "Translator":
    """The translator of a pair; raises UnknownLanguage, UnsupportedPair or RequirementMissing."""
    from interpreter.engines import opening, reach
    from interpreter.engines.delayed import DelayedTranslator

    spoken, heard = reach.known_language(source), reach.known_language(target)
    chain = reach.translators_of(source, target, settings)
    if not chain or target not in reach.supported_targets(source, settings):
        served = ", ".join(reach.supported_targets(source, settings)) or "no language"
        raise UnsupportedPair(
            f"No translator from {spoken.name} to {heard.name}; "
            f"from {spoken.name} there is: {served}."
        )
    opened = _all(
        chain,
        lambda one: opening.translator(
            one, spoken, heard, settings, on_usage, has_others=len(chain) > 1
        ),
    )
    translator = opened[0].engine
    if len(opened) > 1:
        from interpreter.engines.fallback.translator import FallbackTranslator

        translator = FallbackTranslator(opened, language=target)
    if settings.llm_delay_ms:
        return DelayedTranslator(translator, settings.llm_delay_ms / 1000)
    return translator


def open_voice(language: str, settings: "Settings", on_usage: OnUsage = unnoticed) -> "Voice":
    """The voice of a language; raises UnknownLanguage or RequirementMissing."""
    from interpreter.engines import opening, reach
    from interpreter.engines.delayed import DelayedVoice

    heard = reach.known_language(language)
    chain = reach.voices_of(language, settings)
    if not chain:
        raise UnknownLanguage(f"No voice speaks {heard.name}.")
    opened = _all(chain, lambda one: opening.voice(one, heard, settings, on_usage))
    voice = opened[0].engine
    if len(opened) > 1:
        from interpreter.engines.fallback.voice import FallbackVoice

        voice = FallbackVoice(opened, language=language)
    if settings.tts_delay_ms:
        return DelayedVoice(voice, settings.tts_delay_ms / 1000)
    return voice


def _all(
    chain: "Sequence[Engine]", opened: "Callable[[Engine], _Opened]"
) -> "list[Named[_Opened]]":
    """The engines of a chain that can be opened; raises what the first one lacks where none can.

    Of two that are alike the second one's place tells them apart.
    """
    from interpreter.engines.fallback import Named

    found, lacking = list[Named[_Opened]](), list[InterpretationError]()
    for engine in chain:
        try:
            name, one = name_of(engine), opened(engine)
            is_taken = any(other.name == name for other in found)
            name = f"{name} ({len(found) + 1})" if is_taken else name
            found.append(Named(name, one, is_local=not engine.is_plugin))
        except InterpretationError as error:
            logger.warning("engine left out: %s: %s", name_of(engine), error)
            lacking.append(error)
    if not found:
        raise lacking[0]
    return found


def name_of(engine: "Engine") -> str:
    """As operators read it: the provider, the model and where it is, or the offline engine."""
    from interpreter.engines.naming import marks_of
    from interpreter.engines.serving import provider_of

    marks = marks_of(engine) if engine.is_plugin else []
    return " ".join((provider_of(engine.plugin), *marks)) if marks else engine.plugin
