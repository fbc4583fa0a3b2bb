"""STT plugins as a speaker's hearing needs them: engines that follow a script, virtual time."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from livekit import rtc
from livekit.agents import APIConnectionError, APIConnectOptions, APIStatusError, stt
from livekit.agents.language import LanguageCode
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    NotGivenOr,
    TimedString,
)
from livekit.agents.utils import AudioBuffer

from interpreter.engines.fallback import Named
from interpreter.engines.fallback.health import Health
from interpreter.engines.fallback.recogniser import FallbackRecogniser
from interpreter.engines.plugin_stt import IN_CHAIN_S, PluginRecogniser
from interpreter.engines.recorded import is_silent, quietest
from interpreter.engines.rhythm import SHORTEST_AGAIN_S
from interpreter.engines.utterances import HEARD_S, RATE_HZ, spread
from interpreter.errors import EngineUnavailable
from tests.faulty import Told
from tests.virtual_time import run_in_virtual_time

FRAME = RATE_HZ // 10
SOUND = rtc.AudioFrame(b"\x10\x10" * FRAME, RATE_HZ, 1, FRAME)
QUIET = rtc.AudioFrame(b"\x10\x01" * FRAME, RATE_HZ, 1, FRAME)
KIND = stt.SpeechEventType


def said(kind: stt.SpeechEventType, text: str, *words: TimedString) -> stt.SpeechEvent:
    data = stt.SpeechData(LanguageCode("en"), text, words=list(words) or None)
    return stt.SpeechEvent(kind, alternatives=[data])


@dataclass
class Script:
    """What an engine says, and when: seconds of sound that it has heard → an event."""

    events: list[tuple[float, stt.SpeechEvent]] = field(default_factory=list)
    heard_s: float = 0.0
    ends_s: float = 1e9
    """The engine's stream ends by itself after so much sound."""
    fails_at_s: float = 1e9
    """Once, after so much sound …"""
    fails_with: Exception = field(default_factory=APIConnectionError)
    """… with this, …"""
    fails_for_s: float = 0.0
    """… and each time before this second of the loop."""
    recordings: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """What is heard in the recordings, one after the other; else the same in each."""
    answers_s: float = 0.0
    """How long each answer takes, …"""
    answers_for_s: float = 0.0
    """… and how much longer for each second of sound, …"""
    first_s: float = 0.0
    """… and how much longer the first one, as a server loads its model for it."""
    is_single: bool = False
    """It answers one after another, and goes on with what nobody waits for any more."""
    busy_until_s: float = 0.0
    heard_by: list[float] = field(default_factory=list)
    """How much sound each of its connections was told."""

    def fail(self) -> None:
        if asyncio.get_running_loop().time() < self.fails_for_s:
            raise self.fails_with
        if self.heard_s >= self.fails_at_s:
            self.fails_at_s = 1e9
            raise self.fails_with


class Streams(stt.STT[str]):
    """An engine that streams."""

    def __init__(
        self, script: Script, *, streaming: bool = True, interim_results: bool = True
    ) -> None:
        capabilities = stt.STTCapabilities(streaming=streaming, interim_results=interim_results)
        super().__init__(capabilities=capabilities)
        self.script = script

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        return _Scripted(stt=self, conn_options=APIConnectOptions(max_retry=0))

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        frames = buffer if isinstance(buffer, list) else [buffer]
        self.script.fail()
        self.script.recordings.append(sum(frame.duration for frame in frames))
        await self._work(sum(frame.duration for frame in frames))
        text = self.script.texts.pop(0) if self.script.texts else "the city needs water"
        return said(KIND.FINAL_TRANSCRIPT, text)

    async def _work(self, sound_s: float) -> None:
        script = self.script
        takes_s = script.answers_s + script.answers_for_s * sound_s
        takes_s += script.first_s if len(script.recordings) == 1 else 0.0
        now_s = asyncio.get_running_loop().time()
        if script.is_single:
            script.busy_until_s = max(script.busy_until_s, now_s) + takes_s
            takes_s = script.busy_until_s - now_s
        await asyncio.sleep(takes_s)


class Connections(Streams):
    """Each of its connections follows a script of its own."""

    def __init__(self, *scripts: Script) -> None:
        super().__init__(scripts[0])
        self._ahead = list(scripts)

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        self.script = self._ahead.pop(0)
        return super().stream(language=language, conn_options=conn_options)


