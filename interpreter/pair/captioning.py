"""Translated units → the caption segments of the target: shown at once, final when it is known
whether the sentence ended.

Nobody waits for a final: it reads like what was shown, with a full stop where the speaker made a
long pause. A final never changes; so where a better translation may still come, that unit and those
after it stay open until it has, or has not.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from interpreter.caption_publisher import CaptionPublisher
from interpreter.events import Marks, Origin, Segment
from interpreter.pair.chunking import Unit
from interpreter.pair.commit import plain
from interpreter.pair.job import PairJob
from languages.spacing import tokens

HIDDEN_WORDS = 3
"""The last words of an open translation are not shown: they change most."""
KEPT_UNITS = 64
"""So many final segments may still be marked: as many as may wait for the voice."""
UNMARKED = Marks()
UNTRANSLATED = "[{language}] {text}"
"""Without a translation readers get the speaker's own words, marked."""
DOUBT = "[? {said}]"
"""After a translation that does not say a number or a "not" as the speaker did, in any language:
what the speaker said."""


@dataclass(frozen=True, slots=True)
class _Shown:
    segment: str
    unit: Unit
    text: str
    name: str
    is_translated: bool
    marks: Marks = UNMARKED
    doubts: tuple[str, ...] = ()
    first_seq: int = -1
    """Its words before this one are in another segment."""
    text_language: str = ""
    """The speaker's, where their own words stand for a translation."""


@dataclass(frozen=True, slots=True)
class _Parted:
    """Of a unit that was final while it was open."""

    times: int = 0
    first_seq: int = -1
    """Its first word that was not in it."""


