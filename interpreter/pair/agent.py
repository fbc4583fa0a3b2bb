"""One pair, top to bottom: READ THIS SECOND.

    the source's line → chunking → units → translation → checking ┬→ captions, journal → store
                                                                  ├→ script → speech → voice track
                                                                  └→ relaying, where asked for

A unit is translated again and again while it is open. Captions show the newest translation; the
voice takes from the script what successive translations agree on, when it is about to fall silent.
Captions and store get every unit; the voice may fall behind them, never the other way round.
Nothing here hears sound: the floor agent does, once for all pairs.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence

from livekit import rtc

from glossaries.entry import Entry
from interpreter.caption_publisher import CaptionPacer, CaptionPublisher
from interpreter.engine_book import EngineBook
from interpreter.errors import EngineError
from interpreter.event_log import EventLog
from interpreter.events import EngineKind, EngineSwitch, Origin, Segment
from interpreter.journal import Journal
from interpreter.line import (
    LACKS_TRANSLATION,
    LACKS_VOICE,
    LineMessage,
    ReaderMessage,
    decode_line,
    decode_reader,
)
from interpreter.pair.captioning import TargetCaptions
from interpreter.pair.catching_up import CatchingUp
from interpreter.pair.checking import Check, Checked, Checking
from interpreter.pair.chunking import Unit
from interpreter.pair.commit import Weights
from interpreter.pair.corrections import Corrections
from interpreter.pair.engines import PairEngines
from interpreter.pair.job import PairJob
from interpreter.pair.on_air_message import OnAirMessage, decode_on_air
from interpreter.pair.policy import Policy, policy_named
from interpreter.pair.relaying import Relaying
from interpreter.pair.reports import Reports
from interpreter.pair.requests import Requests
from interpreter.pair.script import Script
from interpreter.pair.source_line import SourceLine, readable_unit, unit_event
from interpreter.pair.speech import Speech, Track
from interpreter.pair.translating import Translating
from interpreter.pair.turn import VoiceTurn
from interpreter.participants import is_floor
from interpreter.room import (
    LINE_TOPIC,
    ON_AIR_TOPIC,
    READER_TOPIC,
    RoomMetadata,
    captions_track,
    decode_metadata,
    voice_track,
)
from interpreter.room_clock import RoomClock
from interpreter.room_glossary import Read, RoomGlossary, nothing
from interpreter.settings import Settings
from interpreter.terms import Terms
from interpreter.tracks import VoiceTrack

logger = logging.getLogger(__name__)

UNTRANSLATED_UNITS = 64
"""Units wait here for the translator: two minutes of speech. Full: the line's reader stops asking
for more."""
BUSY_STEP_WORDS = 4
"""Of an open unit, so many more words are waited for on a machine that is too busy: to ask again
at each word is most of what a pair costs, and there it makes every voice late."""
HUMAN_LAG_S = 3.0
"""A human is two to four seconds behind the floor. What ended there so lately when the machine gets
the channel back may have been said by nobody: its voice begins there, and so at once also between
two units. Rather said twice than never."""
LONGEST_UNREAD_S = 60.0
"""What is unread for longer before a gap was not wanted when it was said."""
CLOSE_CAPTIONS_S = 1.5
CLOSE_JOURNAL_S = 1.0
"""The server removes a stopped job's participant after 3 s."""


