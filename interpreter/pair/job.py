"""What a pair's dispatch says."""

import json
from dataclasses import dataclass

from interpreter.errors import InterpretationError
from interpreter.line_names import interpreted, language_of, machines_of
from interpreter.room import SOURCE, TARGET
from languages import Language, load


@dataclass(frozen=True, slots=True)
class PairJob:
    """One pair in one room, and where in the source's line it begins."""

    source: Language
    target: Language
    line: str
    """The name of the line that is read: the source's own, or a relay's (line_names.py)."""
    epoch: int
    line_epoch: int
    next_seq: int
    """The first word of the line that this pair reads."""
    captioned_seq: int = -1
    """Up to here the pair before this one has captioned: it is spoken, and not captioned again."""
    context: tuple[tuple[str, str], ...] = ()
    """The last (source, target) texts of the pair before."""
    begun: tuple[int, str] = (-1, "")
    """The first word of the unit that the voice of the pair before was in, and what was heard."""
    unread_since_s: float | None = None
    """Where the words begin that the transcript of the pair lacks, when nobody can say which it had
    read: the gap that follows begins there."""

    @property
    def relay(self) -> int:
        """How many machines have interpreted what is read."""
        return machines_of(self.line)

    @property
    def own_line(self) -> str:
        """The line that this pair writes for those who read it instead of the floor."""
        return interpreted(self.line, self.target.tag)


def encode_job(
    line: str,
    target: str,
    epoch: int,
    line_epoch: int,
    next_seq: int,
    captioned_seq: int = -1,
    context: tuple[tuple[str, str], ...] = (),
    begun: tuple[int, str] = (-1, ""),
) -> str:
    """The dispatch metadata."""
    return json.dumps(
        {
            SOURCE: line,
            TARGET: target,
            "epoch": epoch,
            "line_epoch": line_epoch,
            "next_seq": next_seq,
            "captioned_seq": captioned_seq,
            "context": context,
            "begun": begun,
        }
    )


def decode_job(text: str) -> PairJob:
    """Read dispatch metadata; raises InterpretationError for what no floor agent wrote."""
    try:
        data = json.loads(text)
        begun_seq, begun_text = data.get("begun", (-1, ""))
        line = str(data[SOURCE])
        return PairJob(
            load(language_of(line)),
            load(str(data[TARGET])),
            line,
            int(data["epoch"]),
            int(data["line_epoch"]),
            int(data["next_seq"]),
            int(data.get("captioned_seq", -1)),
            tuple((str(a), str(b)) for a, b in data.get("context", ())),
            (int(begun_seq), str(begun_text)),
        )
    except (ValueError, KeyError, TypeError, LookupError) as error:
        raise InterpretationError("This pair was dispatched without source and target.") from error
