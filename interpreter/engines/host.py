"""The machine's engine host: one process that owns every local engine, shared by all its jobs.

    python -m interpreter.engines.host --socket PATH

A connection to its Unix socket is one recogniser stream, one utterance to speak, or one text to
translate; the first message says which. The host starts children on demand, stops them when idle,
and ends when its standard input ends. `host_process.py` starts it and keeps it alive, the engines
speak to it through `host_client.py`.
"""

import argparse
import asyncio
import fcntl
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from interpreter.engines.apertium_pipeline import MODES, Pipelines
from interpreter.engines.arpabet import phones
from interpreter.engines.children import Child, DecoderPool, SharedProcess, failure, python_module
from interpreter.engines.framing import BadMessage, Message, pack, read_message
from interpreter.errors import EngineRefused, InterpretationError

logger = logging.getLogger(__name__)

EXIT_ALREADY_SERVED = 3
"""Another live host has the socket."""
READY = b"ready\n"
"""Written to standard output when the socket answers."""

_HELLO_S = 5.0
_RESET_S = 3.0
_SOUNDS_S = 5.0


class Host:
    """Serves clients; the children are given, so that a test can bring its own."""

    def __init__(
        self, decoders: DecoderPool, voice: SharedProcess[Child], pipelines: Pipelines
    ) -> None:
        self._decoders = decoders
        self._voice = voice
        self._pipelines = pipelines

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client, from its first message to its end; tells it what failed."""
        try:
            async with asyncio.timeout(_HELLO_S):
                hello = await read_message(reader)
            await self._session(hello, reader, writer)
        except InterpretationError as error:
            writer.write(pack("failed", code=error.code, sentence=str(error)))
        except BadMessage as error:
            writer.write(pack("failed", code=EngineRefused.code, sentence=f"Bad request: {error}."))
        except (EOFError, ConnectionError, TimeoutError):
            pass  # the client has gone, or never said what it wants
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _session(
        self, hello: Message, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if hello.kind == "recognise":
            await self._recognise(hello, reader, writer)
        elif hello.kind == "speak":
            await self._speak(hello, reader, writer)
        elif hello.kind == "translate":
            text = await self._pipelines.translate(hello.text("pair"), hello.text("text"))
            writer.write(pack("translation", text=text))
        elif hello.kind == "status":
            writer.write(
                pack(
                    "status",
                    pid=os.getpid(),
                    decoders=self._decoders.pids,
                    voices=self._voice.pids,
                    pipelines=self._pipelines.pids,
                )
            )
            with suppress(EOFError):  # whoever keeps this open sees the host die
                await read_message(reader)
        else:
            raise EngineRefused("The engine host does not know this kind of request.")

    async def _recognise(
        self, hello: Message, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        model = hello.text("model")
        start = pack("start", from_s=hello.number("from_s"), means=hello.text("means"))
        expected = await self._expected(model, hello.rows("words"))
        async with self._decoders.lease(model, only_once=bool(expected)) as child:
            if expected:
                await child.send(pack("expect", words=expected))
            await child.send(start)
            writer.write(pack("ready"))
            async with asyncio.TaskGroup() as group:
                forward = group.create_task(_forward(reader, child), name="recognise:forward")
                try:
                    await _answer(child, writer)
                except InterpretationError as error:
                    child.kill()
                    writer.write(pack("failed", code=error.code, sentence=str(error)))
                finally:
                    forward.cancel()

    async def _expected(
        self, model: str, rows: Sequence[Sequence[object]]
    ) -> list[tuple[str, str]]:
        """Words and their phones, by the sounds that come with them, else as the voice of the
        model's name says them; none where there is no such voice: who hears fewer words is better
        than who hears none."""
        words = {str(word): str(ipa) for word, ipa in rows}
        if not words:
            return []
        try:
            async with asyncio.timeout(_SOUNDS_S), self._voice.turn() as child:
                await child.send(pack("sounds", voice=model, words=[*words]))
                answer = await child.receive()
                if answer.kind != "sounds":
                    raise failure(answer)
                said = [phones(ipa) for ipa in answer.texts("sounds")]
        except (InterpretationError, TimeoutError) as error:
            logger.warning("a recogniser is told no words", exc_info=error)
            return []
        return [
            (word, phones(ipa) or guessed)
            for (word, ipa), guessed in zip(words.items(), said, strict=True)
        ]

    async def _speak(
        self, hello: Message, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        request = pack(
            "speak",
            text=hello.text("text"),
            voice=hello.text("voice"),
            words_per_minute=hello.number("words_per_minute"),
        )
        async with self._voice.turn() as child:
            if reader.at_eof():
                return
            await child.send(request)
            is_stopped = False
            while (message := await child.receive()).kind != "done":
                # not awaiting the client: a slow one must not keep the others waiting
                writer.write(_packed(message))
                if reader.at_eof() and not is_stopped:
                    is_stopped = True
                    await child.send(pack("stop"))
            writer.write(_packed(message))


async def _forward(reader: asyncio.StreamReader, child: Child) -> None:
    """The client's audio to its decoder, which is then made fit for the next stream, or killed."""
    with suppress(EOFError, ConnectionError, BadMessage):
        while True:
            message = await read_message(reader)
            await child.send(pack(message.kind, message.payload))
    await child.send(pack("reset"))
    await asyncio.sleep(_RESET_S)
    child.kill()


