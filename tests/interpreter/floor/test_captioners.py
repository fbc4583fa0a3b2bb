"""Who has the floor's line: the recogniser, or somebody who types. Nothing comes twice at a change,
and nothing is left out."""

import asyncio

from interpreter.events import ItemKind
from interpreter.floor.captioners import GONE_S, QUIET_S
from tests.interpreter.floor.typed_floor import TypedFloor, play


def test_the_recogniser_is_not_captioned_while_somebody_types() -> None:
    async def story(floor: TypedFloor) -> None:
        await floor.speak("good morning")
        await floor.say(1, 1, "The city needs water.", end=True)
        await floor.speak("the kitty kneads water", page_is_on=False)
        await floor.say(2, 1, "Thank you all.", end=True)

    floor = play(story)
    assert floor.read == ["Good morning.", "The city needs water.", "Thank you all."]
    assert floor.line == "good morning ‖ The city needs water. ‖ Thank you all. ‖"


def test_words_spoken_before_somebody_types_are_the_recognisers_however_late_it_says_them() -> None:
    async def story(floor: TypedFloor) -> None:
        async def type_after(seconds: float) -> None:
            await asyncio.sleep(seconds)
            await floor.say(1, 1, "Typed from here on.", end=True)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(floor.speak("one two three four five six seven eight"))
            tasks.create_task(type_after(1.21))

    floor = play(story)
    assert floor.read == ["One two three four.", "Typed from here on."]
    words = [item.text for item in floor.items if item.kind is ItemKind.WORD]
    assert sorted(words) == sorted("one two three four Typed from here on.".split())


def test_who_falls_silent_gives_the_line_back_with_what_was_spoken_since() -> None:
    async def story(floor: TypedFloor) -> None:
        await floor.say(1, 1, "Typed words here.", end=True)
        await floor.wait(0.5)
        await floor.speak("nobody typed this", page_is_on=False)
        assert "nobody" not in floor.line
        await floor.wait_with_page(QUIET_S)
        assert floor.captioners.typing == {}
        await floor.speak("and not this")

    floor = play(story)
    assert floor.line == "Typed words here. ‖ nobody typed this ‖ and not this ‖"
    assert floor.read == ["Typed words here.", "Nobody typed this.", "And not this."]


def test_who_captions_now_has_the_line_also_while_they_listen() -> None:
    async def story(floor: TypedFloor) -> None:
        await floor.beat()
        await floor.wait_with_page(30, is_on=True)
        assert floor.captioners.typing == {"en": "Tim"}
        await floor.speak("not recognised", page_is_on=True)
        await floor.beat(is_on=False)
        assert floor.captioners.typing == {}
        await floor.speak("recognised again")

    assert play(story).read == ["Recognised again."]


def test_a_page_that_is_away_gives_the_line_back() -> None:
    async def story(floor: TypedFloor) -> None:
        await floor.beat()
        await floor.wait(1)
        await floor.speak("spoken while away")
        await floor.wait(GONE_S)
        assert floor.captioners.typing == {}

    assert play(story).read == ["Spoken while away."]


def test_the_log_says_who_has_the_line() -> None:
    async def story(floor: TypedFloor) -> None:
        await floor.say(1, 1, "Typed.", end=True)
        await floor.wait(11)

    told = [one for one in play(story).events.events if one["event"] == "typed"]
    assert [(one["language"], one["is_typed"]) for one in told] == [("en", True), ("en", False)]


def test_an_untold_word_of_the_recogniser_calls_no_agent_deaf_while_somebody_types() -> None:
    async def story(floor: TypedFloor) -> None:
        await floor.beat()
        floor.ana.speech_started(0.0)
        await floor.wait(4)
        assert floor.ana.untold_s(4.0) == 0.0

    play(story)
