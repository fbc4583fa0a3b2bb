"""What one job process costs: its proportional share of memory (PSS), from the kernel."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

_FIELD = re.compile(r"^(\w+):\s+(\d+) kB", re.MULTILINE)
PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Memory:
    """Of one process, in MB (1e6 bytes)."""

    pss_mb: float
    """Pages that are shared count by their share."""
    private_mb: float
    """Pages that nobody else uses."""


def read_memory(pid: int) -> Memory:
    """What the kernel says; raises FileNotFoundError when the process has ended."""
    rollup = (PROC / str(pid) / "smaps_rollup").read_text()
    mb = {name: int(kb) * 1024 / 1e6 for name, kb in _FIELD.findall(rollup)}
    return Memory(mb["Pss"], mb["Private_Clean"] + mb["Private_Dirty"])


def find_pairs(logs: Path) -> dict[str, int]:
    """The process of each running pair that has interpreted something, by target."""
    found: dict[str, int] = {}
    for log in logs.glob("*.jsonl"):
        job, *events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        targets = [str(event["target"]) for event in events if event["event"] == "unit"]
        if targets and (PROC / str(job["pid"])).exists():
            found[targets[0]] = int(job["pid"])
    return found
