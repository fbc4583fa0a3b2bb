"""Virtual time, so that no test ever sleeps: the loop that the product rehearses in."""

import asyncio
from typing import cast

from interpreter.rehearsal.virtual_time import VirtualTimeLoop, run_in_virtual_time

__all__ = ["hold_up", "run_in_virtual_time"]


def hold_up(seconds: float) -> None:
    """Let the process stand still for so long, as on a machine that has no time for it."""
    cast(VirtualTimeLoop, asyncio.get_running_loop()).stand_still(seconds)
