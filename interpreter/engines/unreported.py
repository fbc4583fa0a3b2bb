"""Uses that are paid for, and of which livekit-agents' classes say nothing, told as their own
metrics: requests that nobody waits for any more, and answers that broke off."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from livekit import rtc
from livekit.agents import APITimeoutError, llm, metrics, stt, tts
from livekit.agents.metrics.base import Metadata


def is_too_late(error: BaseException) -> bool:
    """Whether an answer was no longer waited for: its server may be at work on it all the same. Who
    refuses, or cannot be reached, has none."""
    return isinstance(error, asyncio.CancelledError | TimeoutError | APITimeoutError)


def heard(engine: stt.STT[Any], frames: Sequence[rtc.AudioFrame]) -> None:
    """A recording was sent."""
    told = metrics.STTMetrics(
        **_who(engine),
        audio_duration=sum(frame.duration for frame in frames),
        streamed=False,
    )
    engine.emit("metrics_collected", told)


def asked(engine: llm.LLM[Any]) -> None:
    """A request was sent, of whose tokens nothing is known."""
    told = metrics.LLMMetrics(
        **_who(engine),
        ttft=-1.0,
        cancelled=True,
        completion_tokens=0,
        prompt_tokens=0,
        prompt_cached_tokens=0,
        total_tokens=0,
        tokens_per_second=0.0,
    )
    engine.emit("metrics_collected", told)


def spoken(engine: tts.TTS[Any], text: str, sound_s: float) -> None:
    """A text was sent, and so much sound came."""
    told = metrics.TTSMetrics(
        **_who(engine),
        ttfb=-1.0,
        audio_duration=sound_s,
        cancelled=True,
        characters_count=len(text),
        streamed=False,
    )
    engine.emit("metrics_collected", told)


def _who(engine: stt.STT[Any] | llm.LLM[Any] | tts.TTS[Any]) -> dict[str, Any]:
    of = Metadata(model_name=engine.model, model_provider=engine.provider)
    return {
        "label": engine.label,
        "request_id": "",
        "timestamp": time.time(),
        "duration": 0.0,
        "metadata": of,
    }
