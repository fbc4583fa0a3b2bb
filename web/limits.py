"""How often one page or one address may ask: against pages that run wild and against floods.

Counted in each web process; several of them let through as many times more.
"""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from web.errors import TooMany
from web.settings import WebSettings

JOINS_AGAIN = 30
"""A minute, of one page: a bad network may throw it out every other second."""
REQUESTS = 120
"""A minute, of one page: it renews its choice every 15 s and at each change."""

CALLS = 12
"""A minute, of one interpreter to the technician; more wait in the console."""


class Limits:
    """Each question counts; one too many raises TooMany."""

    def __init__(self, settings: WebSettings) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._joins = RateLimitItemPerMinute(settings.joins_per_minute)
        self._joins_again = RateLimitItemPerMinute(JOINS_AGAIN)
        self._calls = RateLimitItemPerMinute(CALLS)
        self._requests = RateLimitItemPerMinute(REQUESTS)

    def join(self, address: str) -> None:
        """Somebody new; a hall of people may share one address."""
        self._take(self._joins, "join", address)

    def join_again(self, identity: str) -> None:
        """A page that was here before."""
        self._take(self._joins_again, "join again", identity)

    def request(self, identity: str) -> None:
        """A page in a room asks or says something."""
        self._take(self._requests, "request", identity)

    def call(self, interpreter_id: str) -> None:
        """An interpreter calls the technician."""
        self._take(self._calls, "call", interpreter_id)

    def _take(self, limit: RateLimitItemPerMinute, *key: str) -> None:
        if not self._limiter.hit(limit, *key):
            raise TooMany
