"""TBX as terminology tools write it."""

import pytest

from glossaries import Glossary, Problem, Rendering, read

DCA = """<?xml version="1.0" encoding="UTF-8"?>
<tbx type="TBX-Basic" style="dca" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2">
<tbxHeader><fileDesc><sourceDesc><p>x</p></sourceDesc></fileDesc></tbxHeader><text><body>
<conceptEntry id="c1"><descrip type="definition">where water is cleaned</descrip>
<langSec xml:lang="es">
<termSec><term>depuradora</term>
<termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></termSec>
<termSec><term>planta</term>
<termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></termSec>
</langSec>
<langSec xml:lang="en"><termSec><term>treatment plant</term></termSec>
<termSec><term>treatment works</term></termSec></langSec></conceptEntry>
<conceptEntry id="c2">
<langSec xml:lang="es"><termSec><term>sola</term></termSec></langSec></conceptEntry>
</body></text></tbx>"""

DCT = """<tbx type="TBX-Basic" style="dct" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"
 xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic"><text><body>
<conceptEntry id="c1"><basic:definition>where water is cleaned</basic:definition>
<langSec xml:lang="en"><termSec><term>treatment plant</term></termSec></langSec>
<langSec xml:lang="es"><termSec><term>depuradora</term>
<min:administrativeStatus>preferredTerm-admn-sts</min:administrativeStatus></termSec>
<termSec><term>planta</term>
<min:administrativeStatus>supersededTerm-admn-sts</min:administrativeStatus></termSec></langSec>
</conceptEntry></body></text></tbx>"""

MARTIF = """<?xml version='1.0' encoding='windows-1252'?>
<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">
<martif type="TBX" xml:lang="en"><text><body><termEntry id="1"><langSet xml:lang="en-US"><ntig>
<termGrp><term>mayor</term></termGrp></ntig></langSet><langSet xml:lang="es"><tig>
<term>se\u00f1ora alcaldesa</term></tig></langSet></termEntry></body></text></martif>"""

BOMB = """<?xml version="1.0"?><!DOCTYPE tbx [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><tbx><text><body>&c;</body></text></tbx>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE tbx [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<tbx><text><body><conceptEntry><langSec xml:lang="en"><termSec><term>&x;</term></termSec></langSec>
</conceptEntry></body></text></tbx>"""


def first(glossary: Glossary) -> tuple[str, str, Rendering]:
    entry = glossary.entries[0]
    return entry.source, entry.note, entry.renderings["es"]


def test_the_attribute_style_is_read_with_the_wanted_source() -> None:
    glossary = read(DCA.encode(), "en")
    rendering = Rendering("depuradora", (), ("planta",))
    assert first(glossary) == ("treatment plant", "where water is cleaned", rendering)
    assert glossary.entries[0].forms == ("treatment works",)
    assert [(one.row, one.problem) for one in glossary.bad_rows] == [(2, Problem.NO_RENDERING)]


def test_without_a_wanted_source_the_first_language_is_it() -> None:
    entry = read(DCA.encode()).entries[0]
    assert (entry.source_language, entry.source, entry.aliases) == ("es", "depuradora", ("planta",))


def test_the_element_style_is_read() -> None:
    rendering = Rendering("depuradora", (), ("planta",))
    assert first(read(DCT.encode())) == ("treatment plant", "where water is cleaned", rendering)


def test_files_of_the_edition_before_are_read_in_their_encoding() -> None:
    glossary = read(MARTIF.encode("cp1252"))
    assert glossary.entries[0].source_language == "en-US"
    assert first(glossary) == ("mayor", "", Rendering("señora alcaldesa"))


def test_utf_16_is_read_too() -> None:
    text = DCA.replace("UTF-8", "UTF-16")
    assert len(read(text.encode("utf-16")).entries) == 1


@pytest.mark.parametrize("text", [BOMB, OUTSIDE])
def test_entities_are_refused_unexpanded(text: str) -> None:
    glossary = read(text.encode())
    assert [(one.row, one.problem) for one in glossary.bad_rows] == [(0, Problem.ENTITIES)]
