"""No test leaves a task behind: whoever starts one ends it. Where two processes run the tests
(`make test`), one has those of the whole product, which mostly wait; the other one has the rest,
and stands back."""

import asyncio
import inspect
import os
from collections.abc import AsyncIterator

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

PRODUCT = ("tests/live/", "tests/browser/")
"""Their servers and browsers are to have the machine when they want it."""
STANDS_BACK = 19


class TwoProcesses(LoadScopeScheduling):  # type: ignore[misc]
    """pytest-xdist's; loadgroup, which would do, knows no groups of pytest 9.2."""

    def _split_scope(self, nodeid: str) -> str:
        return "product" if nodeid.startswith(PRODUCT) else "rest"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> TwoProcesses:
    return TwoProcesses(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.fixturenames.append("no_task_left")


def pytest_runtest_setup(item: pytest.Item) -> None:
    is_beside_others = hasattr(item.config, "workerinput")
    if is_beside_others and not item.nodeid.startswith(PRODUCT):
        os.nice(STANDS_BACK - os.nice(0))


@pytest.fixture
async def no_task_left() -> AsyncIterator[None]:
    """Fails an async test whose tasks outlive it; those of wider fixtures are older and may
    stay.

    What closes a generator that the garbage collector found is no coroutine, and nobody's task: the
    openai library leaves four of its own behind each answer.
    """
    before = asyncio.all_tasks()
    yield
    await asyncio.sleep(0)  # what was cancelled last still has to end
    running = {task for task in asyncio.all_tasks() if inspect.iscoroutine(task.get_coro())}
    left = running - before - {asyncio.current_task()}
    assert not left, f"tasks left behind: {', '.join(sorted(t.get_name() for t in left))}"
