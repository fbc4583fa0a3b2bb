"""Deepgram's SDK as the recogniser and the voice share it: connections with time limits, and what
goes wrong with them in words of ours. No text made here holds a key.

The SDK does not connect again by itself, and its sockets wait long for a far end that is silent:
connecting and closing are cut short here.
"""

import asyncio
import re
import warnings
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, Protocol, TypeVar

from livekit.agents import APIConnectionError, APIError, APIStatusError, APITimeoutError
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed as ConnectionClosed
from websockets.exceptions import InvalidStatus, WebSocketException

from interpreter.engines.address import unversioned
from interpreter.engines.failures import WAIT, failure, is_page, proxy_status, status_of
from interpreter.proxies import proxy_to
from interpreter.settings import engine_key

with warnings.catch_warnings():
    # the SDK imports names that websockets calls deprecated
    warnings.simplefilter("ignore", DeprecationWarning)
    from deepgram import AsyncDeepgramClient
    from deepgram.environment import DeepgramClientEnvironment
    from deepgram.listen.v1 import client as listening
    from deepgram.listen.v1.client import AsyncV1Client as Listen
    from deepgram.speak.v1 import client as speaking
    from deepgram.speak.v1.client import AsyncV1Client as Speak
    from deepgram.speak.v1.types.speak_v1text import SpeakV1Text

ADDRESS = "https://api.deepgram.com"
KEY = "DEEPGRAM_API_KEY"
LOST = (WebSocketException, OSError, TimeoutError, EOFError)
"""What the SDK raises when a connection cannot be had, or is lost."""
NOT_USABLE = 1008
"""Close code: what was sent cannot be used (developers.deepgram.com/docs/
stt-troubleshooting-websocket-data-and-net-errors)."""

_CLOSE_S = 1.0
_CODE = re.compile(r"[A-Z]+-\d+")
_NO_CREDIT, _NO_KEY, _FORBIDDEN, _TOO_MANY = 402, 401, 403, 429
_UNKNOWN, _NOT_THERE = (400, 422), 404
_REFUSES = 400

Socket = TypeVar("Socket")


def _connect(url: str, extra_headers: Mapping[str, str]) -> connect:
    """A connection of the SDK's, through a proxy where the environment names one for it."""
    return connect(
        url, additional_headers=extra_headers, proxy=True if proxy_to(url) is not None else None
    )


for _module in (listening, speaking):
    # the SDK takes a client of websockets that knows no proxy (deepgram-sdk 7.17.0)
    setattr(_module, "websockets_client_connect", _connect)  # noqa: B010  (it exports no such name)


class _Transport(Protocol):
    def abort(self) -> None: ...


