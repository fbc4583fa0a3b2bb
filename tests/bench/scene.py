"""What a measured meeting needs: somebody who wants a language, and somebody who speaks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx

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
            with suppress(httpx.TransportError):  # as the page does, it asks again, after a 503 too
                answer = await meeting.http.post(
                    f"/api/rooms/{place['room']}/choice",
                    json={"language": language, "sound": True},
                    headers={"Authorization": f"Bearer {place['token']}"},
                )
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
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


def lost_words(meeting: Meeting, target: str) -> int:
    """Said on the floor, and in no stored segment of this language."""
    words = {(int(e["segment"].split(".")[1]), e["seq"]) for e in meeting.events("commit")}
    covered = {
        (int(segment.source_line.rsplit("/", 1)[1]), seq)
        for segment in meeting.segments(target)
        if segment.source_line
        for seq in range(segment.first_seq, segment.last_seq + 1)
    }
    return len(words - covered)
