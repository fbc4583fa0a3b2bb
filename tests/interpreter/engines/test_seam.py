"""Which words that are heard again after a seam are new."""

import pytest
from livekit.agents.types import TimedString

from interpreter.engines.seam import AGAIN_WORDS, Seam
from interpreter.engines.timed_words import ends_s, starts_s

Row = tuple[str, float, float]


def words(*rows: Row) -> list[TimedString]:
    return [TimedString(text, start_time=start, end_time=end) for text, start, end in rows]


@pytest.mark.parametrize(
    ("heard", "new"),
    [
        pytest.param([("water", 1.8, 2.0), ("all", 2.0, 2.3)], ["all"], id="as before"),
        pytest.param([("ter", 1.85, 2.02), ("all", 2.1, 2.3)], ["all"], id="its end alone"),
        pytest.param([("water", 1.95, 2.25), ("all", 2.3, 2.5)], ["all"], id="it seems later"),
        pytest.param(
            [("all", 1.85, 2.1), ("of", 2.1, 2.3)], ["all", "of"], id="straddles the seam"
        ),
        pytest.param([("all", 2.3, 2.5)], ["all"], id="after it"),
        pytest.param([("water", 2.02, 2.3)], ["water"], id="said twice"),
        pytest.param([("water", 1.8, 2.0), ("water", 2.02, 2.3)], ["water"], id="twice, whole"),
    ],
)
def test_a_word_at_the_seam_is_new_or_not(heard: list[Row], new: list[str]) -> None:
    found = Seam(2.0, tuple(words(("Water", 1.8, 2.0)))).beyond(words(*heard))
    assert [str(word) for word in found] == new
    assert all(starts_s(word) + ends_s(word) > 4.0 for word in found)


FINAL = [("we", 1.0, 1.2), ("want", 1.2, 1.5), ("clean", 1.5, 1.8), ("water", 1.8, 2.0)]


@pytest.mark.parametrize(
    ("heard", "new"),
    [
        pytest.param([("clean", 1.1, 1.4), ("water", 1.4, 1.7)], [], id="as far as the seam"),
        pytest.param(
            [("clean", 1.1, 1.4), ("water", 1.4, 1.7), ("for", 1.7, 1.9)],
            ["for"],
            id="that seemed later than it was",
        ),
        pytest.param(
            [("clean", 2.1, 2.4), ("Water", 2.4, 2.7), ("for", 2.7, 2.9)],
            ["for"],
            id="that seemed earlier than it was",
        ),
        pytest.param(
            [("ant", 1.3, 1.4), ("clean", 1.4, 1.6), ("water", 1.6, 1.8), ("for", 1.8, 1.9)],
            ["for"],
            id="cut in the middle of a word",
        ),
        pytest.param(
            [("clean", 1.1, 1.4), ("warder", 1.4, 1.7), ("for", 1.7, 1.9), ("all", 1.9, 2.1)],
            ["for", "all"],
            id="one of them heard otherwise",
        ),
        pytest.param(
            [("water", 1.8, 2.0), ("water", 2.1, 2.3), ("for", 2.3, 2.4)],
            ["water", "for"],
            id="said twice",
        ),
        pytest.param(
            [("water", 2.9, 3.2), ("falls", 3.2, 3.5)], ["water", "falls"], id="long after"
        ),
        pytest.param([("for", 2.1, 2.3), ("all", 2.3, 2.5)], ["for", "all"], id="nothing again"),
    ],
)
def test_final_words_are_known_again_by_what_they_are(heard: list[Row], new: list[str]) -> None:
    found = Seam(2.0, tuple(words(*FINAL))).beyond(words(*heard))
    assert [str(word) for word in found] == new
    assert all(starts_s(word) + ends_s(word) > 4.0 for word in found)


def test_new_words_are_after_those_that_were_told_to_end_later() -> None:
    seam = Seam(2.0, tuple(words(*FINAL)), told_s=2.6)
    heard = words(("water", 1.5, 1.7), ("for", 1.7, 1.9), ("all", 2.6, 2.8))
    found = seam.beyond(heard)
    assert [(str(one), starts_s(one)) for one in found] == [("for", 2.6), ("all", 2.6)]


@pytest.mark.parametrize(("said", "next_one"), [("का", "की"), ("ที่", "ทู")])
def test_words_that_differ_in_their_vowel_alone_are_two(said: str, next_one: str) -> None:
    seam = Seam(1.2, tuple(words(("भारत", 0.5, 1.0), (said, 1.0, 1.2))))
    found = seam.beyond(words((next_one, 1.15, 1.4), ("राजधानी", 1.4, 2.0)))
    assert [str(word) for word in found] == [next_one, "राजधानी"]


@pytest.mark.parametrize("off_s", [-0.4, 0.0, 0.4, 0.8])
def test_signs_that_are_heard_again_are_known_though_they_are_many(off_s: float) -> None:
    """Of a script without spaces: 4 s are heard again, a dozen signs a second."""
    signs = [chr(0x4E00 + 7 * place) for place in range(52)]
    rows = [(sign, place / 12, (place + 1) / 12) for place, sign in enumerate(signs)]
    seam = Seam(4.0, tuple(words(*rows[:48])[-AGAIN_WORDS:]), 4.0)
    heard = words(*((sign, start + off_s, end + off_s) for sign, start, end in rows))
    assert [str(word) for word in seam.beyond(heard)] == signs[48:]


@pytest.mark.parametrize(
    ("given_s", "heard", "new"),
    [
        pytest.param(1.8, [("not", 2.3, 2.5), ("so", 2.5, 2.7)], ["so"], id="heard again"),
        pytest.param(
            1.8, [("not", 2.3, 2.5), ("not", 2.5, 2.7)], ["not"], id="said twice, heard twice"
        ),
        pytest.param(
            1.95, [("not", 2.3, 2.5), ("so", 2.5, 2.7)], ["not", "so"], id="its end alone"
        ),
        pytest.param(
            1.5, [("we", 2.3, 2.5), ("knot", 2.5, 2.7)], [], id="the one after it otherwise"
        ),
    ],
)
def test_who_only_guesses_times_hears_a_word_again_whose_sound_is_given_again(
    given_s: float, heard: list[Row], new: list[str]
) -> None:
    seam = Seam(2.0, tuple(words(("we", 1.5, 1.7), ("not", 1.8, 2.0))), given_s=given_s)
    assert [str(word) for word in seam.beyond(words(*heard), is_rough=True)] == new
    assert len(seam.beyond(words(*heard))) == len(heard)


@pytest.mark.parametrize(
    ("final", "new"),
    [
        pytest.param([("we", 2.0, 2.2)], [], id="not all again yet"),
        pytest.param([("we", 2.0, 2.2), ("not", 2.2, 2.4)], ["not"], id="all again"),
        pytest.param(
            [("we", 1.8, 2.0), ("not", 2.0, 2.2), ("so", 2.2, 2.4)], ["not"], id="and more"
        ),
    ],
)
def test_a_word_is_another_one_after_a_final_of_all_that_is_heard_again(
    final: list[Row], new: list[str]
) -> None:
    seam = Seam(2.0, tuple(words(("we", 1.5, 1.7), ("not", 1.8, 2.0))), given_s=1.4)
    seam = seam.after(words(*final), is_rough=True)
    found = seam.beyond(words(("not", 2.5, 2.7)), is_rough=True)
    assert [str(word) for word in found] == new
