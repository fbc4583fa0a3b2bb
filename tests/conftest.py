"""No test leaves a task behind: whoever starts one ends it."""

import asyncio
import inspect
from collections.abc import AsyncIterator

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.fixturenames.append("no_task_left")


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
