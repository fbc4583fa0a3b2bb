"""The console's page: for whoever holds an interpreter's own link, and nobody else."""

import json
import re
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import pytest

from interpreter.store import Interpreter
from tests.web.conftest import Site

SITE = AbstractAsyncContextManager[Site]


def staffed(web: Site) -> None:
    """Maria speaks Spanish and English, Joan Spanish; Eva has been removed."""
    gone = datetime.now(UTC)
    web.keep(lambda session: session.add(web.meeting))
    web.keep(
        lambda session: session.add_all(
            [
                interpreter("maria1", "Maria </script> Garcia", "es", "en"),
                interpreter("joan1", "Joan Puig", "es"),
                interpreter("eva1", "Eva", "es", removed_at=gone),
            ]
        )
    )


def interpreter(
    number: str, name: str, *channels: str, removed_at: datetime | None = None
) -> Interpreter:
    return Interpreter(
        id=number,
        meeting_id="m1",
        name=name,
        key=f"key-{number}",
        channels=list(channels),
        covers=[],
        is_initialled=number == "joan1",
        removed_at=removed_at,
    )


async def test_an_interpreters_own_link_opens_their_console(site: SITE) -> None:
    async with site as web:
        staffed(web)
        answer = await web.http.get("/m/m1/console?key=key-maria1")

    assert answer.status_code == 200
    assert "Maria &lt;/script&gt; Garcia" in answer.text
    found = re.search(r'id="config">(.*?)</script>', answer.text, re.DOTALL)
    assert found
    config = json.loads(found[1])
    assert config["key"] == "key-maria1"
    assert [one["tag"] for one in config["channels"]] == ["es", "en"]
    assert [one["tag"] for one in config["languages"]] == ["es", "ca", "en"]


async def test_a_console_knows_the_colleagues_and_none_of_their_keys(site: SITE) -> None:
    async with site as web:
        staffed(web)
        answer = await web.http.get("/m/m1/console?key=key-maria1")

    assert '{"identity": "interpreter-joan1", "name": "J. P.", "channels": ["es"]}' in answer.text
    assert "key-joan1" not in answer.text
    assert "eva1" not in answer.text


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("key-nobody", id="unknown"),
        pytest.param("", id="none"),
        pytest.param("k1", id="the-speakers"),
        pytest.param("key-eva1", id="of-one-who-was-removed"),
    ],
)
async def test_another_key_opens_no_console(site: SITE, key: str) -> None:
    async with site as web:
        staffed(web)
        answer = await web.http.get(f"/m/m1/console?key={key}")

    assert answer.status_code == 403
    assert "maria1" not in answer.text


async def test_a_meeting_that_is_over_has_no_console(site: SITE) -> None:
    async with site as web:
        staffed(web)
        web.keep(lambda session: setattr(session.merge(web.meeting), "ended_at", datetime.now(UTC)))
        answer = await web.http.get("/m/m1/console?key=key-maria1")

    assert answer.status_code == 410
