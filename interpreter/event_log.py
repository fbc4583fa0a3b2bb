"""The event log: every step of a job as one JSON object a line, with the room's clock."""

import json
import logging
from collections.abc import Callable
from io import FileIO
from pathlib import Path

logger = logging.getLogger(__name__)


class EventLog:
    """Appends events to one job's file; each line has `event`, `at_s` and the event's fields
    (docs/architecture.md)."""

    def __init__(self, file: FileIO, now_s: Callable[[], float]) -> None:
        self._file = file
        self._now_s = now_s
        self._has_room = True

    @classmethod
    def open(
        cls, directory: Path, session: str, job: str, now_s: Callable[[], float]
    ) -> "EventLog":
        """Open `<directory>/<session>/<job>.jsonl` for appending."""
        folder = directory / session
        folder.mkdir(parents=True, exist_ok=True)
        return cls((folder / f"{job}.jsonl").open("ab", buffering=0), now_s)

    def write(self, event: str, at_s: float | None = None, /, **fields: object) -> None:
        """Append one event that happened at `at_s`, or now; on a full disk it is left out, as
        interpretation must go on."""
        moment = self._now_s() if at_s is None else at_s
        line = {"event": event, "at_s": round(moment, 4), **fields}
        try:
            self._file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            self._has_room = True
        except OSError:
            if self._has_room:
                logger.exception("events are left out: the disk under the event log is full")
            self._has_room = False

    def close(self) -> None:
        self._file.close()


def read_events(directory: Path) -> list[dict[str, object]]:
    """All events of a session's jobs, merged in order of time; a line cut off by a crash is left
    out."""
    events: list[dict[str, object]] = []
    for path in sorted(directory.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                events.append(json.loads(line))
            except ValueError:
                continue
    return sorted(events, key=_moment)


def _moment(event: dict[str, object]) -> float:
    at_s = event.get("at_s")
    return at_s if isinstance(at_s, int | float) else 0.0
