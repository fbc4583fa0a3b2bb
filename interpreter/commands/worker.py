"""`interpreter worker`: this machine's floor and pair agents, and where Prometheus asks them."""

import asyncio
import logging
import signal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from interpreter.settings import (
    Settings,
    count_in,
    load_settings,
    share_allocator_arenas,
    watch_no_loops,
)

A_LINE_A_REQUEST = ("httpx", "httpx2")
"""They would log each request of a plugin: two a second and pair, sent from process to process."""
MEMORY = Path("/dev/shm")
"""A program whose mapped file finds its disk full is killed; in memory no log can fill it."""


def worker(
    only: Annotated[str, typer.Option(help="Run one kind of agent: floor or pair.")] = "",
) -> None:
    """Run this machine's floor and pair agents."""
    if only not in ("", "floor", "pair"):
        raise typer.BadParameter("Give --only floor or --only pair, or leave it out for both.")
    share_allocator_arenas()
    watch_no_loops()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in A_LINE_A_REQUEST:
        logging.getLogger(name).setLevel(logging.WARNING)
    settings = load_settings()
    if settings.metrics_port == 0:
        asyncio.run(_serve_until_stopped(settings, only or None))
        return
    place = MEMORY if MEMORY.is_dir() else None
    with TemporaryDirectory(
        prefix="interpreter-metrics-", dir=place, ignore_cleanup_errors=True
    ) as folder:
        count_in(Path(folder))
        asyncio.run(_serve_with_metrics(settings, only or None, Path(folder)))


async def _serve_with_metrics(settings: Settings, only: str | None, folder: Path) -> None:
    from interpreter.metrics_endpoint import metrics_endpoint

    async with metrics_endpoint(folder, settings.metrics_host, settings.metrics_port):
        await _serve_until_stopped(settings, only)


async def _serve_until_stopped(settings: Settings, only: str | None) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    from interpreter.worker import serve  # not before `count_in`: it imports prometheus_client

    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(serve(settings, only=only), name="workers")
        await stopped.wait()
        serving.cancel()
