"""A phone on the network, as a program of its own: opens the page, joins, chooses a language, and
prints as JSON what it read and heard.

`python -m tests.live.phone MEETING_URL AUTHORITY_FILE LANGUAGE`
"""

import asyncio
import json
import ssl
import sys
import typing
from dataclasses import asdict, dataclass

import httpx
import numpy as np

from tests.live.ears import Listener, loses_nothing
from tests.live.meeting import until
from tests.sound import RATE_HZ, Sound

HEARD_S = 1.0
"""So much sound is a voice."""
_LOUD = 0.02


@dataclass(frozen=True, slots=True)
class Experience:
    """What somebody had of the meeting."""

    page: int
    is_html: bool
    captions: list[str]
    heard_s: float


async def experience(url: httpx.URL, authority: str, language: str) -> Experience:
    """Join and stay until there is a final caption and a voice, or until patience ends."""
    trust = ssl.create_default_context(cafile=authority)
    site = url.copy_with(path="/")
    async with httpx.AsyncClient(base_url=site, verify=trust, trust_env=False) as http:
        page = await http.get(url.path)
        meeting = url.path.removeprefix("/m/")
        place = await http.post(f"/api/meetings/{meeting}/join", json={"role": "listener"})
        listener = Listener(http, place.raise_for_status().json(), loses_nothing)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(listener.run(), name="listener")
            await listener.choose(language, sound=True)
            try:
                await until(
                    lambda: bool(listener.captions.finals) and loud_s(listener.voice) > HEARD_S
                )
            except TimeoutError:
                pass
            running.cancel()
    return Experience(
        page.status_code,
        "text/html" in page.headers["content-type"],
        [frame.text for frame in listener.captions.finals],
        loud_s(listener.voice),
    )


def loud_s(sound: Sound) -> float:
    """Seconds in which there was a sound."""
    frames = sound[: sound.size // 480 * 480].reshape(-1, 480)
    return float(np.count_nonzero(np.abs(frames).max(axis=1, initial=0.0) > _LOUD) * 480 / RATE_HZ)


if __name__ == "__main__":
    result = asyncio.run(experience(httpx.URL(sys.argv[1]), sys.argv[2], sys.argv[3]))
    json.dump(asdict(result), typing.cast(typing.TextIO, sys.stdout))
