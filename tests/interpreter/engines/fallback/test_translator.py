"""Translators that fail, each in its way: the unit is translated, once and in time."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import pytest

from interpreter.engines.fallback import Named
from interpreter.engines.fallback.translator import FallbackTranslator
from interpreter.engines.translator import TranslationRequest
from interpreter.errors import EngineError, EngineRefused
from interpreter.kept_waiting import own_time
from tests.faulty import Fault, Faults, FaultyTranslator
from tests.interpreter.engines.fallback.scenes import Process
from tests.scripted import loop_time_s
from tests.virtual_time import hold_up, run_in_virtual_time

TEXT = "the city needs water and money"


class Scene:
    def __init__(self, *faults: Faults, local: str = "") -> None:
        self.process = Process()
        self.engines = [
            FaultyTranslator(name, one) for name, one in zip("abc", faults, strict=False)
        ]
        self.translator = FallbackTranslator(
            [Named(one.name, one, is_local=one.name in local) for one in self.engines],
            language="es",
            health=self.process.health,
        )

    async def say(self, request: TranslationRequest) -> tuple[str, float]:
        """The translation, and how long it took."""
        began_s = loop_time_s()
        pieces = [piece async for piece in self.translator.translate(request)]
        return "".join(pieces).strip(), loop_time_s() - began_s

    def play(self, story: Coroutine[Any, Any, None]) -> None:
        async def main() -> None:
            async with self.process.running():
                await story

        run_in_virtual_time(main())


def by(name: str, text: str = TEXT) -> str:
    return " ".join(f"{word}/{name}" for word in text.split())


FAULTS = [
    (Fault.ERROR, "error"),
    (Fault.TIMEOUT, "timeout"),
    (Fault.STALL, "stall"),
    (Fault.BREAK_STALL, "stall"),
    (Fault.RATE_LIMIT, "rate_limit"),
    (Fault.QUOTA, "quota"),
    (Fault.KEY, "key"),
    (Fault.WRONG_LANGUAGE, "wrong_language"),
    (Fault.SLOW, "too_slow"),
    (Fault.DROP, "error"),
]


@pytest.mark.parametrize(("fault", "why"), FAULTS)
def test_each_fault_costs_no_word_doubles_none_and_is_soon_over(fault: Fault, why: str) -> None:
    scene = Scene(Faults([fault]), Faults())

    async def story() -> None:
        request = TranslationRequest(TEXT, committed="the", context=(("one", "uno"),))
        text, took_s = await scene.say(request)
        assert text == by("b")
        assert took_s - 0.35 <= 2.0
        assert scene.engines[1].requests == [request]

    scene.play(story())


@pytest.mark.parametrize(("fault", "why"), FAULTS)
def test_a_switch_says_why(fault: Fault, why: str) -> None:
    scene = Scene(Faults([None, fault]), Faults())

    async def story() -> None:
        await scene.say(TranslationRequest(TEXT))
        await scene.say(TranslationRequest(TEXT))

    scene.play(story())
    assert scene.process.told[:2] == [("", "a", "first"), ("a", "b", why)]


def test_the_next_unit_is_not_tried_on_who_has_failed() -> None:
    scene = Scene(Faults([Fault.STALL]), Faults())

    async def story() -> None:
        await scene.say(TranslationRequest(TEXT))
        text, took_s = await scene.say(TranslationRequest("more"))
        assert (text, round(took_s, 2)) == (by("b", "more"), 0.35)

    scene.play(story())
    assert len(scene.engines[0].requests) == 1


def test_the_first_one_is_back_after_two_healthy_probes() -> None:
    scene = Scene(Faults([Fault.ERROR]), Faults())

    async def story() -> None:
        await scene.say(TranslationRequest(TEXT))
        await asyncio.sleep(7.0)
        text, _ = await scene.say(TranslationRequest("one"))
        assert text == by("b", "one")
        await asyncio.sleep(4.0)
        text, _ = await scene.say(TranslationRequest("two"))
        assert text == by("a", "two")

    scene.play(story())
    assert scene.process.told == [("", "b", "first"), ("b", "a", "healthy")]


def test_who_is_ill_for_long_is_probed_more_and_more_rarely() -> None:
    scene = Scene(Faults(always=Fault.ERROR), Faults())

    async def story() -> None:
        await scene.say(TranslationRequest(TEXT))
        await asyncio.sleep(600.0)

    scene.play(story())
    assert len(scene.engines[0].requests) < 12


def test_a_rate_limit_is_heeded_even_by_probes() -> None:
    scene = Scene(Faults([Fault.RATE_LIMIT]), Faults())

    async def story() -> None:
        await scene.say(TranslationRequest(TEXT))
        await asyncio.sleep(19.0)
        assert len(scene.engines[0].requests) == 1
        await asyncio.sleep(2.0)
        assert len(scene.engines[0].requests) == 2

    scene.play(story())


def test_two_fail_and_the_third_answers_within_two_seconds_more_each() -> None:
    scene = Scene(Faults([Fault.STALL]), Faults([Fault.ERROR]), Faults())

    async def story() -> None:
        text, took_s = await scene.say(TranslationRequest(TEXT))
        assert text == by("c")
        assert took_s < 2.5

    scene.play(story())


def test_when_all_have_failed_the_error_is_theirs_and_it_is_told_once() -> None:
    scene = Scene(Faults(always=Fault.ERROR), Faults(always=Fault.KEY))

    async def story() -> None:
        for _ in range(2):
            with pytest.raises(EngineError):
                await scene.say(TranslationRequest(TEXT))

    scene.play(story())
    assert [one for one in scene.process.told if one[1] == ""] == [("", "", "error")]


def test_words_do_not_wait_for_a_probe_where_all_have_failed_before() -> None:
    scene = Scene(Faults([Fault.ERROR]), Faults([Fault.ERROR]))

    async def story() -> None:
        text, _ = await scene.say(TranslationRequest(TEXT))
        assert text == by("a")

    scene.play(story())


def test_one_alone_is_asked_again() -> None:
    scene = Scene(Faults([Fault.ERROR]))

    async def story() -> None:
        text, _ = await scene.say(TranslationRequest(TEXT))
        assert text == by("a")

    scene.play(story())


def test_one_alone_is_not_asked_again_for_what_it_refuses() -> None:
    scene = Scene(Faults([Fault.WRONG_LANGUAGE, None]))

    async def story() -> None:
        with pytest.raises(EngineRefused):
            await scene.say(TranslationRequest(TEXT))

    scene.play(story())


def test_who_waits_for_the_last_one_is_patient() -> None:
    scene = Scene(Faults([Fault.ERROR]), Faults())
    scene.engines[1].delay_s = 4.0

    async def story() -> None:
        text, _ = await scene.say(TranslationRequest(TEXT))
        assert text == by("b")

    scene.play(story())


def test_a_request_that_is_given_up_is_nobodys_failure() -> None:
    scene = Scene(Faults([Fault.STALL]), Faults())

    async def story() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await scene.say(TranslationRequest(TEXT))
        text, _ = await scene.say(TranslationRequest(TEXT))
        assert text == by("a")

    scene.play(story())


def test_who_was_silent_for_one_request_is_not_waited_for_as_long_in_the_next() -> None:
    scene = Scene(Faults([Fault.STALL] * 2), Faults())

    async def story() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.2):
                await scene.say(TranslationRequest("the city", is_open=True))
        text, took_s = await scene.say(TranslationRequest(TEXT))
        assert (text, round(took_s, 2)) == (by("b"), 0.5 + 0.35)

    scene.play(story())


def test_who_was_given_up_soon_is_asked_as_before() -> None:
    scene = Scene(Faults(), Faults())

    async def story() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await scene.say(TranslationRequest("the city", is_open=True))
        text, _ = await scene.say(TranslationRequest(TEXT))
        assert text == by("a")

    scene.play(story())


def test_who_was_silent_a_minute_ago_is_asked_as_before() -> None:
    scene = Scene(Faults([Fault.STALL]), Faults())
    scene.engines[0].delay_s = 0.9

    async def story() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.8):
                await scene.say(TranslationRequest("the city", is_open=True))
        await asyncio.sleep(60.0)
        text, _ = await scene.say(TranslationRequest(TEXT))
        assert text == by("a")

    scene.play(story())


def test_nobody_is_asked_for_what_they_cannot() -> None:
    scene = Scene(Faults(always=Fault.ERROR), Faults())
    scene.engines[1].can_condense = False

    async def story() -> None:
        with pytest.raises(EngineError):
            await scene.say(TranslationRequest(TEXT, is_concise=True))

    scene.play(story())
    assert scene.engines[1].requests == []


def test_who_heeds_no_repair_is_asked_where_there_is_no_translation_yet() -> None:
    """What was wrong with an open unit's is only advice for the next: a sentence must not be left
    out for it."""
    scene = Scene(Faults(always=Fault.ERROR), Faults())
    scene.engines[1].can_repair = False
    advised = TranslationRequest(TEXT, repair=("No 14.",))

    async def story() -> None:
        text, _ = await scene.say(advised)
        assert text == by("b")
        with pytest.raises(EngineError):
            await scene.say(replace(advised, is_second=True))

    scene.play(story())
    assert len(scene.engines[1].requests) == 1


WARM_UP = TranslationRequest("OK", is_warm_up=True)


def test_a_slow_warm_up_is_nobodys_failure() -> None:
    scene = Scene(Faults(), Faults())
    scene.engines[0].warms_up_s = 5.0

    async def story() -> None:
        await scene.say(WARM_UP)
        text, took_s = await scene.say(TranslationRequest(TEXT))
        assert (text, round(took_s, 2)) == (by("a"), 0.35)

    scene.play(story())
    assert scene.process.told == [("", "a", "first")]


def test_words_do_not_wait_for_a_warm_up_and_the_first_one_has_them_once_it_is_warm() -> None:
    scene = Scene(Faults(), Faults())
    scene.engines[0].warms_up_s, scene.engines[1].warms_up_s = 5.0, 1.0

    async def story() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(scene.say(WARM_UP))
            await asyncio.sleep(2.5)
            text, took_s = await scene.say(TranslationRequest(TEXT))
            assert (text, round(took_s, 2)) == (by("b"), 1.75)
            text, took_s = await scene.say(TranslationRequest("more"))
            assert (text, round(took_s, 2)) == (by("b", "more"), 0.35)
            await asyncio.sleep(1.0)
            text, _ = await scene.say(TranslationRequest("now"))
            assert text == by("a", "now")

    scene.play(story())
    assert scene.process.told == [("", "b", "first"), ("b", "a", "healthy")]


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.TIMEOUT, Fault.SLOW, Fault.WRONG_LANGUAGE])
def test_words_find_out_whether_what_a_warm_up_met_has_passed(fault: Fault) -> None:
    scene = Scene(Faults([fault]), Faults())

    async def story() -> None:
        await scene.say(WARM_UP)
        text, _ = await scene.say(TranslationRequest(TEXT))
        assert text == by("a")

    scene.play(story())


@pytest.mark.parametrize("fault", [Fault.RATE_LIMIT, Fault.QUOTA, Fault.KEY])
def test_who_says_no_to_a_warm_up_is_not_asked_with_words(fault: Fault) -> None:
    scene = Scene(Faults([fault]), Faults())

    async def story() -> None:
        await scene.say(WARM_UP)
        text, took_s = await scene.say(TranslationRequest(TEXT))
        assert (text, round(took_s, 2)) == (by("b"), 0.35)

    scene.play(story())
    assert len(scene.engines[0].requests) == 1


def test_a_stalled_warm_up_has_the_next_one_warm_when_words_come() -> None:
    scene = Scene(Faults(always=Fault.STALL), Faults())
    scene.engines[1].warms_up_s = 3.0

    async def story() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10.0):
                await scene.say(WARM_UP)
        text, took_s = await scene.say(TranslationRequest(TEXT))
        assert (text, round(took_s, 2)) == (by("b"), 1.75)

    scene.play(story())


def test_a_local_engine_is_warm_when_the_one_before_it_fails() -> None:
    scene = Scene(Faults([None, None, Fault.ERROR]), Faults(), local="b")
    scene.engines[1].warms_up_s = 3.0

    async def story() -> None:
        await scene.say(WARM_UP)
        await scene.say(TranslationRequest(TEXT))
        await asyncio.sleep(20.0)
        text, took_s = await scene.say(TranslationRequest(TEXT))
        assert (text, round(took_s, 2)) == (by("b"), 0.7)

    scene.play(story())
    assert [told[1] for told in scene.process.told] == ["a", "b"]


def test_a_local_engine_is_kept_warm_as_long_as_another_serves() -> None:
    scene = Scene(Faults(), Faults(), Faults(), local="bc")

    async def story() -> None:
        await scene.say(WARM_UP)
        await asyncio.sleep(200.0)
        await scene.translator.aclose()
        await asyncio.sleep(200.0)

    scene.play(story())
    assert [len(one.requests) for one in scene.engines] == [1, 3, 3]


def test_that_nobody_can_translate_is_told_before_anybody_speaks() -> None:
    scene = Scene(Faults(always=Fault.KEY), Faults(always=Fault.ERROR))

    async def story() -> None:
        with pytest.raises(EngineError):
            await scene.say(WARM_UP)

    scene.play(story())
    assert scene.process.told == [("", "", "error")]


def test_an_answer_without_a_word_is_none() -> None:
    scene = Scene(Faults([Fault.ZEROS]), Faults())

    async def story() -> None:
        text, _ = await scene.say(TranslationRequest(TEXT))
        assert text == by("b")

    scene.play(story())


def test_who_runs_it_reads_what_to_do_about_each_that_refuses(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene(Faults(always=Fault.KEY), Faults(always=Fault.QUOTA))

    async def story() -> None:
        with pytest.raises(EngineError):
            await scene.say(TranslationRequest(TEXT))

    scene.play(story())
    told = [one.getMessage() for one in caplog.records if "left alone" in one.getMessage()]
    assert told == [
        "an engine is left alone for a while: translator, a (key): told to fail",
        "an engine is left alone for a while: translator, b (quota): told to fail",
    ]


@pytest.mark.parametrize(
    ("kept_s", "by_whom"),
    [
        pytest.param(0.0, "b", id="it stalls"),
        pytest.param(0.3, "b", id="it stalls on a busy machine too"),
        pytest.param(0.8, "a", id="nobody here could have read its answer"),
    ],
)
def test_an_engine_is_not_late_while_this_process_is_not_let_run(
    kept_s: float, by_whom: str
) -> None:
    scene = Scene(Faults(), Faults())
    scene.engines[0].delay_s = 2.0

    async def story() -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(1.0, own_time().kept_waiting, kept_s)
        text, took_s = await scene.say(TranslationRequest(TEXT))
        assert text == by(by_whom)
        assert took_s == pytest.approx(2.0 if by_whom == "a" else 1.4 + kept_s + 0.35)

    scene.play(story())


def test_an_answer_that_came_while_this_process_stood_still_is_taken() -> None:
    scene = Scene(Faults(), Faults())

    async def story() -> None:
        await scene.say(TranslationRequest("hello"))
        await asyncio.sleep(1.0)
        asyncio.get_running_loop().call_later(0.2, hold_up, 3.0)
        assert (await scene.say(TranslationRequest(TEXT)))[0] == by("a")

    scene.play(story())
    assert scene.process.told == [("", "a", "first")]
