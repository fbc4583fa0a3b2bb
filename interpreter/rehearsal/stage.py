"""Server, worker and room for talks: everything real, everything private, everything gone at the
end."""

import asyncio
import json
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from livekit import api
from sqlalchemy import Engine
from sqlmodel import Session

from glossaries import Entry
from interpreter.cues import write_vtt
from interpreter.engines import check_chosen
from interpreter.errors import RequirementMissing
from interpreter.event_log import read_events
from interpreter.events import Segment
from interpreter.glossary_rows import GlossaryRow, add_entries
from interpreter.local_server import dies_with_parent, find_server_binary, last_line, local_livekit
from interpreter.rehearsal.listener import RecordingListener, create_recording
from interpreter.rehearsal.sound_file import SoundFile, sound_blocks
from interpreter.rehearsal.speaker import TalkSpeaker
from interpreter.rehearsal.talk_events import QUIET_S, is_all_spoken, shifted
from interpreter.rehearsal.tokens import listener_token, speaker_token
from interpreter.room import FLOOR_AGENT, ROLE, Role, RoomMetadata, Wanted
from interpreter.settings import (
    EngineChoice,
    Settings,
    child_environment,
    chosen_engines,
    load_settings,
)
from interpreter.store import Meeting, add_room, create_schema, open_store, segments_of

GLOSSARY = "rehearsal"
"""The one glossary of a stage, which all its talks are interpreted by."""
START_LIMIT_S = 30.0
DRAIN_LIMIT_S = 240.0


@dataclass(frozen=True, slots=True)
class Talk:
    """What is to be interpreted, and how."""

    sound: SoundFile
    source: str
    targets: tuple[str, ...]
    policy: str
    entries: tuple[Entry, ...] = ()
    """Of a glossary that it is interpreted by."""


@dataclass(frozen=True, slots=True)
class Interpreted:
    """Where the results of one talk lie."""

    directory: Path
    events: list[dict[str, object]]
    """On the talk's clock: its second 0 is `at_s` 0."""
    segments: tuple[Segment, ...] = ()
    """What the store has, of every language, on the room's clock."""


@asynccontextmanager
async def stage(settings: Settings) -> AsyncIterator["Stage"]:
    """A worker for talks, with its own database, on the given server."""
    store = open_store(settings.database_url)
    create_schema(store)
    log_path = settings.state_dir / "worker.log"
    with log_path.open("wb") as log:
        worker = await asyncio.create_subprocess_exec(
            *dies_with_parent(),
            sys.executable,
            "-m",
            "interpreter",
            "worker",
            stdout=log,
            stderr=log,
            env=child_environment(settings),
        )
    try:
        async with api.LiveKitAPI(
            settings.livekit_url, settings.livekit_api_key, settings.livekit_api_secret
        ) as livekit:
            yield Stage(settings, livekit, store, worker, log_path)
    finally:
        if worker.returncode is None:
            worker.terminate()
            try:
                async with asyncio.timeout(8.0):
                    await worker.wait()
            except TimeoutError:
                worker.kill()
                await worker.wait()
        store.dispose()


@asynccontextmanager
async def private_stage(
    state_dir: Path,
    *,
    llm_delay_ms: int = 0,
    tts_delay_ms: int = 0,
    livekit_url: str = "",
    engines: EngineChoice | None = None,
) -> AsyncIterator["Stage"]:
    """A stage on a private LiveKit server, or on a given one whose keys are in the environment.

    Without `engines`, those that the environment names interpret. Whatever it makes of its own goes
    with it.
    """
    chosen = engines or chosen_engines()
    check_chosen(chosen)
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        work = Path(folder)
        own = {
            **chosen.model_dump(include=set(EngineChoice.model_fields)),
            "state_dir": work,
            "database": "",
            "leave_s": 0,
            "llm_delay_ms": llm_delay_ms,
            "tts_delay_ms": tts_delay_ms,
        }
        if livekit_url:
            settings = load_settings().model_copy(update={**own, "livekit_url": livekit_url})
            async with stage(settings) as given:
                yield given
            return
        binary = find_server_binary(Settings.model_construct(state_dir=state_dir))
        async with local_livekit(binary, work / "livekit") as server:
            keys = {
                "LIVEKIT_URL": server.url,
                "LIVEKIT_API_KEY": server.api_key,
                "LIVEKIT_API_SECRET": server.api_secret,
            }
            async with stage(Settings.model_validate({**own, **keys})) as private:
                yield private


