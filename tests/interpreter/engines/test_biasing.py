"""Words to expect, as each engine takes them, and never more than it takes."""

import pytest
from pydantic import JsonValue

from interpreter.engines.biasing import biasing

MANY = [f"phrase number {n}" for n in range(1000)]


@pytest.mark.parametrize(
    ("path", "model", "options"),
    [
        ("livekit.plugins.deepgram:STT", "nova-3", {"keyterm": ["Zorvex", "catheter"]}),
        ("livekit.plugins.azure:STT", "", {"phrase_list": ["Zorvex", "catheter"]}),
        ("livekit.plugins.google:STT", "", {"keywords": [["Zorvex", 10.0], ["catheter", 10.0]]}),
        ("livekit.plugins.openai:STT", "gpt-transcribe", {"keywords": ["Zorvex", "catheter"]}),
        ("livekit.plugins.openai:STT", "whisper-1", {"prompt": "Zorvex, catheter"}),
        ("somebody.elses:STT", "", {}),
    ],
)
def test_each_engine_is_told_in_its_own_way(
    path: str, model: str, options: dict[str, JsonValue]
) -> None:
    assert biasing(path, model, ["Zorvex", "catheter", "Zorvex", " "]) == options


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


def test_letters_count_too() -> None:
    keyterms = biasing("livekit.plugins.deepgram:STT", "", MANY)["keyterm"]
    prompt = biasing("livekit.plugins.openai:STT", "whisper-1", MANY)["prompt"]
    assert len("".join(map(str, keyterms if isinstance(keyterms, list) else []))) <= 1500
    assert len(str(prompt)) <= 600
    assert biasing("livekit.plugins.google:STT", "", ["x" * 101]) == {"keywords": []}


def test_nothing_to_expect_changes_nothing() -> None:
    assert biasing("livekit.plugins.azure:STT", "", []) == {}
