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
from interpreter.facts import unchecked
from interpreter.layout import MAX_LINES, atoms, best_cut, lines, steered, unsteered, width
from languages import Language, available, load
from languages.spacing import gap

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
    language: str = ""
    """Of the lines, where that is not the file's."""

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
    phrase = _GAP if _is_untold(segment) else _PROVENANCE[segment.origin]
    relay = _RELAY if segment.relay else ""
    line = (phrase + relay).format(
        language,
        " → ".join(_sources(segment)),
        segment.engine,
        segment.speaker,
        segment.relay,
        segment.interpreter,
    )
    return _one_line(line + _unchecked(segment, language))


def _is_untold(segment: Segment) -> bool:
    """Whether no engine has made it: a mark of a gap, or words that were not translated."""
    return segment.origin is Origin.SPEECH and not segment.engine


def _is_gap(segment: Segment) -> bool:
    return _is_untold(segment) and not segment.speaker


def _unchecked(segment: Segment, language: str) -> str:
    """What of a machine's interpretation was not held to what was said."""
    way = [*_sources(segment), language]
    if segment.origin is not Origin.MACHINE or not set(way) <= set(available()):
        return ""
    parts = unchecked([load(tag) for tag in way])
    return _UNCHECKED.format(", ".join(parts)) if parts else ""


_PROVENANCE = {
    Origin.SPEECH: "Machine transcription, {0}, by {2}",
    Origin.MACHINE: "Machine interpretation, {1} → {0}, by {2}",
    Origin.HUMAN: "Human interpretation, {0}, by {3} ({5}), transcribed by {2}",
    Origin.TYPED: "Typed by a person, {0}, by {3}",
}
_GAP = "Not transcribed or not interpreted, {0}"
_RELAY = ", relay {4}"
"""The interpreter whose words a machine rendered speaks the cue."""
_UNCHECKED = "; not checked: {0}"


def _sources(segment: Segment) -> list[str]:
    """The language that a machine segment renders, or all from the speaker's on: its source line's
    name."""
    return segment.source_line.partition("/")[0].split(">")


def cues_of(segments: Iterable[Segment], language: Language, offset_s: float = 0.0) -> list[Cue]:
    """Cues in order of time; every word of every segment is in one of them."""
    pieces: list[_Piece] = []
    for segment in sorted(segments, key=lambda item: (item.start_s, item.end_s)):
        written = _written_in(segment, language)
        parts = atoms(segment.text, written)
        start_s = max(0.0, segment.start_s + offset_s)
        end_s = max(start_s, segment.end_s + offset_s)
        if parts:
            by = made_by(segment, language.tag)
            piece = _Piece(start_s, end_s, segment.speaker, parts, written, by, _is_gap(segment))
            pieces += _split(piece)
    return _timed(_joined(pieces), language)


def _written_in(segment: Segment, language: Language) -> Language:
    """The speaker's own language, of words that nobody translated."""
    tag = segment.text_language
    return load(tag) if tag in available() else language


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text on its way into one cue; `atoms` are never broken and carry the space after them."""

    start_s: float
    end_s: float
    speaker: str
    atoms: tuple[str, ...]
    language: Language
    made_by: str = ""
    is_gap: bool = False
    """Nobody's words: how long the gap is, is no time to read them in."""

    @property
    def letters(self) -> float:
        """How much there is to read."""
        return sum(width(atom, self.language) for atom in self.atoms)


def _split(piece: _Piece) -> list[_Piece]:
    """Halve at the best place until each part fits into a cue."""
    fits = len(lines(piece.atoms, piece.language)) <= MAX_LINES
    is_short = piece.is_gap or piece.end_s - piece.start_s <= MAX_CUE_S
    if len(piece.atoms) == 1 or (fits and is_short):
        return [piece]
    cut = best_cut(piece.atoms, piece.language)
    first = replace(piece, atoms=piece.atoms[:cut])
    head = first.letters / piece.letters
    cut_s = piece.start_s + (piece.end_s - piece.start_s) * head
    first = replace(first, end_s=cut_s)
    second = replace(piece, start_s=cut_s, atoms=piece.atoms[cut:])
    return [*_split(first), *_split(second)]


def _joined(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Join what would be too short a cue with what the same speaker says next."""
    joined: list[_Piece] = []
    for piece in sorted(pieces, key=lambda item: item.start_s):
        both = _join(joined[-1], piece) if joined else None
        if both is None:
            joined.append(piece)
        else:
            joined[-1] = both
    return joined


def _join(one: _Piece, two: _Piece) -> _Piece | None:
    durations_s = (one.end_s - one.start_s, two.end_s - two.start_s)
    is_alike = (one.speaker, one.made_by, one.language) == (two.speaker, two.made_by, two.language)
    if not is_alike or min(durations_s) >= MIN_CUE_S:
        return None
    if two.start_s - one.end_s > _JOIN_GAP_S or two.end_s - one.start_s > MAX_CUE_S:
        return None
    space = gap(one.atoms[-1], two.atoms[0]) or one.language.sentence_gap
    both = (*one.atoms[:-1], one.atoms[-1] + space, *two.atoms)
    if len(lines(both, one.language)) > MAX_LINES:
        return None
    return replace(one, end_s=max(one.end_s, two.end_s), atoms=both)


def _timed(pieces: Sequence[_Piece], language: Language) -> list[Cue]:
    """Give each cue time to be read, up to the next one's start, and at least MIN_CUE_S.

    Speakers who talk at once take turns on the screen: a cue that would come earlier is put off.
    """
    cues: list[Cue] = []
    free_s = 0.0
    for piece, next_start_s in zip_longest(pieces, [piece.start_s for piece in pieces[1:]]):
        start_s = max(piece.start_s, free_s)
        wanted_s = max(piece.end_s, start_s + piece.letters / piece.language.reading_speed_cps)
        limit_s = min(start_s + MAX_CUE_S, math.inf if next_start_s is None else next_start_s)
        end_s = max(min(wanted_s, limit_s), start_s + MIN_CUE_S)
        written = piece.language
        shown = tuple(steered(line, written) for line in lines(piece.atoms, written))
        foreign = "" if written.tag == language.tag else written.tag
        cues.append(Cue(start_s, end_s, piece.speaker, shown, piece.made_by, foreign))
        free_s = end_s
    return cues


def _note_changes(captions: Sequence[webvtt.Caption], cues: Sequence[Cue]) -> None:
    """A note stands wherever others have made the text from there on."""
    before = ""
    for caption, cue in zip(captions, cues, strict=True):
        if cue.made_by != before:
            caption.comments.append(cue.made_by)
        before = cue.made_by


def _caption(cue: Cue) -> webvtt.Caption:
    text = "\n".join(_escaped(line) for line in cue.lines)
    if cue.language:
        text = f"<lang {cue.language}>{text}</lang>"
    speaker = _escaped(_one_line(cue.speaker))
    if speaker:
        text = f"<v {speaker}>{text}"
    return webvtt.Caption(_timestamp(cue.start_s), _timestamp(cue.end_s), text)


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _one_line(text: str) -> str:
    """Without what breaks or turns a line, and the arrow that ends a header or a comment."""
    return " ".join(regex.sub(r"\p{Cc}", " ", unsteered(text)).split()).replace("-->", "→")


def _timestamp(at_s: float) -> str:
    minutes, milliseconds = divmod(round(at_s * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds / 1000:06.3f}"
