"""Pages know in which channels nobody compares numbers and negations with what was said."""

from contextlib import AbstractAsyncContextManager

import pytest

from interpreter.facts import Part
from interpreter.store import Interpreter, Meeting
from tests.web.conftest import Site
from web.unchecked import Unchecked, unchecked_in

EVERYTHING = (Part.NUMBERS, Part.NEGATIONS, Part.NAMES)


@pytest.fixture(autouse=True)
def any_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, kind in (("STT", "STT"), ("TRANSLATOR", "LLM"), ("TTS", "TTS")):
        monkeypatch.setenv(f"INTERPRETER_{name}", f"tests.interpreter.engines.fake_plugin:{kind}")


def meeting(**sources: str) -> Meeting:
    return Meeting(
        id="m2",
        name="C",
        spoken=["en", "de"],
        offered=["es", "ja", "ca", "sw"],
        speaker_key="k",
        channel_sources=sources,
    )


def test_channels_are_named_by_what_is_spoken_and_what_is_missing() -> None:
    assert unchecked_in(meeting()) == [
        Unchecked("en", ("ja", "sw"), EVERYTHING),
        Unchecked("de", ("es", "ca"), (Part.NAMES,)),
        Unchecked("de", ("ja", "sw"), EVERYTHING),
    ]


def test_only_the_channels_that_are_asked_for_are_named() -> None:
    assert unchecked_in(meeting(), ["sw"]) == [
        Unchecked("en", ("sw",), EVERYTHING),
        Unchecked("de", ("sw",), EVERYTHING),
    ]


def test_a_channel_is_checked_as_far_as_what_it_is_interpreted_from() -> None:
    assert unchecked_in(meeting(ca="ja"), ["ca"])[0] == Unchecked("en", ("ca",), EVERYTHING)
    assert unchecked_in(meeting(ca="floor"), ["ca"]) == [Unchecked("de", ("ca",), (Part.NAMES,))]


def test_a_relay_that_nobody_chose_is_checked_as_far_as_what_it_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pairs = {"en": ["tr"], "tr": ["es"]}
    monkeypatch.setattr(
        "interpreter.engines.reach.supported_targets", lambda source: pairs.get(source, [])
    )
    council = meeting()
    council.spoken, council.offered = ["en"], ["es", "tr"]

    assert unchecked_in(council) == [Unchecked("en", ("es", "tr"), EVERYTHING)]


def test_what_no_machine_makes_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interpreter.engines.reach.supported_targets", lambda _source: [])

    assert unchecked_in(meeting()) == []


def test_a_language_whose_file_is_gone_is_left_out() -> None:
    old = meeting(ca="tlh")
    old.offered, old.spoken = ["tlh", "ca"], ["tlh", "en"]

    assert unchecked_in(old) == []


async def test_an_interpreter_is_told_before_and_on_air_what_the_machine_does_not_check(
    site: AbstractAsyncContextManager[Site],
) -> None:
    me = Interpreter(id="i1", meeting_id="m2", name="Aya", key="key-i1", channels=["ja"], covers=[])
    async with site as web:
        web.keep(lambda session: session.add(meeting()))
        web.keep(lambda session: session.add(me))
        answer = await web.http.get("/m/m2/console?key=key-i1")

    assert "From English into Japanese the machine’s numbers" in answer.text
    assert "Swahili" not in answer.text.partition('id="config"')[0]
    desk = answer.text.partition('class="desk in-booth"')[2]
    assert "From English into Japanese the machine’s numbers" in desk
    assert "Not checked: numbers, negations, names" in desk
