"""One pair, top to bottom: READ THIS SECOND.

    the source's line → chunking → units → translation ┬→ captions of the target, journal → store
                                                       └→ speech → voice track

Captions and store get every unit; the voice speaks units one after another and may fall behind
them, never the other way round. Nothing here hears sound: the floor agent does, once for all pairs.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream
from livekit import rtc
from livekit.agents import APIError
from livekit.rtc.participant import PublishDataError

from interpreter.caption_publisher import CaptionPacer, CaptionPublisher
from interpreter.engines.translator import TranslationRequest, Translator
from interpreter.engines.voice import Voice
from interpreter.errors import EngineError
from interpreter.event_log import EventLog
from interpreter.events import Origin, Segment
from interpreter.journal import Journal
from interpreter.line import ReaderMessage, decode_line, encode_reader
from interpreter.pair.captioning import TargetCaptions
from interpreter.pair.chunking import POLICIES, ChunkPolicy, Unit
from interpreter.pair.job import PairJob
from interpreter.pair.source_line import SourceLine, readable_unit, unit_event
from interpreter.pair.speech import Speech, Track, Translated
from interpreter.participants import epoch_of, is_floor
from interpreter.room import (
    LINE_TOPIC,
    READER_TOPIC,
    RoomMetadata,
    captions_track,
    decode_metadata,
    voice_track,
)
from interpreter.room_clock import RoomClock
from interpreter.settings import Settings
from interpreter.tracks import VoiceTrack

logger = logging.getLogger(__name__)

READER_EVERY_S = 0.5
UNTRANSLATED_UNITS = 64
"""Units wait here for the translator: two minutes of speech. Full: the line's reader stops asking
for more."""
UNSPOKEN_UNITS = 64
"""Units wait here for the voice. Full: the oldest is skipped, counted, and said."""
CONTEXT_PAIRS = 3
WARM_UP = "OK"
"""Translated and spoken once for nobody."""
LONGEST_UNREAD_S = 20.0
"""A longer silence before a gap was a pause."""
CLOSE_CAPTIONS_S = 1.5
CLOSE_JOURNAL_S = 1.0
"""The server removes a stopped job's participant after 3 s."""


PublishVoice = Callable[[rtc.Room, str, int, Callable[[], float]], Awaitable[Track]]
"""(room, track name, sample rate, room clock) → where the voice goes."""


@dataclass(frozen=True, slots=True)
class PairEngines:
    """What a pair works with."""

    translator: Translator
    voice: Voice


