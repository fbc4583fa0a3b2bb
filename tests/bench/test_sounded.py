"""A word that is said twice, or not, makes an utterance odd."""

from tests.bench.sounded import odd_utterances, said_s

TEXT = "No cerraremos la escuela vieja."


def playout(duration_s: float, rate: float = 1.0) -> dict[str, object]:
    return {
        "start_s": 3.0,
        "target": "es",
        "text": TEXT,
        "duration_s": duration_s / rate,
        "rate": rate,
    }


def test_a_whole_text_is_not_odd_at_any_rate() -> None:
    assert odd_utterances([playout(said_s("es", TEXT)), playout(said_s("es", TEXT), 1.3)]) == []


def test_a_word_more_or_less_is() -> None:
    more, less = said_s("es", f"{TEXT} vieja"), said_s("es", "No cerraremos la escuela")
    odd = odd_utterances([playout(more), playout(less)])
    assert [one.over_s > 0 for one in odd] == [True, False]
