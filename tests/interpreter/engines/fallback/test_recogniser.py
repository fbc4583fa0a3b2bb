"""Recognisers that fail, each in its way, under the real hearing and the real commit policy: every
word is committed, once, and soon."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pytest
from livekit import rtc
from livekit.agents import APIError

from interpreter.engines.fallback import Named
from interpreter.engines.fallback.recogniser import FallbackRecogniser
from interpreter.engines.plugin_stt import IN_CHAIN_S, PluginRecogniser
from interpreter.events import EngineKind, Hypothesis
from interpreter.floor.hearing import Hearing
from interpreter.floor.stability import Stability
from interpreter.kept_waiting import own_time
from tests.faulty import (
    RATE_HZ,
    Fault,
    Faults,
    FaultyRecogniser,
    FaultyRecordings,
    Spoken,
    talk,
)
from tests.interpreter.engines.fallback.scenes import Process
from tests.scripted import loop_time_s
from tests.scripted_hearing import FRAME_S, ScriptedDetector
from tests.virtual_time import run_in_virtual_time

TALK = (
    "so we begin | one two three four five six seven eight nine ten | "
    "red green blue white black brown pink grey gold silver lime teal navy | "
    "cat dog cow pig hen fox owl bee ant elk bat rat eel ape yak | "
    "spring summer autumn winter"
)
WORDS = [word for word in TALK.split() if word != "|"]


@dataclass
class Ears:
    """Commits as a speaker's line does."""

    committed: list[str] = field(default_factory=list)
    late_s: dict[str, float] = field(default_factory=dict)
    """How long after its end each word was committed, at the latest."""
    ends: int = 0
    finals: list[str] = field(default_factory=list)
    used_s: float = 0.0
    stability: Stability = field(default_factory=lambda: Stability(lambda _words, _index: False))

    def speech_started(self, at_s: float) -> None: ...

    def hypothesis(self, hypothesis: Hypothesis) -> None:
        if hypothesis.is_final:
            self.finals += [word.text for word in hypothesis.words]
        for word in self.stability.push(hypothesis):
            self.committed.append(word.text)
            late_s = loop_time_s() - word.end_s
            self.late_s[word.text] = max(self.late_s.get(word.text, 0.0), late_s)

    def speech_ended(self, at_s: float) -> None:
        self.ends += 1
        self.stability.utterance_over()

    def recogniser_used(self, audio_s: float) -> None:
        self.used_s += audio_s


async def microphone(sound: np.ndarray) -> AsyncIterator[rtc.AudioFrameEvent]:
    step = int(RATE_HZ * FRAME_S)
    for start in range(0, len(sound) - step, step):
        await asyncio.sleep(FRAME_S)
        data = sound[start : start + step].tobytes()
        yield rtc.AudioFrameEvent(rtc.AudioFrame(data, RATE_HZ, 1, step))


@asynccontextmanager
async def starving(share: float) -> AsyncIterator[None]:
    async def starve() -> None:
        while True:
            await asyncio.sleep(0.1)
            own_time().kept_waiting(0.1 * share)

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(starve())
        yield
        running.cancel()


def hear(
    engines: Sequence[FaultyRecogniser | PluginRecogniser],
    pattern: str = TALK,
    process: Process | None = None,
    after_s: float = 0.0,
    patience_s: float = 0.0,
    starved: float = 0.0,
    spoken: Spoken | None = None,
    language: str = "en",
) -> Ears:
    """`starved`: this share of the time the process is not let run; `spoken`: where the first
    engine is no scripted one."""
    ears, process = Ears(), process or Process()
    recogniser = FallbackRecogniser(
        [Named(name, one, patience_s) for name, one in zip("abc", engines, strict=False)],
        language=language,
        health=process.health,
    )
    first = engines[0]
    known = spoken or (first.spoken if isinstance(first, FaultyRecogniser) else Spoken())
    sound = talk(known, pattern)

    async def main() -> None:
        async with process.running(), starving(starved):
            hearing = Hearing(recogniser, ScriptedDetector(), ears, loop_time_s, 5.0)
            await hearing.run_frames(microphone(sound))
            await asyncio.sleep(after_s)

    run_in_virtual_time(main())
    return ears


@cache
def usual_s() -> dict[str, float]:
    """When nothing fails."""
    return hear([FaultyRecogniser(Spoken())]).late_s


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
    (Fault.WORDLESS, "too_slow"),
    (Fault.EARLY_END, "error"),
]


