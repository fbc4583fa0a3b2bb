"""How much later than it could an utterance begins to sound. Pure.

Not at all, as long as what a voice makes comes in time. Where a machine is too busy, or a network
slow, and voices run dry in mid-sentence, the next ones begin so much later that such a hole is not
heard: telephony's jitter buffer, for the sound of a voice.
"""

MOST_S = 0.8
"""A longer hole is a fault, and no cushion mends it."""
KEPT = 0.9
"""Of the cushion, after each utterance that went well."""
LEAST_S = 0.02


class Cushion:
    """Of one voice."""

    def __init__(self) -> None:
        self.seconds = 0.0
        """So much later than its first sound is there the next utterance begins."""

    def played(self, waited_s: float, holes_s: list[float]) -> None:
        """An utterance is over that began so much later; `holes_s`: the silences in it that nobody
        meant."""
        kept_s = self.seconds * KEPT
        holes_s = [hole_s for hole_s in holes_s if hole_s <= MOST_S]
        needed_s = waited_s + sum(holes_s) if holes_s else 0.0
        self.seconds = min(max(kept_s if kept_s >= LEAST_S else 0.0, needed_s), MOST_S)
