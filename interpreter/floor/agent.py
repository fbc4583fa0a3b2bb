"""The floor agent of one room: READ THIS FIRST.

    microphone track → hearing → hypotheses → stability → committed words ─→ the line, to the pairs
                                     └→ captioning → captions of the spoken language, journal, store
    captioners' pages → what they type ─→ the same line and captions, in the recogniser's place
    room metadata (who wants what) → routing → supervision → pairs dispatched and stopped
    what pairs have interpreted → the lines of relays, for pairs that read their channels
    reader messages of the pairs → repairs of the line; the state of every channel for every page

One recogniser a speaker, whatever the number of languages. Nothing here waits for a pair.
"""

import asyncio
import json
import logging
import math
from collections.abc import Collection, Sequence
from dataclasses import asdict

from livekit import api, rtc
from livekit.rtc.participant import PublishDataTrackError

from glossaries import Entry
from interpreter.caption_publisher import CaptionPacer, CaptionPublisher
from interpreter.engine_book import EngineBook
from interpreter.engines.reach import is_recognised, recogniser_name
from interpreter.errors import InterpretationError
from interpreter.event_log import EventLog
from interpreter.events import EngineKind, EngineSwitch, Origin
from interpreter.floor.booths import Booths
from interpreter.floor.captioners import RoomCaptioners
from interpreter.floor.channels import Reach, Relays, channels_of
from interpreter.floor.human_captions import are_captions, to_transcribe
from interpreter.floor.marks import Marks
from interpreter.floor.occurring import Occurring
from interpreter.floor.on_air import OnAir, Source
from interpreter.floor.pairs import RoomPairs
from interpreter.floor.readers import LineReaders
from interpreter.floor.relay_depth import relay_depth
from interpreter.floor.relay_lines import RelayLines
from interpreter.floor.speaker import SpokenLanguage
from interpreter.floor.speakers import RoomSpeakers
from interpreter.floor.state_track import FloorSpeaker, RoomState, tell_state
from interpreter.floor.supervision import KEPT_WAITING_S
from interpreter.floor.vocabulary import Vocabulary, no_words
from interpreter.floor.voices import ChannelVoices
from interpreter.journal import Journal
from interpreter.kept_waiting import BUSY_S, Nap
from interpreter.line import LineWriter
from interpreter.line_names import language_of
from interpreter.pair.on_air_message import OnAirMessage
from interpreter.participants import epoch_of, is_floor
from interpreter.room import (
    PING,
    STATE_TRACK,
    VOICE_RELEASE,
    VOICE_TAKE,
    RoomMetadata,
    captions_track,
    decode_metadata,
)
from interpreter.room_clock import RoomClock
from interpreter.room_glossary import Read, RoomGlossary, nothing
from interpreter.settings import Settings
from interpreter.usage import OnUsage, unnoticed
from languages import load

logger = logging.getLogger(__name__)

TICK_S = 0.1
TELL_ON_AIR_S = 0.5
MARK_S = 0.25
LOOK_S = 0.25
"""Silence of a pair is no event: the pairs are looked at this often …"""
LATE_S = 0.75
"""… and a look that comes so late says that this process was starved, not the pairs dead."""
CLOSE_CAPTIONS_S = 1.5
CLOSE_JOURNAL_S = 1.0
"""The server removes a stopped job's participant after 3 s."""


