"""The LiveKit server as web asks it; its failures as ours. Knows no meeting."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from livekit import api
from livekit.api.twirp_client import TwirpClient
from livekit.protocol.room import PerformRpcRequest, PerformRpcResponse

from web.errors import MediaServerAway
from web.settings import WebSettings

logger = logging.getLogger(__name__)

_RPC_ERROR = re.compile(r"RpcError (\d+)")
_SILENT = ("1501", "1502", "1503")
"""LiveKit's RPC errors: not reached, no answer in time, gone before it answered."""


class RoomGone(MediaServerAway):
    """LiveKit has no such room or participant any more."""

    code = "room_gone"


class NoAnswer(MediaServerAway):
    """The participant is in the room and does not answer."""

    code = "no_answer"


class MediaServer:
    """`async with MediaServer.open(settings)`; each question goes inside `asking()`."""

    def __init__(self, settings: WebSettings, http: aiohttp.ClientSession) -> None:
        self._settings = settings
        key, secret = settings.livekit_api_key, settings.livekit_api_secret
        livekit = api.LiveKitAPI(settings.livekit_url, key, secret, session=http)
        self.room = livekit.room
        self.agent_dispatch = livekit.agent_dispatch
        self._twirp = TwirpClient(http, settings.livekit_url, "livekit")

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: WebSettings) -> "AsyncIterator[MediaServer]":
        timeout = aiohttp.ClientTimeout(total=settings.api_timeout_s)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            yield cls(settings, http)

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """Inside, what LiveKit refuses and that it is away are errors of ours, within the time."""
        try:
            async with asyncio.timeout(self._settings.api_timeout_s):
                yield
        except api.TwirpError as error:
            if error.code == api.TwirpErrorCode.NOT_FOUND:
                raise RoomGone from error
            logger.warning("media server refuses a request", extra={"code": error.code})
            raise MediaServerAway from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise MediaServerAway from error

    async def perform_rpc(
        self, room_id: str, identity: str, method: str, timeout_ms: int
    ) -> str | None:
        """What a participant answers; None when it lives and cannot (an older version).

        Raises NoAnswer when it is in the room and silent; livekit-api has no wrapper for this.
        """
        token = api.AccessToken(self._settings.livekit_api_key, self._settings.livekit_api_secret)
        token = token.with_grants(api.VideoGrants(room_admin=True, room=room_id))
        request = PerformRpcRequest(
            room=room_id,
            destination_identity=identity,
            method=method,
            payload="{}",
            response_timeout_ms=timeout_ms,
        )
        try:
            # LiveKit takes 3 s to say that there is no such participant; nobody waits for that.
            async with asyncio.timeout(timeout_ms / 1000 + 0.5):
                answer = await self._twirp.request(
                    "RoomService",
                    "PerformRpc",
                    request,
                    {"Authorization": f"Bearer {token.to_jwt()}"},
                    PerformRpcResponse,
                )
        except api.TwirpError as error:
            answered = _RPC_ERROR.search(error.message)
            if answered is None:
                raise MediaServerAway from error
            if answered[1] in _SILENT:
                raise NoAnswer from error
            return None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise MediaServerAway from error
        return answer.payload
