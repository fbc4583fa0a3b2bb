"""When somebody's voice sounds in a microphone, by the voice detector alone: no words."""

import asyncio
from collections.abc import AsyncIterable, Callable

from livekit import rtc
from livekit.agents import vad


async def follow_voice(
    frames: AsyncIterable[rtc.AudioFrameEvent],
    detector: vad.VAD,
    on_voice: Callable[[bool], None],
) -> None:
    """Tell when a voice begins to sound (True) and when it has ended, until the frames end."""
    detection = detector.stream()
    try:
        async with asyncio.TaskGroup() as tasks:
            watch = tasks.create_task(_tell(detection, on_voice), name="voice:vad")
            async for event in frames:
                detection.push_frame(event.frame)
            detection.end_input()
            await watch
    finally:
        await detection.aclose()


async def _tell(detection: vad.VADStream, on_voice: Callable[[bool], None]) -> None:
    sounds = False
    async for event in detection:
        if event.type == vad.VADEventType.START_OF_SPEECH:
            sounds = True
            on_voice(True)
        elif event.type == vad.VADEventType.END_OF_SPEECH:
            sounds = False
            on_voice(False)
    if sounds:
        on_voice(False)
