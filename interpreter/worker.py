"""Accepts jobs, starts a floor or a pair, ends it: LiveKit's job API, and nothing of
interpretation.

`serve` runs the two agent servers of this machine in one process (LiveKit allows one session
function a server) and the engine host beside them. A job's session task is started here, and
awaited in `on_session_end`, which runs before the worker leaves the room (livekit-agents 1.8.9,
`ipc/job_proc_lazy_main.py`, `_shutdown_job`).
"""

import asyncio
import json
import logging
import math
import os
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

from livekit.agents import AgentServer, AutoSubscribe, JobContext, JobProcess, JobRequest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from interpreter.cost import prices_in
from interpreter.dead_jobs import FLOOR_IDENTITY, PAIR_IDENTITY, DeadJobs
from interpreter.engines import check_chosen, open_translator, open_voice
from interpreter.engines.chosen import secret_values
from interpreter.engines.host_process import supervise
from interpreter.engines.kinds import Kind
from interpreter.engines.plugins import import_modules, modules, plugins_of
from interpreter.event_log import EventLog
from interpreter.facts import fact_check, figure_words
from interpreter.floor.agent import FloorAgent, check_metadata
from interpreter.floor.vocabulary import vocabulary
from interpreter.journal import Journal, keep_draining
from interpreter.leaving import leave
from interpreter.pair.agent import PairAgent
from interpreter.pair.engines import PairEngines
from interpreter.pair.job import PairJob, decode_job
from interpreter.proxies import heed_no_proxy, host_of, proxy_to
from interpreter.redaction import hide_secrets
from interpreter.room import (
    EPOCH,
    FLOOR_AGENT,
    PAIR_AGENT,
    ROLE,
    SOURCE,
    TARGET,
    Role,
    RoomMetadata,
    decode_metadata,
)
from interpreter.room_clock import RoomClock
from interpreter.room_glossary import reader, reader_of_all
from interpreter.settings import Settings, load_settings, secrets
from interpreter.slots import Slots
from interpreter.store import open_store, shared_store
from interpreter.unread import told_until_s, unread_since_s
from interpreter.usage_keeper import UsageKeeper

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
PRELOAD = [
    "interpreter.worker",
    "interpreter.engines.apertium",
    "interpreter.engines.pivot",
    "interpreter.engines.espeak",
    "interpreter.engines.pocketsphinx",
    "interpreter.engines.delayed",
    "interpreter.engines.metering",
    "interpreter.preload",
]
"""Every heavy import of a job: done once in the forkserver, shared by all jobs."""
PRELOAD_FOR_PLUGINS = {
    Kind.STT: "interpreter.engines.plugin_stt",
    Kind.TRANSLATOR: "interpreter.engines.llm_preload",
    Kind.TTS: "interpreter.engines.plugin_voice",
}
"""And with a plugin of the kind …"""
PRELOAD_FOR_ANY = "interpreter.engines.shared_trust"
"""… with any, and after all of them, …"""
PRELOAD_LAST = {"livekit.plugins.openai": "interpreter.engines.openai_preload"}
"""… and then with one of these: what it leaves of TLS contexts would be holes that each job fills,
and so copies (10 MB, measured)."""
CUT_OFF_S = 12.0
"""A job that has been reconnecting for so long was replaced: it gives its slot back."""
SESSION_END_S = 2.8
"""The server removes a stopped job's participant after 3 s."""
LEAVE_ROOM_S = 1.0
DRAIN_EVERY_S = 2.0
READ_S = 1.0
"""A database that answers later is not waited for."""
T = TypeVar("T")

_SETTINGS = "settings"
_STORE = "store"
_TASK = "task"
_IS_ENDING = "is_ending"


async def serve(settings: Settings, *, only: str | None = None) -> None:
    """Run this machine's workers until cancelled; then let others take over what runs here."""
    check_chosen(settings)
    prices_in(settings.prices)  # a file that cannot be read is told now, not by each job
    servers: list[AgentServer] = []
    slots = Slots(settings.job_slots)
    for name, port in ((FLOOR_AGENT, settings.floor_port), (PAIR_AGENT, settings.pair_port)):
        if only in (None, name):
            servers.append(agent_server(settings, name, port, slots))
    store, dead_jobs = open_store(settings.database_url), DeadJobs(settings)
    engines_answer = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(supervise(settings, engines_answer), name="engine-host")
        await engines_answer.wait()
        tasks.create_task(
            keep_draining(settings.journal_dir, store, DRAIN_EVERY_S, dead_jobs.is_removed),
            name="journals",
        )
        tasks.create_task(dead_jobs.run(), name="dead-jobs")
        running = [tasks.create_task(server.run(), name="agent-server") for server in servers]
        try:
            await asyncio.Event().wait()
        finally:
            await leave(servers, settings)
            for server in servers:
                await server.aclose()
            await asyncio.wait(running)


