"""A session that broke off while somebody spoke: where its words end."""

from contextlib import AbstractAsyncContextManager

from interpreter.store import add_segments
from tests.web.conftest import Site, segment
from web import queries

SITE = AbstractAsyncContextManager[Site]


async def test_the_words_of_all_sessions_end_with_the_last_one(site: SITE) -> None:
    async with site as web:
        web.begin()
        assert web.keep(lambda session: queries.last_spoken_at(session, "m1")) is None
        room, _ = web.keep(lambda session: queries.open_room(session, "m1"))
        assert room is not None
        said = [segment("Hello.", 1.0), segment("Goodbye.", 7.0)]
        web.keep(lambda session: add_segments(session, "r1", said))
        ends_at = web.keep(lambda session: queries.last_spoken_at(session, "m1"))
    assert ends_at == room.clock_zero + said[-1].end_s
