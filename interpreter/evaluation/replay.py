"""One case, one pair, one policy: hypotheses → the real floor-side code → the real pair agent, in
virtual time.

What is not real: the room only remembers, the track plays to nobody, and what travels between the
agents arrives at once. With the two delays below, a talk's median lag and offsets are within 0.15 s
of the same talk through a room, and each stage within 0.01 s.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import languages
from glossaries import Entry, oriented
from interpreter.caption_publisher import CaptionPacer, CaptionPublisher
from interpreter.captions import CaptionFrame
from interpreter.engines.translator import Translator
from interpreter.engines.voice import Voice
from interpreter.evaluation.blocking_engines import private_settings
from interpreter.evaluation.case import Case, Heard, SpeechEdge
from interpreter.event_log import EventLog
from interpreter.events import LineItem, Origin, Segment
from interpreter.floor.agent import TICK_S
from interpreter.floor.speaker import Speaker, SpokenLanguage
from interpreter.heard import Interval
from interpreter.journal import Journal
from interpreter.journal_file import JournalFile
from interpreter.line import LineWriter
from interpreter.pair.agent import PairAgent
from interpreter.pair.checking import Check
from interpreter.pair.engines import PairEngines
from interpreter.pair.job import decode_job, encode_job
from interpreter.rehearsal.loop_track import LoopTrack
from interpreter.rehearsal.remembered_room import RememberedRoom
from interpreter.rehearsal.talk_events import is_all_spoken, shifted
from interpreter.rehearsal.virtual_time import loop_time_s, run_in_virtual_time
from interpreter.room import RoomMetadata, Wanted, captions_track
from interpreter.room_clock import utc_s
from interpreter.store import open_store
from interpreter.tracks import QUEUE_MS

BEGINS_S = 3.0
"""The agents are there before the talk begins."""
SOUND_TRAVELS_S = 0.16
"""From a speaker's mouth to the floor agent; measured in a room on one machine."""
HEARD_LATER_S = 0.05
"""From the voice's track to a listener's ear, likewise."""
LOOK_S = 0.5
DRAIN_LIMIT_S = 600.0
JOINED_S = 0.05
EPOCH = 1
NOWHERE = Path("nowhere/journal.jsonl")
"""Never written."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of a case; times are the talk's."""

    events: list[dict[str, object]]
    sounds: list[Interval]
    """When the voice was heard."""


class EventMemory(EventLog):
    """Events as they would be read from the log."""

    def __init__(self) -> None:
        self.events: list[dict[str, object]] = []

    def write(self, event: str, at_s: float | None = None, /, **fields: object) -> None:
        moment = loop_time_s() if at_s is None else at_s
        line = {"event": event, "at_s": round(moment, 4), **fields}
        self.events.append(json.loads(json.dumps(line)))

    def close(self) -> None:
        return None


class JournalMemory(Journal):
    """Segments are kept nowhere else."""

    def __init__(self) -> None:
        super().__init__(JournalFile(NOWHERE), open_store("sqlite://"))
        self.segments: list[Segment] = []

    def append(self, segment: Segment) -> None:
        self.segments.append(segment)

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def finish(self, limit_s: float = 5.0) -> bool:
        return True


def replay(
    case: Case,
    source: str,
    target: str,
    policy: str,
    translator: Translator,
    voice: Voice,
    entries: Sequence[Entry] = (),
    checks: Sequence[Check] = (),
) -> Replayed:
    """Interpret the part of a case that is spoken in `source`, by these entries of a glossary, its
    translations held to these checks too."""
    part = case.in_language(source).later(BEGINS_S + SOUND_TRAVELS_S)
    track = LoopTrack(queue_s=QUEUE_MS / 1000)
    metadata = RoomMetadata(
        session=case.name,
        clock_zero=0.0,
        spoken=(source,),
        offered=(target,),
        policy=policy,
        wanted=Wanted((target,), (target,)),
    )
    room = RememberedRoom(metadata)
    events = EventMemory()
    agent = PairAgent(
        room.as_room,
        private_settings(NOWHERE.parent),
        metadata,
        decode_job(encode_job(source, target, EPOCH, EPOCH, 0)),
        PairEngines(translator, voice),
        events,
        JournalMemory(),
        track.publish,
        entries=oriented(entries, source, target),
        checks=checks,
    )
    run_in_virtual_time(_run(part, source, policy, room, agent, events, track))
    told = [event for event in events.events if not _is_caption_of(event, target)]
    frames = room.local_participant.data_tracks[captions_track(target)].frames
    told += shown_captions(frames, target)
    return Replayed(
        [shifted(event, BEGINS_S) for event in sorted(told, key=_moment)],
        joined(track.heard, BEGINS_S - HEARD_LATER_S),
    )


