"""A recogniser told which words to expect, as far as its engine allows. Pure.

Each engine takes them in its own way, and fewer than people have: what it would refuse, or be made
worse by, is left out before it is sent. pocketsphinx is told none
(docs/decisions.md, "Words that pocketsphinx does not know"). What is misheard all the same is put
right by a glossary's aliases.
"""

from collections.abc import Sequence

from pydantic import JsonValue

KEYTERMS, KEYTERM_LETTERS = 100, 1500
"""Deepgram: a hundred terms and 500 tokens (developers.deepgram.com/docs/keyterm); over that the
stream closes after half a minute. Three letters a token is on the safe side."""
PHRASES = 500
"""Azure: more are taken, and make it slower and worse
(learn.microsoft.com/azure/ai-services/speech-service/improve-accuracy-phrase-list)."""
ADAPTED, ADAPTED_LETTERS, BOOST = 500, 100, 10.0
"""Google: a phrase has at most 100 letters, a boost goes from 0 to 20
(cloud.google.com/speech-to-text/quotas)."""
KEYWORDS = 100
PROMPT_LETTERS = 600
"""OpenAI's older models take a prompt: 224 tokens of whisper-1, 1,024 letters of others."""
_HINTED_MODELS = ("gpt-transcribe", "gpt-live-transcribe")
"""OpenAI's models that take keywords (livekit-plugins-openai 1.8.9)."""

Options = dict[str, JsonValue]


def biasing(path: str, model: str, phrases: Sequence[str]) -> Options:
    """Constructor options of an engine's class for the words to expect, the most important first;
    none where it takes none."""
    single = list(dict.fromkeys(phrase.strip() for phrase in phrases if phrase.strip()))
    if not single:
        return {}
    if path.startswith("livekit.plugins.deepgram"):
        return {"keyterm": [*_within(single[:KEYTERMS], KEYTERM_LETTERS)]}
    if path.startswith("livekit.plugins.azure"):
        return {"phrase_list": [*single[:PHRASES]]}
    if path.startswith("livekit.plugins.google"):
        short = [phrase for phrase in single if len(phrase) <= ADAPTED_LETTERS]
        return {"keywords": [[phrase, BOOST] for phrase in short[:ADAPTED]]}
    if path.startswith(("livekit.plugins.openai", "interpreter.engines.openai_stt")):
        if model in _HINTED_MODELS:
            return {"keywords": [*single[:KEYWORDS]]}
        return {"prompt": ", ".join(_within(single, PROMPT_LETTERS))}
    return {}


def _within(phrases: Sequence[str], letters: int) -> list[str]:
    """The first of them that fit, signs between them included."""
    chosen: list[str] = []
    for phrase in phrases:
        letters -= len(phrase) + 2
        if letters < 0:
            break
        chosen.append(phrase)
    return chosen