class Deepgram:
    """An account at an address; of a key it only says whether there is one."""

    def __init__(self, api_key: str, base_url: str) -> None:
        key = api_key or engine_key(KEY)
        if not key:
            raise ValueError(f"{KEY} is not set in the environment")
        scheme, separator, host = unversioned(base_url).partition("://")
        if not separator or scheme not in ("http", "https", "ws", "wss"):
            raise ValueError(f"base_url is an address like {ADDRESS}, not {base_url!r}")
        self.address = f"{scheme}://{host}"
        safe = "s" if scheme in ("https", "wss") else ""
        rest, sockets = f"http{safe}://{host}", f"ws{safe}://{host}"
        self._client = AsyncDeepgramClient(
            api_key=key,
            environment=DeepgramClientEnvironment(
                base=rest, production=sockets, agent=sockets, agent_rest=rest
            ),
        )

    def __repr__(self) -> str:
        return f"Deepgram({self.address})"

    @property
    def listen(self) -> Listen:
        client: Listen = self._client.listen.v1
        return client

    @property
    def speak(self) -> Speak:
        client: Speak = self._client.speak.v1
        return client

    def failure(self, error: BaseException, asked: str) -> APIError:
        """What went wrong, for whoever runs the service; `asked` says what was asked for.

        Nothing that the server says goes into it, as that may repeat what it was sent.
        """
        if isinstance(error, APIError):
            return error
        if proxy_status(error) or (status_of(error) == _FORBIDDEN and is_page(error)):
            ours = failure(error, "Deepgram")
            return APIStatusError(str(ours), status_code=status_of(error), retryable=ours.retryable)
        if isinstance(error, InvalidStatus):
            return self._refusal(error, asked)
        if isinstance(error, ConnectionClosed):
            return APIConnectionError(f"Deepgram ended the stream{closed_with(error)}.")
        if isinstance(error, TimeoutError):
            return APITimeoutError(f"Deepgram at {self.address} does not answer.")
        return APIConnectionError(
            f"Deepgram at {self.address} cannot be reached ({type(error).__name__}); "
            "look at base_url, the network and its proxy."
        )

    def _refusal(self, error: InvalidStatus, asked: str) -> APIStatusError:
        status = error.response.status_code
        headers = {name.lower(): value for name, value in error.response.headers.raw_items()}
        body: dict[str, float] = {}
        with suppress(ValueError):
            body[WAIT] = float(headers.get("retry-after", ""))
        return APIStatusError(
            self._sentence(status, headers.get("dg-error", "").casefold(), asked),
            status_code=status,
            body=body or None,
        )

    def _sentence(self, status: int, says: str, asked: str) -> str:
        if status == _NO_KEY and "expired" in says:
            return f"The key in {KEY} has expired ({status}): make a new one in Deepgram's console."
        if status == _NO_KEY:
            return (
                f"Deepgram refuses the key ({status}): {KEY} is wrong or out of date, or not one "
                f"for {self.address}. Put a valid one into the environment."
            )
        if status == _NO_CREDIT:
            return f"Deepgram's account has no credit left ({status}): add credit in its console."
        if status == _FORBIDDEN:
            return f"The key in {KEY} may not use {asked} ({status}): give its project the right."
        if status == _TOO_MANY:
            return f"Deepgram's limit of streams at once is reached ({status}); try again."
        if status == _NOT_THERE:
            return (
                f"Deepgram does not take {asked} ({status}), or base_url does not lead to "
                f"Deepgram: choose what its models page lists, and look at {self.address}."
            )
        if status in _UNKNOWN:
            return f"Deepgram does not take {asked} ({status}): choose what its models page lists."
        if status < _REFUSES:
            return (
                f"What answers at {self.address} is not Deepgram ({status}); base_url seems to "
                "lead to a login page or another service."
            )
        return f"Deepgram failed ({status}); try again."


def spoken_text(text: str) -> SpeakV1Text:
    """The message that has a text spoken."""
    return SpeakV1Text(text=text)


@asynccontextmanager
async def connected(
    opening: AbstractAsyncContextManager[Socket], limit_s: float
) -> AsyncIterator[Socket]:
    """A connection, for as long as the block runs; raises one of LOST."""
    socket = await _opened(opening, limit_s)
    try:
        yield socket
    finally:
        transport = _transport(socket)
        if transport is not None:
            transport.abort()  # closing politely waits up to half a minute for a silent far end
        with suppress(*LOST):
            async with asyncio.timeout(_CLOSE_S):
                await opening.__aexit__(None, None, None)


async def _opened(opening: AbstractAsyncContextManager[Socket], limit_s: float) -> Socket:
    failures: list[BaseException] = []
    sockets: list[Socket] = []

    async def open_it() -> None:
        try:
            sockets.append(await opening.__aenter__())
        except LOST as error:
            failures.append(error)

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(open_it(), name="deepgram:connect")
        try:
            await asyncio.wait([task], timeout=limit_s)
        finally:
            while not task.done():  # the first is answered by waiting for the far end to close
                task.cancel()
                await asyncio.wait([task], timeout=0.05)
    if sockets:
        return sockets[0]
    raise failures[0] if failures else TimeoutError


def _transport(socket: object) -> _Transport | None:
    """The SDK shows no way to let a connection go at once."""
    transport: _Transport | None = getattr(getattr(socket, "_websocket", None), "transport", None)
    return transport


async def round_trip_s(socket: Any) -> float:
    """How long a message takes to the far end and back; raises ConnectionClosed."""
    pong = await socket._websocket.ping()  # noqa: SLF001  (the SDK has no ping)
    return float(await pong)


def closed_with(error: ConnectionClosed) -> str:
    """` (1011 NET-0001)`: the code, and Deepgram's own (developers.deepgram.com/docs/
    stt-troubleshooting-websocket-data-and-net-errors)."""
    if error.rcvd is None:
        return " without a word"
    known = _CODE.match(error.rcvd.reason)
    return f" ({error.rcvd.code}{f' {known.group()}' if known else ''})"
