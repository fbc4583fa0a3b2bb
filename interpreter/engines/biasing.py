"""A recogniser told which words to expect, as far as its engine allows. Pure.

Each engine takes them in its own way, and fewer than people have: what it would refuse, or be made
worse by, is left out before it is sent. pocketsphinx takes single words. What is misheard all the
same is put right by a glossary's aliases.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from pydantic import JsonValue

from interpreter.word_sounds import marked, pieces, spelt

KEYTERMS, KEYTERM_TOKENS = 100, 450
"""Deepgram: a hundred terms and 500 tokens (developers.deepgram.com/docs/keyterm); over that it
transcribes nothing, and closes the stream after half a minute. Tokens cannot be counted here."""
_LETTERS_A_TOKEN = 2
"""Of a to z, of rare words; any other sign may take a token for each of its bytes."""
_DEEPGRAM = ("livekit.plugins.deepgram", "interpreter.engines.deepgram_stt")
_KEYTERM_MODELS = ("nova-3", "flux")
PHRASES = 500
"""Azure: more are taken, and make it slower and worse
(learn.microsoft.com/azure/ai-services/speech-service/improve-accuracy-phrase-list)."""
ADAPTED, ADAPTED_LETTERS, BOOST = 500, 100, 10.0
"""Google: a phrase has at most 100 letters, a boost goes from 0 to 20
(cloud.google.com/speech-to-text/quotas)."""
KEYWORDS = 100
PROMPT_LETTERS = 600
"""OpenAI's older models take a prompt: 224 tokens of whisper-1, 1,024 letters of others."""
HINTED_MODELS = ("gpt-transcribe", "gpt-live-transcribe")
"""OpenAI's models that take keywords (livekit-plugins-openai 1.8.9)."""
UNHINTED_MODELS = ("gpt-realtime-whisper",)
"""Those that take nothing: a prompt ends the session (openai 2.x types/realtime/
audio_transcription.py)."""
_REFUSED_SIGNS = frozenset("<>\r\n")
"""In a keyword, OpenAI refuses the whole session for one of them."""

WORDS = 200
"""pocketsphinx: so many make no ordinary sentence worse (docs/decisions.md)."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

Options = dict[str, JsonValue]


def biasing(path: str, model: str, phrases: Sequence[str]) -> Options:
    """Constructor options of an engine's class for the words to expect, the most important first;
    none where it takes none."""
    spellings = (spelt(phrase).strip() for phrase in phrases)
    single = [*dict.fromkeys(spelling for spelling in spellings if spelling)]
    if not single:
        return {}
    if path.startswith(_DEEPGRAM):
        if model and not model.startswith(_KEYTERM_MODELS):
            return {}
        return {"keyterm": [*_within_tokens(single[:KEYTERMS], KEYTERM_TOKENS)]}
    if path.startswith(("livekit.plugins.azure", "interpreter.engines.azure")):
        return {"phrase_list": [*single[:PHRASES]]}
    if path.startswith(("livekit.plugins.google", "interpreter.engines.google")):
        short = [phrase for phrase in single if len(phrase) <= ADAPTED_LETTERS]
        return {"keywords": [[phrase, BOOST] for phrase in short[:ADAPTED]]}
    if path.startswith(("livekit.plugins.openai", "interpreter.engines.openai_stt")):
        if model.startswith(UNHINTED_MODELS):
            return {}
        ours = path.startswith("interpreter.engines.openai_stt")
        if model.startswith(HINTED_MODELS) or (ours and not model):
            plain = [phrase for phrase in single if _REFUSED_SIGNS.isdisjoint(phrase)]
            return {"keywords": [*plain[:KEYWORDS]]}
        return {"prompt": ", ".join(_within(single, PROMPT_LETTERS))}
    return {}


def single_words(phrases: Iterable[str]) -> list[str]:
    """The words of them, for an engine that takes single ones, each with its own sounds where the
    phrase has as many; letters are none."""
    words: dict[str, str] = {}
    for phrase in phrases:
        spellings = _WORD.findall(spelt(phrase))
        sounds = " ".join(piece.ipa for piece in pieces(phrase)).split()
        told = sounds if len(sounds) == len(spellings) else [""] * len(spellings)
        for word, ipa in zip(spellings, told, strict=True):
            if len(word) > 1:
                words[word] = words.get(word) or ipa
    return [marked(word, ipa) if ipa else word for word, ipa in words.items()][:WORDS]


def _within(phrases: Sequence[str], letters: int) -> list[str]:
    """The first of them that fit, signs between them included."""
    return _fitting(phrases, letters, lambda phrase: len(phrase) + 2)


def _within_tokens(phrases: Sequence[str], tokens: int) -> list[str]:
    """The first of them that take no more tokens, however they are cut."""
    return _fitting(phrases, tokens, most_tokens)


def _fitting(phrases: Sequence[str], room: int, size: Callable[[str], int]) -> list[str]:
    """One that is too long, as a whole sentence is, leaves the room to those after it."""
    chosen: list[str] = []
    for phrase in phrases:
        if (needed := size(phrase)) <= room:
            chosen.append(phrase)
            room -= needed
    return chosen


def most_tokens(phrase: str) -> int:
    """At most so many tokens, with one for the sign after it."""
    total = 1
    for word in phrase.split():
        plain = sum(sign.isascii() and sign.isalpha() for sign in word)
        total += -(-plain // _LETTERS_A_TOKEN)
        total += sum(len(sign.encode()) for sign in word if not (sign.isascii() and sign.isalpha()))
    return total
