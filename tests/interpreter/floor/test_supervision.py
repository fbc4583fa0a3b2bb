"""Who listens to what in, pairs to run out."""

from interpreter.floor.patience import FIRST_REPORT_S, PATIENCE_S, START_LIMIT_S
from interpreter.floor.supervision import (
    AWAY_S,
    PAIRS_AN_EPOCH,
    Pair,
    PairBook,
    PresentPair,
    Remove,
    Start,
    Stop,
)
from interpreter.line import ReaderMessage

EN_ES = Pair("en", "es")
IDLE_S = 30.0


def report(epoch: int = 1, spoken_seq: int = 9) -> ReaderMessage:
    return ReaderMessage("en", 1, 10, spoken_seq, 2.0, "live", "es", epoch)


def there(epoch: int = 1, *, is_leaving: bool = False) -> PresentPair:
    return PresentPair(EN_ES, f"pair-{epoch}", epoch, is_leaving)


def running_book() -> PairBook:
    """One pair of epoch 1 that has reported at second 1."""
    book = PairBook(IDLE_S)
    book.decide({EN_ES}, [], 0.0)
    book.decide({EN_ES}, [there()], 0.5)
    book.report(EN_ES, "pair-1", report(), 1.0)
    return book


def test_a_wanted_pair_starts_once() -> None:
    book = PairBook(IDLE_S)
    assert book.decide({EN_ES}, [], 0.0) == [Start(EN_ES, 1, None, 0.0)]
    assert book.decide({EN_ES}, [], 1.0) == []


def test_pairs_of_a_later_floor_agent_go_by_no_number_of_those_that_are_gone() -> None:
    """A segment's name has its pair's epoch: one that is kept already is not kept again."""
    first, later = PairBook(IDLE_S), PairBook(IDLE_S, floor_epoch=2)
    assert first.decide({EN_ES}, [], 0.0) == [Start(EN_ES, 1, None, 0.0)]
    assert later.decide({EN_ES}, [], 60.0) == [Start(EN_ES, PAIRS_AN_EPOCH + 1, None, 60.0)]


def test_a_later_floor_agent_goes_on_with_a_pair_that_runs() -> None:
    book = PairBook(IDLE_S, floor_epoch=2)
    assert book.decide({EN_ES}, [there(3)], 60.0) == []
    book.report(EN_ES, "pair-3", report(3), 60.5)
    assert book.decide({EN_ES}, [there(3)], 60.5 + PATIENCE_S) == [
        Remove("pair-3"),
        Start(EN_ES, PAIRS_AN_EPOCH + 1, report(3), 60.0),
    ]


def test_a_pair_that_reports_is_left_alone() -> None:
    assert running_book().decide({EN_ES}, [there()], 2.0) == []


def test_a_silent_pair_is_removed_and_replaced_where_it_was() -> None:
    book = running_book()
    assert book.decide({EN_ES}, [there()], 1.0 + PATIENCE_S) == [
        Remove("pair-1"),
        Start(EN_ES, 2, report(), 0.0),
    ]


def test_a_pair_that_is_silent_as_long_as_a_reconnect_takes_stays() -> None:
    assert running_book().decide({EN_ES}, [there()], 1.0 + 3.2) == []


def test_a_pair_that_has_left_is_replaced_soon() -> None:
    book = running_book()
    assert book.decide({EN_ES}, [], 1.1) == []
    assert book.decide({EN_ES}, [], 1.1 + AWAY_S) == [Start(EN_ES, 2, report(), 0.0)]


def test_a_pair_that_reconnects_is_not_replaced() -> None:
    book = running_book()
    assert book.decide({EN_ES}, [], 1.1) == []
    assert book.decide({EN_ES}, [there()], 1.2) == []
    assert book.decide({EN_ES}, [], 1.2 + AWAY_S) == []


def test_no_pair_is_replaced_because_the_floor_agent_itself_was_away() -> None:
    book = running_book()
    assert book.decide({EN_ES}, [], 1.1) == []
    book.excuse(1.0 + PATIENCE_S)
    assert book.decide({EN_ES}, [there()], 1.1 + PATIENCE_S) == []
    assert book.decide({EN_ES}, [there()], 1.0 + 2 * PATIENCE_S) != []


def test_a_pair_in_the_room_that_never_reports_is_replaced() -> None:
    book = PairBook(IDLE_S)
    book.decide({EN_ES}, [], 0.0)
    book.decide({EN_ES}, [there()], 1.0)
    assert book.decide({EN_ES}, [there()], 1.0 + FIRST_REPORT_S) == [
        Remove("pair-1"),
        Start(EN_ES, 2, None, 0.0),
    ]