class _Scripted(stt.RecognizeStream):
    async def _run(self) -> None:
        engine = self._stt
        assert isinstance(engine, Streams)
        script = engine.script
        script.heard_by.append(0.0)
        async for item in self._input_ch:
            heard_s = item.duration if isinstance(item, rtc.AudioFrame) else 0.0
            script.heard_s += heard_s
            script.heard_by[-1] += heard_s
            script.fail()
            if script.heard_s > script.ends_s:
                return
            while script.events and script.events[0][0] <= script.heard_s + 1e-6:
                self._event_ch.send_nowait(script.events.pop(0)[1])


def hear(
    engine: Streams | FallbackRecogniser,
    *utterances_s: float,
    has_interims: bool = False,
    recorded_s: float = 0.0,
    quiet_s: float = -1.0,
) -> list[stt.SpeechEvent]:
    """Push utterances of so many seconds, each with a flush that is answered before the next; the
    first `recorded_s` of each come twelve times as fast, and it is quiet after each `quiet_s`."""

    async def main() -> list[stt.SpeechEvent]:
        if isinstance(engine, Streams):
            stream = PluginRecogniser(engine, has_interims=has_interims).stream()
        else:
            stream = engine.stream()
        events = list[stt.SpeechEvent]()
        ended = asyncio.Event()

        async def read() -> None:
            async for event in stream:
                events.append(event)
                if event.type is KIND.END_OF_SPEECH:
                    ended.set()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(read())
            for seconds in utterances_s:
                for place in range(round(seconds * 10)):
                    is_quiet = quiet_s > 0.0 and place and place % round(quiet_s * 10) == 0
                    stream.push_frame(QUIET if is_quiet else SOUND)
                    await asyncio.sleep(0.1 / (12.0 if place < recorded_s * 10 else 1.0))
                ended.clear()
                stream.flush()
                async with asyncio.timeout(8.0):
                    await ended.wait()
            stream.end_input()
        await stream.aclose()
        return events

    return run_in_virtual_time(main())


def finals(
    events: list[stt.SpeechEvent], kind: stt.SpeechEventType = KIND.FINAL_TRANSCRIPT
) -> list[list[tuple[str, float, float]]]:
    return [
        [
            (str(word), round(float(word.start_time or 0), 2), round(float(word.end_time or 0), 2))
            for word in event.alternatives[0].words or []
        ]
        for event in events
        if event.type is kind
    ]


def test_words_without_times_are_spread_over_their_utterance() -> None:
    script = Script([(1.0, said(KIND.FINAL_TRANSCRIPT, "no water"))])
    (words,) = finals(hear(Streams(script), 1.0))
    assert words == [("no", 0.0, 0.29), ("water", 0.29, 1.0)]


def test_times_that_no_sound_can_have_are_none() -> None:
    """As NVIDIA's class gives them, in milliseconds."""
    words = spread(["the", "city"], 200.0, 900.0), spread(["needs", "water"], 1_500.0, 2_600.0)
    script = Script(
        [
            (0.9, said(KIND.FINAL_TRANSCRIPT, "the city", *words[0])),
            (2.6, said(KIND.FINAL_TRANSCRIPT, "needs water", *words[1])),
        ]
    )
    first, last = finals(hear(Streams(script), 1.0, 1.5))
    assert [word for word, *_ in (*first, *last)] == ["the", "city", "needs", "water"]
    starts = [start_s for _, start_s, _ in (*first, *last)]
    assert starts == sorted(set(starts))
    assert last[-1][2] <= 2.5


def test_times_that_begin_anew_after_each_final_are_none() -> None:
    """As Cartesia's ink-whisper may give them: words before others would be taken for those."""
    words = [
        spread(["we", "do", "not"], 0.2, 0.9),
        spread(["accept"], 0.1, 0.5),
        spread(["forty", "two"], 0.2, 0.8),
    ]
    script = Script(
        [
            (at_s, said(KIND.FINAL_TRANSCRIPT, " ".join(listed), *listed))
            for at_s, listed in zip((1.0, 1.6, 3.3), words, strict=True)
        ]
    )
    found = [word for final in finals(hear(Streams(script), 2.0, 1.0)) for word in final]
    assert [word for word, *_ in found] == ["we", "do", "not", "accept", "forty", "two"]
    starts = [start_s for _, start_s, _ in found]
    assert starts == sorted(set(starts))
    assert found[-2][1] >= 1.9


@pytest.mark.parametrize("again", [0, 1])
def test_a_final_that_is_told_twice_keeps_its_times(again: int) -> None:
    """All of it, or its end."""
    words = spread(["no", "water", "today"], 0.2, 1.1)
    script = Script(
        [
            (1.2, said(KIND.FINAL_TRANSCRIPT, "", *words)),
            (1.3, said(KIND.FINAL_TRANSCRIPT, "", *words[again:])),
        ]
    )
    first, second = finals(hear(Streams(script), 1.4))
    assert second == first[again:]


