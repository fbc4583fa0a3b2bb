"""One pair, top to bottom: READ THIS SECOND.

    the source's line → chunking → units → translation ┬→ captions of the target, journal → store
                                                       └→ script → speech → voice track

A unit is translated again and again while it is open. Captions show the newest translation; the
voice takes from the script what successive translations agree on, when it is about to fall silent.
Captions and store get every unit; the voice may fall behind them, never the other way round.
Nothing here hears sound: the floor agent does, once for all pairs.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

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
from interpreter.pair.chunking import Unit
from interpreter.pair.commit import Weights
from interpreter.pair.corrections import Corrections
from interpreter.pair.job import PairJob
from interpreter.pair.policy import Policy, policy_named
from interpreter.pair.requests import Requests
from interpreter.pair.script import Script
from interpreter.pair.source_line import SourceLine, readable_unit, unit_event
from interpreter.pair.speech import Speech, Track
from interpreter.pair.turn import VoiceTurn
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
"""Units wait here for the voice. More: the oldest is skipped, counted, and said."""
CONTEXT_PAIRS = 3
WARM_UP = "OK"
"""Translated and spoken once for nobody."""
SKIP_FROM_S = 10.0
"""So much later than its mode aims at, queued voice is skipped."""
OPEN_PATIENCE_S = 1.0
"""So long a closed unit waits for the answer about an open one."""
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
        self._read_metadata = ""
        self._clock = RoomClock(metadata.clock_zero)
        self._policy: Policy = policy_named(metadata.policy_of(job.target.tag))
        self._context: list[tuple[str, str]] = list(job.context)
        self._captioned = (job.line_epoch, max(job.captioned_seq, job.next_seq - 1))
        self._news = asyncio.Event()
        self._has_translator_failed = False
        self._requests = Requests(self._policy.commit.step_words)
        self._asked = asyncio.Event()
        self._open_limit: asyncio.Timeout | None = None
        """Of the request in flight about an open unit."""
        self._known: dict[int, tuple[str, str]] = {}
        """The newest translation of each open unit, and of what: when it closes as it is, nobody
        is asked again."""
        target = job.target
        self._script = Script(
            self._policy.commit,
            Weights(frozenset(target.never_cut_after), frozenset(target.negations)),
            begun=((job.line_epoch, job.begun[0]), job.begun[1]),
        )
        self._corrections = Corrections(self._script.spoken_words)

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
            publisher, self._keep, self._note_shown, self._job, self._engines.translator.label
        )
        self._line = SourceLine(
            self._job,
            self._policy.chunk,
            self._captions.sentence_ended,
            waits_for_final=self._policy.waits_for_final,
        )
        self._speech = Speech(
            self._engines.voice,
            voice,
            self._script,
            VoiceTurn(self._room, target, self._floor_identity),
            self._events,
            target,
            self._clock.now_s,
            policy=self._policy,
            before_take=self._skip_what_is_too_late,
            spoken=(self._job.line_epoch, self._job.next_seq - 1),
        )
        self._room.on("data_received", self._on_data)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._journal.run(), name="journal")
            sending = tasks.create_task(publisher.run(), name=f"captions:{target}")
            tasks.create_task(self._translate_all(), name=f"translate:{target}")
            tasks.create_task(self._speech.run(), name=f"speech:{target}")
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
        if message is None or self._requests.closed > UNTRANSLATED_UNITS // 2:
            return
        self._follow_settings()
        self._closed(self._line.push(message))
        if self._policy.commit.is_open_translated:
            for unit in self._line.open_units():
                self._ask(unit)
        self._script.is_silent = self._policy.commit.speaks_in_turns and (
            self._line.is_somebodys_turn
        )
        self._speech.script_changed()

    def _closed(self, units: Iterable[Unit]) -> None:
        for unit in units:
            self._events.write("unit", **unit_event(unit, self._job))
            self._ask(unit)

    def _ask(self, unit: Unit) -> None:
        if not self._requests.put(unit):
            return
        self._asked.set()
        limit = self._open_limit
        if unit.is_open or limit is None or limit.expired():
            return
        soon_s = asyncio.get_running_loop().time() + OPEN_PATIENCE_S
        limit.reschedule(min(soon_s, limit.when() or soon_s))

    def _follow_settings(self) -> None:
        """Take what web has written into the room since; a mode changes in mid-sentence."""
        if self._room.metadata == self._read_metadata:
            return
        self._read_metadata = self._room.metadata
        seen = decode_metadata(self._read_metadata)
        if seen is None or seen.version < self._metadata.version:
            return
        self._metadata = seen
        policy = policy_named(seen.policy_of(self._job.target.tag))
        if policy is self._policy:
            return
        self._policy = policy
        self._closed(self._line.use(policy.chunk, waits_for_final=policy.waits_for_final))
        self._requests.step_words = policy.commit.step_words
        self._script.use(policy.commit)
        self._speech.use(policy)

    # --- units → translation → captions, and on to speech

    async def _translate_all(self) -> None:
        while True:
            self._asked.clear()
            unit = self._requests.take()
            if unit is None:
                await self._asked.wait()
            elif unit.is_lost:
                self._captions.show_lost(self._whole_gap(unit))
            else:
                await self._interpret(unit)

    async def _interpret(self, unit: Unit) -> None:
        """Translate a unit as it is now; show it, and give it to the voice."""
        text = await self._translate(unit)
        if text is None:
            self._speech.script_changed()
            return
        name = self._line.display_name(unit.speaker)
        if not self._line.is_captioned(unit):
            if unit.is_open:
                self._captions.show_open(unit, text, name)
            else:
                self._captions.show(unit, text, name)
        if self._wants_voice():
            self._script.translated(unit, text)
        elif not unit.is_open:
            self._script.dropped(unit)
            self._speech.passed_over(unit)
        self._speech.script_changed()

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
        source_text = readable_unit(unit, self._job.source, self._corrections.of(unit))
        known = self._known.pop(number, None)
        if known is not None and known[0] == source_text and not unit.is_open:
            return self._translated(unit, *known)
        if not source_text:  # fillers alone
            return ""
        self._events.write("translation_request", target=target, unit=number)
        pieces: list[str] = []
        request = TranslationRequest(
            source_text,
            tuple(self._context[-CONTEXT_PAIRS:]),
            committed=self._script.spoken_text(unit),
            is_open=unit.is_open,
        )
        try:
            async with asyncio.timeout(self._settings.engine_timeout_s) as limit:
                self._open_limit = limit if unit.is_open else None
                async for piece in self._engines.translator.translate(request):
                    if not pieces:
                        self._events.write("translation_first_token", target=target, unit=number)
                    pieces.append(piece)
        except (EngineError, TimeoutError) as error:
            if unit.is_open and self._requests.closed:
                return None
            logger.warning("translator failed", extra={"target": target}, exc_info=error)
            self._events.write("engine_failed", engine="translator", target=target, unit=number)
            self._has_translator_failed = True
            if not unit.is_open:
                self._script.dropped(unit)
                self._captions.show_untranslated(
                    unit, source_text, self._line.display_name(unit.speaker)
                )
            return None
        finally:
            self._open_limit = None
        self._has_translator_failed = False
        return self._translated(unit, source_text, "".join(pieces).strip())

    def _translated(self, unit: Unit, source_text: str, text: str) -> str:
        if unit.is_open:
            self._known[unit.number] = (source_text, text)
        else:
            self._context = [*self._context[-CONTEXT_PAIRS:], (source_text, text)]
        self._events.write("translation", target=self._job.target.tag, unit=unit.number, text=text)
        return text

    def _skip_what_is_too_late(self) -> None:
        """So far behind that nobody could follow any more: the voice goes on with the newest unit,
        and captions say how much it left out."""
        waiting = self._script.waiting()
        if not waiting or not (self._policy.may_skip and self._policy.is_paced):
            return
        late_s = self._speech.late_s(waiting[0][0].words[0].end_s)
        if late_s < self._policy.target_lag_s + SKIP_FROM_S and len(waiting) <= UNSPOKEN_UNITS:
            return
        target = self._job.target
        for unit, text in waiting[:-1]:
            seconds = round(len(text) / target.natural_pace_cps, 2)
            self._script.dropped(unit)
            self._speech.passed_over(unit)
            self._captions.show_skipped(unit, seconds)
            self._events.write("skipped", target=target.tag, unit=unit.number, seconds=seconds)

    def _wants_voice(self) -> bool:
        self._follow_settings()
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

    def _note_shown(self, segment: str, text: str) -> None:
        target = self._job.target.tag
        self._events.write("caption", language=target, segment=segment, final=False, text=text)

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
                    begun=self._speech.state.begun,
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
        self._speech.end_input()
        await voice.aclose()
        await self._engines.translator.aclose()
        await self._engines.voice.aclose()
