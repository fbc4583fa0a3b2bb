"""The glossary of one pair at work: what a translator is told, what it is held to. Pure."""

from collections.abc import Iterable, Sequence

from glossaries.entry import Entry
from interpreter.events import Finding, TermRow
from interpreter.terms.forms import is_plural
from interpreter.terms.matching import Index, Match
from interpreter.terms.mending import mended
from interpreter.terms.saying import Reads, Sayings, reads_none
from interpreter.terms.verifying import Checked, check, false_copies
from interpreter.terms.words import words_of
from languages import Language

MOST_ROWS = 15
"""More in a prompt are obeyed less."""


class Terms:
    """The entries of glossaries that matter to one pair."""

    def __init__(self, entries: Iterable[Entry], source: Language, target: Language) -> None:
        self._index = Index(entries, source, target)
        self._sayings = Sayings(self._index.entries, target)
        self._source = source
        self._target = target

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Those of them that have a rendering here."""
        return self._index.entries

    def believe_capitals(self, *, is_cased: bool) -> None:
        """Whether the recogniser writes names large, so that "turkey" is not "Turkey"; else each
        text shows it by capitals of its own."""
        self._index.is_cased = is_cased

    def matches(self, text: str, before: str = "") -> tuple[Match, ...]:
        """The terms in a text, in its order; longer ones win over those inside them.

        `before` is what was said just before it: a term may have begun there.
        """
        return self._index.matches(text, before)

    def is_cut(self, words: Sequence[str], index: int) -> bool:
        """Whether a cut before this word would part a term, or what may become one."""
        return self._index.is_cut(words, index)

    def corrected(self, text: str) -> str:
        """The text with the terms themselves where a recogniser heard something else, or writes
        no capitals."""
        for match in reversed(self.matches(text)):
            if match.is_alias or _is_parted(match) or _is_name_written_small(match):
                listed = match.entry.source
                is_large = match.start == 0 and text[:1].isupper()
                shown = listed[:1].upper() + listed[1:] if is_large else listed
                text = text[: match.start] + shown + text[match.end :]
        return text

    def rows(self, matches: Iterable[Match]) -> tuple[TermRow, ...]:
        """What the translator is told of these, each once; of too many the longest, as a general
        translator knows those least."""
        single = {id(match.entry): match for match in reversed(list(matches))}
        ordered = sorted(single.values(), key=lambda match: (match.start, match.end))
        if len(ordered) > MOST_ROWS:
            by_worth = sorted(ordered, key=_worth)[:MOST_ROWS]
            ordered = [match for match in ordered if any(match is one for one in by_worth)]
        return tuple(_row(match) for match in ordered)

    def check(self, matches: Sequence[Match], target_text: str) -> Checked:
        """What of the terms of a source text is in its translation."""
        return check(matches, target_text, self._target)

    def false_copies(
        self, offered: Sequence[Match], matches: Sequence[Match], target_text: str
    ) -> tuple[Finding, ...]:
        """What the translation has of rows that were offered for earlier texts alone."""
        return false_copies(offered, matches, target_text, self._target)

    def said(self, target_text: str, reads: Reads = reads_none) -> str:
        """The text as a voice should read it, which `reads` these sounds."""
        return self._sayings.of(target_text, reads)

    def mended(self, target_text: str, findings: Iterable[Finding]) -> str:
        """The text with renderings where they can be put safely."""
        return mended(target_text, findings, self._target)


def _row(match: Match) -> TermRow:
    entry, rendering = match.entry, match.rendering
    notes = [entry.note] if entry.note else []
    if rendering.forbidden:
        notes.append("never " + ", ".join(f'"{text}"' for text in rendering.forbidden))
    if match.begins_before:
        notes.append("its first words were said before")
    heard = entry.source if match.begins_before else match.heard
    return TermRow(
        heard,
        rendering.text,
        "; ".join(notes),
        rendering.forms,
        is_plural(heard, entry.source),
        entry.is_kept,
    )


def _worth(match: Match) -> tuple[bool, int, int]:
    return match.begins_before, -len(words_of(match.entry.source)), match.start


def _is_name_written_small(match: Match) -> bool:
    entry, heard = match.entry, match.heard
    is_name = entry.is_case_sensitive or entry.is_kept
    return is_name and heard.islower() and heard == entry.source.lower() != entry.source


def _is_parted(match: Match) -> bool:
    """Whether one word was heard as two, or two as one."""
    heard, listed = words_of(match.heard), words_of(match.entry.source)
    return len(heard) != len(listed) and "".join(heard) == "".join(listed)