@pytest.mark.parametrize("fails_at_s", [2.7, 4.0, 4.4, 6.6, 8.3, 11.0])
@pytest.mark.parametrize(("fault", "why"), FAULTS)
def test_each_fault_loses_no_word_and_doubles_none(
    fault: Fault, why: str, fails_at_s: float
) -> None:
    spoken, process = Spoken(), Process()
    engines = [
        FaultyRecogniser(spoken, Faults([fault]), fails_at_s=fails_at_s),
        FaultyRecogniser(spoken),
    ]
    ears = hear(engines, process=process)
    usual = usual_s()
    assert ears.committed == WORDS
    assert ears.finals == WORDS
    most_s = 2.5 if fault is Fault.WORDLESS else 2.0  # a speaker may drawl
    assert max(ears.late_s[word] - usual[word] for word in WORDS) <= most_s
    assert process.told[1][:2] == ("a", "b")
    assert process.told[1][2] in (why, "stall")  # who is slow enough says nothing for a while


def test_who_is_well_is_never_replaced() -> None:
    spoken, process = Spoken(), Process()
    other = FaultyRecogniser(spoken)
    ears = hear([FaultyRecogniser(spoken, every_s=0.9), other], process=process)
    assert ears.committed == WORDS
    assert process.told == [("", "a", "first")]
    assert other.streams == []


def test_music_is_nobodys_failure() -> None:
    spoken, process = Spoken(), Process()
    engines = [FaultyRecogniser(spoken), FaultyRecogniser(spoken)]
    ears = hear(engines, "so we begin | ~ ~ ~ ~ ~ ~ ~ ~ | one two three", process)
    assert ears.committed == "so we begin one two three".split()
    assert process.told == [("", "a", "first")]
    assert len(engines[1].streams) == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("one two ~ ~ ~ ~", []),
        ("one two ~ ~ ~ three four five", [("a", "b", "too_slow"), ("b", "a", "healthy")]),
    ],
)
def test_who_says_the_same_while_nobody_speaks_has_not_failed(
    said: str, told: list[tuple[str, str, str]]
) -> None:
    spoken, process = Spoken(), Process()
    engines = [FaultyRecogniser(spoken), FaultyRecogniser(spoken)]
    pattern = f"so we begin | {said} | eight nine ten"
    ears = hear(engines, pattern, process)
    assert ears.committed == [word for word in pattern.split() if word.isalpha()]
    assert process.told[1:] == told  # the other one is asked, and hears nothing that was missed
    assert process.health.breaker(EngineKind.RECOGNISER, "a").is_closed


def test_words_after_music_in_one_breath_are_heard() -> None:
    spoken = Spoken()
    engines = [FaultyRecogniser(spoken), FaultyRecogniser(spoken)]
    ears = hear(engines, "so we begin | ~ ~ ~ ~ ~ ~ ~ one two three")
    assert ears.committed == "so we begin one two three".split()


def test_the_first_one_is_back_at_a_pause_once_it_hears_again() -> None:
    spoken, process = Spoken(), Process()
    engines = [FaultyRecogniser(spoken, Faults([Fault.ERROR])), FaultyRecogniser(spoken)]
    pattern = f"{TALK} | north east south west up down left right over under | tea milk"
    ears = hear(engines, pattern, process)
    assert ears.committed == [word for word in pattern.split() if word != "|"]
    assert process.told == [("", "a", "first"), ("a", "b", "error"), ("b", "a", "healthy")]


def test_who_fails_its_probes_stays_away() -> None:
    spoken, process = Spoken(), Process()
    failing = FaultyRecogniser(spoken, Faults(always=Fault.ERROR), fails_at_s=0.5)
    ears = hear([failing, FaultyRecogniser(spoken)], process=process, after_s=60.0)
    assert ears.committed == WORDS
    assert process.told == [("", "b", "first")]


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.STALL, Fault.EARLY_END, Fault.TIMEOUT])
def test_one_alone_is_opened_again_and_hears_all_of_it(fault: Fault) -> None:
    spoken = Spoken()
    ears = hear([FaultyRecogniser(spoken, Faults([fault]))])
    assert ears.committed == WORDS


