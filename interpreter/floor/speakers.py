"""Who is heard in one room: a hearing for each speaker's microphone, begun, finished, and begun
again after a failure or a reconnect."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from livekit import rtc
from livekit.agents import inference, stt, vad

from interpreter.engines import open_recogniser
from interpreter.engines.fallback.recogniser import FallbackRecogniser
from interpreter.engines.metrics import FAILURES
from interpreter.engines.reach import is_recognised
from interpreter.event_log import EventLog
from interpreter.events import EngineKind, Origin
from interpreter.floor.hearing import Hearing
from interpreter.floor.microphones import subscribed_microphones
from interpreter.floor.speaker import Speaker, SpokenLanguage
from interpreter.floor.unrecognised import UnrecognisedSpeaker, watch
from interpreter.floor.vocabulary import Vocabulary, no_words
from interpreter.lasting_trouble import LastingTrouble
from interpreter.settings import Settings
from interpreter.usage import OnUsage, unnoticed

logger = logging.getLogger(__name__)

PAUSE_S = 0.25
"""The VAD's silence that ends an utterance."""
RESTART_S = 1.0
CLOSE_S = 1.0
WELL_S = 10.0
"""A recogniser that was opened again is well when it has heard a word, or has not failed for so
long: one that is refused may say so only when somebody speaks."""
UNANSWERED_S, UNANSWERED_TURN_S = 6.0, 15.0
"""Speech without any hypothesis for so long: readers are told. No recogniser is given more time to
say something (`engines/rhythm.py`), but one that says nothing before a turn is over: those take at
most twelve seconds (`engines/openai_turns.py`), and then it answers."""
DEAF_S, DEAF_TURN_S = 5.0, 16.0
"""Speech without any hypothesis for so long, the second where none is due before a turn is over:
web sends another floor agent …"""
DEAF_ALL_S = 30.0
"""… but not so soon where no engine answers, which another agent's would not either: what is said
meanwhile is kept here for whoever answers first, for so long (`engines/fallback/kept.py`)."""
INTERRUPTION_S = 10.0
"""Who is back within this time, having gone in mid-speech, may have spoken on unheard."""

Microphone = tuple[rtc.RemoteAudioTrack, str]
"""A track, and the language that is spoken into it."""
OpenLanguage = Callable[[asyncio.TaskGroup, str], Awaitable[SpokenLanguage]]


@dataclass(slots=True)
class Heard:
    """One speaker's microphone, being heard in one language."""

    speaker: Speaker
    track: rtc.RemoteAudioTrack
    """The object, not its sid: a reconnect brings a new one with the old sid, and the old one is
    silent for ever."""
    language: str
    origin: Origin
    gone: asyncio.Event
    task: asyncio.Task[None]


