"""`python -m tests.bench.empty_job`: the product's worker, with empty streaming jobs where a room
is named so: joined, one voice fed with sound as a pair feeds it, one data track read, and nothing
interpreted. What a pair costs is compared with it: same worker, same memory shared, same sound,
same share of time speaking.
"""

import asyncio
import os

from livekit import api, rtc
from livekit.agents import AutoSubscribe, JobContext
from livekit.agents.utils import shortuuid

import interpreter.worker
from interpreter.commands.worker import worker as run_worker
from interpreter.pair.job import encode_job
from interpreter.room import PAIR_AGENT, RoomMetadata
from interpreter.room_clock import RoomClock
from interpreter.settings import Settings
from interpreter.tracks import VoiceTrack
from interpreter.worker import run_pair
from tests.emulators.mouths import LETTER_S, Hum

ROOM = "empty-"
VOICE = "empty:"
"""Its voice's name goes on with the number of its process."""
RATE_HZ = 24_000
FRAME_S = 0.2
"""As a pair gets its sound from a plugin."""
DISPATCHES, COMES_S, LOOK_S = 4, 10.0, 0.2
TURN_S = 5.0
"""It speaks once in so long, as a pair does with each sentence."""
SPEAKS_S = 3.2
LETTERS_A_SECOND = 1 / LETTER_S


async def run_pair_or_nothing(context: JobContext) -> None:
    """The entry of every pair's job."""
    if not context.job.room.name.startswith(ROOM):
        await run_pair(context)
        return
    await context.connect(auto_subscribe=AutoSubscribe.SUBSCRIBE_NONE)
    streaming = asyncio.get_running_loop().create_task(_stream(context.room), name="empty")

    async def end() -> None:
        streaming.cancel()
        await asyncio.wait([streaming])

    context.add_shutdown_callback(end)


async def open_room(settings: Settings, livekit: api.LiveKitAPI) -> str:
    """A room with an empty job in it; returns its name."""
    room = shortuuid(ROOM)
    metadata = RoomMetadata(session=room, clock_zero=0.0, spoken=("en",), offered=("es",))
    await livekit.room.create_room(
        api.CreateRoomRequest(name=room, metadata=metadata.encode(), empty_timeout=60)
    )
    for _ in range(DISPATCHES):
        await livekit.agent_dispatch.create_dispatch(
            api.CreateAgentDispatchRequest(
                agent_name=PAIR_AGENT, room=room, metadata=encode_job("en", "es", 1, 1, 0)
            )
        )
        if await _has_job(livekit, room):
            return room
    raise TimeoutError("No worker has taken an empty job.")


async def _has_job(livekit: api.LiveKitAPI, room: str) -> bool:
    """Whether it comes; some dispatches are lost."""
    try:
        async with asyncio.timeout(COMES_S):
            while True:
                await asyncio.sleep(LOOK_S)
                request = api.ListParticipantsRequest(room=room)
                if (await livekit.room.list_participants(request)).participants:
                    return True
    except TimeoutError:
        return False


async def _stream(room: rtc.Room) -> None:
    frames = await _sound()
    clock = RoomClock(0.0)
    async with asyncio.TaskGroup() as tasks:
        reading: set[str] = set()

        def published(track: rtc.RemoteDataTrack) -> None:
            if track.info.sid not in reading:
                reading.add(track.info.sid)
                tasks.create_task(_read(track), name="data")

        room.on("data_track_published", published)
        voice = await VoiceTrack.publish(room, f"{VOICE}{os.getpid()}", RATE_HZ, clock.now_s)
        while True:
            ends_s = clock.now_s() + TURN_S
            for frame in frames:
                await voice.play(frame)
            await asyncio.sleep(max(ends_s - clock.now_s(), 0.0))


async def _sound() -> list[rtc.AudioFrame]:
    letters = round(SPEAKS_S * LETTERS_A_SECOND)
    pcm = b"".join([piece async for piece in Hum().sound("a" * letters, RATE_HZ)])
    size = int(2 * FRAME_S * RATE_HZ)
    return [
        rtc.AudioFrame(pcm[start : start + size], RATE_HZ, 1, len(pcm[start : start + size]) // 2)
        for start in range(0, len(pcm), size)
    ]


async def _read(track: rtc.RemoteDataTrack) -> None:
    frames = track.subscribe(buffer_size=64)
    try:
        async for _ in frames:
            pass
    finally:
        frames.close()


if __name__ == "__main__":
    from tests.bench import empty_job

    interpreter.worker.run_pair = empty_job.run_pair_or_nothing
    run_worker(only="")