def test_both_fail_for_a_moment_and_no_word_is_lost() -> None:
    spoken = Spoken()
    engines = [
        FaultyRecogniser(spoken, Faults([Fault.ERROR, Fault.ERROR]), fails_at_s=2.0),
        FaultyRecogniser(spoken, Faults([Fault.ERROR]), fails_at_s=0.1),
    ]
    assert hear(engines).committed == WORDS


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.KEY])
def test_when_nobody_hears_for_long_that_is_told(fault: Fault) -> None:
    spoken, process = Spoken(), Process()
    always = Faults(always=fault)
    with pytest.raises(ExceptionGroup) as failure:
        hear([FaultyRecogniser(spoken, always, fails_at_s=0.1) for _ in "ab"], process=process)
    assert failure.group_contains(APIError, match="No recogniser hears")
    assert process.told == [("", "", fault.value)]


def test_the_last_one_that_is_well_is_kept_though_it_is_slow() -> None:
    spoken, process = Spoken(), Process()
    engines = [
        FaultyRecogniser(spoken, Faults(always=Fault.KEY), fails_at_s=4.0),
        FaultyRecogniser(spoken, later_s=2.5),
    ]
    ears = hear(engines, process=process)
    assert ears.committed == WORDS
    assert ears.finals == WORDS
    assert process.told == [("", "a", "first"), ("a", "b", "key")]


def test_it_is_waited_for_no_longer_once_another_one_is_well_again() -> None:
    """Its stream began while it was the only one."""
    spoken, process = Spoken(), Process()
    engines = [
        FaultyRecogniser(spoken, Faults([Fault.ERROR, Fault.STALL]), fails_at_s=30.0),
        FaultyRecogniser(spoken, Faults([Fault.ERROR]), fails_at_s=0.1),
    ]
    ears = hear(engines, " ".join(6 * WORDS), process)
    assert ears.committed == 6 * WORDS
    assert process.told == [("", "a", "first"), ("a", "b", "stall")]
    assert max(ears.late_s.values()) <= max(usual_s().values()) + 2.0


def test_who_is_slow_gives_way_once_and_stays_away() -> None:
    spoken, process = Spoken(), Process()
    engines = [FaultyRecogniser(spoken, later_s=2.5), FaultyRecogniser(spoken)]
    ears = hear(engines, process=process)
    assert ears.committed == WORDS
    assert len(process.told) <= 2
    assert process.told[-1][1] == "b"


def test_an_engine_that_hears_whole_utterances_takes_over_too() -> None:
    spoken = Spoken()
    engines = [
        FaultyRecogniser(spoken, Faults([Fault.ERROR])),
        FaultyRecogniser(spoken, streams_words=False),
    ]
    assert hear(engines).finals == WORDS


def of_recordings(spoken: Spoken, faults: Faults | None = None) -> PluginRecogniser:
    return PluginRecogniser(FaultyRecordings(spoken, faults), IN_CHAIN_S, has_interims=True)


@pytest.mark.parametrize("requests", [0, 1, 4, 9, 14])
@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.STALL, Fault.RATE_LIMIT, Fault.SLOW])
def test_a_server_of_recordings_is_asked_early_and_its_faults_cost_no_word(
    fault: Fault, requests: int
) -> None:
    spoken = Spoken()
    faults = Faults([None] * requests + [fault] * 12)
    ears = hear([of_recordings(spoken, faults), of_recordings(spoken)], spoken=spoken)
    usual = hear([of_recordings(spoken)], spoken=spoken)
    assert ears.committed == usual.committed == WORDS
    assert max(usual.late_s.values()) < 2.0
    assert max(ears.late_s[word] - usual.late_s[word] for word in WORDS) <= 2.0


def test_a_server_of_recordings_that_stands_in_is_asked_early() -> None:
    spoken = Spoken()
    ears = hear([FaultyRecogniser(spoken, Faults([Fault.ERROR])), of_recordings(spoken)])
    assert ears.committed == WORDS
    assert max(ears.late_s.values()) < 2.0


def test_a_server_of_recordings_that_needs_most_of_a_second_is_not_replaced() -> None:
    spoken, process = Spoken(), Process()
    engines = [
        PluginRecogniser(FaultyRecordings(spoken, delay_s=0.8), IN_CHAIN_S, has_interims=True)
        for _ in range(2)
    ]
    assert hear(engines, process=process, spoken=spoken).committed == WORDS
    assert process.told == [("", "a", "first")]


def test_speech_without_end_is_cut_and_no_word_is_doubled() -> None:
    spoken = Spoken()
    server = FaultyRecordings(spoken, writes_sentences=True)
    engine = PluginRecogniser(server, IN_CHAIN_S, has_interims=True)
    ears = hear([engine], " · ".join(WORDS), spoken=spoken)
    assert [word.strip(".").lower() for word in ears.committed] == WORDS


