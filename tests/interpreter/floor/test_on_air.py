"""Who is heard in a channel: a table of moments, each with what follows from it."""

import math
from dataclasses import replace

import pytest

from interpreter.floor.on_air import Channel, Human, OnAirRule, Silence, Source, Trouble

MARIA = Human("maria", 1)
JOAN = Human("joan", 2)
MACHINE = Channel(has_machine=True)
FLOOR, HUMAN, NONE = Source.FLOOR, Source.HUMAN, Source.NONE


def with_human(human: Human, **changes: object) -> Channel:
    return replace(MACHINE, human=human, **changes)  # type: ignore[arg-type]


CASES: dict[str, list[tuple[float, Channel, Source]]] = {
    "nobody-feeds-it": [(0.0, Channel(), NONE)],
    "a-machine-by-default": [(0.0, MACHINE, Source.MACHINE)],
    "its-own-language-is-spoken-and-hangs-over": [
        (0.0, replace(MACHINE, is_spoken=True), FLOOR),
        (1.4, MACHINE, FLOOR),
        (1.5, MACHINE, Source.MACHINE),
    ],
    "the-floor-before-any-human": [(0.0, with_human(MARIA, is_spoken=True), FLOOR)],
    "a-human-takes-over-a-silent-machine-at-once": [
        (0.0, MACHINE, Source.MACHINE),
        (0.1, with_human(MARIA), HUMAN),
    ],
    "a-machine-ends-its-clause-first": [
        (0.0, MACHINE, Source.MACHINE),
        (0.1, with_human(MARIA, machine_speaks=True), Source.MACHINE),
        (0.6, with_human(MARIA, machine_speaks=True), Source.MACHINE),
        (0.7, with_human(MARIA), HUMAN),
    ],
    "a-machine-has-a-second-to-end-its-clause": [
        (0.0, MACHINE, Source.MACHINE),
        (0.1, with_human(MARIA, machine_speaks=True), Source.MACHINE),
        (1.1, with_human(MARIA, machine_speaks=True), HUMAN),
    ],
    "nothing-is-heard-of-a-human-whose-microphone-is-closed": [
        (0.0, MACHINE, Source.MACHINE),
        (0.1, with_human(replace(MARIA, closed_s=0.1)), Source.MACHINE),
        (30.0, with_human(MARIA), HUMAN),
    ],
    "back-to-the-machine": [(0.0, with_human(MARIA), HUMAN), (5.0, MACHINE, Source.MACHINE)],
    "to-a-partner": [(0.0, with_human(MARIA), HUMAN), (5.0, with_human(JOAN), HUMAN)],
    "a-partner-who-has-gone-is-not-waited-for": [
        (0.0, with_human(MARIA), HUMAN),
        (5.0, with_human(replace(JOAN, is_here=False)), Source.MACHINE),
    ],
    "a-quiet-console-is-bridged-and-back-unasked": [
        (0.0, with_human(MARIA), HUMAN),
        (1.0, with_human(replace(MARIA, quiet_s=0.8)), HUMAN),
        (1.2, with_human(replace(MARIA, quiet_s=1.0)), Source.MACHINE),
        (16.1, with_human(MARIA), HUMAN),
    ],
    "after-fifteen-seconds-they-are-asked-first": [
        (0.0, with_human(MARIA), HUMAN),
        (1.2, with_human(replace(MARIA, is_here=False)), Source.MACHINE),
        (16.3, with_human(MARIA), Source.MACHINE),
        (60.0, with_human(MARIA), Source.MACHINE),
        (60.1, with_human(replace(MARIA, number=3)), HUMAN),
    ],
    "a-microphone-without-packets-is-bridged": [
        (0.0, with_human(MARIA), HUMAN),
        (1.0, with_human(replace(MARIA, packetless_s=1.1)), Source.MACHINE),
    ],
    "a-closed-microphone-is-bridged-unless-a-cough-explains-it": [
        (0.0, with_human(MARIA), HUMAN),
        (1.0, with_human(replace(MARIA, closed_s=0.5)), HUMAN),
        (1.2, with_human(replace(MARIA, closed_s=0.7)), Source.MACHINE),
    ],
    "silence-under-words-is-bridged": [
        (0.0, with_human(MARIA), HUMAN),
        (9.9, with_human(replace(MARIA, silent_s=9.9)), HUMAN),
        (10.0, with_human(replace(MARIA, silent_s=10.0)), Source.MACHINE),
        (12.0, with_human(MARIA), HUMAN),
    ],
    "a-cough-never-is": [
        (0.0, with_human(MARIA), HUMAN),
        (
            5.0,
            with_human(replace(MARIA, is_coughing=True, closed_s=5.0, packetless_s=5.0)),
            HUMAN,
        ),
    ],
    "a-language-they-do-not-cover-goes-to-the-machine-and-comes-back": [
        (0.0, with_human(MARIA), HUMAN),
        (5.0, with_human(replace(MARIA, covers=False)), Source.MACHINE),
        (90.0, with_human(MARIA), HUMAN),
    ],
    "who-is-well-again-while-the-floor-speaks-is-not-late": [
        (0.0, with_human(MARIA), HUMAN),
        (1.0, with_human(replace(MARIA, quiet_s=1.0)), Source.MACHINE),
        (2.0, with_human(MARIA, is_spoken=True), FLOOR),
        (22.0, with_human(MARIA, is_spoken=True), FLOOR),
        (24.0, with_human(MARIA), HUMAN),
    ],
    "who-leaves-while-the-floor-speaks-comes-back-asked": [
        (0.0, with_human(MARIA), HUMAN),
        (1.0, with_human(MARIA, is_spoken=True), FLOOR),
        (2.0, with_human(replace(MARIA, is_here=False), is_spoken=True), FLOOR),
        (40.0, with_human(MARIA), Source.MACHINE),
    ],
    "a-channel-of-humans-alone-falls-silent": [
        (0.0, Channel(human=MARIA), HUMAN),
        (5.0, Channel(human=replace(MARIA, is_here=False)), NONE),
        (6.0, Channel(human=MARIA), HUMAN),
    ],
    "a-human-who-falls-silent-where-no-pair-feeds-the-channel": [
        (0.0, Channel(human=MARIA), HUMAN),
        (10.0, Channel(human=replace(MARIA, silent_s=10.0)), NONE),
        (12.0, Channel(human=MARIA), HUMAN),
    ],
    "a-human-who-talks-while-the-floor-is-silent": [
        (0.0, with_human(MARIA), HUMAN),
        (120.0, with_human(MARIA), HUMAN),
    ],
    "one-who-is-removed-by-the-organiser-while-on-air": [
        (0.0, with_human(MARIA), HUMAN),
        (0.1, MACHINE, Source.MACHINE),
    ],
    "one-who-is-removed-while-the-machine-yields": [
        (0.0, MACHINE, Source.MACHINE),
        (0.1, with_human(MARIA, machine_speaks=True), Source.MACHINE),
        (0.2, replace(MACHINE, machine_speaks=True), Source.MACHINE),
    ],
    "one-who-is-removed": [(0.0, with_human(MARIA), HUMAN), (1.0, Channel(), NONE)],
    "a-partner-who-takes-what-was-bridged-is-not-late": [
        (0.0, with_human(MARIA), HUMAN),
        (1.0, with_human(replace(MARIA, is_here=False)), Source.MACHINE),
        (40.0, with_human(JOAN), HUMAN),
    ],
    "a-human-after-the-floor-needs-no-clause-end": [
        (0.0, with_human(MARIA, is_spoken=True, machine_speaks=True), FLOOR),
        (1.5, with_human(MARIA, machine_speaks=True), HUMAN),
    ],
}


