"""The database for web: queries in a thread, and migrations. Knows no table."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlmodel import Session

from interpreter.errors import RequirementMissing
from interpreter.store import open_store
from web.errors import DatabaseAway

_MIGRATIONS = Path(__file__).parent / "migrations"

T = TypeVar("T")


class Database:
    """Runs each piece of work in a thread, in a session of its own that is committed at its end.

    A database that is away or slower than `timeout_s` raises DatabaseAway. Work that it has begun
    may still be done later; work that waits for a thread is dropped, so a slow database answers
    a few people late and the others at once, and never piles up requests.
    """

    def __init__(self, engine: Engine, timeout_s: float = 5.0, threads: int = 8) -> None:
        self._engine = engine
        self._timeout_s = timeout_s
        self._threads = ThreadPoolExecutor(threads, "database")

    async def run(self, work: Callable[[Session], T]) -> T:
        """What `work` returns stays usable after its session: nothing expires."""
        try:
            async with asyncio.timeout(self._timeout_s):
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._threads, self._run, work)
        except (OperationalError, InterfaceError, NoConnectionFree, TimeoutError) as error:
            raise DatabaseAway from error

    def close(self) -> None:
        """Work that has begun is finished; nobody waits for it."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _run(self, work: Callable[[Session], T]) -> T:
        with Session(self._engine, expire_on_commit=False) as session:
            result = work(session)
            session.commit()
            return result


def migrate(database_url: str) -> None:
    """Bring the database to the newest tables; makes it if there is none."""
    engine = open_store(database_url)
    try:
        with engine.begin() as connection:
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def require_newest(engine: Engine) -> None:
    """Raise RequirementMissing unless the database has the newest tables."""
    newest = ScriptDirectory.from_config(alembic_config()).get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current != newest:
        raise RequirementMissing(
            f"The database has version {current or 'none'}, this program needs {newest}. "
            "Run `python -m web migrate`."
        )


def alembic_config() -> Config:
    """Alembic's settings; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config
