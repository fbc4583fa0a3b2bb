"""How fast to speak, from how far behind the voice is. Pure."""

MAX_RATE = 1.25
COMFORTABLE_LAG_S = 2.2
"""Up to here the voice keeps its natural pace."""
LATE_LAG_S = 4.2
"""From here on it speaks at the cap."""
MAX_STEP = 0.1
"""The rate changes by so much at most from unit to unit."""


def next_rate(lag_s: float, previous: float) -> float:
    """The rate of the next unit (1.0 natural … 1.25), given its lag if it started now at the
    natural pace."""
    share = (lag_s - COMFORTABLE_LAG_S) / (LATE_LAG_S - COMFORTABLE_LAG_S)
    wanted = 1.0 + (MAX_RATE - 1.0) * min(max(share, 0.0), 1.0)
    return round(min(max(wanted, previous - MAX_STEP), previous + MAX_STEP), 3)


def pause_s(lag_s: float, ends_sentence: bool) -> float:
    """The silence after a unit: trimmed first when behind."""
    if lag_s > COMFORTABLE_LAG_S:
        return 0.06
    return 0.3 if ends_sentence else 0.12