async def _answer(child: Child, writer: asyncio.StreamWriter) -> None:
    """What the decoder says to its client, until it is idle again."""
    while (message := await child.receive()).kind != "idle":
        if not writer.is_closing():
            with suppress(ConnectionError):
                writer.write(_packed(message))
                await writer.drain()


def _packed(message: Message) -> bytes:
    fields = {name: value for name, value in message.header.items() if name != "kind"}
    return pack(message.kind, message.payload, **fields)


@dataclass(frozen=True, slots=True)
class Engines:
    """What the host runs: the commands of its child processes, and where Apertium's modes are."""

    decoder: tuple[str, ...] = python_module("interpreter.engines.pocketsphinx_decoder")
    voice: tuple[str, ...] = python_module("interpreter.engines.espeak_voice")
    modes: Path = MODES


@asynccontextmanager
async def running(socket: Path, idle_s: float, engines: Engines = Engines()) -> AsyncIterator[None]:
    """A host that serves at `socket`."""
    async with AsyncExitStack() as children, asyncio.TaskGroup() as group:
        decoders = DecoderPool(group, engines.decoder, idle_s)
        voice = SharedProcess(group, partial(Child.start, engines.voice), idle_s)
        pipelines = Pipelines(group, idle_s, engines.modes)
        for engine in (decoders, voice, pipelines):
            children.push_async_callback(engine.stop)
        host = Host(decoders, voice, pipelines)
        sessions: set[asyncio.Task[None]] = set()

        def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            session = group.create_task(host.serve(reader, writer), name="session")
            sessions.add(session)
            session.add_done_callback(sessions.discard)

        server = await asyncio.start_unix_server(welcome, str(socket))
        try:
            yield
        finally:
            server.close()
            for session in sessions:
                session.cancel()


@contextmanager
def owned(socket: Path) -> Iterator[bool]:
    """Whether this process now has the socket's address for itself, or another live host has it."""
    lock = Path(f"{socket}.lock")
    with lock.open("w") as file:
        if not _is_locked_by_us(lock, file.fileno()):
            yield False
            return
        socket.unlink(missing_ok=True)  # of a host that was killed
        try:
            yield True
        finally:
            socket.unlink(missing_ok=True)
            lock.unlink(missing_ok=True)


def _is_locked_by_us(lock: Path, opened: int) -> bool:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # a host that ends removes the file: a lock on what it removed keeps nobody out
        return lock.stat().st_ino == os.fstat(opened).st_ino
    except (BlockingIOError, FileNotFoundError):
        return False


async def _wait_for_end_of_input() -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, reader.feed_eof)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass


async def main(socket: Path, idle_s: float) -> int:
    os.umask(0o077)
    # Ctrl-C reaches every process of the terminal; this one and its children end with their input
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with owned(socket) as is_ours:
        if not is_ours:
            return EXIT_ALREADY_SERVED
        async with running(socket, idle_s):
            os.write(sys.stdout.fileno(), READY)
            await _wait_for_end_of_input()
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--idle-s", type=float, default=120.0)
    options = parser.parse_args()
    sys.exit(asyncio.run(main(options.socket, options.idle_s)))