def test_the_silence_that_ends_an_utterance_is_not_in_the_times_of_the_next() -> None:
    first = said(KIND.FINAL_TRANSCRIPT, "no", TimedString("no", start_time=0.5, end_time=0.9))
    second = said(
        KIND.FINAL_TRANSCRIPT, "water", TimedString(" water ", start_time=2.05, end_time=2.45)
    )
    script = Script([(1.0, first), (2.6, second)])
    assert finals(hear(Streams(script), 1.0, 1.0)) == [
        [("no", 0.5, 0.9)],
        [("water", 1.3, 1.7)],
    ]


def test_what_an_engine_never_ends_is_final_as_it_was_said() -> None:
    script = Script([(1.0, said(KIND.INTERIM_TRANSCRIPT, "no water"))])
    events = hear(Streams(script), 2.0)
    assert [words[0][0] for words in finals(events)] == ["no"]
    assert [event.type for event in events][-1] is KIND.END_OF_SPEECH


def test_a_part_that_an_engine_is_sure_of_is_not_all_that_it_believes() -> None:
    """As AssemblyAI's class tells one, after the whole sentence."""
    words = spread(["we", "do", "not", "accept", "forty"], 0.1, 1.0)
    script = Script(
        [
            (0.5, said(KIND.INTERIM_TRANSCRIPT, "we do not", *words[:3])),
            (1.0, said(KIND.INTERIM_TRANSCRIPT, "we do not accept forty", *words)),
            (1.0, said(KIND.PREFLIGHT_TRANSCRIPT, "accept forty", *words[3:])),
        ]
    )
    events = hear(Streams(script), 1.2)
    told = finals(events, KIND.INTERIM_TRANSCRIPT)
    assert [len(words) for words in told] == [3, 5]
    assert [word for final in finals(events) for word, *_ in final] == [str(one) for one in words]


@pytest.mark.parametrize(
    "late",
    [
        pytest.param(said(KIND.FINAL_TRANSCRIPT, "No water. And money"), id="without-times"),
        pytest.param(
            said(
                KIND.FINAL_TRANSCRIPT,
                "",
                TimedString("No", start_time=3.6, end_time=3.9),
                TimedString("water.", start_time=3.9, end_time=4.4),
                TimedString("And", start_time=7.2, end_time=7.4),
                TimedString("money", start_time=7.4, end_time=7.7),
            ),
            id="with-times",
        ),
    ],
)
def test_last_words_that_come_too_late_are_not_said_twice(late: stt.SpeechEvent) -> None:
    """By an engine that is known to end no utterance: the first one was told again in vain."""
    yes, no = (said(KIND.INTERIM_TRANSCRIPT, text) for text in ("yes", "no water"))
    script = Script([(0.5, yes), (2.5, yes), (6.0, no), (9.4, late)])
    found = [[word[0] for word in words] for words in finals(hear(Streams(script), 1.0, 1.0, 1.0))]
    assert found == [["yes"], ["no", "water"], ["And", "money"]]


def test_an_engine_that_ends_with_each_utterance_is_connected_again_for_the_next() -> None:
    """As Gladia's class, which stops its session for a flush."""
    scripts = [
        Script([(0.9, said(KIND.FINAL_TRANSCRIPT, "", *spread([word], 0.1, 1.0)))], ends_s=1.1)
        for word in ("yes", "no", "water", "never")
    ]
    events = hear(Connections(*scripts), 1.0, 1.0, 1.0)
    assert [words[0][0] for words in finals(events)] == ["yes", "no", "water"]


def test_an_engine_that_ends_by_itself_is_told_as_a_failure() -> None:
    script = Script(ends_s=0.5)
    with pytest.raises(ExceptionGroup) as raised:
        hear(Streams(script), 2.0)
    assert raised.group_contains(EngineUnavailable)


def test_an_engine_of_recordings_is_said_to_listen() -> None:
    events = hear(Streams(Script(), streaming=False), 6.0)
    assert len([one for one in events if one.type is KIND.INTERIM_TRANSCRIPT]) >= 3


