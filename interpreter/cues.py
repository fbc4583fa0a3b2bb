"""Segments → WebVTT: cues that a viewer can read, on the floor's times. Pure.

A cue has at most two lines, lasts 1 to 7 seconds, and no two cues overlap. A long segment is cut
at good places, its time shared out by letters; short ones of the same speaker are joined.
"""

import html
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import regex
import webvtt

from interpreter.events import Origin, Segment
from languages import Language, load

MAX_LINES = 2
MIN_CUE_S = 1.0
MAX_CUE_S = 7.0
_JOIN_GAP_S = 0.5
"""Short cues with a longer silence between them stay apart."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What stands on the screen from `start_s` to `end_s`; plain text, not yet escaped."""

    start_s: float
    end_s: float
    speaker: str
    lines: tuple[str, ...]
    made_by: str = ""

    @property
    def text(self) -> str:
        return " ".join(self.lines)


def write_vtt(segments: Sequence[Segment], language: str, offset_s: float = 0.0) -> str:
    """The WebVTT file of one language; `offset_s` is added to all times."""
    cues = cues_of(segments, load(language), offset_s)
    captions = [_caption(cue) for cue in cues]
    if len({cue.made_by for cue in cues}) > 1:
        _note_changes(captions, cues)
    document = webvtt.WebVTT(
        captions=captions,
        metadata=["Kind: captions", f"Language: {language}"],
        header_comments=[provenance(segments, language)],
    )
    return str(document.content)


def provenance(segments: Iterable[Segment], language: str) -> str:
    """Who made the text: machines and people, with their engines, one line each."""
    made = {made_by(item, language): item.origin for item in segments}
    return "\n".join(sorted(made, key=lambda line: (made[line], line))) or "Nothing was said."


def made_by(segment: Segment, language: str) -> str:
    """Who made one segment, in one line: machine or human, and the relay depth."""
    is_gap = segment.origin is Origin.SPEECH and not segment.engine
    phrase = _GAP if is_gap else _PROVENANCE[segment.origin]
    relay = _RELAY if segment.relay else ""
    return _one_line(
        (phrase + relay).format(
            language,
            _source(segment),
            segment.engine,
            segment.speaker,
            segment.relay,
            segment.interpreter,
        )
    )


_PROVENANCE = {
    Origin.SPEECH: "Machine transcription, {0}, by {2}",
    Origin.MACHINE: "Machine interpretation, {1} → {0}, by {2}",
    Origin.HUMAN: "Human interpretation, {0}, by {3} ({5}), transcribed by {2}",
    Origin.TYPED: "Typed by a person, {0}",
}
_GAP = "Not transcribed or not interpreted, {0}"
_RELAY = ", relay {4}"
"""The interpreter whose words a machine rendered speaks the cue."""


def _source(segment: Segment) -> str:
    """The language that a machine segment renders, which its source line's name begins with."""
    return segment.source_line.partition("/")[0]


