"""Whose segments are whose, from turns."""

import pytest

from interpreter.events import Origin, Segment
from tests.bench.attribution import Turn, wrong

MARIA, JOAN = Turn("i-maria", "Maria", 10.0), Turn("i-joan", "Joan", 20.0)


def said(
    start_s: float, who: Turn, origin: Origin = Origin.HUMAN, name: str | None = None
) -> Segment:
    return Segment(
        id=f"en.1.{start_s}",
        language="en",
        origin=origin,
        speaker=name or who.name,
        text="A school.",
        start_s=start_s,
        end_s=start_s + 2,
        engine="scripted",
        epoch=1,
        interpreter=who.identity,
    )


@pytest.mark.parametrize(
    ("segments", "count"),
    [
        pytest.param([said(12, MARIA), said(22, JOAN)], 0, id="each-their-own"),
        pytest.param([said(12, MARIA), said(18.5, MARIA), said(22, JOAN)], 0, id="cut-short"),
        pytest.param([said(12, JOAN), said(22, JOAN)], 1, id="somebody-elses"),
        pytest.param([said(12, MARIA), said(22, JOAN, name="Maria")], 1, id="by-a-wrong-name"),
        pytest.param([said(12, MARIA), said(22, JOAN, Origin.MACHINE)], 1, id="as-a-machines"),
        pytest.param([said(12, MARIA)], 1, id="a-turn-of-which-nothing-is-kept"),
    ],
)
def test_segments_against_the_turns(segments: list[Segment], count: int) -> None:
    assert wrong(segments, [MARIA, JOAN]) == count