def test_an_engine_of_recordings_is_asked_on_the_way_with_all_of_the_utterance() -> None:
    heard = ["the", "the city", "the city knee", "the city needs", "the city needs water"]
    engine = Streams(Script(texts=[*heard]), streaming=False)
    events = hear(engine, 3.0, has_interims=True)
    assert engine.script.recordings == pytest.approx([0.9, 1.3, 2.1, 2.9, 3.0])
    early = finals(events, KIND.INTERIM_TRANSCRIPT)
    told = [" ".join(word for word, *_ in words) for words in early]
    assert told[::2] == ["", *heard[:3]]  # it is said to listen when it is asked
    assert told[1::2] == heard[:-1]
    assert early[-1] == [("the", 0.0, 0.9), ("city", 0.9, 1.3), ("needs", 1.3, 2.9)]
    assert finals(events) == [[*early[-1], ("water", 2.9, 3.0)]]
    uses = [one.recognition_usage for one in events if one.type is KIND.RECOGNITION_USAGE]
    assert sum(use.audio_duration for use in uses if use) == pytest.approx(10.2)


def test_a_slow_server_is_asked_less_often_for_interim_results() -> None:
    engine = Streams(Script(answers_s=1.0), streaming=False)
    events = hear(engine, 5.5, has_interims=True)
    assert engine.script.recordings == pytest.approx([0.9, 2.9, 4.9, 5.5], abs=0.11)
    assert [words[-1][0] for words in finals(events)] == ["water"]
    uses = [one.recognition_usage for one in events if one.type is KIND.RECOGNITION_USAGE]
    assert len(uses) == 4  # the third had no time to answer, and is paid


def asked_to_wait(seconds: int) -> Exception:
    error = APIStatusError("too many requests", status_code=429)
    error.__cause__ = Told(429, {"Retry-After": str(seconds)})
    return error


@pytest.mark.parametrize("error", [APIConnectionError(), asked_to_wait(20)])
def test_an_interim_result_that_fails_costs_nothing_where_nobody_takes_over(
    error: Exception,
) -> None:
    """Without interim results the server would not have been asked meanwhile."""
    engine = Streams(Script(fails_for_s=9.5, fails_with=error), streaming=False)
    events = hear(engine, 11.0, has_interims=True)
    assert [words[-1][0] for words in finals(events)] == ["water"]


def test_one_slow_answer_does_not_end_interim_results() -> None:
    engine = Streams(Script(first_s=2.0), streaming=False)
    events = hear(engine, 3.0, 3.0, 3.0, has_interims=True)
    told = finals(events, KIND.INTERIM_TRANSCRIPT)
    assert len([words for words in told if words and words[0][1] >= 3.0]) >= 4


def test_a_server_that_has_not_answered_by_the_end_is_asked_less_often_in_the_next_utterance() -> (
    None
):
    engine = Streams(Script(answers_s=2.5), streaming=False)
    hear(engine, 2.5, 2.5, 2.5, has_interims=True)
    assert engine.script.recordings == pytest.approx([0.9, 2.5, 2.5, 2.5], abs=0.11)


def test_who_answers_one_after_another_has_time_for_the_end_of_an_utterance() -> None:
    engine = Streams(Script(answers_s=3.0, is_single=True), streaming=False)
    events = hear(engine, 1.5, 3.0, 3.0, has_interims=True)
    assert [words[-1][0] for words in finals(events)] == ["water"] * 3
    assert engine.script.recordings == pytest.approx([0.9, 1.5, 3.0, 3.0], abs=0.11)


def test_a_server_that_needs_long_for_long_recordings_is_waited_for() -> None:
    engine = Streams(Script(answers_for_s=0.6), streaming=False)
    assert len(finals(hear(engine, 2.0, 5.0, 11.0, 11.0))) == 4
    assert engine.script.recordings == pytest.approx([2.0, 5.0, 11.0, 11.0])


def test_words_that_were_told_early_stand_where_the_end_has_none() -> None:
    engine = Streams(Script(texts=["no", "no water", ""]), streaming=False)
    events = hear(engine, 1.5, has_interims=True)
    assert [[word for word, *_ in words] for words in finals(events)] == [["no", "water"]]


def test_an_answer_without_words_on_the_way_takes_nothing_back() -> None:
    """What is committed would wait for two more answers."""
    engine = Streams(Script(texts=["no", "", "no water", "no water"]), streaming=False)
    told = finals(hear(engine, 2.5, has_interims=True), KIND.INTERIM_TRANSCRIPT)
    assert [words[0][0] for words in told[1:]] == ["no"] * (len(told) - 1)
    assert told[-1][-1][0] == "water"


