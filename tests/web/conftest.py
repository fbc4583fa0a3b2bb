"""A fresh application on an empty database for each test; nobody else's database is touched."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session

from interpreter.events import Origin, Segment
from interpreter.room import Role
from interpreter.store import (
    Interpreter,
    Meeting,
    Participant,
    Room,
    add_room,
    add_segments,
    open_store,
)
from web import queries
from web.app import create_app
from web.booths import identity_of
from web.db import migrate
from web.rooms import interpreter_attributes, speaker_attributes
from web.services import Services
from web.settings import WebSettings
from web.tokens import interpreter_token, listener_token, speaker_token

T = TypeVar("T")

KEY = "APItest"
SECRET = "a-secret-of-the-tests-that-is-long-enough-for-livekit"
NOWHERE = "ws://127.0.0.1:9"
"""No media server: nothing listens on the discard port."""


def web_settings(tmp_path: Path, **changes: object) -> WebSettings:
    return WebSettings.model_validate(
        {
            "LIVEKIT_URL": NOWHERE,
            "LIVEKIT_API_KEY": KEY,
            "LIVEKIT_API_SECRET": SECRET,
            "state_dir": tmp_path,
            "look_s": 3600.0,
            **changes,
        }
    )


@dataclass
class Site:
    """A running application, as a browser and as its database see it."""

    app: FastAPI
    http: httpx.AsyncClient
    settings: WebSettings
    store: Engine
    meeting: Meeting = field(
        default_factory=lambda: Meeting(
            id="m1", name="City council", spoken=["en"], offered=["es", "ca"], speaker_key="k1"
        )
    )

    @property
    def services(self) -> Services:
        services: Services = self.app.state.services
        return services

    def keep(self, work: Callable[[Session], T]) -> T:
        """Do something to the database, committed."""
        with Session(self.store, expire_on_commit=False) as session:
            result = work(session)
            session.commit()
            return result

    def begin(self, room_id: str = "r1", clock_zero: float | None = None) -> Room:
        """A session goes on, without a media server; one that went on before is over."""
        zero = time.time() if clock_zero is None else clock_zero
        before, _ = self.keep(lambda session: queries.open_room(session, self.meeting.id))
        if before is not None:
            self.keep(lambda session: queries.end_room(session, before.id))
        return self.keep(lambda session: add_room(session, self.meeting, room_id, zero))

    def listener(self, identity: str = "lis", room_id: str = "r1") -> dict[str, str]:
        """The headers of a listener's page."""
        self._join(room_id, identity, Role.LISTENER)
        return bearer(listener_token(self.settings, room_id, identity))

    def speaker(self, identity: str = "spk", room_id: str = "r1") -> dict[str, str]:
        """The headers of a speaker's page."""
        self._join(room_id, identity, Role.SPEAKER, "en")
        return bearer(
            speaker_token(self.settings, room_id, identity, "Ana", speaker_attributes("en"))
        )

    def interpreter(self, number: str, room_id: str = "r1") -> dict[str, str]:
        """The headers of the console of an interpreter who is in the database."""
        person = self.keep(lambda session: session.get_one(Interpreter, number))
        identity = identity_of(person)
        self.keep(lambda s: queries.add_interpreter_here(s, room_id, identity, person.name))
        attributes = interpreter_attributes(person)
        return bearer(interpreter_token(self.settings, room_id, identity, "", attributes))

    def say(self, *segments: Segment, room_id: str = "r1") -> None:
        with Session(self.store) as session:
            add_segments(session, room_id, segments)

    def _join(self, room_id: str, identity: str, role: Role, language: str = "") -> None:
        participant = Participant(
            room_id=room_id, identity=identity, role=role.value, language=language
        )
        self.keep(lambda session: session.add(participant))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def segment(
    text: str,
    start_s: float = 0.0,
    language: str = "en",
    origin: Origin = Origin.SPEECH,
    source: str = "",
) -> Segment:
    return Segment(
        id=f"{language}.1.{start_s:g}",
        language=language,
        origin=origin,
        speaker="Ana",
        text=text,
        start_s=start_s,
        end_s=start_s + 2.0,
        engine="engine",
        epoch=1,
        source_line="en" if source else "",
        first_seq=int(start_s),
        last_seq=int(start_s),
        source_segments=(source,) if source else (),
    )


@asynccontextmanager
async def open_site(settings: WebSettings) -> AsyncIterator[Site]:
    migrate(settings.database_url)
    app = create_app(settings)
    store = open_store(settings.database_url)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://web.test") as http,
    ):
        yield Site(app, http, settings, store)
    store.dispose()


@pytest.fixture
def site(tmp_path: Path) -> AbstractAsyncContextManager[Site]:
    """Use as `async with site as web`: the application runs in the test's own task."""
    return open_site(web_settings(tmp_path))
