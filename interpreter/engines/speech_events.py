"""Speech of OpenAI's protocol in events: how an answer ended, which livekit's class does not tell.

It takes one that breaks off without an error of the connection for whole, and passes over an error
that comes in the middle (livekit-plugins-openai 1.8.9): the rest of a text would be missing, and
nobody told. https://developers.openai.com/api/docs/guides/text-to-speech
"""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from livekit.agents import APIConnectionError, APIError

from interpreter.engines.failures import SOUNDLESS
from interpreter.engines.kinds import OPENAI

_DATA, _END = "data:", "[DONE]"
_RAW = "pcm"
_SOUND, _OVER = "speech.audio.delta", "speech.audio.done"
_BEGINNING = 64
"""Letters of an event, in which its type stands: its sound need not be read twice."""


def tell_ends(engine: object) -> None:
    """Have the engine's client raise where an answer broke off; another stays as it is.

    A server is believed to have ended without a last event until it has sent one; OpenAI's always
    does.
    """
    client = getattr(engine, "_client", None)
    speech = getattr(getattr(client, "audio", None), "speech", None)
    streamed: Any = getattr(speech, "with_streaming_response", None)
    if callable(create := getattr(streamed, "create", None)):
        host = getattr(getattr(client, "base_url", None), "host", "")
        streamed.create = _Told(create, has_ends=host == OPENAI).open


class _Told:
    """What makes answers; knows whether they have a last event."""

    def __init__(self, create: Callable[..., Any], *, has_ends: bool) -> None:
        self._create = create
        self.has_ends = has_ends

    @asynccontextmanager
    async def open(self, **request: Any) -> AsyncIterator["_Answer"]:
        async with self._create(**request) as answer:
            if request.get("response_format") != _RAW and _is_raw(answer):
                raise APIError(f"{SOUNDLESS} but raw samples, at a rate that is not told.")
            yield _Answer(self, answer)


class _Answer:
    """An answer; raises APIError where its events tell of one, or break off."""

    def __init__(self, told: _Told, answer: Any) -> None:
        self._told = told
        self._answer = answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._answer, name)

    async def iter_lines(self) -> AsyncIterator[str]:
        is_over = False
        async for line in self._answer.iter_lines():
            is_over = is_over or _is_last(line)
            yield line
        self._told.has_ends |= is_over
        if self._told.has_ends and not is_over:
            raise APIConnectionError("The voice's answer broke off without its last event.")


def _is_raw(answer: Any) -> bool:
    """Whether it is samples without a header, which would be played at any rate."""
    kind, _, _ = answer.headers.get("content-type", "").partition(";")
    return str(kind).strip().lower() == f"audio/{_RAW}"


def _is_last(line: str) -> bool:
    """Whether this one ends an answer; raises APIError where it says that the answer failed."""
    if not line.startswith(_DATA) or _SOUND in line[:_BEGINNING]:
        return False
    data = line.removeprefix(_DATA).strip()
    if data == _END:
        return True
    try:
        event = json.loads(data)
    except ValueError:
        return False
    error = event.get("error") if isinstance(event, dict) else None
    if isinstance(error, dict):
        raise APIError("The voice's server failed in the middle of an answer.", body=error)
    return isinstance(event, dict) and event.get("type") == _OVER