def test_a_long_utterance_is_told_early_from_where_it_was_cut() -> None:
    engine = Streams(Script(), streaming=False)
    found = finals(hear(engine, 14.0, has_interims=True), KIND.INTERIM_TRANSCRIPT)
    assert found[-1][0][1] == pytest.approx(12.0, abs=0.2)
    assert max(engine.script.recordings) <= 12.1


def test_a_recording_is_no_longer_for_what_was_told_early_beyond_a_cut() -> None:
    engine = Streams(Script(texts=[str(answer) for answer in range(99)]), streaming=False)
    events = hear(engine, 40.0, has_interims=True, quiet_s=8.0)
    assert max(engine.script.recordings) <= 12.1
    assert [words[-1][2] for words in finals(events)] == pytest.approx([8, 16, 24, 32, 40], abs=0.2)


def test_an_utterance_without_words_ends_too() -> None:
    assert {event.type for event in hear(Streams(Script()), 1.0)} == {KIND.END_OF_SPEECH}


def test_an_engine_of_recordings_is_given_each_utterance_whole() -> None:
    engine = Streams(Script(), streaming=False)
    found = finals(hear(engine, 1.0, 2.0))
    assert engine.script.recordings == pytest.approx([1.0, 2.0])
    assert [(words[0][1], words[-1][2]) for words in found] == [(0.0, 1.0), (1.0, 3.0)]


def test_speech_without_end_is_given_in_pieces() -> None:
    engine = Streams(Script(), streaming=False)
    hear(engine, 30.0)
    assert engine.script.recordings == pytest.approx([12.0, 12.0, 6.0], abs=0.2)


def test_words_are_as_long_as_they_have_letters() -> None:
    assert spread([], 0.0, 1.0) == []
    assert [float(word.end_time or 0) for word in spread(["a", "bbb"], 1.0, 3.0)] == [1.5, 3.0]


@pytest.mark.parametrize("covers", ["word times", "turns"])
def test_what_no_last_word_covers_is_told_to_another_connection(covers: str) -> None:
    """The engine has said "no", and fails in the middle of what follows."""
    no = TimedString("no", start_time=0.2, end_time=0.6) if covers == "word times" else "no"
    words = [no] if isinstance(no, TimedString) else []
    script = Script(
        [
            (0.1, stt.SpeechEvent(KIND.START_OF_SPEECH)),
            (1.0, stt.SpeechEvent(KIND.END_OF_SPEECH)),
            (1.1, said(KIND.FINAL_TRANSCRIPT, "no", *words)),
            (2.6, said(KIND.FINAL_TRANSCRIPT, "water")),
        ],
        fails_at_s=1.5,
    )
    events = hear(Streams(script), 2.0)

    assert [words[0][0] for words in finals(events)] == ["no", "water"]
    silence_s = 2 * 0.75  # at the end of the utterance, and of the stream
    assert script.heard_by[1] - silence_s == pytest.approx(1.4, abs=0.11)


@pytest.mark.parametrize(
    ("starts_s", "ends_s", "again_s"),
    [
        pytest.param(1.0, 1.6, 1.6, id="as the stream counts"),
        pytest.param(0.0, 0.6, 1.8, id="from its own beginning"),
        pytest.param(0.0, 0.0, 1.8, id="not at all"),
    ],
)
def test_the_next_word_has_begun_where_an_engine_ends_a_long_utterance_in_between(
    starts_s: float, ends_s: float, again_s: float
) -> None:
    """It fails just after a final at its greatest length."""

    def final(text: str, start_s: float, end_s: float) -> stt.SpeechEvent:
        data = stt.SpeechData(LanguageCode("en"), text, start_time=start_s, end_time=end_s)
        return stt.SpeechEvent(KIND.FINAL_TRANSCRIPT, alternatives=[data])

    events = [
        (0.1, stt.SpeechEvent(KIND.START_OF_SPEECH)),
        (1.1, final("no", 0.2, 0.9)),
        (1.2, stt.SpeechEvent(KIND.START_OF_SPEECH)),
        (2.2, final("water", starts_s, ends_s)),
    ]
    script = Script([*events, (4.0, final("today", 0.1, 0.5))], fails_at_s=2.3)
    hear(Streams(script), 3.0)
    silence_s = 0.5 + 0.75  # until the last word, and at the end of the stream
    assert script.heard_by[1] - silence_s == pytest.approx(3.0 - again_s, abs=0.11)