class RoomSpeakers:
    """The speakers of one room: `reconcile` at each change."""

    def __init__(
        self,
        room: rtc.Room,
        settings: Settings,
        events: EventLog,
        now_s: Callable[[], float],
        open_language: OpenLanguage,
        lost_s: float | None,
        expect: Vocabulary = no_words,
        on_usage: OnUsage = unnoticed,
    ) -> None:
        """`lost_s`: since when nobody has heard the floor, where another floor agent has died."""
        self._room = room
        self._settings = settings
        self._events = events
        self._now = now_s
        self._open_language = open_language
        self._lost_s = lost_s
        self._expect = expect
        self._on_usage = on_usage
        self.detector: vad.VAD = inference.VAD(model="silero", min_silence_duration=PAUSE_S)
        self._heard: dict[str, Heard] = {}
        self._interrupted_s: dict[str, float] = {}
        """Whose microphone went in mid-speech: until when they were heard."""
        self._finishing: set[asyncio.Task[None]] = set()
        self._deaf: set[str] = set()
        self._troubles: dict[str, LastingTrouble] = {}
        """By the identity of whoever is not heard."""
        self._recognisers: dict[str, stt.STT[Any]] = {}
        """The newest of each language."""

    @property
    def heard(self) -> Collection[Heard]:
        return self._heard.values()

    @property
    def languages(self) -> set[str]:
        """What is spoken now, on the floor or by an interpreter."""
        return {heard.language for heard in self.heard}

    @property
    def deaf(self) -> set[str]:
        """Languages whose recogniser has failed, and has heard no word since."""
        hearing = {heard.language for heard in self.heard if heard.speaker.is_transcribed}
        return self._deaf - hearing

    def unanswered(self, now_s: float) -> set[str]:
        """Languages in which somebody speaks, and whose recogniser has long said nothing of it: it
        has not failed, and nobody reads a word."""
        silent = {
            one.language
            for one in self.heard
            if one.speaker.unheard_s(now_s)
            > (UNANSWERED_TURN_S if self._is_reticent(one.language) else UNANSWERED_S)
        }
        return silent - {one.language for one in self.heard if one.speaker.has_words(now_s)}

    def is_deaf(self, now_s: float) -> bool:
        """Whether somebody speaks, and this process has nothing to show that it hears them."""
        return any(one.speaker.unheard_s(now_s) > self._deaf_s(one.language) for one in self.heard)

    def _deaf_s(self, language: str) -> float:
        recogniser = self._recognisers.get(language)
        if isinstance(recogniser, FallbackRecogniser) and not recogniser.has_answer:
            return DEAF_ALL_S
        return DEAF_TURN_S if self._is_reticent(language) else DEAF_S

    def _is_reticent(self, language: str) -> bool:
        """Whether its recogniser says nothing before a turn is over."""
        recogniser = self._recognisers.get(language)
        return recogniser is not None and not recogniser.capabilities.interim_results

    @property
    def floor(self) -> list[Heard]:
        """Those who speak on the floor."""
        return [heard for heard in self.heard if heard.origin is Origin.SPEECH]

    def interpreter(self, identity: str) -> Speaker | None:
        """Who is heard by this identity as a human on air."""
        heard = self._heard.get(identity)
        return heard.speaker if heard is not None and heard.origin is Origin.HUMAN else None

    async def reconcile(
        self,
        tasks: asyncio.TaskGroup,
        spoken: Collection[str],
        humans: Mapping[str, Microphone] | None = None,
    ) -> None:
        """Hear every microphone of every speaker, in the language they say they speak, and of the
        interpreters on air (`humans`, by identity) in their channel's; stop when it goes."""
        wanted = {
            **{who: (mic, Origin.HUMAN) for who, mic in (humans or {}).items()},
            **{
                who: (mic, Origin.SPEECH)
                for who, mic in subscribed_microphones(self._room, spoken).items()
            },
        }
        for identity, heard in list(self._heard.items()):
            is_same = wanted.get(identity) == ((heard.track, heard.language), heard.origin)
            if not is_same or heard.task.done():
                self._stop(identity, heard)
        for identity, (microphone, origin) in wanted.items():
            if identity not in self._heard:
                await self._start(tasks, identity, microphone, origin)
        for heard in self.heard:
            trouble = self._troubles.get(heard.speaker.identity)
            if trouble is not None and heard.speaker.is_transcribed:
                trouble.answered()

    def close(self) -> None:
        """Stop at once; what was said so far is written."""
        for task in self._finishing:
            task.cancel()
        for heard in self.heard:
            heard.task.cancel()
            heard.speaker.finish(self._now())

    async def _start(
        self, tasks: asyncio.TaskGroup, identity: str, microphone: Microphone, origin: Origin
    ) -> None:
        track, language = microphone
        spoken = await self._open_language(tasks, language)
        participant = self._room.remote_participants.get(identity)
        if participant is None:
            return
        ears = Speaker if is_recognised(language, self._settings) else UnrecognisedSpeaker
        speaker, gone = ears(identity, participant.name, spoken, origin), asyncio.Event()
        now_s = self._now()
        interrupted_s = self._interrupted_s.pop(identity, now_s)
        if now_s - interrupted_s < INTERRUPTION_S:
            speaker.lost(interrupted_s, now_s)
        task = tasks.create_task(
            self._hear(speaker, track, gone), name=f"hearing:{track.sid}:{language}"
        )
        self._heard[identity] = Heard(speaker, track, language, origin, gone, task)

    def _stop(self, identity: str, heard: Heard) -> None:
        """The speaker has left, or one of us reconnects: finish what was said until now."""
        if heard.speaker.is_speaking and heard.origin is Origin.SPEECH:
            self._interrupted_s[identity] = self._now()
        heard.gone.set()
        self._troubles.pop(identity, None)
        self._finishing.add(heard.task)
        heard.task.add_done_callback(self._finishing.discard)
        del self._heard[identity]

    def _trouble_of(self, speaker: Speaker) -> LastingTrouble:
        told = {"language": speaker.spoken.language.tag}
        new = LastingTrouble(logger, "recogniser failed", "recogniser hears again", told)
        return self._troubles.setdefault(speaker.identity, new)

    async def _hear(
        self, speaker: Speaker, track: rtc.RemoteAudioTrack, gone: asyncio.Event
    ) -> None:
        """Hear a microphone until it is gone; a recogniser that fails is opened again, and what it
        missed is told."""
        language = speaker.spoken.language.tag
        if self._lost_s is not None:
            speaker.lost(self._lost_s, self._now())
            self._lost_s = None
        if isinstance(speaker, UnrecognisedSpeaker):
            await watch(speaker, track, self.detector, gone)
            gone.set()
        while not gone.is_set():
            try:
                await self._hear_once(speaker, track, gone)
                break
            except* Exception as errors:  # noqa: BLE001  (whatever it is, others are heard on)
                self._trouble_of(speaker).failed(errors)
                self._deaf.add(language)
                speaker.recogniser_failed()
                self._events.write("engine_failed", engine="recogniser", language=language)
                FAILURES.labels(EngineKind.RECOGNISER.value).inc()
            was_speaking = speaker.is_speaking
            await asyncio.sleep(RESTART_S)
            if was_speaking:
                speaker.lost(speaker.heard_until_s, self._now())
            else:
                speaker.finish(self._now())
        speaker.finish(self._now())

    async def _hear_once(
        self, speaker: Speaker, track: rtc.RemoteAudioTrack, gone: asyncio.Event
    ) -> None:
        """By one recogniser, which is closed when the microphone is gone or the recogniser fails:
        people come and go, and each leaves connections behind otherwise."""
        language = speaker.spoken.language.tag
        phrases = await self._expect(language)
        recogniser = open_recogniser(language, self._settings, phrases, self._on_usage)
        self._recognisers[language] = recogniser
        loop = asyncio.get_running_loop()
        well = loop.call_later(WELL_S, self._deaf.discard, language)
        try:
            hearing = Hearing(
                recogniser, self.detector, speaker, self._now, self._settings.recogniser_release_s
            )
            await hearing.run(track, gone)
        finally:
            well.cancel()
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_S):
                    await recogniser.aclose()