class FloorAgent:
    """Runs one room until cancelled."""

    def __init__(
        self,
        room: rtc.Room,
        livekit: api.LiveKitAPI,
        settings: Settings,
        metadata: RoomMetadata,
        epoch: int,
        events: EventLog,
        journal: Journal,
        lost_s: float | None = None,
        expect: Vocabulary = no_words,
        read_entries: Read = nothing,
        on_usage: OnUsage = unnoticed,
    ) -> None:
        """`lost_s`: since when nobody has heard the floor, where another floor agent has died;
        `expect`: the words that recognisers are told to expect; `read_entries` gives those of the
        room's glossaries; `on_usage`: what recognisers used."""
        self._room = room
        self._settings = settings
        self._metadata = metadata
        self._epoch = epoch
        self._events = events
        self._journal = journal
        self._clock = RoomClock(metadata.clock_zero)
        self._pacer = CaptionPacer()
        self._spoken: dict[str, SpokenLanguage] = {}
        self._speakers = RoomSpeakers(
            room,
            settings,
            events,
            self._clock.now_s,
            self._spoken_language,
            lost_s,
            expect,
            on_usage,
        )
        self._booths = Booths(room, self._speakers.detector, self._clock.now_s, epoch)
        self._told_on_air_s = 0.0
        self._captions: list[asyncio.Task[None]] = []
        self._opening = asyncio.Lock()
        self._glossary = RoomGlossary(room, read_entries, self._use_entries)
        self._occurring = Occurring()
        self._marks = Marks(self._spoken_language, self._now)
        self._pairs = RoomPairs(room, livekit, settings, events, self._clock.now_s, epoch)
        self._voices = ChannelVoices(lambda who: who in room.remote_participants, self._now)
        self._changed = asyncio.Event()
        self._looked_s = self._now()
        self._kept_waiting_s = -math.inf
        """When this process was last not let run."""
        self._readers = LineReaders(
            room,
            lambda name: self._lines().get(name),
            self._pairs.report,
            lambda pair, message: self._relay_lines.read(pair, message),
            self._clock.now_s,
        )
        self._relay_lines = RelayLines(epoch, self._clock.now_s, self._readers.send)
        self._captioners = RoomCaptioners(
            room,
            self._clock.now_s,
            self._spoken_language,
            self._readers.answer_captioner,
            self._changed.set,
        )

    async def run(self) -> None:
        """Interpretation of one room, until cancelled or superseded: then every speaker, caption
        and segment is finished."""
        self._watch_room()
        self._room.local_participant.register_rpc_method(PING, self._answer_ping)
        self._room.local_participant.register_rpc_method(VOICE_TAKE, self._grant_voice)
        self._room.local_participant.register_rpc_method(VOICE_RELEASE, self._take_voice_back)
        state_track = await self._room.local_participant.publish_data_track(name=STATE_TRACK)
        async with asyncio.TaskGroup() as tasks:
            book = EngineBook(self._room, self._events, self._clock.now_s, self._engine_switched)
            lasting = [
                tasks.create_task(book.run(), name="engines"),
                tasks.create_task(self._journal.run(), name="journal"),
                tasks.create_task(self._readers.run(), name="line:sender"),
                tasks.create_task(
                    tell_state(state_track, self._pacer, self._state, self._now), name="state"
                ),
                tasks.create_task(self._tick(), name="tick"),
                tasks.create_task(self._mark(tasks), name="marks"),
                tasks.create_task(self._glossary.run(), name="glossary"),
            ]
            try:
                await self._reconcile_when_changed(tasks)
            finally:
                await self._close()
                for task in lasting:
                    task.cancel()

    def _watch_room(self) -> None:
        """Every handler only says that something changed, or hands one message on."""
        for event in (
            "participant_connected",
            "participant_disconnected",
            "participant_attributes_changed",
            "track_published",
            "track_unpublished",
            "track_subscribed",
            "track_unsubscribed",
            "room_metadata_changed",
            "reconnected",
        ):
            self._room.on(event, lambda *_: self._changed.set())
        self._room.on("data_received", self._readers.on_data)
        self._room.on("data_received", self._booths.on_data)
        self._room.on("data_received", self._captioners.on_data)

    async def _reconcile_when_changed(self, tasks: asyncio.TaskGroup) -> None:
        while not self._is_superseded():
            self._changed.clear()
            self._metadata = self._newer_metadata()
            self._booths.reconcile(tasks, self._metadata)
            self._decide_on_air()  # before the first word to the pages
            humans = to_transcribe(
                self._booths.on_air, self._booths.microphone, self._is_recognised
            )
            await self._speakers.reconcile(tasks, self._metadata.spoken, humans)
            await self._captioners.reconcile(tasks, self._metadata.spoken)
            if self._could_not_hear():
                self._pairs.book.excuse(self._now())
            floor, typed = self._floor_languages, self._captioners.languages
            self._pairs.reconcile(self._metadata, floor, self._humans(floor), typed)
            self._relay_lines.use(self._pairs.plan.lines)
            await self._pairs.act(self._lines())
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def _could_not_hear(self) -> bool:
        """Whether a pair's silence proves nothing: we were cut off, or the machine is too busy."""
        looked_s, self._looked_s = self._looked_s, self._now()
        is_connected = self._room.connection_state == rtc.ConnectionState.CONN_CONNECTED
        return not is_connected or self._looked_s - looked_s > LATE_S

    def _is_superseded(self) -> bool:
        """Whether a floor agent with a higher epoch has come: then this one ends."""
        return any(
            is_floor(p) and epoch_of(p) > self._epoch
            for p in self._room.remote_participants.values()
        )

    # --- what is spoken

    async def _spoken_language(self, tasks: asyncio.TaskGroup, tag: str) -> SpokenLanguage:
        """A language's line and captions, opened by whoever comes first."""
        async with self._opening:
            return self._spoken.get(tag) or await self._open_language(tasks, tag)

    async def _open_language(self, tasks: asyncio.TaskGroup, tag: str) -> SpokenLanguage:
        track = await self._room.local_participant.publish_data_track(name=captions_track(tag))
        captions = CaptionPublisher(
            self._pacer,
            tag,
            Origin.SPEECH,
            self._epoch,
            lambda payload: track.try_push(rtc.DataTrackFrame(payload=payload)),
            self._clock.now_s,
        )
        self._captions.append(tasks.create_task(captions.run(), name=f"captions:{tag}"))
        self._spoken[tag] = SpokenLanguage(
            load(tag),
            LineWriter(tag, self._epoch),
            captions,
            self._journal,
            self._events,
            engine=recogniser_name(tag),
            send=lambda spoken, items: self._readers.send(spoken.line, items),
            now_s=self._clock.now_s,
            occurring=lambda text: self._occurring.found(tag, text),
        )
        return self._spoken[tag]

    async def _use_entries(self, entries: Sequence[Entry]) -> None:
        known = {*self._metadata.spoken, *self._metadata.offered}
        await self._occurring.use(entries, self._metadata.spoken, known)

    def _engine_switched(self, switch: EngineSwitch) -> None:
        """Transcripts say who has recognised."""
        spoken = self._spoken.get(switch.language)
        has_begun = switch.kind is EngineKind.RECOGNISER and switch.after
        if spoken is not None and has_begun:
            spoken.engine = recogniser_name(switch.language, switch.after)

    def _lines(self) -> dict[str, LineWriter]:
        """Every line of the room, by name: those of people, and those of relays."""
        people = {tag: spoken.line for tag, spoken in self._spoken.items()}
        return people | self._relay_lines.lines

    def _humans(self, floor: Collection[str]) -> dict[str, int]:
        """The channels that an interpreter's words are read from, and how deep a relay they are."""
        return {
            heard.language: heard.speaker.relay
            for heard in self._speakers.heard
            if heard.origin is Origin.HUMAN and heard.language not in floor
        }

    def _is_recognised(self, tag: str) -> bool:
        return is_recognised(tag, self._settings)

    @property
    def _floor_languages(self) -> set[str]:
        """What is spoken on the floor, or typed of it."""
        return {heard.language for heard in self._speakers.floor} | self._captioners.languages

    async def _tick(self) -> None:
        while True:
            nap = Nap.begin()
            await asyncio.sleep(TICK_S)
            if nap.late_s(TICK_S) >= KEPT_WAITING_S:
                self._kept_waiting_s = self._now()
                self._pairs.book.kept_waiting(self._kept_waiting_s)
            for heard in self._speakers.heard:
                heard.speaker.tick(self._clock.now_s())
            self._captioners.tick(self._clock.now_s())
            self._decide_on_air()
            self._note_relays()
            for pair, message in self._relay_lines.due():
                self._readers.ask(pair, message)

    async def _mark(self, tasks: asyncio.TaskGroup) -> None:
        """Captions say where several people speak, and where nothing is interpreted."""
        while True:
            await asyncio.sleep(MARK_S)
            on_air = self._booths.on_air
            try:
                await self._marks.look(
                    tasks,
                    self._metadata,
                    [one.language for one in self._speakers.floor if one.speaker.is_speaking],
                    self._pairs.book.running,
                    {tag: spoken.line for tag, spoken in self._spoken.items()},
                    [tag for tag, told in on_air.items() if told.source is Source.HUMAN],
                )
            except PublishDataTrackError:
                logger.warning("a mark is not told: the room took no captions", exc_info=True)

    # --- who is on air

    def _decide_on_air(self) -> None:
        """In the channels that humans are assigned to; the pairs are told at once, and again and
        again, as a message may be lost and a pair may be new."""
        now_s, before = self._now(), self._booths.on_air
        floor = self._speakers.floor
        spoken = {heard.language for heard in floor if heard.speaker.is_speaking}
        has_words = any(heard.speaker.has_words(now_s) for heard in floor)
        on_air = self._booths.decide(spoken, has_words, self._pairs.voices(now_s))
        is_due = now_s - self._told_on_air_s >= TELL_ON_AIR_S
        self._told_on_air_s = now_s if is_due else self._told_on_air_s
        for tag, told in on_air.items():
            is_new = told != before.get(tag)
            if is_new:
                self._note_on_air(tag, told, before.get(tag))
            if is_new or is_due:
                self._readers.tell_on_air(self._on_air_message(tag, told))

    def _relays(self) -> dict[str, int]:
        """How deep a relay each interpreted channel is: a human's as what they listen to, a pair's
        as what it reads."""
        spoken = self._floor_languages
        pairs = sorted(self._pairs.plan.pairs, key=lambda pair: (pair.source in spoken, pair))
        made_from = {pair.target: language_of(pair.source) for pair in pairs}
        for tag, told in self._booths.on_air.items():
            if told.source is Source.HUMAN:
                made_from[tag] = self._booths.hears(told.who)
        return {tag: relay_depth(tag, made_from, spoken) for tag in made_from}

    def _note_relays(self) -> None:
        """In the transcript of what the humans on air say."""
        relays = self._relays()
        for heard in self._speakers.heard:
            if heard.origin is Origin.HUMAN:
                heard.speaker.relay = relays.get(heard.language, 0)

    def _note_on_air(self, tag: str, told: OnAir, before: OnAir | None) -> None:
        self._events.write("on_air", channel=tag, **asdict(told))
        if before is None or before.number != told.number:
            self._changed.set()

    def _on_air_message(self, tag: str, told: OnAir) -> OnAirMessage:
        return OnAirMessage(
            tag,
            self._epoch,
            told.number,
            has_voice=told.source is not Source.HUMAN and not told.yields,
            has_captions=not self._has_human_captions(told),
        )

    def _has_human_captions(self, told: OnAir) -> bool:
        """Whether the words of the human on air are their channel's captions."""
        is_human = told.source is Source.HUMAN
        human = self._speakers.interpreter(told.who) if is_human else None
        return are_captions(human, self._now())

    # --- what pages, readers and web are told

    async def _answer_ping(self, _call: rtc.RpcInvocationData) -> str:
        """Web asks every second whether this agent lives, and hears."""
        now_s = self._now()
        speakers = [heard.speaker for heard in self._speakers.heard]
        untold_s = max((speaker.untold_s(now_s) for speaker in speakers), default=0.0)
        return json.dumps(
            {
                "epoch": self._epoch,
                "told_s": round(untold_s, 2),
                "speech": any(speaker.is_speaking for speaker in speakers),
                "state": "deaf" if self._speakers.is_deaf(now_s) else "ok",
                "busy": now_s - self._kept_waiting_s < BUSY_S,
            }
        )

    async def _grant_voice(self, call: rtc.RpcInvocationData) -> str:
        """A pair whose channel has another one asks whether it may speak."""
        return "1" if await self._voices.take(call.payload, call.caller_identity) else "0"

    async def _take_voice_back(self, call: rtc.RpcInvocationData) -> str:
        self._voices.release(call.payload, call.caller_identity)
        return ""

    def _state(self) -> RoomState:
        speakers = tuple(
            FloorSpeaker(h.speaker.identity, h.speaker.name, h.language, h.speaker.is_speaking)
            for h in self._speakers.floor
        )
        floor, typed = self._floor_languages, self._captioners.languages
        now_s = self._now()
        channels = channels_of(
            self._metadata,
            floor,
            self._speakers.deaf | self._speakers.unanswered(now_s),
            self._pairs.feeding,
            now_s,
            {
                tag: self._booths.told(tag) | {"captioned": self._has_human_captions(told)}
                for tag, told in self._booths.on_air.items()
            },
            Reach(
                {
                    tag
                    for tag in floor.union(self._booths.on_air) - typed
                    if not self._is_recognised(tag)
                },
                self._pairs.plan.reached,
            ),
            Relays(self._relays(), self._pairs.plan.troubles),
            self._captioners.typing,
        )
        return RoomState(speakers, channels)

    def _newer_metadata(self) -> RoomMetadata:
        seen = decode_metadata(self._room.metadata)
        if seen is None or seen.version < self._metadata.version:
            return self._metadata
        return seen

    def _now(self) -> float:
        return self._clock.now_s()

    async def _close(self) -> None:
        """The order of closing: captioners and speakers, their captions, the journal, the line."""
        self._booths.close()
        self._marks.close()
        self._captioners.close()
        self._speakers.close()
        for spoken in self._spoken.values():
            spoken.captions.end_input()
        if self._captions:
            await asyncio.wait(self._captions, timeout=CLOSE_CAPTIONS_S)
        await self._journal.finish(limit_s=CLOSE_JOURNAL_S)
        self._readers.close()


def check_metadata(text: str) -> RoomMetadata:
    """The room's settings; raises InterpretationError for a room that web did not make."""
    metadata = decode_metadata(text)
    if metadata is None:
        raise InterpretationError("This room carries no settings; create rooms through web.")
    return metadata
