"""An address with the version of its API, and without."""

import pytest

from interpreter.engines.address import unversioned


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("https://api.deepgram.com", "https://api.deepgram.com"),
        ("https://api.deepgram.com/v1", "https://api.deepgram.com"),
        ("http://127.0.0.1:8080//v1beta//", "http://127.0.0.1:8080"),
        ("https://gateway.example/gemini/v1beta1/", "https://gateway.example/gemini"),
        ("https://gateway.example/v1/deepgram", "https://gateway.example/v1/deepgram"),
        ("http://v1", "http://v1"),
        ("http://v1/v1", "http://v1"),
        ("https://gateway.example/dev1", "https://gateway.example/dev1"),
        ("", ""),
    ],
)
def test_only_a_version_at_its_end_is_taken_off(written: str, taken: str) -> None:
    assert unversioned(written) == taken
