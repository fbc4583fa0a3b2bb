"""Each engine of a profile, tried: translators translate a sentence, voices say it, recognisers
hear it. What came of it, how late, what it used, and what to do where it failed.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

from livekit.agents import APIStatusError, utils

import languages
from interpreter.engines import opening
from interpreter.engines.chosen import secret_variables
from interpreter.engines.diagnosis import EmptyAnswer, EngineFault, diagnose
from interpreter.engines.fallback.translator import LIMITS
from interpreter.engines.kinds import Kind
from interpreter.engines.plugins import key_variables
from interpreter.engines.profiles import Engine, Profile
from interpreter.engines.readiness import lacking
from interpreter.engines.serving import serves, translates
from interpreter.engines.translator import TranslationRequest, Translator
from interpreter.engines.trial_sound import (
    Clock,
    Heard,
    is_quiet,
    likeness_of,
    recognised,
    shortest_s,
)
from interpreter.engines.untold import untold
from interpreter.errors import EngineError, InterpretationError
from interpreter.proxies import heed_no_proxy
from interpreter.settings import Settings
from interpreter.usage import Amounts, UsedEngine
from languages import Language

SENTENCE = "The meeting begins at nine o'clock in the large hall."
SPOKEN_IN = "en"
"""The sentence's language; others get its translation."""
LIMIT_S = 20.0
LIKE_ENOUGH = 0.5
PATIENCE_S = LIMITS.first_s
"""A translator is given no more in a meeting, where there is another one."""
_OURS = "interpreter.engines."


class State(StrEnum):
    """How a trial ended."""

    WORKS = "works"
    DOUBTFUL = "works badly"
    """It heard something else than what was said, or is too slow for a meeting."""
    FAILED = "failed"
    NOT_SET = "not set up"
    """Its key, a variable or a module is missing."""
    NOT_SERVED = "other languages"
    """The profile does not use it for this one."""
    UNTRIED = "not tried"
    """There was nothing to try it with."""


@dataclass(slots=True)
class Trial:
    """One engine, tried for one language."""

    kind: Kind
    engine: Engine
    language: str
    """A translator's is its target."""
    state: State = State.UNTRIED
    first_s: float = 0.0
    """Until its first text or sound; a recogniser's last words after the end of the sound."""
    told: str = ""
    """What came of it, or what to do."""
    used: dict[UsedEngine, Amounts] = field(default_factory=dict)

    def note(self, used: UsedEngine, amounts: Amounts) -> None:
        """Takes what it used."""
        self.used[used] = self.used.get(used, Amounts()) + amounts


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    sound: bytes
    """16 kHz, one channel."""


