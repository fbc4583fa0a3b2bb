"""Voices that fail, each in its way: every word is heard, once, and soon."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest
from livekit import rtc
from livekit.agents import APIError

from interpreter.engines.fallback import Named
from interpreter.engines.fallback.sounded import Sounded
from interpreter.engines.fallback.utterance import words_of
from interpreter.engines.fallback.voice import FallbackVoice
from interpreter.events import EngineKind
from interpreter.kept_waiting import own_time
from tests.faulty import Fault, Faults, FaultyVoice, Spoken
from tests.interpreter.engines.fallback.scenes import Process
from tests.scripted import loop_time_s
from tests.virtual_time import hold_up, run_in_virtual_time

TEXT = "the city needs water money schools and doctors now"
SENTENCES = ("a first sentence teaches its pace", "and so does a second one")


@dataclass
class Heard:
    """What a listener hears of one utterance."""

    frames: list[rtc.AudioFrame] = field(default_factory=list)
    words: list[tuple[str, float]] = field(default_factory=list)
    """As they were told, with their times."""
    first_s: float = 0.0
    waited_s: float = 0.0
    """The longest silence inside."""


class Scene:
    def __init__(self, *voices: FaultyVoice) -> None:
        self.process = Process()
        self.voices = voices
        self.voice = FallbackVoice(
            [Named(name, one) for name, one in zip("abc", voices, strict=False)],
            language="es",
            health=self.process.health,
        )

    async def say(self, text: str, rate: float = 1.0) -> Heard:
        heard, began_s = Heard(), loop_time_s()
        ends_s = began_s
        async with self.voice.synthesize(text, rate=rate) as utterance:
            async for audio in utterance:
                if not heard.frames:
                    heard.first_s, ends_s = loop_time_s() - began_s, loop_time_s()
                heard.waited_s = max(heard.waited_s, loop_time_s() - ends_s)
                ends_s = max(ends_s, loop_time_s()) + audio.frame.duration
                heard.frames.append(audio.frame)
                for word in words_of(audio.frame):
                    heard.words.append((str(word), float(word.start_time or 0.0)))
        return heard

    def hear_whole(self, spoken: Spoken, text: str = TEXT, *, taught: int = 1) -> None:
        """Play: after so many sentences that teach its pace, the text is said, and heard whole."""

        async def story() -> None:
            for sentence in SENTENCES[:taught]:
                await self.say(sentence)
            heard = await self.say(text)
            assert spoken.heard(heard.frames, shortest_s=0.15) == text.split()

        self.play(story())

    def play(self, story: Coroutine[Any, Any, None]) -> None:
        async def main() -> None:
            async with self.process.running():
                await story

        run_in_virtual_time(main())


FAULTS = [
    (Fault.ERROR, "error"),
    (Fault.TIMEOUT, "timeout"),
    (Fault.STALL, "stall"),
    (Fault.ZEROS, "stall"),
    (Fault.RATE_LIMIT, "rate_limit"),
    (Fault.QUOTA, "quota"),
    (Fault.KEY, "key"),
    (Fault.DROP, "error"),
    (Fault.BREAK_STALL, "stall"),
    (Fault.EARLY_END, "stall"),
    (Fault.SLOW, "too_slow"),
]


@pytest.mark.parametrize("break_at", [0.1, 0.37, 0.83])
@pytest.mark.parametrize("speed", [1.0, 50.0])
@pytest.mark.parametrize(("fault", "why"), FAULTS)
def test_each_fault_loses_no_word_and_doubles_none(
    fault: Fault, why: str, speed: float, break_at: float
) -> None:
    spoken = Spoken()
    failing = FaultyVoice(spoken, Faults([None, fault]), speed=speed, break_at=break_at)
    scene = Scene(failing, FaultyVoice(spoken))

    async def story() -> None:
        await scene.say("hello")
        heard = await scene.say(TEXT)
        assert spoken.heard(heard.frames) == TEXT.split()
        assert [word for word, _ in heard.words] == TEXT.split()
        assert max(heard.first_s - 0.2, heard.waited_s) <= 1.5

    scene.play(story())
    assert scene.process.told == [("", "a", "first"), ("a", "b", why)]


@pytest.mark.parametrize("break_at", [0.37, 0.5, 0.83])
@pytest.mark.parametrize("fault", [Fault.DROP, Fault.BREAK_STALL, Fault.SLOW])
def test_a_voice_without_word_times_is_followed_by_its_pace(fault: Fault, break_at: float) -> None:
    spoken = Spoken()
    failing = FaultyVoice(spoken, Faults([None, fault]), has_times=False, break_at=break_at)
    scene = Scene(failing, FaultyVoice(spoken, has_times=False))
    scene.hear_whole(spoken)


@pytest.mark.parametrize("break_at", [0.37, 0.5, 0.83])
def test_a_voice_that_tells_when_words_begin_alone_is_followed_by_its_pace(break_at: float) -> None:
    spoken = Spoken()
    faults = Faults([None, Fault.DROP])
    failing = FaultyVoice(spoken, faults, has_ends=False, break_at=break_at)
    scene = Scene(failing, FaultyVoice(spoken))
    scene.hear_whole(spoken)


@pytest.mark.parametrize("break_at", [0.17, 0.19, 0.31, 0.42, 0.53])
@pytest.mark.parametrize("fault", [Fault.DROP, Fault.BREAK_STALL])
def test_the_silence_before_a_first_word_is_no_word(fault: Fault, break_at: float) -> None:
    spoken, text = Spoken(), "not all of them agreed with the plan"
    faults = Faults([None, None, fault])
    failing = FaultyVoice(spoken, faults, has_times=False, break_at=break_at, silent_s=0.5)
    scene = Scene(failing, FaultyVoice(spoken, has_times=False))
    scene.hear_whole(spoken, text, taught=2)


@pytest.mark.parametrize("break_at", [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
def test_a_pause_between_sentences_is_no_word(break_at: float) -> None:
    """A word may come twice there, as a pause is as long as its voice likes; none is lost."""
    spoken, text = Spoken(), "yes. we agree. not all of them want it. they said so"
    faults = Faults([None, None, Fault.DROP])
    failing = FaultyVoice(spoken, faults, has_times=False, break_at=break_at, pause_s=0.7)
    scene = Scene(failing, FaultyVoice(spoken, has_times=False))

    async def story() -> None:
        for sentence in SENTENCES:
            await scene.say(sentence)
        heard = await scene.say(text)
        words = spoken.heard(heard.frames, shortest_s=0.1)
        assert list(dict.fromkeys(words)) == text.split()

    scene.play(story())


def test_without_word_times_an_end_far_too_early_is_noticed() -> None:
    spoken = Spoken()
    faults = Faults([None, Fault.EARLY_END])
    failing = FaultyVoice(spoken, faults, has_times=False, break_at=0.25)
    scene = Scene(failing, FaultyVoice(spoken))
    scene.hear_whole(spoken)


def test_the_half_of_a_long_text_is_noticed_of_a_voice_whose_pace_is_known() -> None:
    spoken, text = Spoken(), f"{TEXT} because winter has been very long"
    faults = Faults([None, None, Fault.EARLY_END])
    failing = FaultyVoice(spoken, faults, has_times=False, break_at=0.5)
    scene = Scene(failing, FaultyVoice(spoken))
    scene.hear_whole(spoken, text, taught=2)


def test_a_phrase_that_is_said_fast_is_no_end_too_early() -> None:
    spoken = Spoken()
    scene = Scene(FaultyVoice(spoken, has_times=False), FaultyVoice(spoken))

    async def story() -> None:
        scene.process.health.paces["a", "es"].learn("thank you so very much indeed", 3.4)
        scene.process.health.paces["a", "es"].learn("thank you so very much indeed", 3.4)
        await scene.say("thank you very much all")

    scene.play(story())
    assert scene.process.told == [("", "a", "first")]


def test_the_pace_of_a_voice_in_one_language_is_not_that_in_another() -> None:
    spoken = Spoken()
    failing = FaultyVoice(spoken, Faults([None, Fault.DROP]), has_times=False, break_at=0.83)
    scene = Scene(failing, FaultyVoice(spoken))
    chinese = FallbackVoice(
        [Named("a", FaultyVoice(Spoken(), has_times=False))],
        language="zh",
        health=scene.process.health,
    )

    async def story() -> None:
        await scene.say(SENTENCES[0])
        async with chinese.synthesize("预算将在下周的会议上讨论因为今天没有人有时间来看它") as said:
            assert [audio async for audio in said]
        heard = await scene.say(TEXT)
        assert spoken.heard(heard.frames, shortest_s=0.15) == TEXT.split()

    scene.play(story())


@pytest.mark.parametrize(
    "first", ["yes", "1.250.000", "between 2027 and 2035 it costs 3.475.900 or 4.100.000"]
)
def test_a_short_answer_or_figures_teach_no_pace_that_ordinary_words_fail_by(first: str) -> None:
    slow = FaultyVoice(spoken := Spoken(), has_times=False)
    scene = Scene(slow, FaultyVoice(spoken, has_times=False))

    async def story() -> None:
        pace = scene.process.health.paces["a", "es"]
        pace.learn(first, 0.35 * len(first))
        heard = await scene.say(TEXT)
        assert spoken.heard(heard.frames) == TEXT.split()

    scene.play(story())
    assert scene.process.told == [("", "a", "first")]


@pytest.mark.parametrize("text", ["merci beaucoup !", "merci 👍", "et donc …", "– non –"])
def test_a_sign_that_stands_alone_at_the_end_has_no_time_and_is_not_missed(text: str) -> None:
    scene = Scene(FaultyVoice(spoken := Spoken()), FaultyVoice(spoken))

    async def story() -> None:
        await scene.say(text)
        await scene.say(text)

    scene.play(story())
    assert scene.process.told == [("", "a", "first")]
    assert scene.voices[1].asked == []
    assert scene.process.health.breaker(EngineKind.VOICE, "a").is_closed


@pytest.mark.parametrize("has_times", [True, False])
def test_a_short_word_of_which_nothing_sounds_is_said_by_another_voice(has_times: bool) -> None:
    spoken = Spoken()
    silent = FaultyVoice(spoken, Faults([Fault.ZEROS]), has_times=has_times)
    scene = Scene(silent, FaultyVoice(spoken))

    async def story() -> None:
        heard = await scene.say("not")
        assert spoken.heard(heard.frames) == ["not"]

    scene.play(story())


@pytest.mark.parametrize("made_s", [1.2, 2.0, 2.6, 2.9])
def test_a_voice_that_breaks_off_in_a_number_is_followed_by_the_whole_number(made_s: float) -> None:
    """It takes 2.4 s to say, as any of seven figures: from 0.6 s on."""
    sounded = Sounded("it costs 3475900 and they do not agree", 0.07)
    left, keep_s = sounded.broken_off(made_s, made_s - 0.25)
    assert left == "3475900 and they do not agree"
    assert keep_s <= made_s


def test_times_that_begin_anew_with_each_sentence_are_none() -> None:
    sounded = Sounded("We agree. They do not want it.", 0.07)
    sounded.loud(0.0, 1.5)
    times = [(0.0, 0.2), (0.2, 0.7), (0.0, 0.3), (0.3, 0.5), (0.5, 0.8), (0.8, 1.0), (1.0, 1.2)]
    for word, (start_s, end_s) in zip(sounded.text.split(), times, strict=True):
        sounded.time(word, start_s, end_s)
    left, _ = sounded.broken_off(1.5, 1.25)
    assert left == "not want it."


def test_a_word_that_comes_twice_is_told_twice() -> None:
    text = "the dog and the cat and the bird"
    scene = Scene(FaultyVoice(spoken := Spoken()), FaultyVoice(spoken))

    async def story() -> None:
        heard = await scene.say(text)
        assert [word for word, _ in heard.words] == text.split()

    scene.play(story())


def test_word_times_go_on_where_the_next_voice_begins() -> None:
    spoken = Spoken()
    scene = Scene(FaultyVoice(spoken, Faults([Fault.DROP])), FaultyVoice(spoken))

    async def story() -> None:
        heard = await scene.say(TEXT)
        times = [at_s for _, at_s in heard.words]
        assert times == sorted(times)
        letters = sum(len(word) + 1 for word in TEXT.split()[:-1])
        assert times[-1] == pytest.approx(letters * 0.06, abs=0.03)

    scene.play(story())


def test_a_voice_of_another_rate_sounds_at_the_firsts() -> None:
    spoken = Spoken()
    failing = FaultyVoice(spoken, Faults([Fault.DROP]), rate_hz=24_000)
    scene = Scene(failing, FaultyVoice(spoken, rate_hz=16_000))

    async def story() -> None:
        heard = await scene.say(TEXT)
        assert {frame.sample_rate for frame in heard.frames} == {24_000}
        assert spoken.heard(heard.frames) == TEXT.split()
        seconds = sum(frame.duration for frame in heard.frames)
        assert seconds == pytest.approx(sum(len(w) + 1 for w in TEXT.split()) * 0.06, abs=0.1)

    scene.play(story())


@pytest.mark.parametrize(("first_has", "second_has"), [(True, False), (False, True)])
def test_a_voice_without_a_rate_is_as_fast_as_the_other(first_has: bool, second_has: bool) -> None:
    spoken = Spoken()
    scene = Scene(
        FaultyVoice(spoken, Faults([None, Fault.ERROR]), has_own_rate=first_has),
        FaultyVoice(spoken, has_own_rate=second_has),
    )

    async def story() -> None:
        natural_s = sum(len(word) + 1 for word in TEXT.split()) * 0.06
        for _ in range(2):
            heard = await scene.say(TEXT, rate=1.25)
            seconds = sum(frame.duration for frame in heard.frames)
            assert seconds == pytest.approx(natural_s / 1.25, abs=0.12)

    scene.play(story())


def test_a_sound_ahead_of_its_playout_may_pause() -> None:
    spoken = Spoken()
    scene = Scene(FaultyVoice(spoken, speed=0.95), FaultyVoice(spoken))

    async def story() -> None:
        await scene.say(TEXT)

    scene.play(story())
    assert scene.process.told == [("", "a", "first")]


def test_one_alone_is_asked_again_for_the_rest() -> None:
    spoken = Spoken()
    scene = Scene(FaultyVoice(spoken, Faults([Fault.DROP])))

    async def story() -> None:
        heard = await scene.say(TEXT)
        assert spoken.heard(heard.frames) == TEXT.split()

    scene.play(story())


def test_the_first_one_is_back_after_healthy_probes() -> None:
    spoken = Spoken()
    scene = Scene(FaultyVoice(spoken, Faults([Fault.STALL])), FaultyVoice(spoken))

    async def story() -> None:
        await scene.say(TEXT)
        await asyncio.sleep(12.0)
        await scene.say(TEXT)

    scene.play(story())
    assert scene.process.told == [("", "b", "first"), ("b", "a", "healthy")]


def test_when_none_speaks_the_failure_is_told() -> None:
    spoken = Spoken()
    scene = Scene(
        FaultyVoice(spoken, Faults(always=Fault.KEY)),
        FaultyVoice(spoken, Faults(always=Fault.ERROR)),
    )

    async def story() -> None:
        with pytest.raises(APIError):
            await scene.say(TEXT)

    scene.play(story())
    assert scene.process.told == [("", "", "error")]


def test_a_slow_warm_up_is_nobodys_failure() -> None:
    spoken = Spoken()
    scene = Scene(FaultyVoice(spoken), FaultyVoice(spoken))
    scene.voices[0].warms_up_s = 5.0

    async def story() -> None:
        await scene.voice.warm_up("OK")
        await scene.say(TEXT)

    scene.play(story())
    assert scene.process.told == [("", "a", "first")]
    assert scene.voices[1].asked == ["OK"]


def test_words_do_not_wait_for_a_warm_up_and_the_first_one_has_them_once_it_is_warm() -> None:
    spoken = Spoken()
    scene = Scene(FaultyVoice(spoken), FaultyVoice(spoken))
    scene.voices[0].warms_up_s = 4.0

    async def story() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(scene.voice.warm_up("OK"))
            await asyncio.sleep(1.0)
            heard = await scene.say(TEXT)
            assert spoken.heard(heard.frames) == TEXT.split()
            assert heard.first_s <= 1.7
            await asyncio.sleep(2.0)
            await scene.say(TEXT)

    scene.play(story())
    assert scene.process.told == [("", "b", "first"), ("b", "a", "healthy")]


def test_that_nobody_can_speak_is_told_before_anybody_does() -> None:
    spoken = Spoken()
    scene = Scene(*(FaultyVoice(spoken, Faults(always=Fault.KEY)) for _ in "ab"))

    async def story() -> None:
        with pytest.raises(APIError):
            await scene.voice.warm_up("OK")

    scene.play(story())
    assert scene.process.told == [("", "", "key")]


def test_a_rate_limit_is_heeded_even_by_probes() -> None:
    spoken = Spoken()
    scene = Scene(FaultyVoice(spoken, Faults([Fault.RATE_LIMIT])), FaultyVoice(spoken))

    async def story() -> None:
        await scene.say(TEXT)
        await asyncio.sleep(14.0)
        assert len(scene.voices[0].asked) == 1
        await asyncio.sleep(7.0)
        assert len(scene.voices[0].asked) >= 2

    scene.play(story())


@pytest.mark.parametrize(("kept_s", "switches"), [(0.0, 1), (0.8, 0)])
def test_a_voice_is_not_late_while_this_process_is_not_let_run(
    kept_s: float, switches: int
) -> None:
    spoken = Spoken()
    late = FaultyVoice(spoken)
    late.delay_s = 2.0
    scene = Scene(late, FaultyVoice(spoken))

    async def story() -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(1.0, own_time().kept_waiting, kept_s)
        heard = await scene.say(TEXT)
        assert spoken.heard(heard.frames) == TEXT.split()

    scene.play(story())
    served = [after for _, after, _ in scene.process.told]
    assert served == (["b"] if switches else ["a"])


@pytest.mark.parametrize("at_s", [0.1, 0.5])
def test_sound_that_came_while_this_process_stood_still_is_heard(at_s: float) -> None:
    spoken = Spoken()
    scene = Scene(FaultyVoice(spoken), FaultyVoice(spoken))

    async def story() -> None:
        await scene.say("hello")
        await asyncio.sleep(1.0)
        asyncio.get_running_loop().call_later(at_s, hold_up, 3.0)
        heard = await scene.say(TEXT)
        assert spoken.heard(heard.frames) == TEXT.split()

    scene.play(story())
    assert scene.process.told == [("", "a", "first")]
