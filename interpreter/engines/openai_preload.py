"""Imported once in the process that jobs are forked from, when OpenAI's plugin is chosen: asks a
server of its own, which is gone afterwards, for a text and for speech.

The SDK imports its parts and makes its messages' types when they are first used: a job's first text
and sound cost 27 MB of its own; so 13 (measured). Leaves no thread, file or connection. Where it
fails, jobs cost more, and run.
"""

import asyncio
import logging

import httpx2
from livekit.agents import llm
from livekit.plugins import openai
from openai import AsyncClient

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
CHUNK = (
    b'data: {"id": "0", "object": "chat.completion.chunk", "created": 0, "model": "none", '
    b'"choices": [{"index": 0, "delta": {"role": "assistant", "content": "OK"}}]}\n\n'
    b"data: [DONE]\n\n"
)
SILENCE = bytes(2 * 2_400)
LIMIT_S = 10.0


async def ask_nobody() -> None:
    """A text and a sound from a server that knows one of each."""
    server = await asyncio.start_server(_answer, HOST, 0)
    url = f"http://{HOST}:{server.sockets[0].getsockname()[1]}/v1"
    async with server, _client(url) as client, asyncio.timeout(LIMIT_S):
        translator = openai.LLM(model="none", client=client)
        voice = openai.TTS(model="none", client=client, response_format="pcm")
        context = llm.ChatContext.empty()
        context.add_message(role="user", content="OK")
        async with translator.chat(chat_ctx=context) as pieces:
            async for _ in pieces:
                pass
        async with voice.synthesize("OK") as sound:
            async for _ in sound:
                pass
        await translator.aclose()
        await voice.aclose()


def _client(url: str) -> AsyncClient:
    """One that asks this machine itself, whatever proxy the environment names."""
    transport = httpx2.AsyncHTTPTransport()  # its own would make another TLS context
    http = httpx2.AsyncClient(transport=transport, trust_env=False)
    return AsyncClient(base_url=url, api_key="none", max_retries=0, http_client=http)


def _share() -> None:
    try:
        asyncio.run(ask_nobody())
    except Exception:
        logger.warning("jobs share less of OpenAI's plugin than they could", exc_info=True)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Each connection's one request (RFC 9112)."""
    head = await reader.readuntil(b"\r\n\r\n")
    kind, content = (b"text/event-stream", CHUNK) if b"/chat/" in head else (b"audio/pcm", SILENCE)
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nx-request-id: 0\r\nContent-Type: ")
    writer.write(kind + b"\r\nContent-Length: %d\r\n\r\n" % len(content) + content)
    await writer.drain()
    writer.close()


_share()
