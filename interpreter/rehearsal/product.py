"""The whole product on free ports of 127.0.0.1, to be hurt: its processes by name, its jobs by
room, and a meeting made as people make one."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from interpreter.children import Child, Children
from interpreter.event_log import read_events
from interpreter.events import Origin
from interpreter.heard import Interval
from interpreter.local_server import free_port
from interpreter.processes import (
    Plan,
    media_server,
    migrate,
    private_plan,
    web_server,
    worker,
)
from interpreter.recovery import CommittedWord, Rendered, RoomRecord
from interpreter.store import Room, open_store, segments_of

HTTP_TIMEOUT_S = 10.0
MEDIA_SERVER, WEB, WORKER, SECOND_WORKER = "livekit-server", "web", "worker", "worker-2"


@dataclass(frozen=True, slots=True)
class BookedMeeting:
    """A meeting and the secret of its speakers' link."""

    id: str
    key: str


@dataclass(frozen=True, slots=True)
class Product:
    """Everything that a meeting needs, running; what ends is started again."""

    plan: Plan
    children: Children
    store: Engine

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return Path(self.plan.settings.database_url.removeprefix("sqlite:///"))

    def kill(self, process: str, number: int) -> None:
        """Send a signal to one of the processes."""
        os.kill(self.children.pid(process), number)

    def kill_job(self, room: str, agent: str, number: int) -> None:
        """Send a signal to the process of the room's newest floor or pair agent."""
        jobs = [
            event
            for event in read_events(self.plan.settings.events_dir / room)
            if event["event"] == "job" and event["agent"] == agent
        ]
        os.kill(int(str(jobs[-1]["pid"])), number)

    async def add_worker(self) -> None:
        """A second worker with engines of its own, as another machine has them."""
        log = self.children.log(SECOND_WORKER)
        environment = {
            "INTERPRETER_FLOOR_PORT": str(free_port()),
            "INTERPRETER_PAIR_PORT": str(free_port()),
            "INTERPRETER_ENGINE_SOCKET": f"{self.plan.settings.engine_socket_path}.2",
        }
        child = replace(worker(self.plan, log), name=SECOND_WORKER)
        await self.children.start(_with(_leaving(child), environment))

    def journals(self) -> list[Path]:
        """Of jobs that live, or whose segments are not all stored."""
        return list(self.plan.settings.journal_dir.glob("*/*.jsonl"))

    def is_all_stored(self) -> bool:
        """Whether the store has every segment of every journal."""
        return all(_stored_bytes(path) >= path.stat().st_size for path in self.journals())

    def records(self, meeting_id: str, source: str, target: str) -> tuple[RoomRecord, ...]:
        """What is kept of each room that the meeting had."""
        with Session(self.store) as session:
            query = select(Room).where(Room.meeting_id == meeting_id)
            rooms = session.exec(query.order_by(col(Room.clock_zero))).all()
            return tuple(self._record(session, room, source, target) for room in rooms)

    def _record(self, session: Session, room: Room, source: str, target: str) -> RoomRecord:
        zero = room.clock_zero
        events = read_events(self.plan.settings.events_dir / room.id)
        words = [
            CommittedWord(
                int(str(event["segment"]).split(".")[1]),
                int(str(event["seq"])),
                zero + float(str(event["start_s"])),
                zero + float(str(event["end_s"])),
            )
            for event in events
            if event["event"] == "commit" and event["line"] == source
        ]
        kept = segments_of(session, room.id, target)
        gaps = [  # only what readers of the target are told counts
            Interval(zero + one.start_s, zero + one.end_s)
            for one in kept
            if one.origin is Origin.SPEECH and not one.engine
        ]
        rendered = [
            Rendered(int(one.source_line.rsplit("/", 1)[1]), one.first_seq, one.last_seq)
            for one in kept
            if one.source_line.startswith(f"{source}/")
        ]
        return RoomRecord(tuple(words), tuple(rendered), tuple(gaps))


@asynccontextmanager
async def running_product(
    state_dir: Path, binaries: Path, say: Callable[[str], None]
) -> AsyncIterator[Product]:
    """Media server, web and one worker with a fresh database, until the end of the block."""
    plan = await asyncio.to_thread(_fresh_plan, state_dir, binaries)
    async with Children(plan.settings.state_dir / "log", say) as children:
        await children.start(replace(media_server(plan), restarts=3))
        await migrate(plan)
        await children.start(web_server(plan))
        await children.start(_leaving(worker(plan, children.log(WORKER))))
        store = open_store(plan.settings.database_url)
        try:
            yield Product(plan, children, store)
        finally:
            store.dispose()


async def book_meeting(http: httpx.AsyncClient, source: str, target: str) -> BookedMeeting:
    """Fill in the home page's form."""
    answer = await http.post(
        "/meetings", data={"name": "Fault bench", "spoken": source, "offered": target}
    )
    if answer.status_code != httpx.codes.SEE_OTHER:
        answer.raise_for_status()
    links = urlsplit(answer.headers["location"])
    return BookedMeeting(links.path.split("/")[2], parse_qs(links.query)["key"][0])


def _stored_bytes(journal: Path) -> int:
    sidecar = journal.with_suffix(".stored")
    return int(sidecar.read_text()) if sidecar.exists() else 0


def _fresh_plan(state_dir: Path, binaries: Path) -> Plan:
    """In an empty folder: what an earlier run left there is deleted."""
    shutil.rmtree(state_dir, ignore_errors=True)
    state_dir.mkdir(parents=True)
    (state_dir / "bin").symlink_to(binaries.resolve())
    return private_plan(state_dir.resolve())


def _leaving(child: Child) -> Child:
    """A worker that gives others time to take over its jobs when it is told to stop."""
    return _with(child, {"INTERPRETER_LEAVE_S": "20"})


def _with(child: Child, changes: dict[str, str]) -> Child:
    return replace(child, environment={**child.environment, **changes})
