"""One measured meeting on emulated engines, from its first word to what is kept of it."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from interpreter.events import EngineKind, Origin
from interpreter.heard import Interval
from interpreter.latency import word_lags
from interpreter.unit_events import read_units
from tests.bench.audience import Audience, attending
from tests.bench.kept import in_line, in_segments, repeated
from tests.bench.meeting_figures import Happened, Held
from tests.bench.providers import SURROUNDINGS, Providers
from tests.bench.scene import speak_talk
from tests.bench.sounded import odd_utterances
from tests.bench.spoiling import NONE, Spoilt, Turns, Wishes
from tests.emulators.talk_ears import read_prepared
from tests.live.meeting import Meeting, Product, until

SKIPPED = ".skipped"
"""Ends the name of a mark that the voice left out what another segment renders."""
FIRST_S, EVERY_S = 6.0, 6.0
"""The first fault, and the time between two: all of them have time in three minutes."""
LOOK_S = 0.25
STARTS_S = 30.0
ENDS_S = 30.0
LEAD_S = 1.0


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a meeting is held."""

    product: Product
    providers: Providers
    talk: Path
    targets: Sequence[str]


@dataclass
class Record:
    """What is kept of it, as JSON has it; times are the talk's."""

    length_s: float
    voice: dict[str, list[list[float]]]
    lags: dict[str, list[list[float]]]
    line: dict[str, Any]
    """`kept.Words` of the floor's line."""
    segments: dict[str, dict[str, Any]]
    """The same of each target."""
    repeated: dict[str, dict[str, list[str]]]
    """Target → `captions` and `voice`: what comes twice in a row."""
    odd: list[dict[str, Any]]
    """`sounded.Odd` utterances: with words more or less than their text."""
    underruns: int
    skipped_s: float
    faults: list[dict[str, Any]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Faults for which there was no time."""
    switches: list[list[Any]] = field(default_factory=list)
    attributes: list[list[Any]] = field(default_factory=list)
    pages: list[list[Any]] = field(default_factory=list)
    channels: list[list[Any]] = field(default_factory=list)
    marks: list[list[Any]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        return asdict(self)

    def held(self) -> Held:
        told = [(at_s, f"{tag}: {state}") for at_s, tag, state in self.channels]
        told += [(at_s, f"{tag}: {text}") for at_s, tag, text in self.marks]
        return Held(
            {tag: [Interval(*one) for one in rows] for tag, rows in self.voice.items()},
            {tag: [(a, b) for a, b in rows] for tag, rows in self.lags.items()},
            [Happened(**one) for one in self.faults],
            [(*row,) for row in self.switches],
            sorted(told),
            self.length_s,
        )


def spoken_into(profile: str, providers: Providers) -> dict[str, str]:
    """What the product's processes are told of their engines."""
    return {
        **SURROUNDINGS,
        "INTERPRETER_PROFILE": profile,
        "INTERPRETER_ENGINES": str(providers.engines),
    }


async def hold(stage: Stage, wishes: Wishes = NONE) -> Record:
    """Hold one meeting, with these faults."""
    async with stage.product.meeting(*stage.targets) as meeting:
        async with meeting.speaker("Talk") as speaker, attending(meeting, stage.targets) as people:
            await until(lambda: _is_ready(people), STARTS_S)
            first = {one.name for one in stage.providers.places if one.place.endswith("-1")}
            with suppress(TimeoutError):
                await until(lambda: _are_first(people, first), STARTS_S)
            await speaker.keep_silent(LEAD_S)
            spoilt = list[tuple[float, Spoilt]]()
            left = list[str]()
            async with asyncio.TaskGroup() as tasks:
                spoiling = _spoil(stage, people, wishes, spoilt, left)
                working = tasks.create_task(spoiling, name="faults")
                zero_s = await speak_talk(meeting, speaker, stage.talk)
                working.cancel()
            spoken_s = meeting.now_s() - zero_s
            ends = time.monotonic() + ENDS_S
            while not meeting.is_over() and time.monotonic() < ends:
                await speaker.keep_silent(1.0)
            record = await _read(stage, meeting, people, zero_s, spoken_s)
            record.left = left
            for at_s, one in spoilt:
                record.faults.append(await _happened(stage, meeting, zero_s, at_s, one))
    return record


def _is_ready(people: Audience) -> bool:
    """Every channel's voice is in the room."""
    return all(target in one.pairs for target, one in people.listeners.items())


def _are_first(people: Audience, first: set[str]) -> bool:
    """A job's first request is slow: who is preferred may be asked again by now."""
    served = [row for row in people.serving if row.kind is not EngineKind.RECOGNISER]
    return bool(served) and all(row.engine in first for row in served)


async def _spoil(
    stage: Stage,
    people: Audience,
    wishes: Wishes,
    spoilt: list[tuple[float, Spoilt]],
    left: list[str],
) -> None:
    """One fault after another, until the talk ends."""
    turns = Turns(stage.providers.places, wishes)
    try:
        await asyncio.sleep(FIRST_S)
        while not turns.is_over:
            one = turns.next(people.serving)
            if one is None:
                await asyncio.sleep(LOOK_S)
                continue
            at_s = time.time()
            spoilt.append((at_s, one))
            await stage.providers.spoil(one)
            await asyncio.sleep(EVERY_S)
            if not await _when(stage, at_s, one):  # nobody asked it meanwhile
                spoilt.pop()
                turns.again(one)
    finally:
        left += [f"{kind} {one.fault}" for kind, rows in turns.left.items() for one in rows]


async def _happened(
    stage: Stage, meeting: Meeting, zero_s: float, at_s: float, one: Spoilt
) -> dict[str, Any]:
    """From the first time that somebody was hurt by it."""
    own = await _when(stage, at_s, one)
    talk_s = min(own, default=at_s) - meeting.clock_zero - zero_s
    return asdict(Happened(talk_s, one.at.place, one.at.name, one.wish.fault, len(own)))


async def _when(stage: Stage, at_s: float, one: Spoilt) -> list[float]:
    """Each time that somebody was hurt by it."""
    told = await stage.providers.happened(one.at.place)
    until_s = at_s + max(one.wish.lasts_s, EVERY_S - 0.5)
    return [
        float(str(row["at"]))
        for row in told
        if at_s - 0.1 <= float(str(row["at"])) < until_s and row["kind"] in ("drop", one.wish.kind)
    ]


async def _read(
    stage: Stage, meeting: Meeting, people: Audience, zero_s: float, spoken_s: float
) -> Record:
    """What was kept, told and heard."""
    events = [_in_talk(event, zero_s) for event in await asyncio.to_thread(meeting.events)]
    commits = [event for event in events if event["event"] == "commit"]
    said = read_prepared(stage.talk).words
    unix_s = meeting.clock_zero + zero_s
    voice = {
        tag: [[one.start_s - unix_s, one.end_s - unix_s] for one in people.voice(tag)]
        for tag in stage.targets
    }
    switches = [
        [e["at_s"], e["kind"], e["language"], e["before"], e["after"], e["why"]]
        for e in events
        if e["event"] == "engine_switch"
    ]
    record = Record(
        length_s=spoken_s,
        voice=voice,
        lags={tag: _lags(events, tag, voice[tag]) for tag in stage.targets},
        line=asdict(in_line(said, commits, _gaps(events, "en"))),
        segments={},
        repeated={},
        odd=await asyncio.to_thread(_odd, events),
        underruns=sum(event["event"] == "underrun" for event in events),
        skipped_s=sum(event["seconds"] for event in events if event["event"] == "skipped"),
        switches=switches,
        attributes=[[at_s - unix_s, rows] for at_s, rows in people.attributes],
        pages=[[at_s - unix_s, text] for at_s, text in people.pages],
        channels=[[at_s - unix_s, tag, state] for at_s, tag, state in people.channels],
        failed=[
            f"{e['at_s']:.1f} {e['engine']} {e.get('language') or e.get('target')}"
            for e in events
            if e["event"] == "engine_failed"
        ],
    )
    for tag in stage.targets:
        _read_target(meeting, events, commits, tag, record, zero_s)
    return record


def _read_target(
    meeting: Meeting,
    events: list[dict[str, Any]],
    commits: list[dict[str, Any]],
    tag: str,
    record: Record,
    zero_s: float,
) -> None:
    kept = meeting.segments(tag)
    marks = [one for one in kept if one.origin is Origin.SPEECH and not one.engine]
    gaps = [Interval(one.start_s - zero_s, one.end_s - zero_s) for one in marks]
    record.marks += [[one.start_s - zero_s, tag, one.text] for one in marks]
    covered = [
        (int(one.source_line.rsplit("/", 1)[1]), one.first_seq, one.last_seq)
        for one in kept
        if one.source_line and not one.id.endswith(SKIPPED)
    ]
    record.segments[tag] = asdict(in_segments(commits, covered, gaps))
    spoken = [e["text"] for e in events if e["event"] == "playout" and e["target"] == tag]
    record.repeated[tag] = {
        "captions": repeated(one.text for one in kept),
        "voice": repeated(spoken),
    }


def _odd(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [asdict(one) for one in odd_utterances(e for e in events if e["event"] == "playout")]


def _gaps(events: list[dict[str, Any]], language: str) -> list[Interval]:
    return [
        Interval(e["start_s"], e["end_s"])
        for e in events
        if e["event"] == "not_heard" and e["language"] == language
    ]


def _lags(
    events: list[dict[str, Any]], tag: str, voice: Sequence[Sequence[float]]
) -> list[list[float]]:
    heard = [Interval(*one) for one in voice]
    units = [unit for unit in read_units(events, tag) if unit.start_s is not None]
    return [[round(one.source_end_s, 2), round(one.lag_s, 2)] for one in word_lags(units, heard)]


def _in_talk(event: dict[str, Any], zero_s: float) -> dict[str, Any]:
    """An event of the room's clock on the talk's."""
    changed: dict[str, Any] = {
        name: event[name] - zero_s for name in ("at_s", "start_s", "end_s") if name in event
    }
    if event["event"] in ("unit", "final"):
        words = [[text, start - zero_s, end - zero_s] for text, start, end in event["words"]]
        changed["words"] = words
    return {**event, **changed}
