"""What an engine does, and which one does it offline."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """The names of a profile's lists."""

    STT = "stt"
    TRANSLATOR = "translator"
    TTS = "tts"


OFFLINE_ENGINES: Mapping[Kind, str] = {
    Kind.STT: "pocketsphinx",
    Kind.TRANSLATOR: "apertium",
    Kind.TTS: "espeak",
}

OPENAI = "api.openai.com"
"""OpenAI's own server, as its plugins name their provider: compatible ones behave otherwise."""