PublishVoice = Callable[[rtc.Room, str, int, Callable[[], float]], Awaitable[Track]]
"""(room, track name, sample rate, room clock) → where the voice goes."""


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
        *,
        entries: Sequence[Entry] = (),
        read_entries: Read = nothing,
        checks: Iterable[Check] = (),
    ) -> None:
        """`entries`: what it begins with; `read_entries` gives those of the room's glossaries;
        `checks`: what else its translations are held to."""
        self._read_entries = read_entries
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
        self._policy = self._policy_in(metadata)
        self._captioned = (job.line_epoch, max(job.captioned_seq, job.next_seq - 1))
        self._rendered = self._captioned
        """The last source word of which readers have had a translation, final or not."""
        self._interpreted: Unit | None = None
        """What the translator is asked for now."""
        self._reports = Reports(room, self._report)
        self._requests = Requests(self._policy.commit.step_words)
        self._asked = asyncio.Event()
        self._on_air = OnAirMessage(job.target.tag, 0, 0)
        target = job.target
        self._translating = Translating(
            engines.translator, events, target.tag, settings.engine_timeout_s, job.context
        )
        self._checking = Checking(
            self._translating,
            Terms(entries, job.source, target),
            events,
            target.tag,
            self._correct,
            checks,
        )
        self._script = Script(
            self._policy.commit,
            Weights.of(target),
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
        self._relaying = Relaying(
            self._room,
            self._job,
            lambda speaker: self._line.relay_of(speaker),
            self._clock.now_s,
        )
        self._captions = TargetCaptions(
            publisher,
            self._keep,
            self._note_shown,
            self._job,
            self._engines.translator.label,
            lambda speaker: self._line.relay_of(speaker),
        )
        self._line = SourceLine(
            self._job,
            self._policy.chunk,
            self._sentence_ended,
            waits_for_final=self._policy.waits_for_final,
            splits_term=self._checking.is_term_cut,
        )
        self._speech = Speech(
            self._engines.voice,
            voice,
            self._script,
            VoiceTurn(self._room, target),
            self._events,
            target,
            self._clock.now_s,
            policy=self._policy,
            before_take=lambda: self._catching_up.skip(self._policy),
            on_silent=self._reports.news,
            spoken=(self._job.line_epoch, self._job.next_seq - 1),
            read_as=lambda text: self._checking.said(text, self._engines.voice.reads),
        )
        self._catching_up = CatchingUp(
            self._job.target,
            self._script,
            self._speech,
            self._translating,
            self._captions,
            self._events,
            self._journal,
            self._meant,
        )
        self._room.on("data_received", self._on_data)
        async with asyncio.TaskGroup() as tasks:
            book = EngineBook(self._room, self._events, self._clock.now_s, self._engine_switched)
            tasks.create_task(book.run(), name=f"engines:{target}")
            tasks.create_task(self._journal.run(), name="journal")
            sending = tasks.create_task(publisher.run(), name=f"captions:{target}")
            tasks.create_task(self._relaying.run(), name=f"relay:{target}")
            tasks.create_task(self._translate_all(), name=f"translate:{target}")
            tasks.create_task(self._speech.run(), name=f"speech:{target}")
            glossary = RoomGlossary(self._room, self._read_entries, self.use_entries)
            tasks.create_task(glossary.run(), name=f"glossary:{target}")
            warm_up = self._engines.warm_up(self._settings.engine_timeout_s)
            tasks.create_task(warm_up, name=f"warm-up:{target}")
            try:
                await self._reports.run()
            finally:
                await self._close(publisher, sending, voice)

    def _engine_switched(self, switch: EngineSwitch) -> None:
        """Transcripts say who has translated."""
        if switch.kind is EngineKind.TRANSLATOR:
            self._captions.engine = self._engines.translator.label

    async def use_entries(self, entries: Sequence[Entry]) -> None:
        """Other glossaries, or edited ones, from the next translation on; ten thousand entries
        take a quarter of a second to read."""
        job = self._job
        self.use_terms(await asyncio.to_thread(Terms, entries, job.source, job.target))

    def use_terms(self, terms: Terms) -> None:
        """The same, read already."""
        self._checking.use(terms)

    # --- the line → units

    def _on_data(self, packet: rtc.DataPacket) -> None:
        """Words, and who is on air, from the floor agent; anybody else is not listened to."""
        sender = packet.participant
        if sender is None or not is_floor(sender):
            return
        if packet.topic == ON_AIR_TOPIC:
            self._heed(decode_on_air(packet.data))
        elif packet.topic == LINE_TOPIC:
            self._read(decode_line(packet.data))
        elif packet.topic == READER_TOPIC:
            self._relaying.asked(sender.identity, decode_reader(packet.data))

    def _heed(self, message: OnAirMessage | None) -> None:
        """Fall silent where somebody else is on air, and listen on; captions go on unless the
        other's own words are the channel's captions."""
        if message is None or message.target != self._job.target.tag:
            return
        if message.place < self._on_air.place:
            return
        before, self._on_air = self._on_air, message
        had_voice = before.has_voice
        if before.has_captions and not message.has_captions:
            self._captions.finish(awaits=True)
        if had_voice and not message.has_voice:
            self._speech.fall_silent()
            for unit in self._script.clear():
                self._speech.passed_over(unit)
            self._reports.news()
        elif message.has_voice and not had_voice:
            self._pass_over_what_a_human_said()
            self._speech.may_speak()

    def _read(self, message: LineMessage | None) -> None:
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

    def _sentence_ended(self, speaker: str, last_unit: int) -> None:
        self._captions.sentence_ended(speaker, last_unit)
        self._relaying.sentence_ended(speaker, last_unit)

    def _closed(self, units: Iterable[Unit]) -> None:
        for unit in units:
            self._events.write("unit", **unit_event(unit, self._job))
            self._ask(unit)

    def _ask(self, unit: Unit) -> None:
        usual = max(self._policy.commit.step_words, self._translating.step_words)
        self._requests.step_words = max(usual, BUSY_STEP_WORDS if self._reports.is_busy else 0)
        if not self._requests.put(unit):
            return
        self._asked.set()
        if not unit.is_open:
            self._translating.hurry()

    def _follow_settings(self) -> None:
        """Take what web has written into the room since; a mode changes in mid-sentence."""
        if self._room.metadata == self._read_metadata:
            return
        self._read_metadata = self._room.metadata
        seen = decode_metadata(self._read_metadata)
        if seen is None or seen.version < self._metadata.version:
            return
        self._metadata = seen
        policy = self._policy_in(seen)
        if policy == self._policy:
            return
        self._policy = policy
        self._closed(self._line.use(policy.chunk, waits_for_final=policy.waits_for_final))
        self._script.use(policy.commit)
        self._speech.use(policy)

    def _policy_in(self, metadata: RoomMetadata) -> Policy:
        """The channel's mode; who reads another channel comes so much later."""
        return policy_named(metadata.policy_of(self._job.target.tag)).after(self._job.relay)

    # --- units → translation → captions, and on to speech

    async def _translate_all(self) -> None:
        async with asyncio.TaskGroup() as late:
            while True:
                self._asked.clear()
                unit = self._requests.take()
                self._translating.others_wait = self._requests.closed > 0
                if unit is None:
                    if not await self._condense():
                        await self._asked.wait()
                elif unit.is_lost:
                    self._relaying.lost(unit, self._line.display_name(unit.speaker))
                    if self._on_air.has_captions:
                        self._captions.show_lost(self._whole_gap(unit))
                else:
                    await self._interpret(unit, late)

    async def _interpret(self, unit: Unit, late: asyncio.TaskGroup) -> None:
        """Translate a unit as it is now; show it, and give it to the voice. `late` waits for an
        answer that comes when it has been given to both."""
        self._interpreted = unit
        name, source_text = self._line.display_name(unit.speaker), self._meant(unit)
        if self._translating.can_repair:  # and so can begin with what was said
            await asyncio.sleep(0)  # until the voice has taken what it may of the last answer
        try:
            checked = await self._checking.translate(
                unit, source_text, self._script.spoken_text(unit), late
            )
        except (EngineError, TimeoutError) as error:
            self._not_translated(unit, source_text, name, error)
            return
        finally:
            self._interpreted = None
        self._rendered = max(self._rendered, unit.last_place)
        if not (unit.is_open or self._line.is_captioned(unit)):
            self._relaying.translated(
                unit,
                self._captions.id_of(unit),
                checked.caption,
                name,
                is_awaited=checked.is_awaited and bool(checked.doubts),
            )
        if self._on_air.has_captions and not self._line.is_captioned(unit):
            if unit.is_open:
                self._captions.show_open(unit, checked.caption, name)
            else:
                self._captions.show(
                    unit,
                    checked.caption,
                    name,
                    marks=checked.marks,
                    doubts=checked.doubts,
                    is_awaited=checked.is_awaited,
                )
        if self._is_voice_wanted():
            # off air too: to go on at once when it is handed back
            is_doubtful = checked.is_awaited and bool(checked.doubts)
            self._script.translated(unit, checked.text, checked.safe_share, is_doubtful=is_doubtful)
        elif not unit.is_open:
            self._script.dropped(unit)
            self._speech.passed_over(unit)
        if not self._on_air.has_voice:
            self._pass_over_what_a_human_said()
        if checked.is_worth_repeating:
            self._requests.repeat(unit)
        self._speech.script_changed()

    def _correct(self, unit: Unit, checked: Checked) -> None:
        """A closed unit's better answer came when captions and voice had another."""
        self._captions.correct(unit, checked.caption, checked.marks, checked.doubts)
        self._relaying.corrected(unit, checked.caption)
        self._script.corrected(unit, checked.text)
        self._speech.script_changed()

    def _pass_over_what_a_human_said(self) -> None:
        for unit in self._script.expire(self._clock.now_s() - HUMAN_LAG_S):
            self._speech.passed_over(unit)

    async def _condense(self) -> bool:
        """While nothing else is asked."""
        return self._on_air.has_voice and await self._catching_up.condense(self._policy)

    def _whole_gap(self, unit: Unit) -> Unit:
        """Where the pair before this one died with its floor agent, a gap that comes first begins
        with the first words that its transcript lacks: nobody will send those again."""
        since_s = self._job.unread_since_s
        if since_s is None or unit.number > 0:
            return unit
        if not unit.start_s - LONGEST_UNREAD_S < since_s < unit.start_s:
            return unit
        self._events.write(
            "not_heard", language=self._job.target.tag, start_s=since_s, end_s=unit.end_s
        )
        return unit.lost_since(since_s)

    def _meant(self, unit: Unit) -> str:
        return readable_unit(
            unit, self._job.source, self._corrections.of(unit), is_written=self._job.relay > 0
        )

    def _not_translated(self, unit: Unit, source_text: str, name: str, error: Exception) -> None:
        """Captions say so of a closed unit; of an open one nobody asks while others wait."""
        if unit.is_open and self._requests.closed:
            return
        self._translating.failed(unit, error)
        if not unit.is_open:
            self._rendered = max(self._rendered, unit.last_place)
            self._script.dropped(unit)
            self._relaying.lost(unit, name)
            if self._on_air.has_captions:
                self._captions.show_untranslated(unit, source_text, name)
        self._speech.script_changed()

    def _is_voice_wanted(self) -> bool:
        self._follow_settings()
        return self._job.target.tag in self._metadata.wanted.voices

    def _keep(self, unit: Unit, segment: Segment) -> None:
        """A segment is in the journal before its final caption goes out."""
        self._journal.append(segment)
        self._captioned = max(self._captioned, unit.last_place)
        self._reports.news()
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

    def _report(self) -> ReaderMessage:
        """What we want next, how far we have spoken, how we are."""
        return ReaderMessage(
            line=self._line.name,
            epoch=self._line.epoch,
            next_seq=self._line.next_seq,
            spoken_seq=self._reached(self._speech.state.spoken),
            lag_s=self._speech.state.lag_s,
            state="failed" if self._lacks else "live",
            target=self._job.target.tag,
            pair_epoch=self._job.epoch,
            captioned_seq=min(self._reached(self._captioned), self._before_unkept),
            shown_seq=self._reached(self._rendered),
            context=self._translating.context,
            begun=self._speech.state.begun,
            is_heard=self._speech.is_heard,
            lacks=self._lacks,
            kept_waiting_s=self._reports.kept_waiting_s,
        )

    @property
    def _before_unkept(self) -> int:
        """The last word before those that are in no transcript yet, of units that are open, wait
        for their translation, or are not final: another speaker may be captioned beyond them."""
        line = self._line
        units = [*line.open_units(), *self._requests.waiting, *self._captions.unfinished]
        units += [] if self._interpreted is None else [self._interpreted]
        of_line = (u for u in units if u.line_epoch == line.epoch and not line.is_captioned(u))
        return min((unit.first_seq for unit in of_line), default=line.next_seq) - 1

    @property
    def _lacks(self) -> str:
        """What no engine does now: captions are the speaker's own words then, or go on alone."""
        if self._translating.has_failed:
            return LACKS_TRANSLATION
        return LACKS_VOICE if self._speech.state.has_failed else ""

    def _reached(self, place: tuple[int, int]) -> int:
        """The place's number on the line as it is now; -1 where its words belong to an older
        epoch."""
        epoch, seq = place
        return seq if epoch == self._line.epoch else -1

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
        await self._engines.aclose()
