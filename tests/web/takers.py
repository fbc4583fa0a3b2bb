"""Two interpreters who press "take" at once, each through a web process of their own, many times
over."""

import asyncio

from sqlmodel import Session

from interpreter.store import Interpreter, Meeting
from web.booths import Wish, change_wish
from web.db import Database
from web.errors import ChannelTaken

ROUNDS = 200
PEOPLE = ("maria", "joan")


async def winners(processes: tuple[Database, Database], room_id: str) -> list[list[str]]:
    """Of each round those who got the channel; between rounds the organiser gives it back."""
    await processes[0].run(_assign)
    rounds = list[list[str]]()
    for seen in range(0, 2 * ROUNDS, 2):
        asked = zip(processes, PEOPLE, strict=True)
        got = await asyncio.gather(*(_wish(one, room_id, who, who, seen) for one, who in asked))
        rounds.append([who for who, is_theirs in zip(PEOPLE, got, strict=True) if is_theirs])
        await _wish(processes[0], room_id, "", "", seen + 1)
    return rounds


def _assign(session: Session) -> None:
    for who in PEOPLE:
        session.add(
            Interpreter(id=who, meeting_id="m1", name=who, key=who, channels=["es"], covers=[])
        )


async def _wish(process: Database, room_id: str, who: str, by: str, seen: int) -> bool:
    def change(session: Session) -> None:
        meeting = session.get_one(Meeting, "m1")
        change_wish(session, room_id, meeting, Wish("es", who, by, seen))

    try:
        await process.run(change)
    except ChannelTaken:
        return False
    return True
