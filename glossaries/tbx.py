"""TBX (ISO 30042): concepts with terms in several languages → entries, and back.

Reads TBX-Basic in both styles, DCA (`<termNote type="administrativeStatus">`) and DCT
(`<min:administrativeStatus>`), of the editions of 2008 (`martif`) and 2019 (`tbx`). What TBX has no
category for (what is heard, case, do not translate) travels in notes such as `aliases: …`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as Xml

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from glossaries.cells import clean, joined, parted, yes_or_no
from glossaries.columns import Kind, column_of, language_of
from glossaries.entry import Entry, Rendering
from glossaries.report import BadRow, Problem
from glossaries.rows import MOST_NOTE_LETTERS, MOST_ROWS, Reading, Row, WrongRow, term

_BEGIN = re.compile(r"\s*<(\?xml|!DOCTYPE|!--|tbx|martif)\b", re.IGNORECASE)
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CONCEPTS = ("conceptEntry", "termEntry")
_LANGUAGES = ("langSec", "langSet")
_TERMS = ("termSec", "tig", "ntig")
_NOTES = ("note", "definition", "context", "subjectField", "usageNote")
_STATUS = "administrativeStatus"
_PREFERRED, _ADMITTED = "preferredTerm-admn-sts", "admittedTerm-admn-sts"
_DEPRECATED = "deprecatedTerm-admn-sts"
_WRONG = (_DEPRECATED, "supersededTerm-admn-sts")
_NAMESPACE = "urn:iso:std:iso:30042:ed-2"


def is_tbx(text: str) -> bool:
    """Whether this looks like XML, and not like a table whose first cell is `<b>`."""
    return _BEGIN.match(text) is not None


def read_tbx(data: bytes, source_language: str = "") -> Reading:
    """The entries of a TBX file; terms are in `source_language` where a concept has it, else in
    its first language."""
    reading = Reading()
    try:
        root = fromstring(data, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        reading.bad.append(BadRow(0, Problem.ENTITIES))
        return reading
    except (Xml.ParseError, ValueError, LookupError) as error:
        line = str(getattr(error, "position", (1, 0))[0])
        reading.bad.append(BadRow(0, Problem.NOT_XML, {"line": line}))
        return reading
    concepts = [one for one in root.iter() if _local(one) in _CONCEPTS]
    if not concepts:
        reading.bad.append(BadRow(0, Problem.NOT_TBX))
    for number, concept in enumerate(concepts[:MOST_ROWS], 1):
        try:
            reading.rows.append(Row(number, _read(concept, source_language)))
        except WrongRow as wrong:
            reading.bad.append(BadRow(number, wrong.problem, wrong.values))
    if len(concepts) > MOST_ROWS:
        most = {"most": str(MOST_ROWS)}
        reading.bad.append(BadRow(MOST_ROWS + 1, Problem.TOO_MANY, most))
    return reading


@dataclass(slots=True)
class _Terms:
    """What a concept says in one language."""

    preferred: str = ""
    others: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    said: str = ""
    """The pronunciation."""
    own: dict[Kind, str] = field(default_factory=dict)
    """Notes that say what TBX has no category for."""
    notes: list[str] = field(default_factory=list)


def _read(concept: Xml.Element, wanted: str) -> Entry:
    found: dict[str, _Terms] = {}
    for section in concept.iter():
        if _local(section) in _LANGUAGES:
            language = language_of(section.get(_LANG, ""))
            if language:
                _add_terms(found.setdefault(language, _Terms()), section)
    found = {language: terms for language, terms in found.items() if terms.preferred}
    if not found:
        raise WrongRow(Problem.NO_TERM)
    language = wanted if wanted in found else next(iter(found))
    source = found.pop(language)
    is_kept = yes_or_no(source.own.get(Kind.KEPT, "")) or False
    if not found and not is_kept:
        raise WrongRow(Problem.NO_RENDERING, term=source.preferred)
    notes = [*_notes_of(concept), *source.notes]
    return Entry(
        source_language=language,
        source=source.preferred,
        renderings={
            target: Rendering(terms.preferred, tuple(terms.others), tuple(terms.wrong), terms.said)
            for target, terms in found.items()
        },
        forms=tuple(source.others),
        # A wrong word is said all the same, and means this; it is only never to be rendered.
        aliases=(*parted(source.own.get(Kind.ALIASES, "")), *source.wrong),
        is_case_sensitive=yes_or_no(source.own.get(Kind.CASE, "")) or False,
        is_kept=is_kept,
        pronunciation=source.said,
        note="; ".join(dict.fromkeys(notes))[:MOST_NOTE_LETTERS],
    )


def _add_terms(terms: _Terms, section: Xml.Element) -> None:
    for part in section:
        if _local(part) not in _TERMS:
            continue
        text = term(next((_text(one) for one in part.iter() if _local(one) == "term"), ""))
        if not text:
            continue
        status = next((_text(one) for one in part.iter() if _name(one) == _STATUS), "")
        if status in _WRONG:
            terms.wrong.append(text)
        elif not terms.preferred:
            terms.preferred = text
        elif status == _PREFERRED and terms.preferred:
            terms.others.insert(0, text)
        else:
            terms.others.append(text)
        _add_notes(terms, part)


def _add_notes(terms: _Terms, part: Xml.Element) -> None:
    for one in part.iter():
        if _name(one) == "pronunciation":
            terms.said = _text(one)
    for note in _notes_of(part):
        name, separator, value = note.partition(":")
        kind = column_of(name).kind if separator else Kind.UNKNOWN
        if kind in (Kind.ALIASES, Kind.CASE, Kind.KEPT):
            terms.own[kind] = value
        elif kind is Kind.PRONUNCIATION:
            terms.said = clean(value)
        else:
            terms.notes.append(note)


def _notes_of(element: Xml.Element) -> Iterator[str]:
    """What is said of the whole element, not of a language in it."""
    for one in element:
        if _local(one) in ("descripGrp", "termNoteGrp"):
            yield from _notes_of(one)
        elif _name(one) in _NOTES and (text := _text(one)):
            yield text


def _local(element: Xml.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _name(element: Xml.Element) -> str:
    """The data category: an attribute in one style, the element's own name in the other."""
    return element.get("type") or _local(element)


