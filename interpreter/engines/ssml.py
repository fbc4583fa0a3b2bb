"""Text as voices take it that read SSML: XML, with the sounds of words that have their own. Pure.

What stands in the text is never markup: "R&D" and "a < b" are read out.
"""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from pydantic import JsonValue

from interpreter.word_sounds import Piece, pieces

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that no XML 1.0 document may have, not even escaped."""


def takes_ssml(path: str, options: Mapping[str, JsonValue]) -> bool:
    """Whether a TTS class puts its text into SSML as it is: Azure's always does, Google's when it
    is told so (livekit-plugins-azure and -google 1.8.9, `tts.py`, `_build_ssml`)."""
    if path.startswith("livekit.plugins.azure"):
        return True
    is_on = str(options.get("enable_ssml", "")).lower() in ("true", "1", "yes", "on")
    return path.startswith("livekit.plugins.google") and is_on


def ssml(text: str) -> str:
    """What stands inside such a class's `<speak>`."""
    return "".join(_element(piece) for piece in pieces(text))


def _element(piece: Piece) -> str:
    if not piece.ipa:
        return _plain(piece.text)
    return f'<phoneme alphabet="ipa" ph={quoteattr(piece.ipa)}>{_plain(piece.text)}</phoneme>'


def _plain(text: str) -> str:
    return escape(NO_XML.sub(" ", text))
