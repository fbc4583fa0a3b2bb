"""Talks that are given again when a busy machine's sound came in pieces.

What these tests look at follows from the words; a recogniser that was starved heard others.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

Result = TypeVar("Result")

TIMES = 3


async def heard(
    give: Callable[[], Awaitable[Result]], said: Callable[[Result], str], *words: str
) -> Result:
    """Give a talk until these words were heard, three times at most; the last result counts."""
    for _ in range(TIMES - 1):
        result = await give()
        text = said(result).casefold()
        if all(word in text for word in words):
            return result
    return await give()


def recognised(events: list[dict[str, object]]) -> str:
    """All that the recogniser heard in the end."""
    rows = [row for event in events if event["event"] == "final" for row in as_rows(event["words"])]
    return " ".join(str(row[0]) for row in rows)


def as_rows(words: object) -> list[list[object]]:
    assert isinstance(words, list)
    return words
