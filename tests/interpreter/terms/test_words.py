"""What is remembered of words."""

import tracemalloc

from interpreter.terms.words import folded, is_form

NEW_WORDS = 20_000
"""Far more than people say in a day."""


def test_a_day_of_new_words_is_not_kept_in_memory() -> None:
    tracemalloc.start()
    try:
        for number in range(NEW_WORDS):
            assert is_form(folded(f"wörd{number}"), f"word{number}", "en")
        kept_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept_bytes < 5e6
