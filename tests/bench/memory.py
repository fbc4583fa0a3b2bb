"""What processes cost, from the kernel: a job's share of memory, and how it grows in an hour."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import linear_regression

import psutil

MB = 1e6
HOUR_S = 3600.0
LEAST_SAMPLES = 20
"""Fewer points make no line worth believing."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Of one process, in MB (1e6 bytes)."""

    pss_mb: float
    """Pages that are shared count by their share."""
    private_mb: float
    """Pages that nobody else uses."""
    resident_mb: float
    """Pages that it has, shared or not: a page that was shared and is written to adds nothing."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One process at one moment of a long run."""

    at_s: float
    private_mb: float
    resident_mb: float = 0.0


def read_memory(pid: int) -> Memory:
    """What the kernel says; raises psutil.NoSuchProcess when the process has ended."""
    memory = psutil.Process(pid).memory_full_info()
    return Memory(memory.pss / MB, memory.uss / MB, memory.rss / MB)


def together(lines: Iterable[Sequence[Sample]]) -> list[Sample]:
    """Several processes as one, at the moments when any of them ran: one that is replaced by
    another is one thing to whoever owns the machine."""
    private_mb, resident_mb = defaultdict[float, float](float), defaultdict[float, float](float)
    for sample in chain.from_iterable(lines):
        private_mb[sample.at_s] += sample.private_mb
        resident_mb[sample.at_s] += sample.resident_mb
    return [Sample(at_s, private_mb[at_s], resident_mb[at_s]) for at_s in sorted(private_mb)]


def growth_mb_an_hour(samples: Sequence[Sample], warm_up_s: float) -> float | None:
    """The slope of the line through private memory after the warm-up; None: too few samples."""
    return _slope([(one.at_s, one.private_mb) for one in samples if one.at_s >= warm_up_s])


def resident_growth_mb_an_hour(samples: Sequence[Sample], warm_up_s: float) -> float | None:
    """The same of resident memory, without what is copied of pages shared with the parent."""
    return _slope([(one.at_s, one.resident_mb) for one in samples if one.at_s >= warm_up_s])


def _slope(points: Sequence[tuple[float, float]]) -> float | None:
    if len(points) < LEAST_SAMPLES:
        return None
    return linear_regression(*zip(*points, strict=True)).slope * HOUR_S


def find_jobs(logs: Path) -> dict[int, str]:
    """The running jobs that have logged something: process → `floor`, or `pair es`."""
    found: dict[int, str] = {}
    for log in logs.glob("*.jsonl"):
        job, *events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        if psutil.pid_exists(int(job["pid"])):
            targets = [str(event["target"]) for event in events if event["event"] == "unit"]
            found[int(job["pid"])] = " ".join([str(job["agent"]), *targets[:1]])
    return found


def find_pairs(logs: Path) -> dict[str, int]:
    """The process of each running pair that has interpreted something, by target."""
    jobs = {name: pid for pid, name in find_jobs(logs).items()}
    return {name.split()[1]: pid for name, pid in jobs.items() if name.startswith("pair ")}