@pytest.mark.parametrize("fails_at_s", [2.0, 3.5])
def test_who_fails_at_the_same_word_on_every_connection_is_left(fails_at_s: float) -> None:
    """What it hears again before that word is no sign that it is well."""
    spoken, process = Spoken(), Process()
    failing = FaultyRecogniser(spoken, Faults(always=Fault.ERROR), fails_at_s=fails_at_s)
    first = PluginRecogniser(failing, IN_CHAIN_S)
    ears = hear((first, FaultyRecogniser(spoken)), process=process, spoken=spoken)
    assert (ears.finals, ears.committed) == (WORDS, WORDS)
    assert process.told[:2] == [("", "a", "first"), ("a", "b", "error")]


def test_who_may_be_silent_until_the_end_is_waited_for() -> None:
    spoken, process = Spoken(), Process()
    engines = [FaultyRecogniser(spoken, every_s=1e9), FaultyRecogniser(spoken)]
    ears = hear(engines, process=process, patience_s=6.0)
    assert ears.finals == WORDS
    assert process.told == [("", "a", "first")]


def test_another_language_that_everybody_hears_is_the_speakers() -> None:
    spoken = Spoken()
    engines = [FaultyRecogniser(spoken, language="fr"), FaultyRecogniser(spoken, language="fr")]
    assert hear(engines).finals == WORDS


def test_one_that_hears_another_language_is_not_well_because_it_hears_words() -> None:
    spoken, process = Spoken(), Process()
    engines = [FaultyRecogniser(spoken, language="fr"), FaultyRecogniser(spoken)]
    ears = hear(engines, process=process, after_s=300.0)
    assert ears.finals == WORDS
    assert not all(
        one.is_closed for one in process.health.breakers(EngineKind.RECOGNISER, "a", "en")
    )


@pytest.mark.parametrize(("language", "called"), [("zh", "cmn-Hans-CN"), ("he", "iw-IL")])
def test_a_language_that_its_provider_calls_otherwise_is_no_other_one(
    language: str, called: str
) -> None:
    spoken, process = Spoken(), Process()
    engines = [FaultyRecogniser(spoken, language=called), FaultyRecogniser(spoken, language="zh")]
    ears = hear(engines, process=process, language=language)
    assert ears.finals == WORDS
    assert (process.told, engines[1].streams) == ([("", "a", "first")], [])


def test_the_sound_that_is_heard_again_is_counted_again() -> None:
    spoken = Spoken()
    engines = [FaultyRecogniser(spoken, Faults([Fault.ERROR])), FaultyRecogniser(spoken)]
    hear(engines)
    heard_s = sum(map(sum, (one.streams for one in engines)))
    assert heard_s > len(WORDS) * 0.3


def test_a_rate_limit_is_heeded_even_by_probes() -> None:
    spoken, process = Spoken(), Process()
    engines = [FaultyRecogniser(spoken, Faults([Fault.RATE_LIMIT])), FaultyRecogniser(spoken)]
    assert hear(engines, process=process).committed == WORDS
    asked = len(engines[0].streams)
    later = [FaultyRecogniser(spoken, Faults([Fault.RATE_LIMIT])), FaultyRecogniser(spoken)]
    hear(later, after_s=25.0)
    assert (asked, len(later[0].streams) > 1) == (1, True)


@pytest.mark.parametrize(("starved", "served"), [(0.0, ["a", "b"]), (0.6, ["a"])])
def test_a_recogniser_is_not_late_while_this_process_is_not_let_run(
    starved: float, served: list[str]
) -> None:
    spoken, process = Spoken(), Process()
    engines = [FaultyRecogniser(spoken, every_s=1.8), FaultyRecogniser(spoken)]
    assert hear(engines, process=process, starved=starved).committed == WORDS
    assert [after for _, after, _ in process.told][:2] == served


def test_an_utterance_that_was_ended_without_its_last_words_is_heard_by_another() -> None:
    """Its engine is slow, and said something until the end: what ended it is not its own word."""
    pattern = "one two three four five six seven eight | red green blue"
    spoken = Spoken()
    failing = FaultyRecogniser(spoken, Faults([Fault.LEFT_OUT]), fails_at_s=1.4)
    ears = hear([failing, FaultyRecogniser(spoken)], pattern)
    assert ears.committed == [word for word in pattern.split() if word != "|"]
