"""What can go wrong in mid-speech, how it is made to, and what a meeting must reach then."""

import asyncio
import signal
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from interpreter.recovery_figures import Marks
from interpreter.rehearsal.product import MEDIA_SERVER, WEB, WORKER, Product
from interpreter.room import FLOOR_AGENT, PAIR_AGENT

AFTER_S = 40.0
"""The talk goes on for so long after a fault."""
LOCK_WAIT_S = 20.0

Inject = Callable[[Product, str], Awaitable[None]]
"""(product, room) → the fault has happened, or is over."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One row of the table."""

    name: str
    inject: Inject
    marks: Marks = Marks()
    has_second_worker: bool = False
    """Started when everything runs already, so that all of it runs on the first one."""
    after_s: float = AFTER_S


async def nothing(_product: Product, _room: str) -> None:
    """The same talk undisturbed: what its voice and captions are like by themselves."""


UNDISTURBED = Fault("nothing", nothing, Marks(0.0, 0.0, lost_words=0, double_words=0))
"""If this one misses a mark, the machine was too busy for the figures to mean anything."""


def all_faults(database_away_s: float) -> dict[str, Fault]:
    """By name, in the order in which they are tried."""
    whole = Marks(lost_words=0, double_words=0)
    quick = Marks(3.0, 3.0, lost_words=0, double_words=0)
    unnoticed = Marks(added_silence_s=1.0, lost_words=0, double_words=0)
    heard_or_marked = Marks(5.0, 5.0, double_words=0, added_unmarked_s=1.0)
    rows = (
        Fault("pair killed", partial(_kill_job, agent=PAIR_AGENT), quick),
        Fault("floor killed", partial(_kill_job, agent=FLOOR_AGENT), heard_or_marked),
        Fault("worker killed", partial(_end, process=WORKER, number=signal.SIGKILL)),
        Fault(
            "worker stopped",
            partial(_end, process=WORKER, number=signal.SIGTERM),
            unnoticed,
            has_second_worker=True,
        ),
        Fault(
            "database away",
            partial(_lock_database, seconds=database_away_s),
            whole,
            after_s=database_away_s + AFTER_S / 2,
        ),
        Fault(
            "LiveKit restarted",
            partial(_end, process=MEDIA_SERVER, number=signal.SIGKILL),
            Marks(10.0, 10.0, lost_words=0),
        ),
        Fault("web restarted", partial(_end, process=WEB, number=signal.SIGTERM), unnoticed),
    )
    return {fault.name: fault for fault in rows}


async def _kill_job(product: Product, room: str, *, agent: str) -> None:
    product.kill_job(room, agent, signal.SIGKILL)


async def _end(product: Product, _room: str, *, process: str, number: int) -> None:
    """Whatever ends is started again, as a service manager does."""
    product.kill(process, number)


async def _lock_database(product: Product, _room: str, *, seconds: float) -> None:
    """Nobody can write for so long."""
    connection = await asyncio.to_thread(
        partial(
            sqlite3.connect,
            product.database,
            timeout=LOCK_WAIT_S,
            isolation_level=None,
            check_same_thread=False,
        )
    )
    try:
        await asyncio.to_thread(connection.execute, "BEGIN EXCLUSIVE")
        await asyncio.sleep(seconds)
        connection.rollback()
    finally:
        connection.close()
