"""`interpreter worker`: this machine's floor and pair agents."""

import asyncio
import logging
import signal
from typing import Annotated

import typer

from interpreter.settings import load_settings, share_allocator_arenas
from interpreter.worker import serve

A_LINE_A_REQUEST = ("httpx", "httpx2")
"""They would log each request of a plugin: two a second and pair, sent from process to process."""


def worker(
    only: Annotated[str, typer.Option(help="Run one kind of agent: floor or pair.")] = "",
) -> None:
    """Run this machine's floor and pair agents."""
    if only not in ("", "floor", "pair"):
        raise typer.BadParameter("Give --only floor or --only pair, or leave it out for both.")
    share_allocator_arenas()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in A_LINE_A_REQUEST:
        logging.getLogger(name).setLevel(logging.WARNING)
    asyncio.run(_serve_until_stopped(only or None))


async def _serve_until_stopped(only: str | None) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(serve(load_settings(), only=only), name="workers")
        await stopped.wait()
        serving.cancel()