def test_what_a_class_forgets_that_connects_again_by_itself_is_told_again() -> None:
    """As Soniox': it tells of no failure, and goes on in the middle of the sentence."""
    begins = stt.SpeechEvent(KIND.START_OF_SPEECH)
    forgets = Script(
        [
            (0.2, begins),
            (0.6, said(KIND.INTERIM_TRANSCRIPT, "we do not")),
            (1.0, said(KIND.INTERIM_TRANSCRIPT, "we do not accept")),
            (1.3, begins),
            (1.3, said(KIND.INTERIM_TRANSCRIPT, "forty")),
            (1.8, said(KIND.INTERIM_TRANSCRIPT, "forty two")),
            (2.1, said(KIND.FINAL_TRANSCRIPT, "forty two percent")),
        ]
    )
    hears = Script(
        [
            (0.9, said(KIND.INTERIM_TRANSCRIPT, "we do not")),
            (1.8, said(KIND.INTERIM_TRANSCRIPT, "we do not accept forty")),
            (2.1, said(KIND.FINAL_TRANSCRIPT, "we do not accept forty two percent")),
        ]
    )
    (final,) = finals(hear(Connections(forgets, hears), 2.0))
    said_words = ["we", "do", "not", "accept", "forty", "two", "percent"]
    assert [word for word, *_ in final] == said_words


def test_a_beginning_that_is_told_twice_is_no_failure() -> None:
    begins = stt.SpeechEvent(KIND.START_OF_SPEECH)
    script = Script(
        [
            (0.2, begins),
            (0.6, said(KIND.INTERIM_TRANSCRIPT, "we do")),
            (0.7, begins),
            (0.8, said(KIND.INTERIM_TRANSCRIPT, "We do not")),
            (1.1, said(KIND.FINAL_TRANSCRIPT, "We do not.")),
        ]
    )
    hear(Streams(script), 1.0)
    assert len(script.heard_by) == 1


def test_a_recogniser_that_never_says_its_last_word_is_told_again_once() -> None:
    script = Script([(0.1, stt.SpeechEvent(KIND.START_OF_SPEECH))])
    events = hear(Streams(script), 1.0)
    assert len(script.heard_by) == 2
    assert events[-1].type is KIND.END_OF_SPEECH


@pytest.mark.parametrize("said_s", [0.4, 0.8])
def test_a_stall_in_the_first_utterance_or_before_a_short_one_costs_no_word(said_s: float) -> None:
    """Nothing is known of the engine yet; and what a turn has cost is no sign of life."""
    usage = stt.SpeechEvent(KIND.RECOGNITION_USAGE, recognition_usage=stt.RecognitionUsage(0.0))
    script = Script([(said_s, said(KIND.INTERIM_TRANSCRIPT, "no")), (1.0, usage)])
    hear(Streams(script), 1.0)
    assert len(script.heard_by) == 2


def test_a_recogniser_that_falls_silent_just_before_the_end_is_told_again() -> None:
    """It ends its utterances, so that one without an end has words that it has not said."""
    script = Script(
        [
            (0.5, said(KIND.INTERIM_TRANSCRIPT, "yes")),
            (1.1, said(KIND.FINAL_TRANSCRIPT, "yes")),
            (1.9, said(KIND.INTERIM_TRANSCRIPT, "no")),
            (2.5, said(KIND.INTERIM_TRANSCRIPT, "no")),
            (5.0, said(KIND.FINAL_TRANSCRIPT, "no water")),
        ]
    )
    words = finals(hear(Streams(script), 1.0, 1.5))
    assert [[word for word, *_ in one] for one in words] == [["yes"], ["no", "water"]]
    assert len(script.heard_by) == 2


def test_a_short_word_before_a_stall_shows_is_told_to_the_next_connection() -> None:
    script = Script([(0.5, said(KIND.FINAL_TRANSCRIPT, "yes"))])
    hear(Streams(script), 1.0, 0.4, 2.0)
    assert script.heard_by[1] >= 0.4 + 2.0


def test_a_late_last_word_is_no_sign_that_what_is_said_now_is_heard() -> None:
    """A short word follows, and then the engine says nothing at all."""
    yes, no = spread(["yes", "no"], 0.2, 0.8)
    script = Script(
        [
            (0.9, said(KIND.INTERIM_TRANSCRIPT, "yes", yes)),
            (5.8, said(KIND.FINAL_TRANSCRIPT, "yes no", yes, no)),
        ]
    )
    words = finals(hear(Streams(script), 1.0, 0.4, 2.0))
    assert [[word for word, *_ in one] for one in words] == [["yes"], ["no"]]
    assert script.heard_by[-1] >= 0.4 + 2.0
    assert len(script.heard_by) == 3


