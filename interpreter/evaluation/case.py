"""A case of the suite: what a recogniser believed of one talk, and when; and the talk's true
sentences.

Or a case is others joined, again and again, for so many minutes.

A file is JSON Lines: a header, the sentences, then what the ears of each speaker were told. Times
are seconds of the talk. A hypothesis keeps as many words of the one before it as it says, so that
a talk of two minutes is about 100 kB.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path

from interpreter.common_prefix import common_prefix
from interpreter.errors import InputError
from interpreter.events import Hypothesis, Word
from interpreter.heard import Interval

VERSION = 1
BETWEEN_S = 0.5


@dataclass(frozen=True, slots=True)
class TrueSentence:
    """What somebody said, in which language, and when."""

    text: str
    start_s: float
    end_s: float
    speaker: str
    language: str


@dataclass(frozen=True, slots=True)
class SpeechEdge:
    """The speech detector's word on a speaker: begun, or ended at `edge_s`."""

    edge_s: float
    is_start: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """What a speaker's ears were told at `at_s`."""

    at_s: float
    speaker: str
    what: Hypothesis | SpeechEdge


@dataclass(frozen=True, slots=True)
class Case:
    """One talk as a recogniser heard it."""

    name: str
    recogniser: str
    sentences: tuple[TrueSentence, ...]
    heard: tuple[Heard, ...]
    languages: dict[str, str]
    """Speaker → the language that they speak."""
    is_clean: bool = True
    """Neither noise nor telephone, nor made to be hard: the marks hold."""
    note: str = ""
    """What is special about it, in a sentence."""

    @property
    def sources(self) -> list[str]:
        """The languages that are spoken, in order of their first sentence."""
        return list(dict.fromkeys(one.language for one in self.sentences))

    def in_language(self, language: str) -> "Case":
        """The part that is spoken in one language."""
        speakers = {who for who, spoken in self.languages.items() if spoken == language}
        return replace(
            self,
            sentences=tuple(one for one in self.sentences if one.speaker in speakers),
            heard=tuple(one for one in self.heard if one.speaker in speakers),
            languages=dict.fromkeys(sorted(speakers), language),
        )

    @property
    def floor(self) -> list[Interval]:
        """The times of the true sentences."""
        return [Interval(one.start_s, one.end_s) for one in self.sentences]

    @property
    def minutes(self) -> float:
        """From the first word to the last."""
        return (self.sentences[-1].end_s - self.sentences[0].start_s) / 60

    def later(self, seconds: float) -> "Case":
        """The same, so much later."""
        return replace(
            self,
            sentences=tuple(
                replace(one, start_s=one.start_s + seconds, end_s=one.end_s + seconds)
                for one in self.sentences
            ),
            heard=tuple(_later(one, seconds) for one in self.heard),
        )


def write_case(case: Case, path: Path) -> None:
    """Write a case's file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for row in _rows(case):
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def read_case(path: Path) -> Case:
    """Read a case's file; raises InputError for anything else."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        if "joined" in rows[0]:
            names, minutes = _list(rows[0]["joined"]), _number(rows[0]["minutes"])
            parts = [read_case(path.with_name(f"{name}.jsonl")) for name in names]
            return replace(joined(parts, minutes), name=path.stem, note=str(rows[0]["note"]))
        return _case(path.stem, rows)
    except OSError as error:
        raise InputError(f"There is no case {path}.") from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise InputError(f"{path} is no case of the suite ({error!r}).") from error


def joined(cases: Sequence[Case], minutes: float) -> Case:
    """The cases one after another, again and again, until so many minutes are full."""
    length_s = 0.0
    parts: list[Case] = []
    for case in cycle(cases):
        parts.append(case.later(length_s))
        length_s = max(parts[-1].heard[-1].at_s, parts[-1].sentences[-1].end_s) + BETWEEN_S
        if length_s >= minutes * 60:
            break
    return replace(
        cases[0],
        sentences=tuple(one for part in parts for one in part.sentences),
        heard=tuple(one for part in parts for one in part.heard),
        is_clean=False,
    )