def _text(element: Xml.Element) -> str:
    return clean("".join(element.itertext()))


def write_tbx(entries: Sequence[Entry]) -> bytes:
    """TBX-Basic, edition of 2019, DCA style."""
    main = entries[0].source_language if entries else "en"
    attributes = {"style": "dca", "type": "TBX-Basic", _LANG: main, "xmlns": _NAMESPACE}
    root = Xml.Element("tbx", attributes)
    described = Xml.SubElement(Xml.SubElement(root, "tbxHeader"), "fileDesc")
    _say(Xml.SubElement(described, "sourceDesc"), "p", "Live interpretation: a glossary")
    body = Xml.SubElement(Xml.SubElement(root, "text"), "body")
    for number, entry in enumerate(entries, 1):
        _write(Xml.SubElement(body, "conceptEntry", {"id": f"c{number}"}), entry)
    Xml.indent(root)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _write(concept: Xml.Element, entry: Entry) -> None:
    if entry.note:
        _say(concept, "note", entry.note)
    section = Xml.SubElement(concept, "langSec", {_LANG: entry.source_language})
    preferred = _write_term(section, entry.source, _PREFERRED)
    own = {
        Kind.ALIASES: joined(entry.aliases),
        Kind.CASE: "yes" if entry.is_case_sensitive else "",
        Kind.KEPT: "yes" if entry.is_kept else "",
        Kind.PRONUNCIATION: entry.pronunciation,
    }
    for kind, value in own.items():
        if value:
            _say(preferred, "note", f"{kind.value}: {value}")
    for text in entry.forms:
        _write_term(section, text, _ADMITTED)
    for target, rendering in entry.renderings.items():
        _write_rendering(Xml.SubElement(concept, "langSec", {_LANG: target}), rendering)


def _write_rendering(section: Xml.Element, rendering: Rendering) -> None:
    preferred = _write_term(section, rendering.text, _PREFERRED)
    if rendering.pronunciation:
        _say(preferred, "note", f"{Kind.PRONUNCIATION.value}: {rendering.pronunciation}")
    for text in rendering.forms:
        _write_term(section, text, _ADMITTED)
    for text in rendering.forbidden:
        _write_term(section, text, _DEPRECATED)


def _write_term(section: Xml.Element, text: str, status: str) -> Xml.Element:
    part = Xml.SubElement(section, "termSec")
    _say(part, "term", text)
    _say(part, "termNote", status, {"type": _STATUS})
    return part


def _say(
    parent: Xml.Element, name: str, text: str, attributes: dict[str, str] | None = None
) -> None:
    Xml.SubElement(parent, name, attributes or {}).text = text
