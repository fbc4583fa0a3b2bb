"""Translations, held to what was said before anybody hears them.

What stands between the translator and captions and voice: the glossary's terms and any other check
compare each translation with its source. Of a unit that is still open the voice says nothing from
the first finding on, and the translator is told what was wrong: at once where nothing else is to be
asked, else with its next request; what it has wrong again is put right without it where that is
safe, and the voice goes on. A closed unit is asked for once more, and waits half a second for
the answer before it is spoken. A later one still counts: for readers, and for the voice as far as
it has not come to it. What was spoken stays: where it was wrong, as when the recogniser has changed
its mind since, the captions are put right, and the voice goes on from where it was.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from interpreter.errors import EngineError
from interpreter.event_log import EventLog
from interpreter.events import Finding, Marks, TermRow
from interpreter.facts import is_grave
from interpreter.facts import mended as mended_numbers
from interpreter.pair.chunking import Unit
from interpreter.pair.judging import is_better, is_spoken, safe_share
from interpreter.pair.translating import CONTEXT_PAIRS, Translating
from interpreter.terms import Match, Terms
from interpreter.terms.saying import Reads
from interpreter.terms.verifying import FALSE_COPY, KINDS, MISSING

Check = Callable[[str, str], Sequence[Finding]]
"""(source text, target text) → what is wrong."""

REPAIR_S = 0.5
"""So much later a unit may be because it is asked for again."""
LATE_S = 5.0
"""So much longer its captions wait for the answer before they are final."""
MOST_SENTENCES = 5
"""More corrections at once confuse a translator more than they help it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A translation, and what is known of it."""

    text: str
    """For the voice."""
    caption: str
    """For readers: as right as it could be made, also while the unit is open."""
    safe_share: float = 1.0
    """So much of it the voice may say while the unit is open."""
    marks: Marks = field(default_factory=Marks)
    doubts: tuple[str, ...] = ()
    """Of a closed unit: what the speaker said that was not put right, for readers to doubt."""
    is_worth_repeating: bool = False
    """Of an open unit: whether the translator would be told something new if it were asked again
    now."""
    is_awaited: bool = False
    """Whether it was asked for again, and the answer may still come: it is given to `on_late`."""


OnLate = Callable[[Unit, Checked], None]


class Checking:
    """Asks the translator of one pair, and asks again."""

    def __init__(
        self,
        translating: Translating,
        terms: Terms,
        events: EventLog,
        target: str,
        on_late: OnLate,
        checks: Iterable[Check] = (),
    ) -> None:
        """`on_late`: told once of each unit that was given as awaited, whatever came of it."""
        self._on_late = on_late
        self._translating = translating
        self._terms = terms
        self._events = events
        self._target = target
        self._checks = tuple(checks)
        self._is_cased = False
        self._said: dict[str, tuple[int, str]] = {}
        """Each speaker's last closed unit, its number and what was meant."""
        self._offered: deque[tuple[Match, ...]] = deque(maxlen=CONTEXT_PAIRS)
        """The terms of the last closed units, which the translator still sees as context."""
        self._wrong: dict[int, tuple[str, ...]] = {}
        """What the translator is told of each open unit."""

    def use(self, terms: Terms) -> None:
        """Other entries from now on: what was offered and asked for of those before counts no
        more."""
        self._offered.clear()
        self._wrong.clear()
        terms.believe_capitals(is_cased=self._is_cased)
        self._terms = terms

    def is_term_cut(self, words: Sequence[str], index: int) -> bool:
        """Whether a cut before this word would part a term."""
        return self._terms.is_cut(words, index)

    def said(self, text: str, reads: Reads) -> str:
        """A text as a voice should read it, which `reads` these sounds."""
        return self._terms.said(text, reads)

    async def translate(
        self, unit: Unit, source_text: str, committed: str, late: asyncio.TaskGroup
    ) -> Checked:
        """The unit in the target language; raises what `Translating.translate` raises.

        `committed` is what was said of it already; `late` waits for what comes too late.
        """
        self._note_capitals(unit)
        source_text = self._terms.corrected(source_text)
        source = _Source(
            source_text,
            self._terms.matches(source_text, self._before(unit)),
            tuple(match for matches in self._offered for match in matches),
        )
        rows = self._terms.rows(source.matches)
        told = self._wrong.pop(unit.number, ())
        text = await self._translating.translate(unit, source_text, committed, rows, told)
        found = self._held(source, text)
        if unit.is_open:
            return self._open(unit, source, found, told)
        self._said[unit.speaker] = unit.number, source.text
        self._offered.append(source.matches)
        if not (found.findings and self._translating.can_repair):
            return self._closed(unit, source, found, found, told)
        asking = late.create_task(
            self._repaired(unit, source, found, committed, rows),
            name=f"repair:{self._target}:{unit.number}",
        )
        await asyncio.wait([asking], timeout=REPAIR_S)
        if asking.done():
            return self._closed(unit, source, found, asking.result(), told)
        late.create_task(
            self._wait_late(unit, source, found, asking, told),
            name=f"late repair:{self._target}:{unit.number}",
        )
        mended = self._mended(source, found)
        marks = _marks(mended, is_repaired=mended is not found)
        doubts = _doubts(mended)
        return Checked(mended.text, mended.text, marks=marks, doubts=doubts, is_awaited=True)

    async def _wait_late(
        self,
        unit: Unit,
        source: "_Source",
        found: "_Held",
        asking: "asyncio.Task[_Held]",
        told: tuple[str, ...],
    ) -> None:
        self._on_late(unit, self._closed(unit, source, found, await asking, told))

    def _closed(
        self,
        unit: Unit,
        source: "_Source",
        asked: "_Held",
        found: "_Held",
        told: tuple[str, ...],
    ) -> Checked:
        """What there is of a closed unit: `asked` first, and `found` when it was asked again."""
        mended = self._mended(source, found)
        is_repaired = mended is not asked or (bool(told) and not asked.findings)
        marks = _marks(mended, is_repaired=is_repaired)
        self._note(unit, source, marks, found.findings)
        return Checked(mended.text, mended.text, marks=marks, doubts=_doubts(mended))

    def _open(
        self, unit: Unit, source: "_Source", found: "_Held", told: tuple[str, ...]
    ) -> Checked:
        to_tell = told
        if self._translating.can_repair:
            sentences = (*told, *(finding.message for finding in found.findings))
            to_tell = tuple(dict.fromkeys(sentences))[:MOST_SENTENCES]
            if to_tell:
                self._wrong[unit.number] = to_tell
        is_news = to_tell != told
        voiced = found if is_news else self._mended(source, found)
        share = safe_share(source.text, voiced.text, voiced.findings)
        return Checked(voiced.text, self._put_right(found), share, is_worth_repeating=is_news)

    async def _repaired(
        self,
        unit: Unit,
        source: "_Source",
        found: "_Held",
        committed: str,
        rows: tuple[TermRow, ...],
    ) -> "_Held":
        """A closed unit's translation after it was asked for again: the better one.

        Where the voice has come to what is wrong, all of it is asked for: an answer that must begin
        with what is wrong cannot be right.
        """
        is_said = is_spoken(committed, source.text, found.text, found.findings)
        kept = "" if is_said else committed
        again = await self._again(unit, source.text, kept, rows, found.findings)
        better = self._mended(source, self._held(source, again)) if again else found
        if not is_better(better.findings, found.findings):
            return found
        self._translating.corrected(source.text, better.text)
        return better

    async def _again(
        self,
        unit: Unit,
        source_text: str,
        committed: str,
        rows: tuple[TermRow, ...],
        findings: Sequence[Finding],
    ) -> str:
        """Another translation of a closed unit; empty where there is none in time."""
        sentences = tuple(finding.message for finding in findings)[:MOST_SENTENCES]
        self._events.write(
            "repair_request",
            target=self._target,
            unit=unit.number,
            kinds=sorted({finding.kind for finding in findings}),
        )
        try:
            async with asyncio.timeout(REPAIR_S + LATE_S):
                return await self._translating.again(source_text, committed, rows, sentences)
        except (EngineError, TimeoutError):
            return ""

    def _mended(self, source: "_Source", found: "_Held") -> "_Held":
        """As right as it gets: what can safely be put right without the translator is."""
        text = self._put_right(found)
        if text == found.text:
            return found
        mended = self._held(source, text)
        return mended if is_better(mended.findings, found.findings) else found

    def _put_right(self, found: "_Held") -> str:
        return mended_numbers(self._terms.mended(found.text, found.findings), found.findings)

    def _held(self, source: "_Source", text: str) -> "_Held":
        """A translation, held to its source."""
        checked = self._terms.check(source.matches, text)
        findings = (
            *checked.findings,
            *self._terms.false_copies(source.offered, source.matches, text),
            *(finding for check in self._checks for finding in check(source.text, text)),
        )
        return _Held(text, checked.hits, findings)

    def _note(
        self, unit: Unit, source: "_Source", marks: Marks, findings: Sequence[Finding]
    ) -> None:
        if source.matches or findings or marks.repairs:
            self._events.write(
                "checked",
                target=self._target,
                unit=unit.number,
                hits=len(marks.hits),
                misses=marks.misses,
                repairs=marks.repairs,
                false_copies=marks.false_copies,
                kinds=sorted({finding.kind for finding in findings}),
            )

    def _before(self, unit: Unit) -> str:
        """What the speaker said just before, where the unit goes on with it."""
        number, text = self._said.get(unit.speaker, (-1, ""))
        return text if number == unit.number - 1 and not unit.starts_sentence else ""

    def _note_capitals(self, unit: Unit) -> None:
        """Whether the recogniser writes names large: one inside a unit shows it."""
        if not self._is_cased:
            inner = (word.text for word in unit.words[1:])
            self._is_cased = any(text[:1].isupper() and text[1:].islower() for text in inner)
            self._terms.believe_capitals(is_cased=self._is_cased)


@dataclass(frozen=True, slots=True)
class _Source:
    """What was said, the terms in it, and those that the translator still sees as context."""

    text: str
    matches: tuple[Match, ...]
    offered: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class _Held:
    """A translation, and what was found when it was held to its source."""

    text: str
    hits: tuple[str, ...]
    findings: tuple[Finding, ...]


def _doubts(found: _Held) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.source for one in found.findings if is_grave(one)))


def _marks(found: _Held, *, is_repaired: bool) -> Marks:
    misses = sum(one.kind in KINDS[MISSING] for one in found.findings)
    false = sum(one.kind in KINDS[FALSE_COPY] for one in found.findings)
    return Marks(found.hits, misses, int(is_repaired), false)