def test_the_end_that_is_told_after_a_last_word_is_no_sign_of_the_next_utterance() -> None:
    """As AssemblyAI and Soniox tell it: a beginning takes longer than what follows, and may."""
    utterances = (
        [(begins_s + 0.9, stt.SpeechEvent(KIND.START_OF_SPEECH))]
        + [(begins_s + at_s, said(KIND.INTERIM_TRANSCRIPT, word)) for at_s in (1.1, 1.4, 1.7, 2.0)]
        + [
            (begins_s + 2.2, said(KIND.FINAL_TRANSCRIPT, word)),
            (begins_s + 2.3, stt.SpeechEvent(KIND.END_OF_SPEECH)),
        ]
        for begins_s, word in ((0.0, "city"), (2.25, "water"))
    )
    script = Script([event for utterance in utterances for event in utterance])
    words = finals(hear(Streams(script), 2.0, 2.0))
    assert [[word for word, *_ in one] for one in words] == [["city"], ["water"]]
    assert len(script.heard_by) == 1


def test_a_recogniser_that_falls_silent_is_left_while_somebody_speaks() -> None:
    heard = [(n / 4, said(KIND.INTERIM_TRANSCRIPT, "no water")) for n in range(1, 9)]
    script = Script([*heard, (6.0, said(KIND.INTERIM_TRANSCRIPT, "no water"))])
    hear(Streams(script), 4.0)
    assert script.heard_by[0] == pytest.approx(2.0 + SHORTEST_AGAIN_S, abs=0.21)


def growing(seconds: int) -> list[tuple[float, stt.SpeechEvent]]:
    """Hypotheses of an utterance that an engine does not end: a word more every half second."""
    words = [f"word{number}" for number in range(2 * seconds)]
    texts = (" ".join(words[: number + 1]) for number in range(len(words)))
    return [(n / 2, said(KIND.INTERIM_TRANSCRIPT, text)) for n, text in enumerate(texts, 1)]


def test_a_word_that_is_said_again_after_a_final_is_another_one_where_one_stands_in() -> None:
    """Neither knows when a word was said; the second is told again what the first has settled."""
    texts = ("we", "we do", "we do not", "we do not go", "we do not go")
    events = [(0.5 + 0.4 * n, said(KIND.INTERIM_TRANSCRIPT, text)) for n, text in enumerate(texts)]
    refused = APIStatusError("no", status_code=401)
    fails = Script(events, fails_at_s=2.5, fails_with=refused)
    stands_in = Script(
        [
            (1.6, said(KIND.INTERIM_TRANSCRIPT, "we do not")),
            (2.4, said(KIND.FINAL_TRANSCRIPT, "we do not")),
            (4.5, said(KIND.INTERIM_TRANSCRIPT, "not today")),
            (5.2, said(KIND.FINAL_TRANSCRIPT, "not today")),
        ]
    )
    engines = [PluginRecogniser(Streams(one), IN_CHAIN_S) for one in (fails, stands_in)]
    named = [Named(name, one) for name, one in zip("ab", engines, strict=True)]
    words = finals(hear(FallbackRecogniser(named, language="en", health=Health()), 2.8, 2.0))
    assert [word for one in words for word, *_ in one] == ["we", "do", "not", "not", "today"]


def test_a_word_is_said_once_where_another_connection_mishears_the_next_one_at_first() -> None:
    """The engine falls silent, and only guesses when words were said."""
    texts = ("we", "we do", "we do not", "we do not go", "we do not go")
    events = [(0.5 + 0.4 * n, said(KIND.INTERIM_TRANSCRIPT, text)) for n, text in enumerate(texts)]
    again = [
        (5.5, stt.SpeechEvent(KIND.START_OF_SPEECH)),
        (5.6, said(KIND.INTERIM_TRANSCRIPT, "we")),
        (6.0, said(KIND.INTERIM_TRANSCRIPT, "we dew")),
        (6.4, said(KIND.FINAL_TRANSCRIPT, "we do not go")),
    ]
    heard = hear(Streams(Script([*events, *again])), 4.0)
    told = [word for one in finals(heard, KIND.INTERIM_TRANSCRIPT)[5:] for word, *_ in one]
    assert told == []
    assert [word for one in finals(heard) for word, *_ in one] == ["we", "do", "not", "go"]


def test_signs_of_a_recording_do_not_make_a_pause_a_stall() -> None:
    """Another engine's sound is given fast: its signs come fast too, and live ones do not."""
    words = [said(KIND.INTERIM_TRANSCRIPT, " ".join(["word"] * count)) for count in range(1, 12)]
    recorded = [(1.6 * count, word) for count, word in enumerate(words[:-2], 1)]
    last = said(KIND.FINAL_TRANSCRIPT, "word " * 11)
    script = Script([*recorded, (15.0, words[-2]), (16.0, words[-1]), (16.3, last)])
    hear(Streams(script), 16.2, recorded_s=14.5)
    assert len(script.heard_by) == 1


