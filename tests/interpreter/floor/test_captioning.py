"""Words in, caption segments of the spoken language out."""

from collections.abc import Sequence
from itertools import count

from interpreter.events import Word
from interpreter.floor.captioning import Caption, Captioning


def words(text: str, start_s: float = 0.0) -> tuple[Word, ...]:
    return tuple(
        Word(t, start_s + 0.3 * i, start_s + 0.3 * i + 0.3) for i, t in enumerate(text.split())
    )


def readable(said: Sequence[Word], starts_sentence: bool, ends_sentence: bool) -> str:
    text = " ".join(w.text for w in said)
    text = text.capitalize() if starts_sentence else text
    return text + "." if ends_sentence else text


def captioning() -> Captioning:
    numbers = count(1)
    return Captioning(readable, lambda: f"en.1.{next(numbers)}")


def last_word(captions: Captioning, text: str) -> Caption | None:
    said = words(text)
    return captions.utterance(said, said[-1].end_s)


def test_the_open_segment_shows_committed_words() -> None:
    captions = captioning()
    captions.committed(words("the city"))
    caption = captions.committed(words("needs", 0.6))
    assert caption is not None
    assert (caption.segment, caption.text, caption.is_final) == ("en.1.1", "The city needs", False)


def test_a_long_pause_ends_the_sentence() -> None:
    captions = captioning()
    last_word(captions, "the city")
    caption = captions.pause(0.7)
    assert caption is not None
    assert (caption.text, caption.is_final) == ("The city.", True)


def test_a_short_pause_goes_on_in_the_same_segment() -> None:
    captions = captioning()
    last_word(captions, "the city")
    assert captions.pause(0.3) is None
    caption = captions.committed(words("needs water", 1.0))
    assert caption is not None
    assert (caption.segment, caption.text) == ("en.1.1", "The city needs water")
    assert caption.stable_length == len("The city")


def test_a_long_segment_closes_at_a_short_pause_without_a_full_stop() -> None:
    captions = captioning()
    last_word(captions, "word " * 20)
    caption = captions.pause(0.3)
    assert caption is not None
    assert caption.text.endswith("word")
    following = captions.committed(words("more", 7.0))
    assert following is not None
    assert (following.segment, following.text) == ("en.1.2", "more")


def test_words_beyond_a_forced_end_of_the_utterance_stay() -> None:
    captions = captioning()
    captions.committed(words("the city needs water"))
    caption = last_word(captions, "the city")
    assert caption is not None
    assert caption.text == "The city needs water"


def test_the_recognisers_last_word_replaces_what_was_committed() -> None:
    captions = captioning()
    captions.committed(words("the kitty"))
    caption = last_word(captions, "the city")
    assert caption is not None
    assert (caption.segment, caption.text) == ("en.1.1", "The city")


def test_what_is_committed_is_final_when_nothing_more_comes() -> None:
    captions = captioning()
    last_word(captions, "the city")
    captions.committed(words("needs water", 1.0))
    caption = captions.pause(0.6)
    assert caption is not None
    assert (caption.segment, caption.text, caption.is_final) == (
        "en.1.1",
        "The city needs water.",
        True,
    )
    assert captions.pause(0.6) is None
