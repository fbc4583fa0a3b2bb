"""`python -m tests.bench.overhead`: what the product itself adds, with engines that answer at once,
through a real room: speech in → words out, and a unit's text → the first sound of its translation.

Nothing waits for a policy: the recogniser tells each word as final when its sound has come, units
are translated once and closed (`sentence-final`), and their voice has nothing else to say.
Translator and voice are the OpenAI plugins, and a server in a process of its own that answers at
once. What LiveKit takes of it is measured beside it: the same sound, and data, between two
participants who do nothing else.
"""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from interpreter.captions import CaptionFrame
from interpreter.pair.policy import BASELINE
from interpreter.rehearsal.sound_file import SAMPLE_RATE_HZ, Samples, sound_blocks
from tests.bench.echo import Echo, echoing
from tests.bench.figures import JsonFile, end
from tests.bench.overhead_room import Noted, noting, speaking
from tests.bench.prepared import read_prepared, spoken_words
from tests.bench.replay import replaying, speak_prepared
from tests.bench.scene import wanting
from tests.live.meeting import Product, running_product, until

TARGETS = ("es", "ca")
START_LIMIT_S = 90.0
DRAIN_S = 4.0
MOST_S = 0.15
LEAST_SAMPLES = 100
AFTER_S = 2.0
"""A unit's voice is heard within this time."""
LEAD_S = 3.0
STEPS = (
    "unit's text → translated, asked of the voice",
    "asked of the voice → its first sound",
    "first sound → given to the track",
    "given to the track → heard",
)


@dataclass(slots=True)
class Run:
    """What was measured, in seconds."""

    words: list[float] = field(default_factory=list)
    """From the sound of a word's end to its words frame at a listener."""
    committed: list[float] = field(default_factory=list)
    """Of it: until the floor agent had committed it."""
    voices: list[float] = field(default_factory=list)
    """From a unit's text to the first sound of its translation at a listener."""
    steps: dict[str, list[float]] = field(default_factory=dict)
    """The same, by step of the pair."""
    said: int = 0
    echo: Echo = field(default_factory=Echo)


def main(
    minutes: Annotated[float, typer.Option(help="Length of the talk.")] = 3.5,
    json_file: JsonFile = None,
    logs: Annotated[Path | None, typer.Option(help="Leave all that was logged here.")] = None,
) -> None:
    """Exit 1 where the product itself takes more than 150 ms (p95)."""
    run = Run()
    with tempfile.TemporaryDirectory(prefix="overhead-") as temporary:
        folder = logs or Path(temporary)
        state = folder / "state"
        state.mkdir(parents=True)
        once, talk = speak_prepared(folder, minutes)
        at_once = ("--first-token-s", "0", "--first-byte-s", "0")
        with replaying(once, folder, *at_once) as engines:
            changes = engines.environment(stt="tests.bench.instant:STT", talk=str(once))
            with running_product(state, changes) as product:
                asyncio.run(_hold(run, product, talk))
    table, is_missed = _judge(run)
    Console().print(table)
    end(is_missed, _plain(run), json_file)


async def _hold(run: Run, product: Product, talk: Path) -> None:
    noted = Noted()
    async with AsyncExitStack() as stack:
        meeting = await stack.enter_async_context(product.meeting(*TARGETS, mode=BASELINE))
        microphone = await stack.enter_async_context(speaking(meeting))
        for target in TARGETS:
            await stack.enter_async_context(wanting(meeting, target))
        await stack.enter_async_context(noting(meeting, TARGETS, noted))
        await until(lambda: noted.hears == set(TARGETS), START_LIMIT_S)
        await stack.enter_async_context(echoing(product, run.echo))
        published = await microphone.speak(_silence_and(talk))
        await microphone.speak(iter([np.zeros(int(DRAIN_S * SAMPLE_RATE_HZ), np.int16)]))
        events = meeting.events()
    said = [
        (word.text, published.at(LEAD_S + sentence.start_s + word.end_s))
        for sentence in read_prepared(talk)
        for word in spoken_words(sentence)
    ]
    committed = [
        (str(e["text"]), float(e["at_s"]) + meeting.clock_zero)
        for e in events
        if e["event"] == "commit"
    ]
    run.said = len(said)
    run.committed = delays(said, committed)
    run.words = delays(said, shown_at(noted.captions))
    for target in TARGETS:
        _read_voice(run, noted.voices[target].at, target, events, meeting.clock_zero)


