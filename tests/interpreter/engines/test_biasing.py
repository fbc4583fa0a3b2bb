"""Words to expect, as each engine takes them, and never more than it takes."""

import pytest
from pydantic import JsonValue

from interpreter.engines.biasing import WORDS, biasing, most_tokens, single_words
from interpreter.word_sounds import marked

MANY = [f"phrase number {n}" for n in range(1000)]


@pytest.mark.parametrize(
    ("path", "model", "options"),
    [
        ("livekit.plugins.deepgram:STT", "nova-3", {"keyterm": ["Zorvex", "catheter"]}),
        ("interpreter.engines.deepgram_stt:STT", "", {"keyterm": ["Zorvex", "catheter"]}),
        ("interpreter.engines.deepgram_stt:STT", "nova-2", {}),
        ("livekit.plugins.azure:STT", "", {"phrase_list": ["Zorvex", "catheter"]}),
        ("interpreter.engines.azure_stt:STT", "", {"phrase_list": ["Zorvex", "catheter"]}),
        ("livekit.plugins.google:STT", "", {"keywords": [["Zorvex", 10.0], ["catheter", 10.0]]}),
        ("livekit.plugins.openai:STT", "gpt-transcribe", {"keywords": ["Zorvex", "catheter"]}),
        (
            "interpreter.engines.openai_stt:STT",
            "gpt-live-transcribe-2026-09-01",
            {"keywords": ["Zorvex", "catheter"]},
        ),
        ("interpreter.engines.openai_stt:STT", "", {"keywords": ["Zorvex", "catheter"]}),
        ("interpreter.engines.openai_stt:STT", "gpt-realtime-whisper", {}),
        ("livekit.plugins.openai:STT", "whisper-1", {"prompt": "Zorvex, catheter"}),
        ("somebody.elses:STT", "", {}),
    ],
)
def test_each_engine_is_told_in_its_own_way(
    path: str, model: str, options: dict[str, JsonValue]
) -> None:
    assert biasing(path, model, [marked("Zorvex", "zɔ"), "catheter", "Zorvex", " "]) == options


@pytest.mark.parametrize(
    ("path", "name", "most"),
    [
        ("livekit.plugins.deepgram:STT", "keyterm", 100),
        ("livekit.plugins.azure:STT", "phrase_list", 500),
        ("livekit.plugins.google:STT", "keywords", 500),
    ],
)
def test_no_engine_is_told_more_than_it_takes(path: str, name: str, most: int) -> None:
    told = biasing(path, "", MANY)[name]
    assert isinstance(told, list)
    assert 0 < len(told) <= most


@pytest.mark.parametrize("phrase", ["a < b", "R&D > 3", "two\nlines"])
def test_a_word_for_which_openai_would_refuse_the_session_is_left_out(phrase: str) -> None:
    told = biasing("interpreter.engines.openai_stt:STT", "gpt-live-transcribe", [phrase, "Zorvex"])
    assert told == {"keywords": ["Zorvex"]}


def test_letters_count_too() -> None:
    keyterms = biasing("livekit.plugins.deepgram:STT", "", MANY)["keyterm"]
    prompt = biasing("livekit.plugins.openai:STT", "whisper-1", MANY)["prompt"]
    assert len("".join(map(str, keyterms if isinstance(keyterms, list) else []))) <= 1500
    assert len(str(prompt)) <= 600
    assert biasing("livekit.plugins.google:STT", "", ["x" * 101]) == {"keywords": []}


@pytest.mark.parametrize("phrase", ["phrase number 7", "高血圧症の患者", "гипертония", "A1C 6.5 %"])
def test_deepgram_never_gets_more_tokens_than_it_takes(phrase: str) -> None:
    """However a tokeniser cuts: none has more tokens than bytes, or cuts plain words finer."""
    phrases = [f"{phrase} {'i' * n}" for n in range(100)]
    keyterms = biasing("interpreter.engines.deepgram_stt:STT", "nova-3", phrases)["keyterm"]
    assert isinstance(keyterms, list)
    assert 5 < len(keyterms) < 100
    assert sum(most_tokens(str(term)) for term in keyterms) <= 450


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("interpreter.engines.deepgram_stt:STT", "keyterm"),
        ("livekit.plugins.openai:STT", "prompt"),
    ],
)
def test_a_sentence_that_is_too_long_does_not_keep_out_what_follows_it(
    path: str, name: str
) -> None:
    told = biasing(path, "", ["catheter", "a whole sentence " * 60, "Zorvex"])[name]
    assert told in (["catheter", "Zorvex"], "catheter, Zorvex")


def test_a_token_is_counted_for_each_byte_of_what_is_no_plain_letter() -> None:
    assert [most_tokens(text) for text in ("", "cat", "catheter", "血", "6.5")] == [1, 3, 5, 4, 4]


def test_nothing_to_expect_changes_nothing() -> None:
    assert biasing("livekit.plugins.azure:STT", "", []) == {}


def test_who_takes_single_words_is_told_them_once_and_no_numbers_or_letters() -> None:
    phrases = ["Saint-Denis’s B-52 plan", "plan 4", "Zorvex", "Müller"]

    assert single_words(phrases) == ["Saint", "Denis’s", "plan", "Zorvex", "Müller"]
    assert single_words([marked("Ada Colau", "aða kulaw"), marked("Ada B", "a"), "Colau"]) == [
        marked("Ada", "aða"),
        marked("Colau", "kulaw"),
    ]
    assert len(single_words(f"word{'x' * n}" for n in range(1000))) == WORDS
