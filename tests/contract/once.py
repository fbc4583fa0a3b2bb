"""An engine used once, and all that was written meanwhile."""

import traceback

import pytest
from livekit.agents import APIConnectOptions

from interpreter.engines.voice import Voice


async def speak(voice: Voice, options: APIConnectOptions) -> None:
    """A sentence; the voice is closed then."""
    try:
        async with voice.synthesize("Buenas tardes.", conn_options=options) as utterance:
            async for _ in utterance:
                pass
    finally:
        await voice.aclose()


def written(
    error: BaseException, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> list[str]:
    """Wherever a key might stand: the error, all records, standard output and error."""
    streams = capfd.readouterr()
    return [
        *("".join(traceback.format_exception(error)), repr(error), repr(vars(error))),
        *(caplog.text, streams.out, streams.err),
        *(repr(vars(record)) for record in caplog.records),
    ]