def _silence_and(talk: Path) -> Iterator[Samples]:
    """The talk, after a silence in which echoes and jitter buffers settle."""
    yield np.zeros(int(LEAD_S * SAMPLE_RATE_HZ), np.int16)
    yield from sound_blocks(talk)


def shown_at(captions: Iterable[tuple[float, CaptionFrame]]) -> list[tuple[str, float]]:
    """The words, and when each first came as one that stays, in order. Pure."""
    segments: dict[int, list[tuple[str, float]]] = {}
    for at, frame in captions:
        words = frame.text[: frame.stable_length].split()
        shown = segments.setdefault(int(frame.segment.rsplit(".", 1)[1]), [])
        shown += [(word, at) for word in words[len(shown) :]]
    return [word for _, shown in sorted(segments.items()) for word in shown]


def delays(said: Sequence[tuple[str, float]], came: Sequence[tuple[str, float]]) -> list[float]:
    """How long each word that was said took to come; one that never did is left out. Pure."""
    texts = [[word.strip(".,").casefold() for word, _ in some] for some in (said, came)]
    blocks = SequenceMatcher(a=texts[0], b=texts[1], autojunk=False).get_matching_blocks()
    return [
        came[block.b + number][1] - said[block.a + number][1]
        for block in blocks
        for number in range(block.size)
    ]


def _read_voice(
    run: Run, onsets: Sequence[float], target: str, events: Sequence[dict[str, Any]], zero: float
) -> None:
    """Of each unit that was closed while its channel was silent."""
    steps = ("unit", "speech_request", "speech_first_byte", "playout")
    by_unit: dict[int, dict[str, float]] = defaultdict(dict)
    for event in events:
        if event.get("target") == target and event["event"] in steps:
            by_unit[event["unit"]].setdefault(event["event"], float(event["at_s"]) + zero)
    for unit in by_unit.values():
        if len(unit) < len(steps):
            continue
        heard = next((at for at in onsets if at >= unit["unit"]), unit["unit"] + AFTER_S)
        if heard - unit["unit"] >= AFTER_S:
            continue
        run.voices.append(heard - unit["unit"])
        times = [*(unit[step] for step in steps), heard]
        for name, (before, after) in zip(STEPS, pairwise(times), strict=True):
            run.steps.setdefault(name, []).append(after - before)


def _judge(run: Run) -> tuple[Table, bool]:
    table = Table("from → to", "samples", "p50", "p95", "p99", "longest")
    is_missed = False

    def add(name: str, values: Sequence[float], mark: float | None = None) -> None:
        nonlocal is_missed
        if len(values) < 2:
            table.add_row(name, str(len(values)), style="red")
            is_missed = is_missed or mark is not None
            return
        marks = quantiles(values, n=100)
        is_late = mark is not None and (marks[94] > mark or len(values) < LEAST_SAMPLES)
        is_missed = is_missed or is_late
        ms = [f"{value * 1000:.0f} ms" for value in (median(values), marks[94], marks[98])]
        longest = f"{max(values) * 1000:.0f} ms"
        table.add_row(name, str(len(values)), *ms, longest, style="red" if is_late else None)

    add("speech → words at a listener", run.words, MOST_S)
    add("  of it: speech → committed", run.committed)
    add("unit's text → first sound at a listener", run.voices, MOST_S)
    for name, values in run.steps.items():
        add(f"  of it: {name}", values)
    add("LiveKit alone: sound → sound", run.echo.sound)
    add("LiveKit alone: data → data", run.echo.data)
    table.caption = f"{len(run.words)} of {run.said} words came; p95 at most {MOST_S * 1000:.0f} ms"
    return table, is_missed or len(run.words) != run.said


def _plain(run: Run) -> dict[str, object]:
    def ms(values: Sequence[float]) -> list[float]:
        return [round(value * 1000, 1) for value in values]

    return {
        "said": run.said,
        "words_ms": ms(run.words),
        "committed_ms": ms(run.committed),
        "voices_ms": ms(run.voices),
        "steps_ms": {name: ms(values) for name, values in run.steps.items()},
        "echo_sound_ms": ms(run.echo.sound),
        "echo_data_ms": ms(run.echo.data),
    }


if __name__ == "__main__":
    typer.run(main)
