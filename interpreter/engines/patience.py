"""How long an engine that fails is tried again, and how soon. Pure: the caller says what time it
is."""

FIRST_S, GROWS, LONGEST_S = 0.05, 2.5, 2.0


class Patience:
    """Of one stream: it ends when nothing has succeeded for so long."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._since_s: float | None = None
        self._wait_s = FIRST_S

    def succeeded(self) -> None:
        """The engine works: what failed before is forgotten."""
        self._since_s, self._wait_s = None, FIRST_S

    def failed(
        self, now_s: float, told_s: float = 0.0, began_s: float | None = None
    ) -> float | None:
        """After how many seconds it is tried again; None when it is given up. `told_s`: what the
        server said to wait; `began_s`: when a try began that never came to anything."""
        if self._since_s is None:
            self._since_s = now_s if began_s is None else began_s
        wait_s, self._wait_s = max(self._wait_s, told_s), min(self._wait_s * GROWS, LONGEST_S)
        is_over = now_s + wait_s - self._since_s > self._patience_s
        return None if is_over else wait_s
