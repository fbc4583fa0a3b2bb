"""One talk in one meeting of the whole product, with one fault in it, from start to evidence."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import httpx

from interpreter.errors import InterpretationError
from interpreter.recovery import Evidence
from interpreter.rehearsal.faults import Fault
from interpreter.rehearsal.looped_talk import LoopedTalk, TalkVisit
from interpreter.rehearsal.place import Door
from interpreter.rehearsal.product import (
    HTTP_TIMEOUT_S,
    BookedMeeting,
    Product,
    book_meeting,
    running_product,
)
from interpreter.rehearsal.sound_file import Samples
from interpreter.rehearsal.witness import Witness

START_LIMIT_S = 60.0
FAULT_AT_S = 20.0
"""Second of the talk; then the fault waits for the voice to sound."""
VOICE_WAIT_S = 6.0
DRAIN_S = 10.0
"""After the talk: its last words are translated and spoken."""
LEAVING_S = 8.0
"""After the meeting: its agents finish their journals."""
STORING_S = 60.0
LOOK_S = 0.02


class FaultRunFailed(InterpretationError):
    """The meeting never came to the moment of the fault."""

    code = "fault_run_failed"


async def run_fault(
    fault: Fault,
    samples: Samples,
    source: str,
    target: str,
    state_dir: Path,
    binaries: Path,
    say: Callable[[str], None],
) -> Evidence:
    """Start everything, speak, hurt, speak on, and collect what was heard and kept."""
    async with (
        running_product(state_dir, binaries, say) as product,
        httpx.AsyncClient(base_url=product.plan.web_url, timeout=HTTP_TIMEOUT_S) as http,
    ):
        meeting = await book_meeting(http, source, target)
        witness, talk = Witness(http, target, source), LoopedTalk(samples)
        async with asyncio.TaskGroup() as tasks:
            people = [
                tasks.create_task(_speaker(http, meeting, source).stay(partial(TalkVisit, talk))),
                tasks.create_task(Door(http, meeting.id, {"role": "listener"}).stay(witness.visit)),
            ]
            await _until(lambda: witness.hears, START_LIMIT_S, "No voice came on the air")
            if fault.has_second_worker:
                await product.add_worker()
            fault_s, until_s = await _talk(fault, product, witness, talk)
            for person in people:
                person.cancel()
        await _end(product, http, meeting)
        rooms = await asyncio.to_thread(product.records, meeting.id, source, target)
    return Evidence(fault_s, until_s, tuple(witness.voice), tuple(witness.captions), target, rooms)


def _speaker(http: httpx.AsyncClient, meeting: BookedMeeting, source: str) -> Door:
    request = {"role": "speaker", "key": meeting.key, "name": "Talk", "language": source}
    return Door(http, meeting.id, request)


async def _talk(
    fault: Fault, product: Product, witness: Witness, talk: LoopedTalk
) -> tuple[float, float]:
    """When the fault happened, and when the talk ended."""
    talk.begin()
    await asyncio.sleep(FAULT_AT_S)
    await _until(lambda: witness.has_voice_now, VOICE_WAIT_S, "The voice did not sound")
    fault_s = time.time()
    await fault.inject(product, witness.rooms[-1])
    await asyncio.sleep(max(0.0, fault_s + fault.after_s - time.time()))
    until_s = time.time()
    talk.end()
    await asyncio.sleep(DRAIN_S)
    return fault_s, until_s


async def _end(product: Product, http: httpx.AsyncClient, meeting: BookedMeeting) -> None:
    """End the meeting; what is still in a journal goes to the store."""
    answer = await http.post(f"/api/meetings/{meeting.id}/end", json={"key": meeting.key})
    answer.raise_for_status()
    with suppress(FaultRunFailed):  # agents of a room that was lost may sit on theirs for longer
        await _until(lambda: not product.journals(), LEAVING_S, "Agents did not leave")
    await _until(product.is_all_stored, STORING_S, "Segments stayed in the journals")


async def _until(holds: Callable[[], bool], limit_s: float, otherwise: str) -> None:
    """Wait for other processes, which have no event to wait for."""
    try:
        async with asyncio.timeout(limit_s):
            while not holds():  # noqa: ASYNC110
                await asyncio.sleep(LOOK_S)
    except TimeoutError as error:
        raise FaultRunFailed(f"{otherwise} within {limit_s:.0f} s.") from error
