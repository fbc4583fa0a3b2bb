"""Google's recogniser through its own library, on an emulated server that has every fault: no
committed word is lost, and none is said twice."""

import asyncio
from typing import Any

import pytest
from livekit.agents import stt

from interpreter.engines.failures import told_wait_s
from interpreter.engines.plugin_stt import PluginRecogniser
from interpreter.engines.plugins import open_stt
from interpreter.errors import EngineRefused
from tests.contract.committing import TONES, WORDS, Commits, committed, talk
from tests.emulators.ears import TonesHeard
from tests.emulators.faults import Fault, Gone
from tests.emulators.google_errors import RETRY
from tests.emulators.google_server import Google, serving

TALK = talk(0.8, 1.2, 0.8, 0.7, 2.0)
FAULTS: tuple[Fault, ...] = (
    Fault("drop", after_s=3.0),
    Fault("drop", after_s=0.1),
    Fault("drop", after_s=3.2, says="unknown"),
    Fault("drop", after_s=4.0, says="loss"),
    Fault("close", after_s=4.8, says="invalid"),
    Fault("close", after_s=4.4),
    Fault("half_frame", after_s=3.6),
    Fault("stall", after_s=2.1),
    Fault("500"),
    Fault("429"),
    Fault("late_final", wait_s=0.8),
    Fault("wrong_order"),
)


async def heard_by(google: Google, pcm: bytes = TALK, **options: Any) -> Commits:
    async with serving(google) as endpoint:
        given = {"endpoint": endpoint, **options}

        def opened() -> stt.STT[Any]:
            defaults: dict[str, Any] = {"languages": "en-US", "keywords": [["Zorvex", 10.0]]}
            return open_stt("interpreter.engines.google_stt:STT", given, defaults)

        recogniser = PluginRecogniser(opened(), again=opened)
        try:
            return await committed(recogniser, pcm)
        finally:
            await recogniser.aclose()


async def heard_with(fault: Fault | None, model: str) -> tuple[str, list[Fault]]:
    google = Google(TonesHeard(TONES))
    google.faults.next = fault
    return (await heard_by(google, model=model)).text, google.faults.happened


@pytest.mark.parametrize("model", ["latest_long", pytest.param("chirp_2", marks=pytest.mark.soak)])
async def test_every_word_is_committed_once_whatever_fails(model: str) -> None:
    """By both versions of the API; all faults at a time, each on a server of its own."""
    ended = await asyncio.gather(*(heard_with(fault, model) for fault in (None, *FAULTS)))

    texts = {str(fault): text for (text, _), fault in zip(ended, (None, *FAULTS), strict=True)}
    assert texts == dict.fromkeys(texts, " ".join(WORDS))
    assert [happened for _, happened in ended] == [[], *([fault] for fault in FAULTS)]


@pytest.mark.soak
async def test_four_seconds_without_a_word_on_any_connection_cost_none() -> None:
    async def heard_without(after_s: float) -> str:
        google = Google(TonesHeard(TONES))
        google.faults = Gone(after_s, for_s=4.0)
        return (await heard_by(google)).text

    ended = await asyncio.gather(*map(heard_without, (1.2, 2.6, 4.1, 5.7, 7.4)))
    assert ended == [" ".join(WORDS)] * len(ended)


@pytest.mark.soak
async def test_a_stall_in_mid_word_costs_no_word() -> None:
    stalls = [Fault("stall", after_s=after_s) for after_s in (3.3, 3.4, 3.6, 3.8)]
    ended = await asyncio.gather(*(heard_with(stall, "latest_long") for stall in stalls))
    assert [text for text, _ in ended] == [" ".join(WORDS)] * len(stalls)


@pytest.mark.soak
async def test_a_stream_that_is_too_long_costs_no_word() -> None:
    google = Google(TonesHeard(TONES))
    google.recognition.longest_s = 3.3
    assert (await heard_by(google)).text == " ".join(WORDS)
    assert google.recognition.opened > 2


async def test_words_have_the_times_that_google_tells() -> None:
    heard = await heard_by(Google(TonesHeard(TONES)))
    said = zip(heard.words, TONES.heard(TALK), strict=True)
    assert max(abs(word.start_s - one.start_s) for word, one in said) < 0.7


@pytest.mark.parametrize("listed", ["{}|ヨミ,ヨム", "▁{}"])
async def test_words_are_those_of_the_text_however_google_lists_them(listed: str) -> None:
    """With their readings in Japanese, with a mark of their beginning in Korean."""
    google = Google(TonesHeard(TONES))
    google.recognition.lists = listed.format
    heard = await heard_by(google)
    finals = [one for one in heard.hypotheses if one.is_final]
    assert heard.text == " ".join(WORDS)
    assert [word.text for one in finals for word in one.words] == list(WORDS)


async def test_words_that_google_tells_no_times_of_are_where_they_were_heard() -> None:
    google = Google(TonesHeard(TONES))
    google.recognition.has_times = False
    heard = await heard_by(google)
    told = [word for one in heard.hypotheses if one.is_final for word in one.words]
    said = zip(told, TONES.heard(TALK), strict=True)
    assert max(abs(word.start_s - one.start_s) for word, one in said) < 1.5


async def test_it_is_told_which_words_to_expect() -> None:
    google = Google(TonesHeard(TONES))
    await heard_by(google, TONES.sound(WORDS[0], pause_s=1.0))
    assert "Zorvex" in str(google.recognition.configs[0].adaptation)


async def test_nothing_is_made_of_silence() -> None:
    assert (await heard_by(Google(TonesHeard(TONES)), bytes(64_000))).text == ""


async def test_a_wrong_account_is_refused_at_once_without_googles_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    google = Google(TonesHeard(TONES))
    google.faults.always = Fault("401")
    with pytest.raises(ExceptionGroup) as raised:
        await heard_by(google)
    assert raised.group_contains(EngineRefused, match="refused the key .401.; set one")
    assert "credentials" not in caplog.text + repr(raised.value)
    # gRPC may lose a refusal that comes while sound is sent ("internal"), one in ten or so here and
    # more on a busy machine: then it is asked again
    assert google.recognition.opened < 10


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("language", "refused the request .400, .*; look at the engine's options"),
        ("region", "refused the request .400, .*; look at the engine's options"),
        ("disabled", "may not use this model, or not in this region .403"),
        ("billing", "no credit left .403, billing_disabled.; look at its plan and its bills"),
    ],
)
async def test_who_runs_it_is_told_what_google_refuses(says: str, told: str) -> None:
    google = Google(TonesHeard(TONES))
    google.faults.always = Fault("401", says=says)
    with pytest.raises(ExceptionGroup) as raised:
        await heard_by(google, TONES.sound(WORDS[0], pause_s=1.0))

    assert raised.group_contains(EngineRefused, match=told)
    assert "123456" not in repr(raised.value)


async def test_who_is_asked_instead_knows_how_long_google_wants_to_be_left_alone() -> None:
    google = Google(TonesHeard(TONES))
    google.faults.always = Fault("429", wait_s=45.0, says=RETRY)
    with pytest.raises(ExceptionGroup) as raised:
        await heard_by(google, TONES.sound(WORDS[0], pause_s=1.0))
    assert told_wait_s(raised.value) == 45.0