def cues_of(segments: Iterable[Segment], language: Language, offset_s: float = 0.0) -> list[Cue]:
    """Cues in order of time; every word of every segment is in one of them."""
    pieces: list[_Piece] = []
    for segment in sorted(segments, key=lambda item: (item.start_s, item.end_s)):
        atoms = _atoms(segment.text, language)
        start_s = max(0.0, segment.start_s + offset_s)
        end_s = max(start_s, segment.end_s + offset_s)
        if atoms:
            by = made_by(segment, language.tag)
            pieces += _split(_Piece(start_s, end_s, segment.speaker, atoms, by), language)
    return _timed(_joined(pieces, language), language)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text on its way into one cue; `atoms` are never broken and carry the space after them."""

    start_s: float
    end_s: float
    speaker: str
    atoms: tuple[str, ...]
    made_by: str = ""

    @property
    def letters(self) -> int:
        return sum(map(_letters, self.atoms))


def _split(piece: _Piece, language: Language) -> list[_Piece]:
    """Halve at the best place until each part fits into a cue."""
    fits = len(_lines(piece.atoms, language)) <= MAX_LINES
    if len(piece.atoms) == 1 or (fits and piece.end_s - piece.start_s <= MAX_CUE_S):
        return [piece]
    cut = _best_cut(piece.atoms, language)
    head = sum(map(_letters, piece.atoms[:cut])) / piece.letters
    cut_s = piece.start_s + (piece.end_s - piece.start_s) * head
    first = replace(piece, end_s=cut_s, atoms=piece.atoms[:cut])
    second = replace(piece, start_s=cut_s, atoms=piece.atoms[cut:])
    return [*_split(first, language), *_split(second, language)]


def _joined(pieces: Sequence[_Piece], language: Language) -> list[_Piece]:
    """Join what would be too short a cue with what the same speaker says next."""
    joined: list[_Piece] = []
    for piece in sorted(pieces, key=lambda item: item.start_s):
        both = _join(joined[-1], piece, language) if joined else None
        if both is None:
            joined.append(piece)
        else:
            joined[-1] = both
    return joined


def _join(one: _Piece, two: _Piece, language: Language) -> _Piece | None:
    durations_s = (one.end_s - one.start_s, two.end_s - two.start_s)
    if (one.speaker, one.made_by) != (two.speaker, two.made_by) or min(durations_s) >= MIN_CUE_S:
        return None
    if two.start_s - one.end_s > _JOIN_GAP_S or two.end_s - one.start_s > MAX_CUE_S:
        return None
    space = " " if language.has_spaces else ""
    atoms = (*one.atoms[:-1], one.atoms[-1] + space, *two.atoms)
    if len(_lines(atoms, language)) > MAX_LINES:
        return None
    return replace(one, end_s=max(one.end_s, two.end_s), atoms=atoms)


def _timed(pieces: Sequence[_Piece], language: Language) -> list[Cue]:
    """Give each cue time to be read, up to the next one's start, and at least MIN_CUE_S.

    Speakers who talk at once take turns on the screen: a cue that would come earlier is put off.
    """
    cues: list[Cue] = []
    free_s = 0.0
    for piece, next_start_s in zip_longest(pieces, [piece.start_s for piece in pieces[1:]]):
        start_s = max(piece.start_s, free_s)
        wanted_s = max(piece.end_s, start_s + piece.letters / language.reading_speed_cps)
        limit_s = min(start_s + MAX_CUE_S, math.inf if next_start_s is None else next_start_s)
        end_s = max(min(wanted_s, limit_s), start_s + MIN_CUE_S)
        lines = tuple(_lines(piece.atoms, language))
        cues.append(Cue(start_s, end_s, piece.speaker, lines, piece.made_by))
        free_s = end_s
    return cues


def _atoms(text: str, language: Language) -> tuple[str, ...]:
    """Words with the space after them; where a script has no spaces, letters with what clings."""
    # No-break spaces stay: they hold a number or a unit together.
    clean = regex.sub(r"[^\S\u00a0\u202f]+", " ", text)
    clean = regex.sub(r"[\p{Cc}\p{Cs}]", "", clean).strip()
    if not language.has_spaces:
        return tuple(regex.findall(r"\X[\p{Po}\p{Pe}\p{Pf}\s]*", clean))
    words = regex.findall(r"\S+(?:[\u00a0\u202f]+\S+)*\s*", clean)
    return tuple(part for word in words for part in _broken(word, language.caption_line_length))


def _broken(word: str, length: int) -> list[str]:
    """A word as it is, or in parts when no line could hold it."""
    letters = regex.findall(r"\X", word)
    if _letters(word) <= length:
        return [word]
    return ["".join(letters[at : at + length]) for at in range(0, len(letters), length)]


def _lines(atoms: Sequence[str], language: Language) -> list[str]:
    """One line if it holds all; two balanced ones if they do; else more, filled one by one."""
    length = language.caption_line_length
    whole = "".join(atoms).strip()
    if _letters(whole) <= length:
        return [whole]
    cuts = [at for at in range(1, len(atoms)) if _widest(atoms, at) <= length]
    if not cuts:
        return _filled(atoms, length)
    cut = min(cuts, key=lambda at: _cost(atoms, at, language))
    return ["".join(atoms[:cut]).strip(), "".join(atoms[cut:]).strip()]


def _widest(atoms: Sequence[str], cut: int) -> int:
    return max(_letters("".join(part).strip()) for part in (atoms[:cut], atoms[cut:]))


def _filled(atoms: Sequence[str], length: int) -> list[str]:
    lines = [""]
    for atom in atoms:
        if _letters((lines[-1] + atom).strip()) > length:
            lines.append("")
        lines[-1] += atom
    return [line.strip() for line in lines]


def _best_cut(atoms: Sequence[str], language: Language) -> int:
    return min(range(1, len(atoms)), key=lambda at: _cost(atoms, at, language))


def _cost(atoms: Sequence[str], cut: int, language: Language) -> float:
    """How bad a cut is: away from the middle, and in the midst of what belongs together."""
    head = sum(map(_letters, atoms[:cut]))
    tail = sum(map(_letters, atoms[cut:]))
    before, after = atoms[cut - 1].strip(), atoms[cut].strip()
    if before.endswith(language.sentence_ends):
        place = 0.0
    elif regex.search(r"[,;:—–、，；：،؛]$", before):
        place = 0.2
    elif before[-1].isdigit() and after[0].isdigit():
        place = 2.0
    elif after.lower() in language.clause_words:
        place = 0.3
    elif before.lower() in language.never_cut_after:
        place = 0.8
    else:
        place = 0.5
    return place + abs(head - tail) / (head + tail)


def _letters(text: str) -> int:
    """Letters as people see them: a letter with its marks, or a whole emoji, counts once."""
    return len(text) if text.isascii() else len(regex.findall(r"\X", text))


def _note_changes(captions: Sequence[webvtt.Caption], cues: Sequence[Cue]) -> None:
    """A note stands wherever others have made the text from there on."""
    before = ""
    for caption, cue in zip(captions, cues, strict=True):
        if cue.made_by != before:
            caption.comments.append(cue.made_by)
        before = cue.made_by


def _caption(cue: Cue) -> webvtt.Caption:
    text = "\n".join(_escaped(line) for line in cue.lines)
    speaker = _escaped(_one_line(cue.speaker))
    if speaker:
        text = f"<v {speaker}>{text}"
    return webvtt.Caption(_timestamp(cue.start_s), _timestamp(cue.end_s), text)


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _one_line(text: str) -> str:
    """Without line breaks, control characters, or the arrow that ends a header or a comment."""
    return " ".join(regex.sub(r"\p{Cc}", " ", text).split()).replace("-->", "→")


def _timestamp(at_s: float) -> str:
    minutes, milliseconds = divmod(round(at_s * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds / 1000:06.3f}"
