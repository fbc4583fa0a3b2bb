"""Who made each line of a meeting: machine, human, the machine for a human, a relay, nobody."""

import re
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import webvtt

from interpreter.events import Origin, Segment
from tests.web.conftest import Site, segment
from web.transcripts import rows_of

SITE = AbstractAsyncContextManager[Site]
MACHINE = "Machine interpretation, en → es, by apertium-eng-spa"
HUMAN = "Human interpretation, es, by Maria G. (interpreter-maria), transcribed by whisper"
GAP = "Not transcribed or not interpreted, es"


def machine(text: str, start_s: float) -> Segment:
    made = segment(text, start_s, "es", Origin.MACHINE, f"en.1.{start_s:g}")
    return replace(made, engine="apertium-eng-spa", source_line="en/ana/1")


def human(text: str, start_s: float) -> Segment:
    made = segment(text, start_s, "es", Origin.HUMAN)
    return replace(made, speaker="Maria G.", interpreter="interpreter-maria", engine="whisper")


def relayed(text: str, start_s: float) -> Segment:
    made = segment(text, start_s, "ca", Origin.MACHINE, f"es.1.{start_s:g}")
    line = "es/interpreter-maria/1"
    made = replace(made, engine="apertium-spa-cat", source_line=line, speaker="Maria G.")
    return replace(made, relay=1)


SESSION = (
    machine("Primero habla la máquina de la ciudad.", 0.0),
    human("Ahora interpreta Maria en su cabina.", 10.0),
    relayed("Ara interpreta la Maria a la cabina.", 10.0),
    machine("La máquina tiende un puente mientras calla.", 20.0),
    human("Maria ha vuelto a su micrófono abierto.", 30.0),
    replace(segment("[9 s]", 40.0, "es"), engine=""),
)


async def export(web: Site, language: str) -> list[str]:
    """The notes and the first words of the cues, in order, without the file's first line."""
    file = (await web.http.get(f"/m/m1/export/{language}.vtt")).text
    assert len(webvtt.WebVTT.from_string(file, strict=True)) > 0
    _, *blocks = file.strip().split("\n\n")
    texts = [re.sub(r"(?s).* --> .*?\n(<v .*?>)?", "", block) for block in blocks]
    return [one if one.startswith("NOTE") else one.split()[0] for one in texts]


async def test_the_export_says_at_each_change_who_speaks_from_here_on(site: SITE) -> None:
    async with site as web:
        web.begin()
        web.say(*SESSION)
        spanish, catalan = await export(web, "es"), await export(web, "ca")
    head, *spanish = spanish
    assert sorted(head.splitlines()[1:]) == sorted([GAP, HUMAN, MACHINE])
    assert spanish == [
        *(f"NOTE {MACHINE}", "Primero"),
        *(f"NOTE {HUMAN}", "Ahora"),
        *(f"NOTE {MACHINE}", "La"),
        *(f"NOTE {HUMAN}", "Maria"),
        *(f"NOTE {GAP}", "[9"),
    ]
    assert catalan == [
        "NOTE Machine interpretation, es → ca, by apertium-spa-cat, relay 1",
        "Ara",
    ]


async def test_the_transcript_names_the_human_and_says_what_was_relayed(site: SITE) -> None:
    async with site as web:
        web.begin()
        web.say(*SESSION)
        page = (await web.http.get("/m/m1/transcript")).text
    assert page.count("Maria G. interprets") == 2
    assert page.count("from Maria G.’s interpretation") == 1
    assert page.count('title="apertium-eng-spa"') == 2


async def test_a_row_of_before_names_is_a_persons_all_the_same(site: SITE) -> None:
    async with site as web:
        web.begin()
        web.say(replace(human("Hola.", 1.0), speaker="", interpreter=""))
        page = (await web.http.get("/m/m1/transcript")).text
    assert "a person interprets" in page


def machines_relay(text: str, start_s: float) -> Segment:
    made = segment(text, start_s, "ca", Origin.MACHINE, f"es.1.{start_s:g}")
    return replace(made, engine="apertium-spa-cat", source_line="en>es/ana/1", relay=1)


async def test_a_machine_that_interpreted_another_machine_says_so(site: SITE) -> None:
    floor = segment("The city", 0.0)
    async with site as web:
        web.begin()
        web.say(floor, machine("La ciudad", 0.0), machines_relay("La ciutat", 0.0))
        catalan = await export(web, "ca")
        page = (await web.http.get("/m/m1/transcript")).text
    assert "Machine interpretation, en → es → ca, by apertium-spa-cat, relay 1" in catalan[0]
    assert "from the interpretation into Spanish" in page
    assert "’s interpretation" not in page


def test_a_relay_stands_beside_what_was_said() -> None:
    floor = segment("The city", 0.0)
    rows = rows_of([machines_relay("La ciutat", 0.0), machine("La ciudad", 0.0), floor])
    assert [list(row.cells) for row in rows] == [["en", "es", "ca"]]
