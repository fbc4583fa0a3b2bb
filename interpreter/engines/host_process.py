"""The engine host as a child of the worker's parent process: started, kept alive, ended with it."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from interpreter.engines.children import python_module
from interpreter.engines.framing import Message
from interpreter.engines.host import EXIT_ALREADY_SERVED, READY
from interpreter.engines.host_client import connected
from interpreter.errors import EngineUnavailable
from interpreter.settings import Settings

_RESTART_S = 0.5
_STOP_S = 5.0


async def supervise(settings: Settings, answers: asyncio.Event) -> None:
    """Keep this machine's engine host running until cancelled; set `answers` when it serves.

    One that another process of this installation runs is used as it is. Raises EngineUnavailable
    when the host cannot start at all.
    """
    path = settings.engine_socket_path
    while True:
        process = await asyncio.create_subprocess_exec(
            *python_module("interpreter.engines.host", "--socket", str(path)),
            stdin=PIPE,
            stdout=PIPE,
        )
        try:
            if await _first_line(process) == READY:
                answers.set()
            code = await process.wait()
        finally:
            await _stop(process)
        if code == EXIT_ALREADY_SERVED:
            await _wait_for_end_of_other(path, settings.engine_timeout_s, answers)
        elif not answers.is_set():
            raise EngineUnavailable(
                "The engine host cannot start; its own message stands above. "
                f"By hand: `{sys.executable} -m interpreter.engines.host --socket {path}`."
            )
        await asyncio.sleep(_RESTART_S)


async def host_status(settings: Settings) -> Message:
    """The host's children by process id; raises EngineUnavailable when it does not run."""
    timeout_s = settings.engine_timeout_s
    async with connected(settings.engine_socket_path, timeout_s) as connection:
        await connection.send("status")
        return await connection.receive()


async def _first_line(process: Process) -> bytes:
    return await process.stdout.readline() if process.stdout else b""


async def _wait_for_end_of_other(path: Path, timeout_s: float, answers: asyncio.Event) -> None:
    try:
        async with connected(path, timeout_s) as connection:
            await connection.send("status")
            while True:
                await connection.receive()
                answers.set()
    except EngineUnavailable:
        return


async def _stop(process: Process) -> None:
    """End the host by ending its input; it ends its children."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(_STOP_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
