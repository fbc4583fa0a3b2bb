"""Entries as one pair reads them: terms in its source, renderings in its target. Pure.

A glossary says what belongs together, whichever language it calls the source: of one that was
written from English, the pair es→fr reads Spanish terms and their French renderings.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from glossaries.entry import Entry, Rendering


def oriented(entries: Iterable[Entry], source: str, target: str) -> list[Entry]:
    """What is known for source → target, one entry a term; those of the glossary's own direction
    come first and win."""
    own: dict[str, Entry] = {}
    turned: dict[str, Entry] = {}
    for entry in entries:
        if _of(source, [entry.source_language]):
            _add(own, _straight(entry, source, target))
        else:
            _add(turned, _turned(entry, source, target))
    return [*own.values(), *(entry for key, entry in turned.items() if key not in own)]


def _straight(entry: Entry, source: str, target: str) -> Iterator[Entry]:
    found = _of(target, entry.renderings)
    renderings = {target: entry.renderings[found]} if found else {}
    if found or entry.is_kept:
        yield replace(entry, source_language=source, renderings=renderings)


def _turned(entry: Entry, source: str, target: str) -> Iterator[Entry]:
    """A rendering becomes the term, without its other forms: what may stand for a term is not
    always the term (“mano” may say “handball”, and is mostly a hand). What was said of the term's
    sound is of another language."""
    tag = _of(source, entry.renderings)
    term = entry.renderings[tag] if tag else None
    if entry.is_kept and term is None:
        term = Rendering(entry.source)
    rendering = _rendering(entry, target)
    if term is None or rendering is None:
        return
    yield Entry(
        source_language=source,
        source=term.text,
        renderings={target: rendering},
        is_case_sensitive=entry.is_case_sensitive,
        is_kept=entry.is_kept,
        note=entry.note,
    )


def _rendering(entry: Entry, target: str) -> Rendering | None:
    if _of(target, [entry.source_language]):
        return Rendering(entry.source, entry.forms)
    found = _of(target, entry.renderings)
    return entry.renderings[found] if found else entry.rendering(target)


def _add(found: dict[str, Entry], entries: Iterable[Entry]) -> None:
    """Of several renderings of a turned term the first is said, and the others count too."""
    for entry in entries:
        key = entry.source if entry.is_case_sensitive else entry.source.casefold()
        known = found.setdefault(key, entry)
        for target, rendering in entry.renderings.items():
            first = known.renderings.get(target)
            if first is not None and first.text != rendering.text:
                texts = (*first.forms, rendering.text, *rendering.forms)
                forms = tuple(dict.fromkeys(text for text in texts if text != first.text))
                both = replace(first, forms=forms)
                found[key] = known = replace(known, renderings={target: both})


def _of(wanted: str, tags: Iterable[str]) -> str:
    """The tag that serves a language: itself, one that it narrows, or one that narrows it."""
    known = list(tags)
    if wanted in known:
        return wanted
    near = [tag for tag in known if tag.split("-")[0] == wanted.split("-")[0]]
    return near[0] if near else ""
