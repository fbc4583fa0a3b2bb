"""What a measured meeting needs: somebody who wants a language, and somebody who speaks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from interpreter.rehearsal.sound_file import sound_blocks
from interpreter.rehearsal.speaker import TalkSpeaker
from tests.live.meeting import Meeting

FRAME_S = 0.02
RENEW_S = 10.0


@asynccontextmanager
async def wanting(meeting: Meeting, language: str) -> AsyncIterator[None]:
    """Somebody wants to hear this language, so that its pair runs."""
    place = await meeting.join(role="listener")

    async def renew() -> None:
        while True:
            answer = await meeting.http.post(
                f"/api/rooms/{place['room']}/choice",
                json={"language": language, "sound": True},
                headers={"Authorization": f"Bearer {place['token']}"},
            )
            answer.raise_for_status()
            await asyncio.sleep(RENEW_S)

    async with asyncio.TaskGroup() as tasks:
        renewing = tasks.create_task(renew())
        yield
        renewing.cancel()


async def speak_talk(
    meeting: Meeting, speaker: TalkSpeaker, talk: Path, seconds: float = 1e9
) -> float:
    """Speak; returns the `at_s` at which the talk's second 0 left the microphone."""
    zero_s: float | None = None
    async for played_s in speaker.play(sound_blocks(talk)):
        if zero_s is None:
            zero_s = meeting.now_s() - FRAME_S
        if played_s > seconds:
            break
    return zero_s or 0.0
