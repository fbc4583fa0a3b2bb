"""Grades that people gave to real output, 1 to 5 for what was heard of one sentence; their file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from interpreter.errors import InputError
from interpreter.evaluation.segments import Rendered
from interpreter.evaluation.suite import SUITE

GRADES = SUITE / "grades.json"
CRITERIA = ("meaning", "terms", "omissions", "tone")
LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True, slots=True)
class Graded:
    """One sentence's rendering and what a grader gave it."""

    rendered: Rendered
    grades: Mapping[str, int]
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class GradeBook:
    """All grades, what they mean, and who the graders are."""

    scale: Mapping[str, str]
    graders: Mapping[str, str]
    segments: tuple[Graded, ...]


def read_grades(path: Path = GRADES) -> GradeBook:
    """Read a file of grades; raises InputError for anything else."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return GradeBook(
            data["scale"], data["graders"], tuple(_graded(row) for row in data["segments"])
        )
    except OSError as error:
        raise InputError(f"There are no grades at {path}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is no file of grades ({error!r}).") from error


def write_grades(book: GradeBook, path: Path = GRADES) -> None:
    """Write all grades."""
    data = {
        "scale": dict(book.scale),
        "graders": dict(book.graders),
        "segments": [
            {**asdict(one.rendered), **one.grades, "by": one.by, "note": one.note}
            for one in book.segments
        ],
    }
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def ungraded(book: GradeBook, found: Sequence[Rendered], by: str) -> list[Rendered]:
    """What this grader has not graded yet: another rendering of the same sentence counts anew."""
    done = {
        (one.rendered.said, one.rendered.target, one.rendered.heard)
        for one in book.segments
        if one.by == by
    }
    return [one for one in found if (one.said, one.target, one.heard) not in done]


def _graded(row: dict[str, object]) -> Graded:
    grades = {name: int(str(row[name])) for name in CRITERIA}
    if not all(LOWEST <= grade <= HIGHEST for grade in grades.values()):
        raise ValueError(f"grades {grades}")
    rendered = Rendered(
        case=str(row["case"]),
        source=str(row["source"]),
        target=str(row["target"]),
        policy=str(row["policy"]),
        number=int(str(row["number"])),
        said=str(row["said"]),
        recognised=str(row["recognised"]),
        heard=str(row["heard"]),
    )
    return Graded(rendered, grades, str(row["by"]), str(row["note"]))
