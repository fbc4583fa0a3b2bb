"""How fast to speak, from how far behind the voice is. Pure."""

MAX_RATE = 1.25
"""Listening grows hard beyond (reference: rated difficulty accelerates from 20 % compression)."""
NEAR_S = 0.8
"""The voice begins to hurry so long before the lag that its mode aims at."""
LATE_S = 2.0
"""So far beyond that lag it speaks at the cap."""
MAX_STEP = 0.1
"""The rate changes by so much at most from utterance to utterance."""


def next_rate(lag_s: float, previous: float, target_lag_s: float) -> float:
    """The rate of the next utterance (1.0 natural … 1.25), given its lag if it started now."""
    share = (lag_s - target_lag_s + NEAR_S) / (NEAR_S + LATE_S)
    wanted = 1.0 + (MAX_RATE - 1.0) * min(max(share, 0.0), 1.0)
    return round(min(max(wanted, previous - MAX_STEP), previous + MAX_STEP), 3)


def pause_s(lag_s: float, ends_sentence: bool, target_lag_s: float) -> float:
    """The silence after a unit: trimmed first when behind."""
    if lag_s > target_lag_s - NEAR_S:
        return 0.06
    return 0.3 if ends_sentence else 0.12