@dataclass(slots=True)
class TargetCaptions:
    """The captions of one pair; keeps each segment before its final goes out."""

    publisher: CaptionPublisher
    keep: Callable[[Unit, Segment], None]
    note: Callable[[str, str], None]
    """(segment, text): what an open segment reads now."""
    job: PairJob
    engine: str
    relay_of: Callable[[str], int] = lambda _speaker: 0
    """Speaker → the relay depth of what is made from their words."""
    _shown: dict[str, _Shown] = field(default_factory=dict)
    """The last segment of each speaker, still without its end."""
    _ended: set[int] = field(default_factory=set)
    """Units known to end a sentence before their last translation came."""
    _visible: dict[int, tuple[str, "_Shown"]] = field(default_factory=dict)
    """What was shown of each open unit, and all that there is of it."""
    _condensed: set[int] = field(default_factory=set)
    """Units that the voice says in fewer words, and whose segment is not final yet."""
    _kept: dict[int, Segment] = field(default_factory=dict)
    """The last final segments, by unit."""
    _awaited: set[int] = field(default_factory=set)
    """Units of which a better translation may still come."""
    _parted: dict[int, _Parted] = field(default_factory=dict)
    """Units that were final while they were open."""
    _ready: list[tuple[_Shown, bool]] = field(default_factory=list)
    """What would be final, in order, and whether it ends its sentence: the first is awaited."""

    def show(
        self,
        unit: Unit,
        text: str,
        name: str,
        *,
        is_translated: bool = True,
        marks: Marks = UNMARKED,
        doubts: tuple[str, ...] = (),
        is_awaited: bool = False,
    ) -> None:
        """Show a unit's translation; the same speaker's one before it becomes final. This one does
        not before it is corrected, where that `is_awaited`."""
        if is_awaited and text:
            self._awaited.add(unit.number)
        self._finish_before(unit)
        self._visible.pop(unit.number, None)
        if not text:
            self._ended.discard(unit.number)
            return
        text = self._begun(text, unit)
        shown = self._as_shown(unit, text, name, is_translated, marks, doubts)
        if not is_translated:
            shown = replace(shown, text_language=self.job.source.tag)
        if unit.number in self._ended:
            self._ended.discard(unit.number)
            self._finish(shown, ends_sentence=True)
            return
        self._shown[unit.speaker] = shown
        self._update(shown)

    def correct(self, unit: Unit, text: str, marks: Marks, doubts: tuple[str, ...]) -> None:
        """What came of a unit that was awaited."""
        if unit.number not in self._awaited:
            return
        self._awaited.discard(unit.number)
        text = self._begun(text, unit)

        def corrected(one: _Shown) -> _Shown:
            is_meant = one.unit.number == unit.number
            return replace(one, text=text, marks=marks, doubts=doubts) if is_meant else one

        shown = self._shown.get(unit.speaker)
        if shown is not None and shown.unit.number == unit.number:
            self._shown[unit.speaker] = corrected(shown)
            self._update(self._shown[unit.speaker])
        self._ready = [(corrected(one), ends_sentence) for one, ends_sentence in self._ready]
        self._finish_ready()

    def _update(self, shown: _Shown) -> None:
        unit = shown.unit
        is_awaited = unit.number in self._awaited  # it may still be put right
        text = shown.text if is_awaited else _doubted(shown.text, shown.doubts)
        self.publisher.update(
            shown.segment,
            text,
            unit.start_s,
            unit.end_s,
            shown.name,
            len(text),
            unit.source_segments,
            glossary_hits=shown.marks.hits,
            text_language=shown.text_language,
        )
        self.note(shown.segment, text)

    def show_open(self, unit: Unit, text: str, name: str) -> None:
        """Show a translation of a unit that is still open: without its last words, which change
        most, and so that what is shown stays as far as it can."""
        before_text = self._visible[unit.number][0] if unit.number in self._visible else ""
        text = self._begun(text, unit)
        shown = visible(text, before_text)
        self._visible[unit.number] = (shown, self._as_shown(unit, text, name))
        before = self._shown.get(unit.speaker)
        if before is not None and before.unit.number != unit.number:
            self._finish_before(unit)
        if not shown:
            return
        self.publisher.update(
            self.id_of(unit), shown, unit.start_s, unit.end_s, name, 0, unit.source_segments
        )
        self.note(self.id_of(unit), shown)

    def _begun(self, text: str, unit: Unit) -> str:
        has_capital = unit.starts_sentence and self.job.target.has_capitals
        return _capitalised(text) if has_capital else text

    def _finish_before(self, unit: Unit) -> None:
        """What the same speaker said before this unit is final now."""
        before = self._shown.pop(unit.speaker, None)
        if before is not None:
            self._finish(before, ends_sentence=unit.starts_sentence)

    def show_untranslated(self, unit: Unit, text: str, name: str) -> None:
        """The translator failed: show the speaker's own words, marked as such."""
        marked = UNTRANSLATED.format(language=self.job.source.endonym, text=text)
        self.show(unit, marked, name, is_translated=False)

    def show_lost(self, unit: Unit) -> None:
        """Say where speech was not heard: a gap is a line, not a hole."""
        seconds = max(1, round(unit.end_s - unit.start_s))
        text = self.job.target.not_heard.format(seconds=seconds)
        self._finish_before(unit)
        self._ended.discard(unit.number)
        self._finish(self._as_shown(unit, text, "", is_translated=False), ends_sentence=False)

    def show_skipped(self, unit: Unit, seconds: float) -> None:
        """Say that the voice left a unit out; its text is in the captions."""
        text = self.job.target.skipped.format(seconds=max(1, round(seconds)))
        segment_id = f"{self.id_of(unit)}.skipped"
        self.keep(unit, self._segment(_Shown(segment_id, unit, text, "", False), text))
        self.publisher.finish(segment_id, text, unit.start_s, unit.end_s, "")

    @property
    def unfinished(self) -> list[Unit]:
        """Closed units that are shown, and whose segment is not final yet."""
        ready = [shown for shown, _ in self._ready]
        return [shown.unit for shown in (*ready, *self._shown.values())]

    def condensed(self, unit: Unit) -> Segment | None:
        """The voice says less than the caption: the segment is marked when it is final; return it
        where it was final before."""
        kept = self._kept.get(unit.number)
        if kept is None:
            self._condensed.add(unit.number)
            return None
        return replace(kept, condensed=True)

    def sentence_ended(self, speaker: str, last_unit: int) -> None:
        """The speaker made a long pause after this unit."""
        shown = self._shown.get(speaker)
        if shown is not None and shown.unit.number == last_unit:
            del self._shown[speaker]
            self._finish(shown, ends_sentence=True)
        elif last_unit not in self._kept or last_unit in self._parted:
            self._ended.add(last_unit)

    def finish(self, *, awaits: bool = False) -> None:
        """Nothing more comes: what is open is final as far as it is translated, and at once unless
        it still `awaits` corrections."""
        if not awaits:
            self._awaited.clear()
            self._finish_ready()
        for shown in self._shown.values():
            self._finish(shown, ends_sentence=False)
        for _, shown in self._visible.values():
            if shown.text:
                self._finish(shown, ends_sentence=False)
                times = self._parted_of(shown.unit).times + 1
                self._parted[shown.unit.number] = _Parted(times, shown.unit.last_seq + 1)
        self._shown.clear()
        self._visible.clear()

    def _finish(self, shown: _Shown, *, ends_sentence: bool) -> None:
        self._ready.append((shown, ends_sentence))
        self._finish_ready()

    def _finish_ready(self) -> None:
        while self._ready and self._ready[0][0].unit.number not in self._awaited:
            self._keep_final(*self._ready.pop(0))

    def _keep_final(self, shown: _Shown, ends_sentence: bool) -> None:
        unit = shown.unit
        text = self.job.target.ended(shown.text) if ends_sentence else shown.text
        text = _doubted(text, shown.doubts)
        segment = replace(self._segment(shown, text), condensed=unit.number in self._condensed)
        self._condensed.discard(unit.number)
        self._kept[unit.number] = segment
        if len(self._kept) > KEPT_UNITS:
            del self._kept[min(self._kept)]
        self.keep(unit, segment)
        self.publisher.finish(
            shown.segment,
            text,
            unit.start_s,
            unit.end_s,
            shown.name,
            unit.source_segments,
            glossary_hits=shown.marks.hits,
            text_language=shown.text_language,
        )

    def _as_shown(
        self,
        unit: Unit,
        text: str,
        name: str,
        is_translated: bool = True,
        marks: Marks = UNMARKED,
        doubts: tuple[str, ...] = (),
    ) -> _Shown:
        first_seq = self._parted_of(unit).first_seq
        return _Shown(self.id_of(unit), unit, text, name, is_translated, marks, doubts, first_seq)

    def _segment(self, shown: _Shown, text: str) -> Segment:
        unit = shown.unit
        return Segment(
            id=shown.segment,
            language=self.job.target.tag,
            origin=Origin.MACHINE if shown.is_translated else Origin.SPEECH,
            speaker=shown.name,
            text=text,
            start_s=unit.start_s,
            end_s=unit.end_s,
            engine=self.engine if shown.is_translated else "",
            epoch=self.job.epoch,
            source_line=f"{self.job.line}/{unit.speaker}/{unit.line_epoch}",
            first_seq=min(max(unit.first_seq, shown.first_seq), unit.last_seq),
            last_seq=unit.last_seq,
            source_segments=unit.source_segments,
            relay=self.relay_of(unit.speaker),
            glossary_hits=len(shown.marks.hits),
            glossary_misses=shown.marks.misses,
            repairs=shown.marks.repairs,
            false_copies=shown.marks.false_copies,
            text_language=shown.text_language,
        )

    def _parted_of(self, unit: Unit) -> _Parted:
        return self._parted.get(unit.number, _Parted())

    def id_of(self, unit: Unit) -> str:
        """The id of a unit's segment: a final never changes, so one that goes on after its captions
        were broken off gets another."""
        times = self._parted_of(unit).times
        part = f".{times}" if times else ""
        return f"{self.job.line}-{self.job.target.tag}.{self.job.epoch}.{unit.number}{part}"


def visible(text: str, before: str) -> str:
    """What readers see of the translation of an open unit, after they saw `before`."""
    words = tokens(text)
    stable = words[: max(len(words) - HIDDEN_WORDS, 0)]
    shown = tokens(before)
    if len(stable) < len(shown) and [*map(plain, stable)] == [*map(plain, shown[: len(stable)])]:
        return before
    return "".join(stable).strip()


def _capitalised(text: str) -> str:
    """First letter in upper case, also after an opening mark such as ¿."""
    for index, letter in enumerate(text):
        if letter.isalnum():
            return text[:index] + letter.upper() + text[index + 1 :]
    return text


def _doubted(text: str, doubts: tuple[str, ...]) -> str:
    return " ".join([text, *(DOUBT.format(said=said) for said in doubts)])