def agent_server(settings: Settings, name: str, port: int, slots: Slots) -> AgentServer:
    """What LiveKit sends this machine's jobs of a name to."""
    if (proxy := proxy_to(settings.livekit_url)) is not None:
        logger.info("LiveKit is reached through a proxy", extra={"proxy": host_of(proxy)})
    server = AgentServer(
        num_idle_processes=1,
        load_fnc=slots.load,
        load_threshold=math.inf,
        drain_timeout=max(int(settings.leave_s), 1),
        ws_url=settings.livekit_url,
        api_key=settings.livekit_api_key,
        api_secret=settings.livekit_api_secret,
        host=HOST,
        port=port,
        http_proxy=proxy,
        preload_modules=preloaded(settings),
        setup_fnc=_setup,
        session_end_timeout=SESSION_END_S,
    )
    entry = run_floor if name == FLOOR_AGENT else run_pair
    accept = slots.accepting(accept_floor if name == FLOOR_AGENT else accept_pair)
    slots.add(server)
    server.rtc_session(entry, agent_name=name, on_request=accept, on_session_end=end_session)
    return server


def preloaded(settings: Settings) -> list[str]:
    """What jobs are forked from: with plugins chosen, those too, and what judges their answers."""
    kinds = {kind for kind, _ in plugins_of(settings)}
    own = [module for kind, module in PRELOAD_FOR_PLUGINS.items() if kind in kinds]
    chosen = modules(settings)
    last = [module for plugin, module in PRELOAD_LAST.items() if plugin in chosen]
    return [*PRELOAD, *chosen, *own, *([PRELOAD_FOR_ANY] if own else []), *last]


def _setup(process: JobProcess) -> None:
    settings = load_settings()
    hide_secrets(secrets() | secret_values(settings))
    import_modules(settings)
    process.userdata[_SETTINGS] = settings
    process.userdata[_STORE] = shared_store(settings.database_url)


async def accept_floor(request: JobRequest) -> None:
    """Unique identity per job; role and epoch as attributes that only we write."""
    epoch = json.loads(request.job.metadata or "{}").get("epoch", 1)
    await request.accept(
        identity=FLOOR_IDENTITY.format(job=request.id),
        name="Floor",
        attributes={ROLE: Role.FLOOR.value, EPOCH: str(epoch)},
    )


async def accept_pair(request: JobRequest) -> None:
    job = decode_job(request.job.metadata)
    await request.accept(
        identity=PAIR_IDENTITY.format(job=request.id),
        name=f"{job.line} → {job.target.tag}",
        attributes={
            ROLE: Role.PAIR.value,
            SOURCE: job.line,
            TARGET: job.target.tag,
            EPOCH: str(job.epoch),
        },
    )


async def run_floor(context: JobContext) -> None:
    """One room's floor agent, until the room or the dispatch ends."""
    livekit = context.api  # made first: it reaches LiveKit as the worker does
    heed_no_proxy()
    await context.connect(auto_subscribe=AutoSubscribe.SUBSCRIBE_NONE)
    settings, store = _given(context)
    metadata = check_metadata(context.room.metadata)
    sent = json.loads(context.job.metadata or "{}")
    epoch, lost_s = int(sent.get(EPOCH, 1)), sent.get("lost_s")
    if lost_s is not None:
        lost_s = await _after_another(float(lost_s), context.room.name, store)
    events, journal = _open_logs(settings, store, context, metadata.clock_zero)

    def glossary_ids() -> list[str]:
        seen = decode_metadata(context.room.metadata)
        return list(seen.glossaries) if seen else []

    usage = _usage(store, context, events, metadata)
    agent = FloorAgent(
        context.room,
        livekit,
        settings,
        metadata,
        epoch,
        events,
        journal,
        lost_s,
        vocabulary(store, glossary_ids),
        reader_of_all(store),
        usage.note,
    )
    start_session(context, usage.during(agent.run()), events.close)


