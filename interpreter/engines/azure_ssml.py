"""A text as SSML for Azure, in which nothing of the text is markup, and words with sounds of their
own have these. Pure.

https://learn.microsoft.com/azure/ai-services/speech-service/speech-synthesis-markup-structure
"""

from xml.sax.saxutils import quoteattr

from interpreter.engines.ssml import NO_XML, ssml

SLOWEST, FASTEST = 0.5, 2.0
"""Azure speaks no slower and no faster."""

_NAMESPACES = (
    'xmlns="http://www.w3.org/2001/10/synthesis" xmlns:mstts="https://www.w3.org/2001/mstts"'
)

Attributes = dict[str, object]


def document(
    text: str,
    *,
    language: str,
    voice: str,
    prosody: Attributes,
    style: Attributes,
    lexicon: str = "",
) -> str:
    """What one voice says; attributes that are None are left out, and elements that have none."""
    spoken = _within("mstts:express-as", style, _within("prosody", prosody, ssml(text)))
    if lexicon:
        spoken = f"<lexicon uri={_quoted(lexicon)}/>{spoken}"
    spoken = f"<voice name={_quoted(voice)}>{spoken}</voice>"
    return f'<speak version="1.0" {_NAMESPACES} xml:lang={_quoted(language)}>{spoken}</speak>'


def rate_of(rate: float) -> str:
    """A pace as Azure reads it: a factor, within what it can do."""
    return f"{min(max(rate, SLOWEST), FASTEST):.2f}"


def _within(element: str, attributes: Attributes, inner: str) -> str:
    given = [f"{name}={_quoted(value)}" for name, value in attributes.items() if value is not None]
    return f"<{element} {' '.join(given)}>{inner}</{element}>" if given else inner


def _quoted(value: object) -> str:
    return quoteattr(NO_XML.sub(" ", str(value)))