class PairAgent:
    """Interprets one pair until cancelled."""

    def __init__(
        self,
        room: rtc.Room,
        settings: Settings,
        metadata: RoomMetadata,
        job: PairJob,
        engines: PairEngines,
        events: EventLog,
        journal: Journal,
        publish_voice: PublishVoice = VoiceTrack.publish,
    ) -> None:
        self._room = room
        self._publish_voice = publish_voice
        self._settings = settings
        self._job = job
        self._engines = engines
        self._events = events
        self._journal = journal
        self._metadata = metadata
        self._clock = RoomClock(metadata.clock_zero)
        self._policy: ChunkPolicy = POLICIES[metadata.policy]
        self._context: list[tuple[str, str]] = list(job.context)
        self._captioned = (job.line_epoch, max(job.captioned_seq, job.next_seq - 1))
        self._news = asyncio.Event()
        self._has_translator_failed = False
        self._to_translate, self._untranslated = anyio.create_memory_object_stream[Unit](
            UNTRANSLATED_UNITS
        )
        self._to_speak, self._unspoken = anyio.create_memory_object_stream[Translated](
            UNSPOKEN_UNITS
        )

    async def run(self) -> None:
        """From the line to voice and captions, until cancelled: then captions and segments are
        finished."""
        target = self._job.target.tag
        voice = await self._publish_voice(
            self._room, voice_track(target), self._engines.voice.sample_rate, self._clock.now_s
        )
        track = await self._room.local_participant.publish_data_track(name=captions_track(target))
        publisher = CaptionPublisher(
            CaptionPacer(),
            target,
            Origin.MACHINE,
            self._job.epoch,
            lambda payload: track.try_push(rtc.DataTrackFrame(payload=payload)),
            self._clock.now_s,
        )
        self._captions = TargetCaptions(
            publisher, self._keep, self._job, self._engines.translator.label
        )
        self._line = SourceLine(self._job, self._policy, self._captions.sentence_ended)
        self._speech = Speech(
            self._engines.voice,
            voice,
            self._events,
            target,
            self._clock.now_s,
            is_paced=self._policy.is_paced,
            spoken=(self._job.line_epoch, self._job.next_seq - 1),
        )
        self._room.on("data_received", self._on_data)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._journal.run(), name="journal")
            sending = tasks.create_task(publisher.run(), name=f"captions:{target}")
            tasks.create_task(self._translate_all(self._untranslated), name=f"translate:{target}")
            tasks.create_task(self._speech.run(self._unspoken), name=f"speech:{target}")
            tasks.create_task(self._warm_up(), name=f"warm-up:{target}")
            try:
                await self._report()
            finally:
                await self._close(publisher, sending, voice)

    async def _warm_up(self) -> None:
        """Let both engines load what they need before the first unit waits for it."""
        try:
            async with asyncio.timeout(self._settings.engine_timeout_s):
                async for _ in self._engines.translator.translate(TranslationRequest(WARM_UP)):
                    pass
                async with self._engines.voice.synthesize(WARM_UP) as stream:
                    async for _ in stream:
                        pass
        except (EngineError, APIError, TimeoutError) as error:
            logger.warning("engines are cold", exc_info=error)

    # --- the line → units

    def _on_data(self, packet: rtc.DataPacket) -> None:
        """Words from the floor agent; anybody else is not listened to."""
        sender = packet.participant
        if packet.topic != LINE_TOPIC or sender is None or not is_floor(sender):
            return
        message = decode_line(packet.data)
        is_full = self._to_translate.statistics().current_buffer_used > UNTRANSLATED_UNITS // 2
        if message is None or is_full:
            return
        for unit in self._line.push(message):
            self._events.write("unit", **unit_event(unit, self._job))
            self._to_translate.send_nowait(unit)

    # --- units → translation → captions, and on to speech

    async def _translate_all(self, units: MemoryObjectReceiveStream[Unit]) -> None:
        async with units:
            async for unit in units:
                if unit.is_lost:
                    self._captions.show_lost(self._whole_gap(unit))
                    continue
                text = await self._translate(unit)
                if text is None:
                    continue
                if not self._line.is_captioned(unit):
                    self._captions.show(unit, text, self._line.display_name(unit.speaker))
                if text and self._wants_voice():
                    self._speak(Translated(unit, text))
                else:
                    self._speech.passed_over(unit)

    def _whole_gap(self, unit: Unit) -> Unit:
        """Where the pair before this one died with its floor agent, a gap that comes first begins
        where its transcript ends: nobody knows which words it had read."""
        since_s = self._job.interpreted_s
        if since_s is None or unit.number > 0:
            return unit
        if not unit.start_s - LONGEST_UNREAD_S < since_s < unit.start_s:
            return unit
        self._events.write(
            "not_heard", language=self._job.target.tag, start_s=since_s, end_s=unit.end_s
        )
        return unit.lost_since(since_s)

    async def _translate(self, unit: Unit) -> str | None:
        """The unit in the target language; None when no translator could, which captions then
        say."""
        number, target = unit.number, self._job.target.tag
        source_text = readable_unit(unit, self._job.source)
        self._events.write("translation_request", target=target, unit=number)
        pieces: list[str] = []
        request = TranslationRequest(source_text, tuple(self._context[-CONTEXT_PAIRS:]))
        try:
            async with asyncio.timeout(self._settings.engine_timeout_s):
                async for piece in self._engines.translator.translate(request):
                    if not pieces:
                        self._events.write("translation_first_token", target=target, unit=number)
                    pieces.append(piece)
        except (EngineError, TimeoutError) as error:
            logger.warning("translator failed", extra={"target": target}, exc_info=error)
            self._events.write("engine_failed", engine="translator", target=target, unit=number)
            self._has_translator_failed = True
            self._captions.show_untranslated(
                unit, source_text, self._line.display_name(unit.speaker)
            )
            return None
        self._has_translator_failed = False
        text = "".join(pieces).strip()
        self._context = [*self._context[-CONTEXT_PAIRS:], (source_text, text)]
        self._events.write("translation", target=target, unit=number, text=text)
        return text

    def _speak(self, translated: Translated) -> None:
        try:
            self._to_speak.send_nowait(translated)
        except anyio.WouldBlock:
            skipped = self._unspoken.receive_nowait()
            self._events.write(
                "skipped",
                target=self._job.target.tag,
                unit=skipped.unit.number,
                seconds=len(skipped.text) / self._job.target.natural_pace_cps,
            )
            self._to_speak.send_nowait(translated)

    def _wants_voice(self) -> bool:
        seen = decode_metadata(self._room.metadata)
        if seen is not None and seen.version >= self._metadata.version:
            self._metadata = seen
        return self._job.target.tag in self._metadata.wanted.voices

    def _keep(self, unit: Unit, segment: Segment) -> None:
        """A segment is in the journal before its final caption goes out."""
        self._journal.append(segment)
        self._captioned = max(self._captioned, unit.last_place)
        self._news.set()
        self._events.write(
            "caption",
            language=segment.language,
            segment=segment.id,
            final=True,
            text=segment.text,
        )

    # --- what the floor agent hears of us

    async def _report(self) -> None:
        """Every 500 ms, and at each final: what we want next, how far we have spoken, how we
        are."""
        while True:
            floor = self._floor_identity()
            if floor:
                message = ReaderMessage(
                    line=self._line.name,
                    epoch=self._line.epoch,
                    next_seq=self._line.next_seq,
                    spoken_seq=self._reached(self._speech.state.spoken),
                    lag_s=self._speech.state.lag_s,
                    state=self._state(),
                    target=self._job.target.tag,
                    pair_epoch=self._job.epoch,
                    captioned_seq=self._reached(self._captioned),
                    context=tuple(self._context[-CONTEXT_PAIRS:]),
                )
                try:
                    await self._room.local_participant.publish_data(
                        encode_reader(message),
                        reliable=True,
                        destination_identities=[floor],
                        topic=READER_TOPIC,
                    )
                except PublishDataError:
                    logger.warning("reader message lost; the next one follows")
            await self._wait_for_news()

    def _reached(self, place: tuple[int, int]) -> int:
        """The place's number on the line as it is now; -1 where its words belong to an older
        epoch."""
        epoch, seq = place
        return seq if epoch == self._line.epoch else -1

    async def _wait_for_news(self) -> None:
        """A final goes at once: should this job die, its replacement must not say it again."""
        try:
            async with asyncio.timeout(READER_EVERY_S):
                await self._news.wait()
        except TimeoutError:
            return
        self._news.clear()

    def _state(self) -> str:
        has_failed = self._has_translator_failed or self._speech.state.has_failed
        return "failed" if has_failed else "live"

    def _floor_identity(self) -> str:
        floors = [p for p in self._room.remote_participants.values() if is_floor(p)]
        if not floors:
            return ""
        return max(floors, key=epoch_of).identity

    async def _close(
        self, publisher: CaptionPublisher, sending: asyncio.Task[None], voice: Track
    ) -> None:
        """The order of closing: captions shown become final, then go out, then the store, then the
        engines."""
        self._captions.finish()
        publisher.end_input()
        await asyncio.wait([sending], timeout=CLOSE_CAPTIONS_S)
        await self._journal.finish(limit_s=CLOSE_JOURNAL_S)
        self._to_translate.close()
        self._to_speak.close()
        await voice.aclose()
        await self._engines.translator.aclose()
        await self._engines.voice.aclose()
