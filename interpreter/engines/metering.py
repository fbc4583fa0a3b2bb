"""A plugin's metrics → what it used (livekit-agents' `metrics_collected`)."""

from typing import Any

from livekit.agents import metrics

from interpreter.engines.kinds import Kind
from interpreter.usage import Amounts, OnUsage, UsedEngine


def meter(plugin: Any, kind: Kind, engine: str, language: str, on_usage: OnUsage) -> None:
    """Tell each use of a livekit-agents STT, LLM or TTS."""

    def collected(used: object) -> None:
        amounts = amounts_of(used)
        if amounts is not None:
            said = UsedEngine(kind.value, engine, plugin.provider, plugin.model, language)
            on_usage(said, amounts)

    plugin.on("metrics_collected", collected)


def amounts_of(used: object) -> Amounts | None:
    """What one of livekit-agents' metrics says; None for those that cost nothing."""
    if isinstance(used, metrics.STTMetrics):
        return Amounts(
            requests=1,
            audio_s=used.audio_duration,
            input_tokens=used.input_tokens,
            output_tokens=used.output_tokens,
        )
    if isinstance(used, metrics.LLMMetrics):
        return Amounts(
            requests=1,
            uncounted=int(used.prompt_tokens + used.completion_tokens == 0),
            input_tokens=used.prompt_tokens,
            cached_tokens=used.prompt_cached_tokens,
            output_tokens=used.completion_tokens,
        )
    if isinstance(used, metrics.TTSMetrics):
        return Amounts(
            requests=1,
            audio_s=used.audio_duration,
            characters=used.characters_count,
            input_tokens=used.input_tokens,
            output_tokens=used.output_tokens,
        )
    return None
