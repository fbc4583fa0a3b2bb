"""What the transcript of a pair lacks when the pair died with its floor agent, or with its room."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from interpreter.events import Origin, Segment
from interpreter.store import Meeting, Room, add_room, add_segments
from interpreter.unread import told_until_s, unread_since_s
from tests.interpreter.conftest import ROOM


def said(first: int, last: int, start_s: float, end_s: float, speaker: str = "ana") -> Segment:
    """Of the floor: numbers of its first and last word, and its times."""
    return Segment(
        id=f"en.1.{speaker}.{first}",
        language="en",
        origin=Origin.SPEECH,
        speaker=speaker,
        text="…",
        start_s=start_s,
        end_s=end_s,
        engine="pocketsphinx",
        epoch=1,
        source_line=f"en/{speaker}/1",
        first_seq=first,
        last_seq=last,
    )


def rendered(first: int, last: int, end_s: float, speaker: str = "ana") -> Segment:
    """Of the pair."""
    spanish = replace(said(first, last, end_s - 1.0, end_s, speaker), language="es")
    return replace(spanish, id=f"en-es.1.{speaker}.{first}", origin=Origin.MACHINE)


def by_a_human(end_s: float) -> Segment:
    spanish = replace(rendered(0, 9, end_s, "maria"), source_line="es/maria/1")
    return replace(spanish, origin=Origin.HUMAN)


@pytest.mark.parametrize(
    ("kept", "since_s"),
    [
        pytest.param([], None, id="nothing-was-said"),
        pytest.param([said(0, 9, 1.0, 8.0), rendered(0, 9, 8.0)], None, id="all-is-read"),
        pytest.param([said(0, 9, 1.0, 8.0), rendered(0, 6, 5.5)], 5.5, id="the-end-is-unread"),
        pytest.param(
            [said(0, 9, 1.0, 8.0), said(12, 20, 40.0, 44.0), rendered(0, 9, 8.0)],
            40.0,
            id="a-pause-before-it-is-no-gap",
        ),
        pytest.param([said(0, 9, 1.0, 8.0)], 1.0, id="the-pair-had-not-begun"),
        pytest.param(
            [said(0, 9, 1.0, 8.0), said(3, 5, 2.0, 5.0, "jon"), rendered(0, 9, 8.0)],
            2.0,
            id="another-spoke-at-the-same-time",
        ),
        pytest.param(
            [said(0, 9, 1.0, 8.0), said(20, 29, 60.0, 64.0), rendered(20, 25, 62.0)],
            62.0,
            id="what-was-said-before-anybody-wanted-it",
        ),
        pytest.param(
            [said(0, 9, 1.0, 8.0), said(12, 20, 9.0, 12.0), by_a_human(8.5)],
            9.0,
            id="a-human-interpreted-what-came-before",
        ),
    ],
)
def test_a_gap_begins_with_the_first_words_that_were_not_read(
    store: Engine, kept: list[Segment], since_s: float | None
) -> None:
    with Session(store) as session:
        add_segments(session, ROOM, kept)
        assert unread_since_s(session, ROOM, "en", "es") == since_s


def test_only_words_of_the_pairs_source_count(store: Engine) -> None:
    with Session(store) as session:
        add_segments(session, ROOM, [said(0, 9, 1.0, 8.0)])
        assert unread_since_s(session, ROOM, "ca", "es") is None


def test_the_session_before_may_have_broken_off_in_mid_sentence(store: Engine) -> None:
    kept = [said(0, 9, 1.0, 8.0), rendered(0, 6, 5.5)]
    gap = replace(said(0, 0, -4.0, 0.5), text="[5 s were not heard]", engine="")
    with Session(store) as session:
        add_segments(session, ROOM, kept)
        before = session.get_one(Room, ROOM)
        before.ended_at = datetime.now(UTC)
        session.add(before)
        session.flush()
        meeting = session.get_one(Meeting, before.meeting_id)
        add_room(session, meeting, "later", before.clock_zero + 12.0)
        session.commit()
        add_segments(session, "later", [gap])
        assert unread_since_s(session, "later", "en", "es") == -6.5
        assert unread_since_s(session, ROOM, "en", "es") == 5.5


def relayed(number: int, end_s: float) -> Segment:
    """What a pair made of what the first pair rendered, from its word of this number on."""
    first = rendered(number, number + 9, end_s)
    catalan = replace(first, id=f"en>es-ca.1.{number}", language="ca", relay=1)
    return replace(catalan, source_line="en>es/ana/1", source_segments=(first.id,))


@pytest.mark.parametrize(
    ("kept", "since_s"),
    [
        pytest.param([rendered(0, 9, 8.0), relayed(0, 8.0)], None, id="all-is-read"),
        pytest.param(
            [rendered(0, 9, 8.0), rendered(10, 19, 14.0), relayed(0, 8.0)],
            13.0,
            id="the-end-is-unread",
        ),
        pytest.param([said(0, 9, 1.0, 8.0)], None, id="the-first-pair-has-nothing"),
    ],
)
def test_a_relay_lacks_what_it_has_not_made_of_the_first_machine_s_words(
    store: Engine, kept: list[Segment], since_s: float | None
) -> None:
    with Session(store) as session:
        add_segments(session, ROOM, kept)
        assert unread_since_s(session, ROOM, "en>es", "ca") == since_s


def of_floor(epoch: int, start_s: float, end_s: float, language: str = "en") -> Segment:
    floor = said(0, 3, start_s, end_s)
    line = f"{language}/ana/{epoch}"
    name = f"{language}.{epoch}.{start_s}"
    return replace(floor, id=name, language=language, epoch=epoch, source_line=line)


MARK = replace(of_floor(1, 25.0, 40.0), id="en.1.9", source_line="", engine="")
UNTRANSLATED = replace(of_floor(7, 25.0, 40.0, "es"), id="en-es.7.1", source_line="en/ana/1")


@pytest.mark.parametrize(
    ("kept", "told_s"),
    [
        pytest.param([], 20.0, id="nothing-was-said"),
        pytest.param([of_floor(1, 1.0, 8.0)], 20.0, id="nobody-came-after-the-one-that-died"),
        pytest.param(
            [of_floor(1, 1.0, 8.0), of_floor(3, 20.2, 92.0)], 92.0, id="another-has-told-the-gap"
        ),
        pytest.param(
            [of_floor(1, 1.0, 8.0), of_floor(3, 19.8, 92.0), of_floor(3, 92.1, 95.0)],
            95.0,
            id="and-has-heard-on",
        ),
        pytest.param(
            [of_floor(2, 1.0, 8.0), of_floor(2, 22.0, 40.0, "es")],
            20.0,
            id="one-that-is-deaf-in-one-language-may-hear-another",
        ),
        pytest.param(
            [of_floor(1, 1.0, 8.0), MARK, UNTRANSLATED], 20.0, id="marks-tell-of-no-words"
        ),
    ],
)
def test_a_gap_is_told_once_where_two_floor_agents_came(
    store: Engine, kept: list[Segment], told_s: float
) -> None:
    with Session(store) as session:
        add_segments(session, ROOM, kept)
        assert told_until_s(session, ROOM, 20.0) == told_s
