"""The web application: what it is made of, in order."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from interpreter.cost import prices_in
from interpreter.engines import check_profile
from interpreter.store import open_store
from web.api import booth_rooms, health, webhook
from web.api import booths as booths_api
from web.api import handovers as handovers_api
from web.api import meetings as meetings_api
from web.api import rooms as rooms_api
from web.api import technician as technician_api
from web.api import terms as terms_api
from web.db import Database, require_newest
from web.demo import has_demo_meeting, keep_demo_meeting, renew_demo_meeting
from web.error_pages import add_error_pages
from web.floors import Floors
from web.handover_clock import HandoverClock
from web.limits import Limits
from web.media_server import MediaServer
from web.pages import (
    captioner,
    console,
    costs,
    glossaries,
    glossary,
    interpreters,
    listen,
    meetings,
    serving,
    speak,
    technician,
    transcripts,
)
from web.rendering import Pages
from web.rooms import Rooms
from web.security import CachedStaticFiles, SecureHeaders, WithoutQuery
from web.services import Services
from web.settings import WebSettings, load_web_settings
from web.supervision import Supervisor

STATIC = Path(__file__).parent / "static"


def create_app(settings: WebSettings | None = None) -> FastAPI:
    """The application; without settings they are read from the environment.

    Raises RequirementMissing, and InputError for engines or prices that cannot be read.
    """
    settings = settings or load_web_settings()
    check_profile(settings)
    prices_in(settings.prices)
    app = FastAPI(
        title="Live interpretation",
        description="Meetings that everybody hears and reads in the language they choose.",
        lifespan=lambda app: _lifespan(app, settings),
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(SecureHeaders, livekit_url=settings.browser_livekit_url)
    add_error_pages(app)
    app.mount("/static", CachedStaticFiles(directory=STATIC, check_dir=False), name="static")
    for router in (
        meetings.router,
        costs.router,
        serving.router,
        interpreters.router,
        glossaries.router,
        glossary.router,
        technician.router,
        listen.router,
        speak.router,
        captioner.router,
        console.router,
        transcripts.router,
        meetings_api.router,
        rooms_api.router,
        booths_api.router,
        booth_rooms.router,
        handovers_api.router,
        technician_api.router,
        terms_api.router,
        webhook.router,
        health.router,
    ):
        app.include_router(router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI, settings: WebSettings) -> AsyncIterator[None]:
    logging.getLogger("uvicorn.access").addFilter(WithoutQuery())
    engine = open_store(settings.database_url)
    require_newest(engine)
    db = Database(engine, settings.database_timeout_s)
    is_demo_there = await has_demo_meeting(db, settings)
    if not is_demo_there:
        await keep_demo_meeting(db, settings)
    async with MediaServer.open(settings) as media:
        floors = Floors(db, media)
        rooms = Rooms(settings, db, media, floors)
        supervisor = Supervisor(settings, db, rooms, floors)
        limits = Limits(settings)
        app.state.services = Services(settings, db, rooms, supervisor, Pages(), limits)
        async with asyncio.TaskGroup() as tasks:
            clock = HandoverClock(db, rooms, supervisor, settings.look_s)
            background = [
                tasks.create_task(supervisor.run(), name="supervision"),
                tasks.create_task(clock.run(), name="handovers"),
            ]
            if is_demo_there:
                background.append(tasks.create_task(renew_demo_meeting(db, settings), name="demo"))
            yield
            for task in background:
                task.cancel()
    db.close()
    engine.dispose()
