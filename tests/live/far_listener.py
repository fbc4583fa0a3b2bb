"""A listener beyond a link, as a program of its own: reads and hears until its input ends, then
writes what it had.

`python -m tests.live.far_listener PLACE_AS_JSON WEB_URL LANGUAGE FOLDER`
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
import numpy as np

from interpreter.captions import CaptionFrame, CaptionReceiver, Change
from tests.live.ears import Listener, loses_nothing
from tests.sound import Sound

REPEAT_S = 10.0
VOICE, REPORT, READY = "voice.npy", "reception.json", "ready"


class TimedReceiver(CaptionReceiver):
    """Notes when each final was first there."""

    def __init__(self) -> None:
        super().__init__()
        self.came: dict[str, float] = {}

    def receive(self, publisher: str, frame: CaptionFrame) -> Change:
        change = super().receive(publisher, frame)
        if change is Change.FINAL:
            self.came[frame.segment] = time.time()
        return change


@dataclass(frozen=True, slots=True)
class Reception:
    """What somebody had of the meeting; times are Unix times."""

    finals: list[list[str]]
    """Id, speaker, text."""
    came: dict[str, float]
    """Final caption → when it was first there."""
    voice_from: float

    @classmethod
    def read(cls, folder: Path) -> tuple["Reception", Sound]:
        """The report, and the voice in its place in time."""
        report = cls(**json.loads((folder / REPORT).read_text()))
        return report, np.load(folder / VOICE).astype(np.float64)


async def listen(place: dict[str, str], web_url: str, language: str, folder: Path) -> None:
    """Listen from when `folder` says READY until the end of standard input."""
    captions = TimedReceiver()
    async with httpx.AsyncClient(base_url=web_url, trust_env=False) as http:
        listener = Listener(http, place, loses_nothing)
        listener.captions = captions
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(listener.run(), name="listener"),
                tasks.create_task(_keep_choosing(listener, language, folder), name="choice"),
            ]
            await asyncio.to_thread(sys.stdin.read)
            finals, (voice_from, voice) = captions.finals, listener.timed_voice
            for task in running:
                task.cancel()
    np.save(folder / VOICE, voice.astype(np.float32))
    shown = [[one.segment, one.speaker, one.text] for one in finals]
    report = Reception(shown, captions.came, voice_from)
    (folder / REPORT).write_text(json.dumps(asdict(report)))


async def _keep_choosing(listener: Listener, language: str, folder: Path) -> None:
    """As pages do, whatever the network makes of it."""
    while True:
        try:
            await listener.choose(language, sound=True)
        except httpx.TransportError:
            await asyncio.sleep(1.0)
            continue
        while not (listener.is_served and listener.timed_voice[1].size):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        (folder / READY).touch()
        await asyncio.sleep(REPEAT_S)


if __name__ == "__main__":
    asyncio.run(listen(json.loads(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])))