class Stage:
    """Interprets talks, one after another."""

    def __init__(
        self,
        settings: Settings,
        livekit: api.LiveKitAPI,
        store: Engine,
        worker: asyncio.subprocess.Process,
        log: Path,
    ) -> None:
        self._settings = settings
        self._livekit = livekit
        self._store = store
        self._worker = worker
        self._log = log

    @property
    def settings(self) -> Settings:
        """What the worker on this stage runs with."""
        return self._settings

    async def interpret(
        self, talk: Talk, out: Path, progress: Callable[[str, float], None]
    ) -> Interpreted:
        """Interpret one talk in real time; `progress` gets what is going on, and the talk's
        second."""
        await asyncio.to_thread(out.mkdir, parents=True, exist_ok=True)
        room = await self._open_room(talk)
        zero: list[float] = []
        try:
            await self._dispatch_floor(room.session)
            await self._run_talk(talk, room, out, zero, progress)
            progress("writing", talk.sound.duration_s)
        finally:
            await self._livekit.room.delete_room(api.DeleteRoomRequest(room=room.session))
        await asyncio.sleep(1.0)  # the agents store their last segments as the room closes
        events = [shifted(e, zero[0]) for e in self._events(room.session)]
        segments = self._write(talk, room.session, out, zero[0], events)
        return Interpreted(out, events, segments)

    async def _open_room(self, talk: Talk) -> RoomMetadata:
        metadata = RoomMetadata(
            session=f"rehearsal-{secrets.token_hex(6)}",
            clock_zero=round(time.time(), 3),
            spoken=(talk.source,),
            offered=talk.targets,
            policy=talk.policy,
            wanted=Wanted(talk.targets, talk.targets),
            glossaries={GLOSSARY: 1} if talk.entries else {},
        )
        with Session(self._store) as session:
            meeting = Meeting(
                id=metadata.session,
                name=talk.sound.path.stem,
                spoken=[talk.source],
                offered=list(talk.targets),
                speaker_key="",
            )
            add_room(session, meeting, metadata.session, metadata.clock_zero)
            if talk.entries and session.get(GlossaryRow, GLOSSARY) is None:
                session.add(GlossaryRow(id=GLOSSARY, name=GLOSSARY))
                session.flush()
                add_entries(session, GLOSSARY, talk.entries)
            session.commit()
        await self._livekit.room.create_room(
            api.CreateRoomRequest(
                name=metadata.session, metadata=metadata.encode(), empty_timeout=60
            )
        )
        return metadata

    async def _dispatch_floor(self, room: str) -> None:
        """Dispatch the floor agent; a dispatch made before the worker has registered is lost, so
        look."""
        ends = time.monotonic() + START_LIMIT_S
        while time.monotonic() < ends:
            dispatch = await self._livekit.agent_dispatch.create_dispatch(
                api.CreateAgentDispatchRequest(
                    agent_name=FLOOR_AGENT, room=room, metadata=json.dumps({"epoch": 1})
                )
            )
            for _ in range(30):
                await asyncio.sleep(0.1)
                if await self._has_floor(room):
                    return
            self._check_worker()
            await self._livekit.agent_dispatch.delete_dispatch(dispatch.id, room)
        raise RequirementMissing(
            f"No worker took the room within {START_LIMIT_S:.0f} s: {last_line(self._log)}"
        )

    async def _has_floor(self, room: str) -> bool:
        answer = await self._livekit.room.list_participants(api.ListParticipantsRequest(room=room))
        return any(p.attributes.get(ROLE) == Role.FLOOR for p in answer.participants)

    def _check_worker(self) -> None:
        if self._worker.returncode is not None:
            raise RequirementMissing(f"The worker ended: {last_line(self._log)}")

    async def _run_talk(
        self,
        talk: Talk,
        room: RoomMetadata,
        out: Path,
        zero: list[float],
        progress: Callable[[str, float], None],
    ) -> None:
        def now_s() -> float:
            return time.time() - room.clock_zero

        listener = RecordingListener(
            {
                target: create_recording(out / f"{target}.wav", lambda: zero[0] if zero else None)
                for target in talk.targets
            },
            now_s,
        )
        url = self._settings.livekit_url
        async with asyncio.TaskGroup() as tasks:
            hearing = tasks.create_task(
                listener.run(url, listener_token(self._settings, room.session))
            )
            async with TalkSpeaker.join(
                url, speaker_token(self._settings, room.session, talk.source)
            ) as speaker:
                progress("starting", 0.0)
                await self._wait_for_voices(listener, talk, speaker)
                zero.append(now_s())
                async for played_s in speaker.play(sound_blocks(talk.sound.path)):
                    progress("interpreting", played_s)
                progress("finishing", talk.sound.duration_s)
                await self._wait_until_spoken(room.session, speaker, now_s)
            hearing.cancel()

    async def _wait_for_voices(
        self, listener: RecordingListener, talk: Talk, speaker: TalkSpeaker
    ) -> None:
        ends = time.monotonic() + START_LIMIT_S
        while listener.hears != set(talk.targets):
            if time.monotonic() > ends:
                missing = ", ".join(sorted(set(talk.targets) - listener.hears))
                raise RequirementMissing(
                    f"No voice for {missing} within {START_LIMIT_S:.0f} s: {last_line(self._log)}"
                )
            self._check_worker()
            await speaker.keep_silent(0.2)
        await speaker.keep_silent(0.5)

    async def _wait_until_spoken(
        self, room: str, speaker: TalkSpeaker, now_s: Callable[[], float]
    ) -> None:
        ends = time.monotonic() + DRAIN_LIMIT_S
        await speaker.keep_silent(QUIET_S)
        while time.monotonic() < ends:
            await speaker.keep_silent(0.5)
            if is_all_spoken(self._events(room), now_s()):
                await speaker.keep_silent(1.0)
                return

    def _events(self, room: str) -> list[dict[str, object]]:
        return read_events(self._settings.events_dir / room)

    def _write(
        self,
        talk: Talk,
        room: str,
        out: Path,
        zero_s: float,
        events: list[dict[str, object]],
    ) -> tuple[Segment, ...]:
        with (out / "events.jsonl").open("w", encoding="utf-8") as file:
            for event in events:
                file.write(json.dumps(event, ensure_ascii=False) + "\n")
        with Session(self._store) as session:
            segments = segments_of(session, room)
        for language in (talk.source, *talk.targets):
            of_language = [segment for segment in segments if segment.language == language]
            vtt = write_vtt(of_language, language, offset_s=-zero_s)
            (out / f"{language}.vtt").write_text(vtt, encoding="utf-8")
        return tuple(segments)