async def _run(
    case: Case,
    source: str,
    policy: str,
    room: RememberedRoom,
    agent: PairAgent,
    events: EventMemory,
    track: LoopTrack,
) -> None:
    loop = asyncio.get_running_loop()
    utc_s.set(loop.time)
    async with asyncio.TaskGroup() as tasks:
        pair = tasks.create_task(agent.run(), name="pair")
        await asyncio.sleep(BEGINS_S / 2)
        await _listen(case, _spoken_language(source, policy, room, events), tasks)
        ends_s = loop_time_s() + DRAIN_LIMIT_S
        while loop_time_s() < ends_s:
            await asyncio.sleep(LOOK_S)
            if not track.remaining_s and is_all_spoken(events.events, loop_time_s()):
                break
        pair.cancel()


def _spoken_language(
    source: str, policy: str, room: RememberedRoom, events: EventMemory
) -> SpokenLanguage:
    def send(spoken: SpokenLanguage, items: Sequence[LineItem]) -> None:
        room.send(spoken.line.message(items), room.floor)

    return SpokenLanguage(
        languages.load(source),
        LineWriter(source, EPOCH),
        CaptionPublisher(CaptionPacer(), source, Origin.SPEECH, EPOCH, _unseen, loop_time_s),
        JournalMemory(),
        events,
        engine="recorded",
        send=send,
        now_s=loop_time_s,
    )


async def _listen(case: Case, spoken: SpokenLanguage, tasks: asyncio.TaskGroup) -> None:
    """Tell the speakers' ears what the recogniser told them then, and let time pass."""
    speakers = {who: Speaker(who, who.title(), spoken) for who in case.languages}
    ticking = tasks.create_task(_tick(speakers), name="tick")
    for heard in case.heard:
        await asyncio.sleep(max(heard.at_s - loop_time_s(), 0.0))
        _tell(speakers[heard.speaker], heard)
    await asyncio.sleep(1.0)
    ticking.cancel()
    for speaker in speakers.values():
        speaker.finish(loop_time_s())


def _tell(speaker: Speaker, heard: Heard) -> None:
    if not isinstance(heard.what, SpeechEdge):
        speaker.hypothesis(heard.what)
    elif heard.what.is_start:
        speaker.speech_started(heard.what.edge_s)
    else:
        speaker.speech_ended(heard.what.edge_s)


async def _tick(speakers: dict[str, Speaker]) -> None:
    while True:
        await asyncio.sleep(TICK_S)
        for speaker in speakers.values():
            speaker.tick(loop_time_s())


def _unseen(_payload: bytes) -> None:
    """Captions of the floor are in the event log."""


def shown_captions(frames: Sequence[CaptionFrame], target: str) -> list[dict[str, object]]:
    """What a reader saw of the target, each text once: as `caption` events."""
    shown: dict[str, tuple[str, bool]] = {}
    events: list[dict[str, object]] = []
    for frame in sorted(frames, key=lambda frame: frame.seq):
        now = (frame.text, frame.is_final)
        if shown.get(frame.segment) == now:
            continue
        shown[frame.segment] = now
        events.append(
            {
                "event": "caption",
                "at_s": frame.sent_s,
                "language": target,
                "segment": frame.segment,
                "final": frame.is_final,
                "text": frame.text,
            }
        )
    return events


def _is_caption_of(event: dict[str, object], language: str) -> bool:
    return event["event"] == "caption" and event.get("language") == language


def joined(frames: Sequence[tuple[float, float]], zero_s: float) -> list[Interval]:
    """Frames that follow each other as one sound, on a clock that begins at `zero_s`."""
    sounds: list[Interval] = []
    for start_s, end_s in frames:
        if sounds and start_s - zero_s - sounds[-1].end_s < JOINED_S:
            sounds[-1] = Interval(sounds[-1].start_s, end_s - zero_s)
        else:
            sounds.append(Interval(start_s - zero_s, end_s - zero_s))
    return sounds


def _moment(event: dict[str, object]) -> float:
    at_s = event["at_s"]
    return at_s if isinstance(at_s, float | int) else 0.0
