"""Whose words the transcript says they are, where two interpreters whom a recogniser understands
take a channel from each other: against who was on air.

In the measured talk humans are tones, which nobody recognises: every segment there is the
machine's.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from interpreter.events import Origin, Segment
from tests.live.booth import Console, add_interpreter, console
from tests.live.meeting import Meeting, Product, until
from tests.speech import speak_talk

NAMES = ("Maria", "Joan")
SENTENCES = (
    "The city council wants to build a new school near the river.",
    "The teachers asked for more time, and the parents asked for more money.",
    "The village has more than three hundred houses.",
    "Many people live in the old town, and they do not want to leave it.",
    "The old bridge will not be closed before the end of the year.",
    "We have twelve schools and two hospitals in this city.",
)
INTERRUPTED = (1, 4)
"""These sentences are cut short by the next interpreter."""
LEAD_IN_S = 1.0
HEARD_S = 2.0
"""The recogniser has had its last word by then."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An interpreter is on air from here to the next turn."""

    identity: str
    name: str
    begins_s: float


def wrong(segments: Sequence[Segment], turns: Sequence[Turn]) -> int:
    """Segments that are somebody else's by the transcript, and turns of which it has none."""
    owners = [_turn_at((one.start_s + one.end_s) / 2, turns) for one in segments]
    strangers = sum(
        (one.origin, one.interpreter, one.speaker) != (Origin.HUMAN, owner.identity, owner.name)
        for one, owner in zip(segments, owners, strict=True)
    )
    return strangers + len(set(turns) - set(owners))


def _turn_at(at_s: float, turns: Sequence[Turn]) -> Turn:
    return next((one for one in reversed(turns) if one.begins_s <= at_s), turns[0])


async def wrong_of_humans(product: Product, folder: Path) -> tuple[int, int]:
    """How many segments are attributed wrongly, and how many there are, when two interpret by
    turns into English what is spoken in Spanish."""
    talks = [folder / f"turn-{number}.wav" for number in range(len(SENTENCES))]
    ends_s = [
        (await asyncio.to_thread(speak_talk, talk, "rms", sentence, lead_in_s=LEAD_IN_S))[-1].end_s
        for talk, sentence in zip(talks, SENTENCES, strict=True)
    ]
    async with product.meeting("en", spoken=("es",)) as meeting, meeting.speaker("Ana", "es"):
        keys = [add_interpreter(meeting, name, "en") for name in NAMES]
        async with (
            console(meeting, keys[0], "en", voice_hz=0.0) as maria,
            console(meeting, keys[1], "en", voice_hz=0.0) as joan,
        ):
            people = cycle(zip((maria, joan), NAMES, strict=True))
            turns = []
            for number, (talk, (one, name)) in enumerate(zip(talks, people, strict=False)):
                turns.append(await _take(meeting, one, name, talk))
                is_cut = number in INTERRUPTED
                await asyncio.sleep(ends_s[number] * 0.7 if is_cut else ends_s[number] + HEARD_S)
            await until(lambda: meeting.segments("en")[-1].start_s > turns[-1].begins_s)
        found = meeting.segments("en")
        return wrong(found, turns), len(found)


async def _take(meeting: Meeting, one: Console, name: str, talk: Path) -> Turn:
    """Take the channel from whoever has it, and speak."""
    await until(lambda: bool(one.told))
    (await one.take(force=True)).raise_for_status()
    await until(lambda: one.is_on_air)
    one.talk = talk
    return Turn(one.me, name, one.told[-1][0] - meeting.clock_zero)