def test_of_a_long_utterance_little_is_told_to_another_connection() -> None:
    script = Script(growing(40), fails_at_s=39.0)
    hear(Streams(script), 42.0)
    assert script.heard_by[1] < 20.0


def test_words_before_long_music_are_final_once() -> None:
    music = said(KIND.INTERIM_TRANSCRIPT, "word0 word1")
    script = Script([*growing(1), *((1.0 + n / 2, music) for n in range(1, 40))])
    found = finals(hear(Streams(script), 22.0))
    assert [word for words in found for word, *_ in words] == ["word0", "word1"]


def test_what_another_has_missed_is_not_heard_before_it_is_said() -> None:
    missed = TimedString("no", start_time=0.2, end_time=0.6)
    script = Script([(3.8, said(KIND.INTERIM_TRANSCRIPT, "no", missed))], fails_at_s=2.0)
    events = hear(Streams(script), 2.5)
    first = next(event for event in events if event.type is KIND.INTERIM_TRANSCRIPT)
    assert (first.alternatives[0].metadata or {})[HEARD_S] == pytest.approx(0.6)


def test_a_cough_that_an_engine_says_nothing_of_is_told_once() -> None:
    script = Script()
    hear(Streams(script), 0.6)
    assert len(script.heard_by) == 1


@pytest.mark.parametrize(
    "error", [APIConnectionError(), AttributeError("'NoneType' object has no attribute 'strip'")]
)
def test_a_recording_that_fails_is_sent_again(error: Exception) -> None:
    """Also where the plugin fails at an answer that has no text."""
    engine = Streams(Script(fails_at_s=0.0, fails_with=error), streaming=False)
    assert [words[0][0] for words in finals(hear(engine, 1.0))] == ["the"]


def test_an_answer_that_has_no_text_at_all_is_asked_for_again() -> None:
    """As of a server that tells an error without a status, which a plugin takes for an answer."""
    no_text: Any = None
    engine = Streams(Script(texts=[no_text, "the city"]), streaming=False)
    assert [word for word, *_ in finals(hear(engine, 1.0))[0]] == ["the", "city"]


def test_silence_is_not_sent_to_who_invents_words_for_it() -> None:
    silent = [rtc.AudioFrame(bytes(2 * FRAME), RATE_HZ, 1, FRAME)] * 3
    assert is_silent(silent)
    assert not is_silent([*silent, SOUND])


def test_a_long_recording_is_cut_where_it_is_quietest() -> None:
    quiet = rtc.AudioFrame(b"\x01\x00" * FRAME, RATE_HZ, 1, FRAME)
    frames = [SOUND] * 40 + [quiet] * 2 + [SOUND] * 40 + [quiet] * 3 + [SOUND] * 35
    assert quietest(frames, 7.0) in (83, 84)


def test_an_engine_without_interim_results_may_say_nothing_before_the_end() -> None:
    """As Gnani's: it was asked anew in every sentence, and paid twice."""
    script = Script([(9.5, said(KIND.FINAL_TRANSCRIPT, "the city needs water"))])
    events = hear(Streams(script, interim_results=False), 9.0)
    assert len(finals(events)) == 1
    assert len(script.heard_by) == 1


def paid_s(engine: Streams, *said_s: float, **ways: bool) -> list[float]:
    """How much sound of each recording that was sent is counted."""
    told: list[float] = []
    engine.on("metrics_collected", lambda one: told.append(one.audio_duration))
    hear(engine, *said_s, **ways)
    return told


def test_a_recording_whose_answer_nobody_waits_for_is_counted() -> None:
    engine = Streams(Script(answers_s=1.0), streaming=False)
    assert paid_s(engine, 5.5, has_interims=True) == pytest.approx(engine.script.recordings)
    assert len(engine.script.recordings) == 4  # the third had no time to answer


def test_a_recording_that_is_sent_again_is_counted_again() -> None:
    engine = Streams(Script(first_s=6.0), streaming=False)
    assert paid_s(engine, 2.0) == pytest.approx([2.0, 2.0])


def test_a_recording_that_is_refused_costs_nothing() -> None:
    engine = Streams(Script(fails_at_s=0.0, fails_with=asked_to_wait(1)), streaming=False)
    assert paid_s(engine, 2.0) == pytest.approx([2.0])
