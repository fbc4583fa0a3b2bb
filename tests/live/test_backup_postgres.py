"""pg_dump while people speak, pg_restore elsewhere: the same transcript. The commands are those of
docs/operations.md, less the `docker compose exec` before them.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url

from interpreter.journal import Journal, drain_dead_journals
from interpreter.requirements import ROOT
from interpreter.store import open_store
from tests.live.test_postgres import server
from tests.web.conftest import Site, open_site, segment, web_settings

__all__ = ["server"]

pytestmark = pytest.mark.live

DUMP = "pg_dump -U interpreter -Fc interpreter"
RESTORE = "pg_restore -U interpreter -d interpreter --no-owner --exit-on-error"


@pytest.fixture
def databases(server: str) -> Iterator[tuple[str, str]]:
    """The administrator's URL, and that of an empty database with the page's name and owner."""
    admin = open_store(server)
    _run(admin, "CREATE ROLE interpreter LOGIN SUPERUSER", "CREATE DATABASE interpreter")
    url = make_url(server).set(username="interpreter", database="interpreter")
    yield server, url.render_as_string(hide_password=False)
    _run(admin, "DROP DATABASE interpreter WITH (FORCE)", "DROP ROLE interpreter")
    admin.dispose()


def _run(admin: Engine, *statements: str) -> None:
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _client(url: str, command: str, **streams: object) -> None:
    parsed = make_url(url)
    environment = {"PATH": "/usr/bin:/bin", "PGHOST": str(parsed.host), "PGPORT": str(parsed.port)}
    subprocess.run(command.split(), env=environment, check=True, **streams)  # type: ignore[call-overload]


async def _transcript(web: Site) -> str:
    answer = await web.http.get("/m/m1/export/en.vtt")
    return answer.raise_for_status().text


def test_the_operations_page_gives_these_commands() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert f"{DUMP} >" in page
    assert f"{RESTORE} <" in page


async def test_a_dump_is_restored_with_every_word(
    databases: tuple[str, str], tmp_path: Path
) -> None:
    admin_url, url = databases
    here = web_settings(tmp_path / "here", database=url)
    there = web_settings(tmp_path / "there", database=url)
    async with open_site(here) as web:
        web.begin("r1", clock_zero=1000.0)
        web.say(segment("The council meets today.", 1.0))
        journal = Journal.open(here.journal_dir, "r1", "floor-1", web.store)
        journal.append(segment("The bridge stays open.", 9.0))
        copied = there.journal_dir / "r1" / "floor-1.jsonl"
        copied.parent.mkdir(parents=True)
        copied.write_bytes((here.journal_dir / "r1" / "floor-1.jsonl").read_bytes())
        with (tmp_path / "interpreter.dump").open("wb") as dump:
            _client(url, DUMP, stdout=dump)
        await journal.finish()
        whole = await _transcript(web)
    admin = open_store(admin_url)
    _run(admin, "DROP DATABASE interpreter WITH (FORCE)", "CREATE DATABASE interpreter")
    admin.dispose()
    with (tmp_path / "interpreter.dump").open("rb") as dump:
        _client(url, RESTORE, stdin=dump)
    async with open_site(there) as web:
        assert await drain_dead_journals(there.journal_dir, web.store) == 1
        assert await _transcript(web) == whole
    assert "The bridge stays open." in whole
