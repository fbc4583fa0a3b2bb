"""The worker with one thing more: each agent loses its connection when it is asked to.

The product knows nothing of it; `worker_that_fails` starts this instead of `interpreter worker`.
"""

import sys
from dataclasses import replace

import pytest
from livekit import rtc
from livekit.agents import JobContext

from interpreter import worker
from interpreter.children import Child
from interpreter.commands import worker as command

FAIL = "test.fail"
RECONNECTS = {
    "resume": rtc.SimulateScenarioKind.SIMULATE_SIGNAL_RECONNECT,
    "full reconnect": rtc.SimulateScenarioKind.SIMULATE_FULL_RECONNECT,
    "node failure": rtc.SimulateScenarioKind.SIMULATE_NODE_FAILURE,
    "server leave": rtc.SimulateScenarioKind.SIMULATE_SERVER_LEAVE,
}


def worker_that_fails(child: Child) -> Child:
    """`Child` for `running_product`, in the worker's place."""
    if child.name != "worker":
        return child
    return replace(
        child, command=[sys.executable, "-c", "from tests.live.faults import run; run()"]
    )


def run() -> None:
    """The ordinary worker; its jobs begin in this module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "run_floor", run_floor)
        patch.setattr(worker, "run_pair", run_pair)
        command.worker(only="")


async def run_floor(context: JobContext) -> None:
    await worker.run_floor(context)
    _obey(context.room)


async def run_pair(context: JobContext) -> None:
    await worker.run_pair(context)
    _obey(context.room)


def _obey(room: rtc.Room) -> None:
    async def fail(call: rtc.RpcInvocationData) -> str:
        await room.simulate_scenario(RECONNECTS[call.payload])
        return ""

    room.local_participant.register_rpc_method(FAIL, fail)