@pytest.mark.parametrize("moments", CASES.values(), ids=CASES.keys())
def test_who_is_heard(moments: list[tuple[float, Channel, Source]]) -> None:
    rule = OnAirRule()
    told = [rule.decide(channel, now_s) for now_s, channel, _ in moments]
    assert [one.source for one in told] == [expected for *_, expected in moments]
    for one, (_, channel, _) in zip(told, moments, strict=True):
        is_human = one.source is HUMAN and channel.human is not None
        assert one.who == (channel.human.who if is_human and channel.human else "")


def test_between_two_humans_the_machine_does_not_cut_in() -> None:
    rule = OnAirRule()
    rule.decide(with_human(MARIA), 0.0)
    opening = with_human(replace(JOAN, closed_s=math.inf))
    assert (rule.decide(opening, 5.0).who, rule.decide(opening, 5.5).who) == ("maria", "maria")
    last = rule.decide(with_human(JOAN), 5.55)
    assert (last.who, last.number) == ("joan", 2)


def test_a_partner_whose_microphone_stays_closed_is_bridged() -> None:
    rule = OnAirRule()
    rule.decide(with_human(MARIA), 0.0)
    closed = with_human(replace(JOAN, closed_s=math.inf))
    assert rule.decide(closed, 5.0).source is HUMAN
    bridged = rule.decide(closed, 5.7)
    assert (bridged.source, bridged.trouble) == (Source.MACHINE, Trouble.MICROPHONE)
    assert rule.decide(with_human(JOAN), 40.0).who == "joan"


def test_each_change_has_the_next_number_and_nothing_else_has() -> None:
    rule = OnAirRule(number=7)
    steps = [MACHINE, MACHINE, with_human(MARIA), with_human(MARIA), with_human(JOAN), MACHINE]
    numbers = [rule.decide(step, 0.1 * place).number for place, step in enumerate(steps)]
    assert numbers == [8, 8, 9, 9, 10, 11]


def test_the_machine_is_asked_to_yield_while_a_human_waits() -> None:
    rule = OnAirRule()
    rule.decide(MACHINE, 0.0)
    assert rule.decide(with_human(MARIA, machine_speaks=True), 0.1).yields
    assert not rule.decide(with_human(MARIA), 0.2).yields


def test_why_a_human_is_not_heard_is_told() -> None:
    rule = OnAirRule()
    rule.decide(with_human(MARIA), 0.0)
    assert rule.decide(with_human(replace(MARIA, quiet_s=2.0)), 1.0).trouble is Trouble.QUIET
    assert rule.decide(with_human(MARIA), 30.0).trouble is Trouble.LATE
    assert rule.decide(with_human(replace(MARIA, number=2)), 31.0).trouble is Trouble.NO_TROUBLE


def test_silence_counts_on_air_under_words_and_lasts_until_they_speak() -> None:
    silence = Silence()

    def count(
        seconds: float,
        *,
        number: int = 1,
        on_air: bool = True,
        excused: bool = False,
        words: bool = True,
    ) -> float:
        silence.count(number, seconds, is_on_air=on_air, is_excused=excused, has_words=words)
        return silence.seconds

    count(0.1)
    assert count(6.0) == 6.0
    assert count(6.0, words=False) == 6.0
    assert count(4.0) == 10.0
    assert count(60.0, on_air=False) == 10.0  # bridged: not heard again by itself
    assert count(0.1, on_air=False, excused=True) == 0.0
    count(5.0)
    assert count(0.1, number=2) == 0.0
