"""What a trial hears of a recogniser."""

import asyncio
from typing import Any

import pytest
from livekit.agents import APIStatusError

from interpreter.engines.trial_sound import recognised
from tests.virtual_time import run_in_virtual_time


class Refused:
    """A stream that is closed before whoever reads it is told why."""

    def __init__(self) -> None:
        self.is_closed = False

    def push_frame(self, _frame: object) -> None:
        if self.is_closed:
            raise RuntimeError("it is closed")
        self.is_closed = True

    def __aiter__(self) -> "Refused":
        return self

    async def __anext__(self) -> object:
        await asyncio.sleep(1.0)
        raise APIStatusError("no", status_code=401)


def test_a_recogniser_that_fails_while_it_hears_is_told_with_its_own_error() -> None:
    stream: Any = Refused()
    with pytest.raises(ExceptionGroup) as raised:
        run_in_virtual_time(recognised(stream, bytes(32_000)))
    assert [type(one) for one in raised.value.exceptions] == [APIStatusError]
