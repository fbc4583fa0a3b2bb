"""What was said and its renderings, side by side and on one clock."""

from dataclasses import replace

import pytest

from interpreter.events import Origin, Segment
from interpreter.store import Room
from tests.web.conftest import segment
from web.contexts import GlossaryFigures
from web.transcripts import clock_text, glossary_figures, on_one_clock, rows_of


def rendering(text: str, start_s: float, language: str, source: str) -> Segment:
    return segment(text, start_s, language, Origin.MACHINE, source)


def shown(segments: list[Segment]) -> list[tuple[str, dict[str, list[str]]]]:
    return [
        (row.at, {tag: [cell.text for cell in cells] for tag, cells in row.cells.items()})
        for row in rows_of(segments)
    ]


def test_renderings_stand_beside_what_they_render() -> None:
    assert shown(
        [
            rendering("Hola.", 1.0, "es", "en.1.1"),
            segment("Hello.", 1.0),
            rendering("Adiós", 5.0, "es", "en.1.5"),
            rendering("a todos.", 6.0, "es", "en.1.5"),
            segment("Goodbye everyone.", 5.0),
            rendering("Hola.", 1.1, "ca", "en.1.1"),
        ]
    ) == [
        ("0:00:01", {"en": ["Hello."], "es": ["Hola."], "ca": ["Hola."]}),
        ("0:00:05", {"en": ["Goodbye everyone."], "es": ["Adiós", "a todos."]}),
    ]


def test_the_speakers_own_words_stand_beside_themselves_in_their_language() -> None:
    untold = replace(
        rendering("[English] Hello.", 1.0, "es", "en.1.1"),
        id="en-es.1.0",
        origin=Origin.SPEECH,
        text_language="en",
    )

    (row,) = rows_of([untold, segment("Hello.", 1.0)])

    assert {tag: cells[0].text_language for tag, cells in row.cells.items()} == {
        "es": "en",
        "en": "",
    }


def test_a_meetings_glossary_is_summed_up() -> None:
    first = replace(segment("Hola."), glossary_hits=998, repairs=3)
    second = replace(segment("Adiós."), glossary_hits=1, glossary_misses=1, false_copies=1)
    figures = glossary_figures([first, second])
    assert figures == GlossaryFigures(required=1000, found=999, repaired=3, false=1)
    assert figures is not None
    assert figures.percent == "99.9 %"
    assert GlossaryFigures(3000, 2999, 0, 0).percent == "99.9 %"
    assert GlossaryFigures(3, 3, 0, 0).percent == "100 %"
    assert glossary_figures([segment("Hola.")]) is None


def test_a_rendering_of_speech_that_is_still_open_has_a_row_of_its_own() -> None:
    assert shown([rendering("Hola", 1.0, "es", "en.1.1")]) == [("0:00:01", {"es": ["Hola"]})]


def test_sessions_follow_each_other_on_the_first_ones_clock() -> None:
    first = Room(id="r1", meeting_id="m", clock_zero=1000.0)
    second = Room(id="r2", meeting_id="m", clock_zero=1600.0)
    hello = segment("Hello.", 1.0)
    sessions = [(first, [hello]), (second, [hello, rendering("Hola.", 1.0, "es", "en.1.1")])]
    assert [(item.id, item.start_s, item.end_s) for item in on_one_clock(sessions)] == [
        ("en.1.1", 1.0, 3.0),
        ("2/en.1.1", 601.0, 603.0),
        ("2/es.1.1", 601.0, 603.0),
    ]
    assert len(rows_of(on_one_clock(sessions))) == 2


def test_nothing_begins_before_zero_where_an_agents_clock_is_minutes_behind() -> None:
    first = Room(id="r1", meeting_id="m", clock_zero=1000.0)
    second = Room(id="r2", meeting_id="m", clock_zero=1600.0)
    sessions = [(first, [segment("Hello.", -180.0)]), (second, [segment("Again.", 1.0)])]
    assert [item.start_s for item in on_one_clock(sessions)] == [0.0, 781.0]


def test_a_meeting_in_which_nothing_was_said_is_empty() -> None:
    assert rows_of(on_one_clock([])) == []


@pytest.mark.parametrize(
    ("at_s", "text"), [(0, "0:00:00"), (61.9, "0:01:01"), (36_000, "10:00:00")]
)
def test_times_read_as_hours_minutes_seconds(at_s: float, text: str) -> None:
    assert clock_text(at_s) == text
