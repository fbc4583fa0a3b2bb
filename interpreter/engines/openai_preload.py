"""Imported once in the process that jobs are forked from, when OpenAI's plugin is chosen: asks a
server of its own, which is gone afterwards, for a text and for speech.

The SDK imports its parts and makes its messages' types when they are first used: a job's first text
and sound cost 27 MB of its own; so 13 (measured). Leaves no thread, file or connection.
"""

import asyncio

from livekit.agents import llm
from livekit.plugins import openai

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
    translator = openai.LLM(base_url=url, model="none", api_key="none")
    voice = openai.TTS(base_url=url, model="none", api_key="none", response_format="pcm")
    context = llm.ChatContext.empty()
    context.add_message(role="user", content="OK")
    async with server, asyncio.timeout(LIMIT_S):
        async with translator.chat(chat_ctx=context) as pieces:
            async for _ in pieces:
                pass
        async with voice.synthesize("OK") as sound:
            async for _ in sound:
                pass
        await translator.aclose()
        await voice.aclose()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Each connection's one request (RFC 9112)."""
    head = await reader.readuntil(b"\r\n\r\n")
    kind, content = (b"text/event-stream", CHUNK) if b"/chat/" in head else (b"audio/pcm", SILENCE)
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nx-request-id: 0\r\nContent-Type: ")
    writer.write(kind + b"\r\nContent-Length: %d\r\n\r\n" % len(content) + content)
    await writer.drain()
    writer.close()


asyncio.run(ask_nobody())
