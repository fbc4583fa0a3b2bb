"""The glossary's terms in a text: the longest ones, in any form, as heard or misheard. Pure.

Terms are looked up by the first letters of their first word, and compared with words of the text
only then: ten thousand entries cost no more than a hundred, and none is stemmed before it is met.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from glossaries.entry import Entry, Rendering
from interpreter.terms.words import (
    Placed,
    begins_sentence,
    folded,
    has_capitals,
    is_common,
    is_form,
    matches_at,
    placed,
    words_of,
)
from languages import Language

SHORT_WORD = 6
"""Up to here the first three letters of a word are the same in all its forms, else four."""
LEAST_JOINED = 6
"""Letters of a term that a recogniser may have heard as two words, or as one."""
BEFORE_WORDS = 8
"""So many words of the unit before may belong to a term that goes on in this one."""
_SIGNS = set("+#&@/%*")


@dataclass(frozen=True, slots=True)
class Match:
    """A term in a text."""

    entry: Entry
    rendering: Rendering
    start: int
    end: int
    """Its place in the text; 0 as start where it begins in the text before."""
    heard: str
    """As it stands there."""
    is_alias: bool = False
    """Whether a recogniser heard something else instead."""
    begins_before: bool = False
    """Whether its first words are in the text before: it is interpreted already, in part."""


@dataclass(frozen=True, slots=True)
class _Form:
    entry: Entry
    rendering: Rendering
    words: tuple[str, ...]
    order: int
    is_exact: bool
    is_alias: bool
    is_common: bool
    """It is a word like "it", too."""


@dataclass(frozen=True, slots=True)
class _Span:
    """Words `begin`..`end` may be this term."""

    form: _Form
    begin: int
    end: int

    @property
    def rank(self) -> tuple[int, bool, bool, int, int]:
        """The best comes first: the longest, then the term itself, then the first entry."""
        form = self.form
        return self.begin - self.end, not form.is_exact, form.is_alias, form.order, self.begin


class Index:
    """The terms of one source language that have a rendering in one target."""

    def __init__(self, entries: Iterable[Entry], source: Language, target: Language) -> None:
        self._tag = source.tag
        self._by_prefix: dict[str, dict[str, list[_Form]]] = defaultdict(dict)
        self._by_letters: dict[str, list[_Form]] = defaultdict(list)
        self.is_cased: bool | None = None
        """Whether the source's text has capitals where names have them; None: each text shows."""
        self.entries = tuple(entry for entry in entries if _is_of(entry, source, target))
        for order, entry in enumerate(self.entries):
            rendering = entry.rendering(target.tag)
            if rendering is not None:
                self._add(entry, rendering, order)

    def matches(self, text: str, before: str = "") -> tuple[Match, ...]:
        """The terms in a text, in its order; longer ones win over those inside them.

        `before` is what was said just before it: a term may have begun there.
        """
        if not self._by_prefix:
            return ()
        earlier = placed(before)[-BEFORE_WORDS:]
        own = placed(text)
        words = [word.plain for word in (*earlier, *own)]
        chosen: list[_Span] = []
        taken: set[int] = set()
        for span in sorted(self._spans(words), key=lambda span: span.rank):
            place = range(span.begin, span.end)
            if span.end <= len(earlier) or not taken.isdisjoint(place):
                continue
            match = self._match(span, text, own, len(earlier))
            if match is not None:
                taken.update(place)
                chosen.append(span)
        ordered = sorted(chosen, key=lambda span: span.begin)
        found = (self._match(span, text, own, len(earlier)) for span in ordered)
        return tuple(match for match in found if match is not None)

    def is_cut(self, words: Sequence[str], index: int) -> bool:
        """Whether a cut before this word would part a term, or what may become one."""
        said = [next(iter(words_of(word)), "") for word in words]
        for begin in range(max(index - BEFORE_WORDS, 0), index):
            for form in self._candidates(said[begin]):
                length = min(len(form.words), len(said) - begin)
                reaches = begin + len(form.words) > index and length > index - begin
                if reaches and matches_at(
                    said, begin, form.words[:length], self._tag, is_exact=form.is_exact
                ):
                    return True
        return False

    def _add(self, entry: Entry, rendering: Rendering, order: int) -> None:
        texts = [(entry.source, False, False), *((form, True, False) for form in entry.forms)]
        texts += [(alias, True, True) for alias in entry.aliases]
        for text, is_exact, is_alias in texts:
            words = words_of(text)
            if not words:
                continue
            is_small = is_common(text, self._tag)
            form = _Form(entry, rendering, words, order, is_exact, is_alias, is_small)
            first = folded(words[0])
            prefix = first[: 3 if len(first) <= SHORT_WORD else 4]
            self._by_prefix[prefix].setdefault(words[0], []).append(form)
            letters = "".join(words)
            if len(letters) >= LEAST_JOINED or "-" in text:
                self._by_letters[letters].append(form)

    def _candidates(self, word: str) -> Iterator[_Form]:
        """Terms whose first word is this one, in some form."""
        first = folded(word)
        for prefix in dict.fromkeys((first[:3], first[:4])):
            for begun, forms in self._by_prefix.get(prefix, {}).items():
                if is_form(word, begun, self._tag):
                    yield from forms

    def _spans(self, words: Sequence[str]) -> Iterator[_Span]:
        for begin, word in enumerate(words):
            for form in self._candidates(word):
                if matches_at(words, begin, form.words, self._tag, is_exact=form.is_exact):
                    yield _Span(form, begin, begin + len(form.words))
            for count in (1, 2):
                letters = "".join(words[begin : begin + count])
                for form in self._by_letters.get(letters, ()):
                    if len(form.words) != count and begin + count <= len(words):
                        yield _Span(form, begin, begin + count)

    def _match(self, span: _Span, text: str, own: Sequence[Placed], skipped: int) -> Match | None:
        """The span as a match; None where its signs or capitals are not the term's."""
        form = span.form
        begins_before = span.begin < skipped
        start = 0 if begins_before else own[span.begin - skipped].start
        heard = text[start : own[span.end - skipped - 1].end]
        if form.is_common and not _is_large(heard, text):
            return None
        if not begins_before and not form.is_alias:
            if _SIGNS.intersection(form.entry.source):
                heard = text[start : start + len(form.entry.source)]
                if heard.casefold() != form.entry.source.casefold():
                    return None
            if form.entry.is_case_sensitive and not self._has_case(form.entry, heard, text, start):
                return None
        end = start + len(heard)
        return Match(form.entry, form.rendering, start, end, heard, form.is_alias, begins_before)

    def _has_case(self, entry: Entry, heard: str, text: str, start: int) -> bool:
        """Whether a term is written as the glossary has it, where the text has capitals at all."""
        if not (has_capitals(text) if self.is_cased is None else self.is_cased):
            return True
        is_first = begins_sentence(text, start)
        pairs = zip(placed(heard), placed(entry.source), strict=False)
        return all(
            _capitals(said.text) == _capitals(listed.text)
            or (place == 0 and is_first and said.text[:1].isupper())
            for place, (said, listed) in enumerate(pairs)
        )


def _is_large(heard: str, text: str) -> bool:
    """Whether a word is in capitals, as "IT" is, in a text that is not."""
    return len(heard) > 1 and heard.isupper() and not text.isupper()


def _capitals(word: str) -> list[bool]:
    """Which letters are large: of the first ones, as inflection adds others."""
    large = [sign.isupper() for sign in word]
    while large and not large[-1]:
        large.pop()
    return large


def _is_of(entry: Entry, source: Language, target: Language) -> bool:
    is_source = entry.source_language in (source.tag, source.tag.partition("-")[0])
    return is_source and entry.rendering(target.tag) is not None