def _rows(case: Case) -> Iterator[dict[str, object]]:
    yield {
        "case": VERSION,
        "recogniser": case.recogniser,
        "languages": case.languages,
        "clean": case.is_clean,
        "note": case.note,
    }
    for one in case.sentences:
        yield {
            "sentence": one.text,
            "from": round(one.start_s, 3),
            "to": round(one.end_s, 3),
            "by": one.speaker,
        }
    before: dict[str, tuple[Word, ...]] = {}
    for heard in case.heard:
        row: dict[str, object] = {"at": round(heard.at_s, 3), "by": heard.speaker}
        match heard.what:
            case SpeechEdge(edge_s, is_start):
                yield {**row, "speech": "start" if is_start else "end", "edge": round(edge_s, 3)}
            case Hypothesis(words, heard_s, is_final):
                kept = common_prefix(before.get(heard.speaker, ()), words, _is_same_row)
                before[heard.speaker] = () if is_final else words
                row |= {"heard": round(heard_s, 3), "keep": kept}
                if len(words) > kept:
                    row["words"] = [_row_of(word) for word in words[kept:]]
                yield row | {"final": True} if is_final else row


def _row_of(word: Word) -> list[object]:
    row: list[object] = [word.text, round(word.start_s, 3), round(word.end_s, 3)]
    return row if word.confidence == 1.0 else [*row, round(word.confidence, 3)]


def _case(name: str, rows: list[dict[str, object]]) -> Case:
    header = rows[0]
    if header["case"] != VERSION:
        raise ValueError(f"version {header['case']}")
    languages = {str(who): str(tag) for who, tag in _items(header["languages"])}
    return Case(
        name=name,
        recogniser=str(header["recogniser"]),
        sentences=tuple(
            TrueSentence(
                str(row["sentence"]),
                _number(row["from"]),
                _number(row["to"]),
                str(row["by"]),
                languages[str(row["by"])],
            )
            for row in rows
            if "sentence" in row
        ),
        heard=tuple(_heard(row for row in rows if "at" in row)),
        languages=languages,
        is_clean=bool(header["clean"]),
        note=str(header["note"]),
    )


def _heard(rows: Iterable[dict[str, object]]) -> Iterator[Heard]:
    before: dict[str, tuple[Word, ...]] = {}
    for row in rows:
        at_s, speaker = _number(row["at"]), str(row["by"])
        if "speech" in row:
            edge = SpeechEdge(_number(row["edge"]), row["speech"] == "start")
            yield Heard(at_s, speaker, edge)
            continue
        kept = before.get(speaker, ())[: int(_number(row["keep"]))]
        words = (*kept, *(_word(one) for one in _list(row.get("words", []))))
        is_final = bool(row.get("final", False))
        before[speaker] = () if is_final else words
        yield Heard(at_s, speaker, Hypothesis(words, _number(row["heard"]), is_final))


def _word(row: object) -> Word:
    text, start_s, end_s, *confidence = _list(row)
    sure = _number(confidence[0]) if confidence else 1.0
    return Word(str(text), _number(start_s), _number(end_s), sure)


def _later(one: Heard, seconds: float) -> Heard:
    what: Hypothesis | SpeechEdge
    if isinstance(one.what, SpeechEdge):
        what = replace(one.what, edge_s=one.what.edge_s + seconds)
    else:
        words = tuple(
            replace(word, start_s=word.start_s + seconds, end_s=word.end_s + seconds)
            for word in one.what.words
        )
        what = replace(one.what, words=words, heard_s=one.what.heard_s + seconds)
    return replace(one, at_s=one.at_s + seconds, what=what)


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return value


def _items(value: object) -> Iterable[tuple[object, object]]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is no table")
    return value.items()


def _is_same_row(one: Word, other: Word) -> bool:
    return _row_of(one) == _row_of(other)
