"""A word that is said twice, or not, makes an utterance odd."""

from typing import Any

from tests.bench.sounded import odd_utterances, said_s

TEXT = "No cerraremos la escuela vieja."
LONG = "Las ventas ascendieron por 8% a 340 millones de dólares, el cual es el mejor."


def playout(duration_s: float, rate: float = 1.0) -> dict[str, object]:
    return {
        "start_s": 3.0,
        "target": "es",
        "text": TEXT,
        "duration_s": duration_s / rate,
        "rate": rate,
        "words": [],
    }


def test_a_whole_text_is_not_odd_at_any_rate() -> None:
    assert odd_utterances([playout(said_s("es", TEXT)), playout(said_s("es", TEXT), 1.3)]) == []


def test_a_word_more_or_less_is() -> None:
    more, less = said_s("es", f"{TEXT} vieja"), said_s("es", "No cerraremos la escuela")
    odd = odd_utterances([playout(more), playout(less)])
    assert [one.over_s > 0 for one in odd] == [True, False]


def test_a_voice_that_speaks_faster_itself_is_held_to_its_own_pace() -> None:
    said: dict[str, Any] = playout(0.0) | {
        "text": LONG,
        "rate": 1.25,
        "duration_s": said_s("es", LONG, 1.25),
    }
    own = [["Las", 0.0]]
    assert odd_utterances([said | {"words": own}]) == []
    shorter = said["duration_s"] - 0.5
    assert len(odd_utterances([said | {"words": own, "duration_s": shorter}])) == 1
