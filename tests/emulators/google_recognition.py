"""StreamingRecognize of the Speech API, versions 1 and 2:
https://cloud.google.com/speech-to-text/docs/reference/rpc/google.cloud.speech.v1 and
https://cloud.google.com/speech-to-text/v2/docs/reference/rpc/google.cloud.speech.v2.

Hypotheses have no words and no confidence, as only a final result has.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import grpc
from google.cloud.speech_v1 import types as v1
from google.cloud.speech_v2 import types as v2

from tests.emulators.ears import Ears
from tests.emulators.faults import REFUSALS, Faults
from tests.emulators.google_errors import go_wrong
from tests.emulators.tones import RATE_HZ, Said
from tests.emulators.turns import Turns

LONGEST_MESSAGE = 25_600
"""Bytes of sound."""
HYPOTHESIS_S = 0.25


@dataclass(slots=True)
class Recognition:
    """How it answers."""

    silence_s: float = 0.5
    longest_s: float = 305.0
    """Of a stream; then it is aborted."""
    lists: Callable[[str], str] = str
    """How it writes a word that it lists beside its text."""
    has_times: bool = True
    opened: int = 0
    configs: list[Any] = field(default_factory=list)


async def recognition(
    requests: AsyncIterator[Any], context: Any, manner: Recognition, ears: Ears, faults: Faults
) -> AsyncIterator[Any]:
    manner.opened += 1
    first = await anext(aiter(requests))
    await go_wrong(faults.take(*REFUSALS), context)
    config = first.streaming_config.config
    manner.configs.append(config)
    is_second = isinstance(first, v2.StreamingRecognizeRequest)
    if is_second and not first.recognizer.startswith("projects/"):
        await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "Expected a recognizer.")
    types = v2 if is_second else v1
    language = config.language_codes[0] if is_second else config.language_code
    listening, turns = ears.listen(), Turns(RATE_HZ, manner.silence_s)
    heard_s = told_s = 0.0
    try:
        async for request in requests:
            pcm = request.audio if is_second else request.audio_content
            if len(pcm) > LONGEST_MESSAGE:
                await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "Audio chunk is too long.")
            heard_s += len(pcm) / 2 / RATE_HZ
            if heard_s > manner.longest_s:
                await context.abort(grpc.StatusCode.ABORTED, "Max duration reached for stream.")
            broken = faults.commanded("drop", "stall", "half_frame", "close", at_s=heard_s)
            await go_wrong(broken, context)
            words = await listening.push(pcm)
            for turned in turns.push(pcm):
                if not turned.is_speech:
                    ended = await listening.finish()
                    async for answer in _ended(types, ended, language, manner, faults, heard_s):
                        yield answer
            if turns.is_speech and words and heard_s - told_s >= HYPOTHESIS_S:
                told_s = heard_s
                yield _hypothesis(types, words, language)
        if turns.is_speech and (words := await listening.finish()):
            yield _final(types, words, language, manner)
    finally:
        await listening.aclose()


async def _ended(
    types: Any,
    words: Sequence[Said],
    language: str,
    manner: Recognition,
    faults: Faults,
    at_s: float,
) -> AsyncIterator[Any]:
    if not words:
        return
    fault = faults.take("late_final", "wrong_order", at_s=at_s)
    if fault is not None and fault.kind == "late_final":
        await asyncio.sleep(fault.wait_s)
    yield _final(types, words, language, manner)
    if fault is not None and fault.kind == "wrong_order":
        yield _hypothesis(types, words, language)


def _hypothesis(types: Any, words: Sequence[Said], language: str) -> Any:
    text = " ".join(word.text for word in words)
    told = types.SpeechRecognitionAlternative(transcript=text)
    return _answer(types, told, words, language, stability=0.9)


def _final(types: Any, words: Sequence[Said], language: str, manner: Recognition) -> Any:
    told = types.SpeechRecognitionAlternative(
        transcript=" ".join(word.text for word in words),
        confidence=min(word.confidence for word in words),
        words=[_word(types, word, manner) for word in words],
    )
    return _answer(types, told, words, language, is_final=True)


def _answer(types: Any, told: Any, words: Sequence[Said], language: str, **more: object) -> Any:
    ends = timedelta(seconds=words[-1].end_s)
    at = {"result_end_offset" if types is v2 else "result_end_time": ends}
    result = types.StreamingRecognitionResult(
        alternatives=[told], language_code=language.lower(), **at, **more
    )
    return types.StreamingRecognizeResponse(results=[result])


def _word(types: Any, word: Said, manner: Recognition) -> Any:
    names = ("start_offset", "end_offset") if types is v2 else ("start_time", "end_time")
    times = (timedelta(seconds=word.start_s), timedelta(seconds=word.end_s))
    told = dict(zip(names, times, strict=True)) if manner.has_times else {}
    return types.WordInfo(word=manner.lists(word.text), confidence=word.confidence, **told)
