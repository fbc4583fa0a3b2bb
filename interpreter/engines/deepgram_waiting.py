"""How long to wait for Deepgram, and for how long to try again. Pure: fed with times."""

from interpreter.engines.rhythm import Rhythm

FASTEST = 1.25
"""It hears sound at most so many times as fast as it was spoken (developers.deepgram.com/docs/
recovering-from-connection-errors-and-timeouts-when-live-streaming-audio)."""
FLUSH_S = 0.8
"""A flush may stay without an answer where there was nothing to say
(developers.deepgram.com/docs/finalize): after so long that is so …"""
NOTHING_LEFT_S = 0.3
"""… after so long where no word can be in the sound that is left, so that nobody doubts it …"""
LATE_S = 1.2
"""… and where words are open still, or a final is missing, after so long something was lost."""
FARTHEST_S = 3.0
"""Nobody is waited for longer than this for the way there and back."""
_PAUSES_S = (0.0, 0.1, 0.25, 0.5, 1.0)
"""Before another connection; the first comes at once."""
_LATE_TRIES = 2
LIVED_S = 5.0
"""A connection that lasted so long without a stall has served, though there was nothing to hear."""


class Waiting:
    """One connection after the other: since when something is awaited."""

    def __init__(self, stall_s: float) -> None:
        self._stall_s = stall_s
        self._rhythm = Rhythm(is_own=True)
        self._stalls = 0
        self._sound_at: float | None = None
        self._asked_at: float | None = None
        self._held_at: float | None = None
        self._result_at = 0.0
        self._late_flush_s = -1.0
        self._late_tries = 0
        self._far_s = 0.0
        """So long is the way to it and back: nothing comes sooner."""
        self.was_heard = False
        """Whether this connection has told anything, …"""
        self.was_ever_heard = False
        """… and whether any has: what is sent can be used."""
        self.has_stalled = False

    def connected(self) -> None:
        self._sound_at = self._asked_at = self._held_at = None
        self.was_heard = self.has_stalled = False

    def measured(self, far_s: float) -> None:
        """The way there and back takes so long, or less."""
        self._far_s = min(far_s, FARTHEST_S)

    def sent(self, now_s: float) -> None:
        """Sound is on its way."""
        if self._sound_at is None:
            self._sound_at = now_s

    def asked(self, now_s: float) -> None:
        """A flush is on its way."""
        if self._asked_at is None:
            self._asked_at = now_s

    def answered(self, now_s: float, *, is_last: bool) -> None:
        """A flush was answered, and the sound before it."""
        self._asked_at = self._sound_at = None if is_last else now_s

    def heard(self, now_s: float, *, is_holding: bool) -> None:
        """A result came; it may have to wait for the one before it."""
        if self._sound_at is not None:
            self._rhythm.learn(now_s - self._sound_at)
        self._result_at, self._sound_at = now_s, None
        self.was_heard = self.was_ever_heard = True
        self._stalls = 0
        if not is_holding:
            self._held_at = None
        elif self._held_at is None:
            self._held_at = now_s

    @property
    def is_unheard(self) -> bool:
        """Whether nothing at all was said since there was sound again."""
        return self._sound_at is not None

    def is_stalled(self, now_s: float) -> bool:
        """Whether sound has been sent for long, and nothing was said of it."""
        patience_s = min(self._rhythm.patience_s, self._stall_s) * 2**self._stalls + self._far_s
        if self._sound_at is None or now_s - self._sound_at < patience_s:
            return False
        self._stalls += 1
        self.has_stalled = True
        return True

    def is_something_lost(self, now_s: float, unheard_s: float, *, has_open: bool) -> bool:
        """Whether a final will not come any more that must come; `unheard_s`: sound before the
        flush that no result was of."""
        if self._held_at is not None and now_s - self._held_at > LATE_S:
            return True
        return has_open and self._asked_for_s(now_s) > LATE_S + unheard_s / FASTEST + self._far_s

    def is_hopeless(self, flush_s: float) -> bool:
        """Whether this flush stayed without an answer on several connections; counts this one."""
        self._late_tries = self._late_tries + 1 if self._late_flush_s == flush_s else 1
        self._late_flush_s = flush_s
        return self._late_tries > _LATE_TRIES

    def is_nothing_said(self, now_s: float, unheard_s: float, *, is_wordless: bool) -> bool:
        """Whether a flush stays without an answer as there is nothing to say."""
        wait_s = NOTHING_LEFT_S if is_wordless else FLUSH_S + unheard_s / FASTEST
        return self._asked_for_s(now_s) > wait_s + self._far_s

    def _asked_for_s(self, now_s: float) -> float:
        if self._asked_at is None:
            return 0.0
        return now_s - max(self._asked_at, self._result_at)


class Retrying:
    """Whether another connection is worth it, and when."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._since_s: float | None = None
        self._tries = 0

    def opens(self, now_s: float) -> None:
        """A connection is being opened."""
        if self._since_s is None:
            self._since_s = now_s

    def pause_s(self, now_s: float, *, has_served: bool, at_least_s: float = 0.0) -> float | None:
        """How long to wait before another connection; None when the row of failures is too long.

        `has_served`: whether the connection that is lost has served.
        """
        if has_served or self._since_s is None:
            self._since_s, self._tries = now_s, 0
        pause_s = max(_PAUSES_S[min(self._tries, len(_PAUSES_S) - 1)], at_least_s)
        self._tries += 1
        return pause_s if now_s + pause_s - self._since_s < self._patience_s else None
