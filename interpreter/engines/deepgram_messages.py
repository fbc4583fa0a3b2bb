"""What Deepgram's SDK makes of a message → a result; pure. The SDK checks nothing, so this does.

developers.deepgram.com/reference/speech-to-text/listen-streaming lists the messages.
"""

from collections.abc import Iterator
from typing import Any

from interpreter.engines.deepgram_settling import Result
from interpreter.events import Word


def kind_of(message: object) -> str:
    """`Results`, `Metadata`, `Error` …; empty for what is no message."""
    kind = getattr(message, "type", "")
    return kind if isinstance(kind, str) else ""


def result_of(message: Any, language: str) -> Result | None:
    """The result that a `Results` message holds; None where it cannot be read."""
    try:
        alternative = message.channel.alternatives[0]
        return Result(
            start_s=float(message.start),
            end_s=float(message.start) + float(message.duration),
            words=tuple(_words(alternative)),
            is_final=bool(message.is_final),
            is_flush=bool(getattr(message, "from_finalize", False)),
            confidence=float(alternative.confidence),
            language=_language(alternative, language),
        )
    except (AttributeError, IndexError, TypeError, ValueError):
        return None


def _words(alternative: Any) -> Iterator[Word]:
    for word in alternative.words:
        text = str(getattr(word, "punctuated_word", None) or word.word).strip()
        if text:
            yield Word(text, float(word.start), float(word.end), float(word.confidence))


def _language(alternative: Any, asked: str) -> str:
    """With `language=multi` a result says which language it is in."""
    heard = getattr(alternative, "languages", None)
    return str(heard[0]) if asked == "multi" and heard else asked
