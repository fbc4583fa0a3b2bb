"""How long interpreters have been working, from the record of who should be on air. Pure."""

from collections.abc import Iterable
from datetime import datetime

from interpreter.store import OnAirChange


def shifts_since(changes: Iterable[OnAirChange]) -> dict[str, datetime]:
    """When the shift of each interpreter began who is on air now; `changes` are a room's, in order
    of time.

    Who turns to the other direction takes one channel before they give the other back: that is one
    shift, and so is what they take again without having lost it.
    """
    on_air: dict[str, str] = {}
    since: dict[str, datetime] = {}
    for change in changes:
        before = on_air.get(change.language, "")
        on_air[change.language] = change.interpreter_id
        if before not in on_air.values():
            since.pop(before, None)
        if change.interpreter_id:
            since.setdefault(change.interpreter_id, change.at)
    return since
