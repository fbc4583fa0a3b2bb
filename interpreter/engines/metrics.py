"""What Prometheus reads of engines: each metric, and who counts what.

Labels are engines' names, as a profile has them, and closed sets: nothing of rooms, people or
texts, and no more of them however long a worker runs.
In jobs these go to files that the worker adds up (metrics_endpoint.py).
"""

from livekit.agents import metrics
from prometheus_client import Counter, Gauge, Histogram

from interpreter.cost import Cost
from interpreter.events import EngineKind, EngineSwitch
from interpreter.usage import Amounts

FIRST_HYPOTHESIS = "first_hypothesis"
"""What hearing.py has a recogniser emit at each first one of an utterance: the seconds that it
took, since the detector heard speech."""
_ENGINE = ("kind", "engine")

SWITCHES = Counter(
    "interpreter_engine_switches",
    "Times that another engine took over, or the preferred one came back",
    ("kind", "engine_from", "engine_to", "trouble"),
)
TROUBLES = Counter(
    "interpreter_engine_troubles",
    "What live traffic found wrong with engines that have others beside them",
    (*_ENGINE, "trouble"),
)
ERRORS = Counter(
    "interpreter_engine_errors",
    "Errors of engines, each try and each probe",
    (*_ENGINE, "trouble"),
)
FAILURES = Counter(
    "interpreter_engine_failures", "Times that no engine of a kind could do its work", ("kind",)
)
STATE = Gauge(
    "interpreter_engine_state",
    "Jobs that have others beside an engine, by the state of its breaker",
    (*_ENGINE, "state"),
    multiprocess_mode="livesum",
)
FIRST_ANSWER = Histogram(
    "interpreter_engine_first_answer_seconds",
    "From the start of speech to the first hypothesis, from a text to its translation's first "
    "token, or to its voice's first byte",
    _ENGINE,
    buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0),
)
REQUESTS = Counter("interpreter_engine_requests", "Uses of engines", _ENGINE)
AUDIO = Counter("interpreter_engine_audio_seconds", "Sound heard or spoken by engines", _ENGINE)
CHARACTERS = Counter("interpreter_engine_characters", "Characters given to voices", _ENGINE)
TOKENS = Counter(
    "interpreter_engine_tokens",
    "Tokens of engines: input, cached (input that the provider remembered), output",
    (*_ENGINE, "type"),
)
COST = Counter(
    "interpreter_engine_cost_dollars",
    "What engines cost by the price table, without the hours of GPUs",
    _ENGINE,
)
UNPRICED = Counter(
    "interpreter_engine_unpriced_requests",
    "Uses of engines of which the price, or the amount, is not known",
    _ENGINE,
)


def count_switch(switch: EngineSwitch) -> None:
    SWITCHES.labels(switch.kind.value, switch.before, switch.after, switch.why).inc()


def count_usage(kind: EngineKind, engine: str, amounts: Amounts) -> None:
    """An engine was used so much."""
    REQUESTS.labels(kind.value, engine).inc(amounts.requests)
    AUDIO.labels(kind.value, engine).inc(amounts.audio_s)
    CHARACTERS.labels(kind.value, engine).inc(amounts.characters)
    tokens = {
        "input": max(amounts.input_tokens - amounts.cached_tokens, 0),
        "cached": amounts.cached_tokens,
        "output": amounts.output_tokens,
    }
    for name, count in tokens.items():
        if count:
            TOKENS.labels(kind.value, engine, name).inc(count)


def count_cost(kind: EngineKind, engine: str, cost: Cost) -> None:
    """What one use has cost."""
    COST.labels(kind.value, engine).inc(cost.dollars)
    if not cost.is_whole:
        UNPRICED.labels(kind.value, engine).inc()


def answered(kind: EngineKind, engine: str, after_s: float) -> None:
    """An engine has begun to answer."""
    FIRST_ANSWER.labels(kind.value, engine).observe(after_s)


def first_answer_s(used: object) -> float | None:
    """What one of livekit-agents' metrics says of it; None where there was none (it says -1)."""
    told_s = -1.0
    if isinstance(used, metrics.LLMMetrics):
        told_s = used.ttft
    elif isinstance(used, metrics.TTSMetrics):
        told_s = used.ttfb
    return told_s if told_s >= 0 else None
