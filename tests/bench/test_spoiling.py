"""Faults take turns, and hit whoever serves."""

from interpreter.engines.kinds import Kind
from interpreter.events import EngineKind
from interpreter.serving_engines import ServingEngine
from tests.bench.spoiling import QUOTA, WISHES, Emulated, Spoilt, Turns, Wish

PLACES = [
    Emulated("stt-1", "deepgram nova-3"),
    Emulated("stt-2", "openai gpt"),
    Emulated("translator-1", "openai mini"),
    Emulated("tts-1", "openai tts"),
]


def serving(kind: EngineKind, language: str, engine: str) -> ServingEngine:
    return ServingEngine(kind, language, engine, 0.0, "first")


def test_kinds_of_engines_take_turns() -> None:
    turns = Turns(PLACES, WISHES)
    places = [one.at.place for _ in range(4) if (one := turns.next([])) is not None]
    assert places == ["stt-1", "translator-1", "tts-1", "stt-1"]


def test_who_serves_is_spoilt() -> None:
    turns = Turns(PLACES, WISHES)
    one = turns.next([serving(EngineKind.RECOGNISER, "en", "openai gpt")])
    assert one is not None
    assert one.at.place == "stt-2"


def test_who_cannot_be_spoilt_is_left_alone() -> None:
    turns = Turns(PLACES, {**WISHES, Kind.STT: (), Kind.TTS: ()})
    rows = [serving(EngineKind.TRANSLATOR, tag, "apertium") for tag in ("es", "ca")]
    assert turns.next(rows) is None
    assert not turns.is_over


def test_each_fault_comes_once() -> None:
    turns = Turns(PLACES, {Kind.STT: (Wish("drop", "drop"),), Kind.TRANSLATOR: (), Kind.TTS: ()})
    assert turns.next([]) is not None
    assert turns.is_over


def test_one_that_hurt_nobody_comes_again() -> None:
    wishes = (Wish("drop", "drop"), Wish("stall", "stall"))
    turns = Turns(PLACES, {Kind.STT: wishes, Kind.TRANSLATOR: (), Kind.TTS: ()})
    one = turns.next([])
    assert one is not None
    turns.again(one)
    assert [turns.next([]), turns.next([])] == [one, Spoilt(one.at, wishes[1])]
    assert turns.is_over


def test_the_only_recogniser_does_not_lose_its_quota() -> None:
    alone = [one for one in PLACES if one.place != "stt-2"]
    assert QUOTA in [one.fault for one in Turns(PLACES, WISHES).left[Kind.STT]]
    assert QUOTA not in [one.fault for one in Turns(alone, WISHES).left[Kind.STT]]


def test_recordings_have_no_utterances_to_spoil() -> None:
    recordings = Emulated("stt-1", "openai whisper", has_sessions=False)
    late, drop = Wish("late_final", "late_final"), Wish("drop", "drop")
    turns = Turns([recordings], {Kind.STT: (late, drop), Kind.TRANSLATOR: (), Kind.TTS: ()})
    one = turns.next([])
    assert one is not None
    assert one.wish == drop
    assert turns.next([]) is None
