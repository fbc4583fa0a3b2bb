"""A plugin's metrics → what it used, and what Prometheus reads of it (livekit-agents'
`metrics_collected` and `error`)."""

from collections.abc import Callable
from typing import Any

from livekit.agents import metrics

from interpreter.cost import cost_of, prices_in
from interpreter.engines.fallback.trouble import told_by
from interpreter.engines.kinds import Kind
from interpreter.engines.metrics import (
    ERRORS,
    FIRST_HYPOTHESIS,
    answered,
    count_cost,
    count_usage,
    first_answer_s,
)
from interpreter.engines.utterances import AGAIN
from interpreter.events import EngineKind
from interpreter.usage import Amounts, OnUsage, UsedEngine

_KINDS = {
    Kind.STT: EngineKind.RECOGNISER,
    Kind.TRANSLATOR: EngineKind.TRANSLATOR,
    Kind.TTS: EngineKind.VOICE,
}


def meter(
    plugin: Any,
    kind: Kind,
    engine: str,
    language: str,
    on_usage: OnUsage,
    name: str,
    prices: str = "",
) -> None:
    """Tell each use of a livekit-agents STT, LLM or TTS, and count it under its `name`; `prices`:
    a file of one's own, for what it costs."""
    counted_as, table = _KINDS[kind], prices_in(prices)

    def collected(used: object) -> None:
        amounts = amounts_of(used)
        if amounts is not None:
            said = UsedEngine(kind.value, engine, plugin.provider, plugin.model, language)
            on_usage(said, amounts)
            count_usage(counted_as, name, amounts)
            count_cost(counted_as, name, cost_of(table.of(said), amounts))
        if (after_s := first_answer_s(used)) is not None:
            answered(counted_as, name, after_s)

    def failed(told: Any) -> None:
        ERRORS.labels(counted_as.value, name, told_by(told.error).trouble.value).inc()

    plugin.on("metrics_collected", collected)
    plugin.on("error", failed)


def meter_hearing(recogniser: Any, serves: Callable[[], str]) -> None:
    """Count how long the one that `serves` takes for a first hypothesis, as its hearer tells."""

    def heard(after_s: float) -> None:
        answered(EngineKind.RECOGNISER, serves(), after_s)

    recogniser.on(FIRST_HYPOTHESIS, heard)


def amounts_of(used: object) -> Amounts | None:
    """What one of livekit-agents' metrics says; None for those that cost nothing."""
    if isinstance(used, metrics.STTMetrics) and used.request_id == AGAIN:
        return None
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
            uncounted=int(used.input_tokens + used.output_tokens == 0),
            audio_s=used.audio_duration,
            characters=used.characters_count,
            input_tokens=used.input_tokens,
            output_tokens=used.output_tokens,
        )
    return None