async def run_pair(context: JobContext) -> None:
    """One pair agent, until the room or the dispatch ends."""
    heed_no_proxy()
    await context.connect(auto_subscribe=AutoSubscribe.SUBSCRIBE_NONE)
    settings, store = _given(context)
    metadata = check_metadata(context.room.metadata)
    job = await _after_the_dead(decode_job(context.job.metadata), context.room.name, store)
    events, journal = _open_logs(settings, store, context, metadata.clock_zero)
    usage = _usage(store, context, events, metadata)
    voice = open_voice(job.target.tag, settings, usage.note)
    engines = PairEngines(
        open_translator(job.source.tag, job.target.tag, settings, usage.note), voice
    )
    check = await asyncio.to_thread(fact_check, job.source, job.target)
    await asyncio.to_thread(figure_words, job.target.tag)  # once; 0.1 s in German and French
    agent = PairAgent(
        context.room,
        settings,
        metadata,
        job,
        engines,
        events,
        journal,
        read_entries=reader(store, job.source.tag, job.target.tag),
        checks=(check,),
    )
    start_session(context, usage.during(agent.run()), events.close)


def _given(context: JobContext) -> tuple[Settings, Engine]:
    """What `_setup` has made ready: the process has one store, and so few connections."""
    return context.proc.userdata[_SETTINGS], context.proc.userdata[_STORE]


async def _after_the_dead(job: PairJob, room: str, store: Engine) -> PairJob:
    """Where nobody says how far the pair before came, the transcript does; if it can be read."""
    if job.captioned_seq >= 0:
        return job

    def read(session: Session) -> float | None:
        return unread_since_s(session, room, job.line, job.target.tag)

    since_s = await _read(store, read, job.unread_since_s, "what the transcript lacks")
    return replace(job, unread_since_s=since_s)


async def _after_another(lost_s: float, room: str, store: Engine) -> float:
    """Since when nobody has heard the floor: not what another floor agent has told by now that was
    sent for the same reason."""

    def read(session: Session) -> float:
        return told_until_s(session, room, lost_s)

    return await _read(store, read, lost_s, "what another floor agent has told")


async def _read(store: Engine, ask: Callable[[Session], T], unknown: T, what: str) -> T:
    """What the store says, or `unknown` where it does not say it soon."""

    def read() -> T:
        with Session(store) as session:
            return ask(session)

    try:
        async with asyncio.timeout(READ_S):
            return await asyncio.to_thread(read)
    except (TimeoutError, SQLAlchemyError):
        logger.warning("%s is not known", what, exc_info=True)
        return unknown


def _open_logs(
    settings: Settings, store: Engine, context: JobContext, clock_zero: float
) -> tuple[EventLog, Journal]:
    session, job = context.room.name, context.job.id
    events = EventLog.open(settings.events_dir, session, job, RoomClock(clock_zero).now_s)
    events.write("job", agent=context.job.agent_name, pid=os.getpid())
    return events, Journal.open(settings.journal_dir, session, job, store)


def _usage(
    store: Engine, context: JobContext, events: EventLog, metadata: RoomMetadata
) -> UsageKeeper:
    clock = RoomClock(metadata.clock_zero)
    return UsageKeeper(store, context.room.name, context.job.id, events, clock.now_s)


def start_session(
    context: JobContext, session: Coroutine[Any, Any, None], close: Callable[[], None]
) -> None:
    """Run the session beside the job; a session that dies ends its job."""
    task = asyncio.create_task(_in_room(context, session), name="session")
    context.proc.userdata[_TASK] = task

    def ended(done: asyncio.Task[None]) -> None:
        close()
        if done.cancelled():
            return
        if (error := done.exception()) is not None:
            logger.error("session died", exc_info=error)
        context.shutdown("session over")

    task.add_done_callback(ended)
    _end_when_cut_off(context)


async def _in_room(context: JobContext, session: Coroutine[Any, Any, None]) -> None:
    """The session; where the worker dies beside it, nothing but this takes the job out of the room:
    its participant would stay there for 20 s, and be waited for."""
    try:
        await session
    except asyncio.CancelledError:
        if not context.proc.userdata.get(_IS_ENDING):
            with suppress(TimeoutError):
                async with asyncio.timeout(LEAVE_ROOM_S):
                    await context.room.disconnect()
        raise


def _end_when_cut_off(context: JobContext) -> None:
    """The SDK alone would try for half a minute."""
    loop = asyncio.get_running_loop()
    timer: asyncio.TimerHandle | None = None

    def reconnecting() -> None:
        nonlocal timer
        timer = timer or loop.call_later(CUT_OFF_S, context.shutdown, "cut off from LiveKit")

    def reconnected() -> None:
        nonlocal timer
        if timer is not None:
            timer.cancel()
            timer = None

    context.room.on("reconnecting", reconnecting)
    context.room.on("reconnected", reconnected)


async def end_session(context: JobContext) -> None:
    """Let the session close while the room is still connected."""
    task: asyncio.Task[None] | None = context.proc.userdata.get(_TASK)
    if task is None:
        return
    context.proc.userdata[_IS_ENDING] = True
    task.cancel()
    await asyncio.wait([task], timeout=SESSION_END_S)
