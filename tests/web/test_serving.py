"""The organiser reads which engine serves each channel, for how long, and why."""

from contextlib import AbstractAsyncContextManager

import pytest
from babel import Locale

from interpreter.engines.fallback.breaker import Trouble
from interpreter.events import EngineKind
from interpreter.serving_engines import ServingEngine
from tests.web.conftest import Site
from web.serving import WHY, engine_lines

SITE = AbstractAsyncContextManager[Site]
EN = Locale("en")


def row(
    engine: str, since_s: float, why: str, kind: EngineKind = EngineKind.VOICE
) -> ServingEngine:
    return ServingEngine(kind, "es", engine, since_s, why)


def test_a_line_says_who_serves_for_how_long_and_what_is_wrong() -> None:
    (line,) = engine_lines([row("aura", 40.0, "stall")], 100.0, EN)
    assert (line.what, line.engine) == ("Voice: Spanish", "aura")
    assert (line.served, line.why) == ("1 minute", "The engine before it fell silent.")


@pytest.mark.parametrize("why", ["first", "healthy"])
def test_where_all_is_well_nothing_is_said_of_that(why: str) -> None:
    assert engine_lines([row("aura", 0.0, why)], 5.0, EN)[0].why == ""


def test_nobody_is_named_where_nobody_answers() -> None:
    assert engine_lines([row("", 0.0, "quota")], 5.0, EN)[0].engine == "none answers"


def test_the_newer_of_two_agents_is_believed() -> None:
    (line,) = engine_lines([row("new", 50.0, "first"), row("old", 10.0, "first")], 60.0, EN)
    assert line.engine == "new"


def test_every_trouble_has_words() -> None:
    assert set(WHY) == {trouble.value for trouble in Trouble}


async def test_the_meetings_page_asks_for_it(site: SITE) -> None:
    async with site as web:
        web.keep(lambda session: session.add(web.meeting))
        page = (await web.http.get("/m/m1/links?key=k1")).text
        alone = await web.http.get("/m/m1/engines?key=k1")
        nobodys = await web.http.get("/m/m1/engines?key=wrong")

    assert 'data-url="/m/m1/engines?key=k1"' in page
    assert "Nothing to tell" in alone.text
    assert nobodys.status_code in (403, 404)
