"""Whether a translation has what the glossary asks for, and nothing that it does not. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from interpreter.events import Finding, TermRow
from interpreter.terms.forms import is_plural, plural
from interpreter.terms.matching import Match
from interpreter.terms.words import is_form, matches_at, placed, words_of
from languages import Language

MISSING = "term"
FORBIDDEN = "forbidden"
COPIED = "copied"
"""Left in the source language."""
FALSE_COPY = "false copy"
"""Stands in the translation though nobody said it."""

KINDS = {MISSING: (MISSING, COPIED, FORBIDDEN), FALSE_COPY: (FALSE_COPY, COPIED)}
"""What counts as which: what is left untranslated is both a miss and a false copy."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a target text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A translation beside its glossary."""

    hits: tuple[str, ...]
    """Terms of the source whose rendering is there."""
    findings: tuple[Finding, ...]


class Target:
    """A target text, in which renderings are looked for: each word belongs to one."""

    def __init__(self, text: str, language: Language) -> None:
        self.text = text
        self.language = language
        self._placed = placed(text)
        self._words = [word.plain for word in self._placed]
        self._tag = language.tag
        self._leading = frozenset(language.never_cut_after)
        self._taken: set[int] = set()

    def find(
        self, texts: Iterable[str], *, is_exact: bool = False, has_case: bool = False
    ) -> Place | None:
        """Where the first of these stands, in any form unless exactly; nothing else may stand
        there from now on."""
        for text in texts if is_exact else _with_plurals(texts, self.language):
            wanted = words_of(text)
            for begin in range(len(self._words) - len(wanted) + 1 if wanted else 0):
                reach = range(begin, begin + len(wanted))
                if not self._taken.isdisjoint(reach) or not self._is_at(begin, wanted, is_exact):
                    continue
                found = Place(self._placed[begin].start, self._placed[reach[-1]].end)
                if has_case and not _has_case(self.text[found.start : found.end], text):
                    continue
                self._taken.update(reach)
                return found
        return None

    def _is_at(self, begin: int, wanted: Sequence[str], is_exact: bool) -> bool:
        if matches_at(self._words, begin, wanted, self._tag, is_exact=is_exact):
            return True
        return not is_exact and all(
            is_form(word, other, self._tag)
            or (place and word in self._leading and other in self._leading)
            for place, (word, other) in enumerate(
                zip(self._words[begin : begin + len(wanted)], wanted, strict=True)
            )
        )


def check(matches: Sequence[Match], target_text: str, target: Language) -> Checked:
    """What of the matched terms is in a translation.

    A term that began in the unit before is asked of nobody: what was said of it was said.
    """
    text = Target(target_text, target)
    wanted = {id(match.entry): match for match in matches if not match.begins_before}
    ordered = sorted(wanted.values(), key=lambda match: -len(words_of(match.rendering.text)))
    found = [match for match in ordered if _stands(match, text)]
    findings: list[Finding] = []
    for match in wanted.values():
        is_found = any(one is match for one in found)
        finding = _forbidden(match, text) or (None if is_found else _missing(match, text))
        if finding is not None:
            findings.append(finding)
    hits = [match.entry.source for match in wanted.values() if any(one is match for one in found)]
    return Checked(tuple(hits), tuple(findings))


def has_rendering(text: str, row: TermRow, target: Language, *, in_full: bool = False) -> bool:
    """Whether a row's rendering stands in a text; `in_full`: not only a form that is a part of it,
    as may stand there for a part of the term ("área", for "área de penalti")."""
    words = set(words_of(row.target))
    forms = [form for form in row.forms if not (in_full and set(words_of(form)) < words)]
    place = Target(text, target).find((row.target,), is_exact=row.is_kept)
    return place is not None or Target(text, target).find(forms, is_exact=True) is not None


def false_copies(
    offered: Sequence[Match], matches: Sequence[Match], target_text: str, target: Language
) -> tuple[Finding, ...]:
    """Renderings that stand in a translation though their term was not said.

    Only of what somebody may have taken from a glossary: rows offered for the units before. A
    single small word may well be the right word for something else, and is left alone.
    """
    text = Target(target_text, target)
    said = [match for match in matches if _stands(match, text)]
    known = {match.rendering.text for match in (*said, *matches)}
    findings = []
    for match in offered:
        if match.rendering.text in known or not _is_distinct(match.rendering.text):
            continue
        known.add(match.rendering.text)
        if text.find((match.rendering.text, *match.rendering.forms)):
            message = f'Nobody said "{match.entry.source}": leave out "{match.rendering.text}".'
            findings.append(
                Finding(FALSE_COPY, message, match.rendering.text, (), match.rendering.text)
            )
    return tuple(findings)


def _stands(match: Match, text: Target) -> bool:
    has_case = match.entry.is_case_sensitive
    rendering = match.rendering
    if text.find((rendering.text,), is_exact=match.entry.is_kept, has_case=has_case):
        return True
    return text.find(rendering.forms, is_exact=True, has_case=has_case) is not None


def _forbidden(match: Match, text: Target) -> Finding | None:
    expected = match.rendering.text
    for forbidden in match.rendering.forbidden:
        if text.find((forbidden,)):
            message = f'"{forbidden}" is wrong for "{match.heard}": say "{expected}".'
            return Finding(FORBIDDEN, message, match.heard, (expected,), forbidden)
    return None


def _missing(match: Match, text: Target) -> Finding:
    expected = match.rendering.text
    is_other = match.entry.source.casefold() != expected.casefold()
    if is_other and text.find((match.heard, match.entry.source), is_exact=True):
        shown = expected
        if is_plural(match.heard, match.entry.source):
            shown = plural(expected, text.language)
        message = f'"{match.heard}" was left untranslated: say "{shown}".'
        return Finding(COPIED, message, match.heard, (shown,), match.heard)
    message = f'"{match.heard}" must be "{expected}", in the form that the sentence needs.'
    if match.entry.is_kept:
        message = f'"{match.heard}" is not translated: it stays "{expected}".'
    return Finding(MISSING, message, match.heard, (expected,))


def _with_plurals(texts: Iterable[str], language: Language) -> list[str]:
    """Stemmers part a word from its plural here and there: both are looked for."""
    return list(dict.fromkeys(one for text in texts for one in (text, plural(text, language))))


def _is_distinct(rendering: str) -> bool:
    return len(words_of(rendering)) > 1 or not rendering.islower()


def _has_case(found: str, listed: str) -> bool:
    """Whether large letters are where the glossary has them; more may be."""
    pairs = zip(placed(found), placed(listed), strict=False)
    return all(
        said.text[place : place + 1].isupper()
        for said, wanted in pairs
        for place, sign in enumerate(wanted.text)
        if sign.isupper()
    )
