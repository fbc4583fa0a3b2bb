"""Who says that it is asked too often is asked less often, for a while."""

from interpreter.engines.scarcity import EASES_S, MOST_WORDS, SAME_S, Scarcity


def test_a_server_that_never_said_so_is_asked_at_each_word() -> None:
    assert Scarcity().step_words(0.0) == 1
    assert Scarcity().step_words(1e9) == 1


def test_each_bound_that_is_reached_halves_the_requests() -> None:
    scarcity = Scarcity()
    steps = list[int]()
    for number in range(6):
        at_s = 100.0 + number * (SAME_S + 1)
        scarcity.refused(at_s)
        steps.append(scarcity.step_words(at_s))
    assert steps == [2, 4, 8, MOST_WORDS, MOST_WORDS, MOST_WORDS]


def test_refusals_of_one_moment_are_one_bound() -> None:
    scarcity = Scarcity()
    for at_s in (100.0, 100.5, 104.0):
        scarcity.refused(at_s)
    assert scarcity.step_words(105.0) == 2


def test_each_minute_without_a_refusal_doubles_them_again() -> None:
    scarcity = Scarcity()
    scarcity.refused(100.0)
    scarcity.refused(100.0 + SAME_S)
    last_s = 100.0 + SAME_S
    steps = [scarcity.step_words(last_s + after * EASES_S) for after in (0.0, 0.9, 1.0, 1.9, 2.0)]
    assert steps == [4, 4, 2, 2, 1]


def test_a_bound_that_is_reached_again_is_counted_from_where_it_had_eased_to() -> None:
    scarcity = Scarcity()
    scarcity.refused(100.0)
    scarcity.refused(120.0)
    scarcity.refused(120.0 + EASES_S)
    assert scarcity.step_words(121.0 + EASES_S) == 4