class Trials:
    """Tries a profile for a pair of languages; needs the engine host where it has local engines."""

    def __init__(
        self, profile: Profile, source: Language, target: Language, settings: Settings
    ) -> None:
        self._profile = profile
        self._source = source
        self._target = target
        self._settings = settings
        self._texts: dict[str, str] = {SPOKEN_IN: SENTENCE}
        self._sounds: dict[str, _Said] = {}

    async def run(self) -> AsyncIterator[Trial]:
        """Yield each engine's trial as it ends: translators, voices, recognisers."""
        async with utils.http_context.open():
            heed_no_proxy()
            await self._find_a_sentence()
            for engine in self._profile.chain(Kind.TRANSLATOR, self._target.tag):
                trial = Trial(Kind.TRANSLATOR, engine, self._target.tag)
                is_served = translates(engine, self._source, self._target)
                pair = partial(self._translate, source=self._source, target=self._target)
                yield await self._tried(trial, is_served, pair)
            for language in self._languages:
                for engine in self._profile.chain(Kind.TTS, language.tag):
                    trial = Trial(Kind.TTS, engine, language.tag)
                    is_served = serves(Kind.TTS, engine, language)
                    yield await self._tried(trial, is_served, partial(self._speak, language))
            for language in self._languages:
                for engine in self._profile.chain(Kind.STT, language.tag):
                    trial = Trial(Kind.STT, engine, language.tag)
                    is_served = serves(Kind.STT, engine, language)
                    yield await self._tried(trial, is_served, partial(self._hear, language))

    async def _find_a_sentence(self) -> None:
        """In the spoken language: whoever the profile has for that translates ours, untold."""
        if self._source.tag in self._texts:
            return
        english = languages.load(SPOKEN_IN)
        for engine in self._profile.chain(Kind.TRANSLATOR, self._source.tag):
            trial = Trial(Kind.TRANSLATOR, engine, self._source.tag)
            if translates(engine, english, self._source):
                with suppress(Exception):  # the next one may; those that are tried are told of
                    async with asyncio.timeout(LIMIT_S):
                        await self._translate(trial, english, self._source)
                    return

    @property
    def _languages(self) -> tuple[Language, Language]:
        return self._source, self._target

    async def _tried(
        self, trial: Trial, is_served: bool, work: Callable[[Trial], Awaitable[None]]
    ) -> Trial:
        if not is_served:
            trial.state = State.NOT_SERVED
            return trial
        if trial.engine.is_plugin and (lacks := lacking(trial.kind, trial.engine)):
            trial.state, trial.told = State.NOT_SET, lacks
            return trial
        try:
            async with asyncio.timeout(LIMIT_S):
                await work(trial)
        except Exception as error:  # noqa: BLE001  (of any provider's library: it is told)
            trial.state, trial.told = State.FAILED, _told(trial, error)
        return trial

    async def _translate(self, trial: Trial, source: Language, target: Language) -> None:
        text = self._texts.get(source.tag)
        if text is None:
            trial.told = f"no sentence in {source.name} to try it with; use --from en"
            return
        translator = opening.translator(trial.engine, source, target, self._settings, trial.note)
        try:
            trial.told, trial.first_s = await _translated(translator, text)
            if trial.first_s > PATIENCE_S:  # the connection may have taken that
                trial.told, trial.first_s = await _translated(translator, text)
        finally:
            await translator.aclose()
        if not trial.told:
            raise EmptyAnswer
        trial.state = State.WORKS
        self._texts.setdefault(target.tag, trial.told)
        has_others = len(self._profile.chain(Kind.TRANSLATOR, target.tag)) > 1
        if trial.first_s > PATIENCE_S and has_others:
            trial.state = State.DOUBTFUL
            trial.told = (
                f"first words after {trial.first_s:.1f} s: in a meeting the next one takes over "
                f"after {PATIENCE_S} s. A model that thinks must be told not to. {trial.told}"
            )

    async def _speak(self, language: Language, trial: Trial) -> None:
        text = self._texts.get(language.tag)
        if text is None:
            trial.told = f"no sentence in {language.name}: no translator made one"
            return
        voice = opening.voice(trial.engine, language, self._settings, trial.note)
        clock, heard = Clock(), Heard(voice.sample_rate)
        try:
            async with voice.synthesize(text) as stream:
                async for audio in stream:
                    trial.first_s = trial.first_s or clock.s
                    heard.push(audio.frame)
        finally:
            await voice.aclose()
        pcm, length_s = heard.finish(), heard.length_s
        if is_quiet(pcm):
            raise EmptyAnswer
        if length_s < shortest_s(text):
            trial.state = State.FAILED
            trial.told = (
                f"{length_s:.2f} s of sound for {len(text)} characters, at most a part of them; "
                "try another model or voice, and look at its options of format and sample rate"
            )
            return
        trial.state = State.WORKS
        trial.told = f"{length_s:.1f} s of sound"
        self._sounds.setdefault(language.tag, _Said(text, pcm))

    async def _hear(self, language: Language, trial: Trial) -> None:
        said = self._sounds.get(language.tag)
        if said is None:
            trial.told = f"no sound in {language.name}: no voice of the profile made one"
            return
        recogniser = opening.recogniser(trial.engine, language, self._settings, (), trial.note)
        try:
            async with recogniser.stream() as stream:
                words, trial.first_s = await recognised(stream, said.sound)
        finally:
            await recogniser.aclose()
        if not words:
            raise EmptyAnswer
        likeness = likeness_of(words, said.text)
        trial.state = State.WORKS if likeness >= LIKE_ENOUGH else State.DOUBTFUL
        if not likeness:
            trial.state = State.FAILED
        trial.told = f"{likeness:.0%} of what was said: {words}"
        if note := untold(trial.engine, language.tag):
            trial.told = f"{trial.told}. {note}"


def unserved(trials: Sequence[Trial], source: Language, target: Language) -> list[str]:
    """What a meeting with these two languages would lack, a sentence each."""
    needs = (
        (Kind.STT, source.tag, f"Nobody was found to hear {source.name}"),
        (Kind.TRANSLATOR, target.tag, f"Nobody translates {source.name} into {target.name}"),
        (Kind.TTS, target.tag, f"Nobody speaks {target.name}"),
    )
    return [
        f"{says}: {_why(rows)}."
        for rows, says in ((_of(trials, kind, tag), says) for kind, tag, says in needs)
        if not any(one.state in (State.WORKS, State.DOUBTFUL) for one in rows)
    ]


def _of(trials: Sequence[Trial], kind: Kind, language: str) -> list[Trial]:
    return [one for one in trials if (one.kind, one.language) == (kind, language)]


def _why(rows: Sequence[Trial]) -> str:
    """How those ended who might have."""
    return ", ".join(dict.fromkeys(one.state.value for one in rows)) or "the profile has none"


async def _translated(translator: Translator, text: str) -> tuple[str, float]:
    """A text's translation, and when its first words came."""
    clock, pieces, first_s = Clock(), list[str](), 0.0
    stream: Any = translator.translate(TranslationRequest(text))
    async with aclosing(stream):
        async for piece in stream:
            first_s = first_s or clock.s
            pieces.append(piece)
    return "".join(pieces).strip(), first_s


def _key_names(trial: Trial) -> list[str]:
    """Where its key stands: the profile may say so."""
    own = secret_variables(trial.engine.options)
    return own or key_variables(trial.engine.plugin, trial.kind)


def _told(trial: Trial, error: Exception) -> str:
    """Our own engines say what to do; of others' texts nothing is repeated."""
    is_ours = isinstance(error, InterpretationError)
    if is_ours and not (trial.engine.is_plugin and isinstance(error, EngineError)):
        return str(error)
    plugin = trial.engine.plugin
    if plugin.startswith(_OURS) and isinstance(error, APIStatusError):
        return error.message
    key = " or ".join(_key_names(trial)) if trial.engine.is_plugin else "its key"
    name = languages.load(trial.language).name
    found = diagnose(error, kind=trial.kind, key=key, language=name, tag=trial.language)
    if found.fault is EngineFault.BROKEN and is_ours:
        return str(error)
    return f"{found.fault}: {found.sentence}"
