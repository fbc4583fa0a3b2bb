"""What a glossary of ten thousand entries costs each unit."""

import random
import statistics
import time

import languages
from interpreter.terms import Terms
from tests.bench.terms import ENTRIES, MOST_MS, UNIT_WORDS, entries, vocabulary

UNITS = 100


def test_ten_thousand_entries_cost_a_unit_two_milliseconds_at_most() -> None:
    words, chance = vocabulary(), random.Random(7)
    terms = Terms(entries(words, chance), languages.load("en"), languages.load("es"))
    assert len(terms.entries) == ENTRIES
    costs_ms = [cost_ms(terms, words, chance) for _ in range(UNITS)]
    assert statistics.median(costs_ms) <= MOST_MS


def cost_ms(terms: Terms, words: list[str], chance: random.Random) -> float:
    """Of the processor, as others may use it beside us."""
    begin = chance.randrange(len(words) - UNIT_WORDS)
    text = " ".join(words[begin : begin + UNIT_WORDS])
    began = time.process_time()
    terms.matches(text)
    return (time.process_time() - began) * 1000
