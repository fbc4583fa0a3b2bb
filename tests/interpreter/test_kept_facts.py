"""A talk's numbers and negations are counted where they were heard."""

from dataclasses import replace

from interpreter.kept_facts import KeptFacts, Share, kept_facts
from interpreter.unit_events import Event
from languages import load

EN, ES = load("en"), load("es")


def unit(number: int, said: str, spoken: str) -> list[Event]:
    words = [[word, float(place), place + 0.9] for place, word in enumerate(said.split())]
    told = {"event": "unit", "source": "en", "target": "es", "unit": number, "last_seq": 0}
    heard = {"event": "playout", "target": "es", "unit": number, "start_s": 0.0, "duration_s": 1.0}
    return [{**told, "words": words}, {**heard, "text": spoken, "words": []}]


def test_what_is_heard_is_kept() -> None:
    talk = [
        *unit(0, "we sold fourteen houses", "Vendimos catorce casas"),
        *unit(1, "we did not sell the school", "No vendimos la escuela"),
    ]

    assert kept_facts(talk, EN, ES) == KeptFacts(Share(1, 1), Share(1, 1))


def test_a_lost_not_and_a_wrong_number_show() -> None:
    talk = [
        *unit(0, "we sold fourteen houses", "Vendimos cuarenta casas"),
        *unit(1, "we did not sell the school", "Vendimos la escuela"),
    ]

    assert kept_facts(talk, EN, ES) == KeptFacts(Share(1, 0, 1), Share(1, 0))


def test_a_negation_beside_others_is_lost_or_invented_and_never_both() -> None:
    three = "we did not sell it and nobody came and they never paid"

    lost = kept_facts(unit(0, three, "No lo vendimos y vino alguien y pagaron"), EN, ES)
    invented = kept_facts(
        unit(0, "we did not sell it and they came", "No lo vendimos y no vinieron"), EN, ES
    )

    assert lost.negations == Share(3, 1, 0)
    assert invented.negations == Share(1, 1, 1)


def test_what_was_taken_back_is_not_asked_for() -> None:
    talk = unit(0, "you need fifty i mean sixty points", "Necesitan 60 puntos")

    assert kept_facts(talk, EN, ES) == KeptFacts(Share(1, 1), Share())


def test_what_the_voice_left_out_is_lost() -> None:
    assert kept_facts(unit(0, "it costs fourteen euros", ""), EN, ES).numbers == Share(1, 0)


def test_nothing_is_said_of_languages_that_are_not_checked() -> None:
    unknown = replace(ES, tag="tlh", engines={})

    assert kept_facts(unit(0, "it costs fourteen", "x"), EN, unknown) == KeptFacts(None, None)
