"""Which engine serves what, as agents tell it of themselves: an attribute of theirs. Pure."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from interpreter.events import EngineKind, EngineSwitch

ATTRIBUTE = "engines"


@dataclass(frozen=True, slots=True)
class ServingEngine:
    """One engine, of those that have others beside them."""

    kind: EngineKind
    language: str
    """Of a translator, its target."""
    engine: str
    """Empty: none is left."""
    since_s: float
    why: str
    """As in `EngineSwitch`."""


class ServingEngines:
    """What the switches come to."""

    def __init__(self) -> None:
        self._rows: dict[tuple[EngineKind, str], ServingEngine] = {}

    def note(self, switch: EngineSwitch, at_s: float) -> None:
        """What is opened anew while none is left finds none again: since when stays."""
        key = switch.kind, switch.language
        known = self._rows.get(key)
        is_lost_still = known is not None and known.engine == switch.after == ""
        since_s = known.since_s if known is not None and is_lost_still else round(at_s, 1)
        self._rows[key] = ServingEngine(*key, switch.after, since_s, switch.why)

    @property
    def rows(self) -> tuple[ServingEngine, ...]:
        return tuple(self._rows.values())


def encode_engines(rows: Iterable[ServingEngine]) -> str:
    return json.dumps([asdict(row) for row in rows], separators=(",", ":"))


def decode_engines(text: str) -> tuple[ServingEngine, ...]:
    """Read an agent's attribute; what is none says nothing."""
    try:
        return tuple(
            ServingEngine(
                EngineKind(row["kind"]),
                str(row["language"]),
                str(row["engine"]),
                float(row["since_s"]),
                str(row["why"]),
            )
            for row in json.loads(text or "[]")
        )
    except (ValueError, KeyError, TypeError):
        return ()