def test_a_pair_that_never_comes_is_dispatched_again() -> None:
    book = PairBook(IDLE_S)
    book.decide({EN_ES}, [], 0.0)
    assert book.decide({EN_ES}, [], START_LIMIT_S) == [Start(EN_ES, 2, None, 0.0)]


def test_a_zombie_that_comes_back_is_removed_once() -> None:
    book = running_book()
    book.decide({EN_ES}, [there()], 5.0)
    book.report(EN_ES, "pair-2", report(epoch=2), 5.5)
    book.report(EN_ES, "pair-1", report(epoch=1), 5.6)
    assert book.running[EN_ES].identity == "pair-2"
    assert book.decide({EN_ES}, [there(1), there(2)], 5.7) == []


def test_two_pairs_at_once_leave_the_newer_one() -> None:
    book = running_book()
    book.report(EN_ES, "pair-2", report(epoch=2), 1.1)
    assert book.decide({EN_ES}, [there(1), there(2)], 1.2) == [Remove("pair-1")]


def test_the_older_pair_goes_on_until_the_newer_one_reports() -> None:
    book = running_book()
    leaving = there(is_leaving=True)
    assert book.decide({EN_ES}, [leaving], 1.1) == [Start(EN_ES, 2, report(), 0.0)]
    assert book.decide({EN_ES}, [leaving, there(2)], 1.5) == []
    book.report(EN_ES, "pair-2", report(epoch=2), 1.6)
    assert book.decide({EN_ES}, [leaving, there(2)], 1.7) == [Remove("pair-1")]


def test_a_new_floor_agent_adopts_the_running_pairs() -> None:
    book = PairBook(IDLE_S)
    assert book.decide({EN_ES}, [there(4)], 0.0) == []
    book.report(EN_ES, "pair-4", report(epoch=4), 0.5)
    assert book.decide({EN_ES}, [there(4)], 1.0) == []
    book.decide({EN_ES}, [], 1.1)
    assert book.decide({EN_ES}, [], 1.1 + AWAY_S) == [Start(EN_ES, 5, report(epoch=4), 0.0)]


def test_an_unwanted_pair_stops_after_the_idle_time() -> None:
    book = running_book()
    assert book.decide(set(), [there()], 2.0) == []
    assert book.decide(set(), [there()], 2.0 + IDLE_S) == [Stop(EN_ES, 1)]


def test_a_pair_that_is_wanted_again_in_time_goes_on() -> None:
    book = running_book()
    book.decide(set(), [there()], 2.0)
    book.report(EN_ES, "pair-1", report(), 20.0)
    book.decide({EN_ES}, [there()], 20.0)
    book.report(EN_ES, "pair-1", report(), 40.0)
    assert book.decide(set(), [there()], 40.0) == []


def test_a_dispatch_that_failed_is_made_again() -> None:
    book = PairBook(IDLE_S)
    book.decide({EN_ES}, [], 0.0)
    book.failed(EN_ES)
    assert book.decide({EN_ES}, [], 0.3) == [Start(EN_ES, 2, None, 0.0)]


def test_a_dispatch_that_failed_goes_on_where_the_dead_pair_was() -> None:
    book = running_book()
    book.decide({EN_ES}, [there()], 1.0 + PATIENCE_S)
    book.failed(EN_ES)
    assert book.decide({EN_ES}, [], 6.0) == [Start(EN_ES, 3, report(), 0.0)]


def test_who_replaces_pairs_that_said_nothing_reads_from_where_the_first_should_have_begun() -> (
    None
):
    book = PairBook(IDLE_S)
    book.decide({EN_ES}, [there(4)], 10.0)
    dead_s = 10.0 + FIRST_REPORT_S
    assert book.decide({EN_ES}, [there(4)], dead_s)[1:] == [Start(EN_ES, 5, None, 10.0)]
    book.decide({EN_ES}, [], dead_s + START_LIMIT_S - 0.1)
    assert book.decide({EN_ES}, [], dead_s + START_LIMIT_S) == [Start(EN_ES, 6, None, 10.0)]


def test_a_pair_in_whose_place_another_speaks_stops_at_once() -> None:
    book = running_book()
    assert book.decide({Pair("en>ca", "es")}, [there()], 2.0, [EN_ES]) == [
        Stop(EN_ES, 1),
        Start(Pair("en>ca", "es"), 1, None, 2.0),
    ]
    assert EN_ES not in book.running


def test_a_pair_that_is_wanted_never_stops() -> None:
    assert running_book().decide({EN_ES}, [there()], 1.2, [EN_ES]) == []
