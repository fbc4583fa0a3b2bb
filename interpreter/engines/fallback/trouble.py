"""An engine's exception → what is wrong with it, and how long it wants to be left alone.

Knows no provider: their exceptions are read by the attributes that HTTP clients share. Nothing of
their texts goes on, as those may hold what was sent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from livekit.agents import APITimeoutError

from interpreter.engines.fallback.breaker import Trouble
from interpreter.engines.faults import Fault, Unusable
from interpreter.errors import EngineRefused

_OF_STATUS = {
    401: Trouble.KEY,
    402: Trouble.QUOTA,
    403: Trouble.KEY,
    408: Trouble.TIMEOUT,
    429: Trouble.RATE_LIMIT,
    504: Trouble.TIMEOUT,
}
_SIGNS_OF_QUOTA = ("insufficient_quota", "quota exceeded", "out of credit", "billing")
"""Some say with a 429 or a 403 that nothing is left of what was paid for: waiting does not help."""
_OTHER_LANGUAGE = (Fault.WRONG_LANGUAGE, Fault.SOURCE_REPEATED)


@dataclass(frozen=True, slots=True)
class Told:
    """What an exception says."""

    trouble: Trouble
    wait_s: float | None = None


class EngineTroubled(Exception):
    """What a watchdog of ours has found."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def told_by(error: BaseException) -> Told:
    """What an engine's failure means; an unknown one is an error."""
    chain = list(_chain(error))
    for one in chain:
        if isinstance(one, EngineTroubled):
            return Told(one.trouble)
        if isinstance(one, Unusable):
            is_other = one.fault in _OTHER_LANGUAGE
            return Told(Trouble.WRONG_LANGUAGE if is_other else Trouble.REFUSED)
    statuses = [status for one in chain if (status := _status(one)) is not None]
    if statuses:
        return _of_status(statuses[0], chain)
    if any(isinstance(one, TimeoutError | APITimeoutError) for one in chain):
        return Told(Trouble.TIMEOUT)
    is_refused = any(isinstance(one, EngineRefused) for one in chain)
    return Told(Trouble.REFUSED if is_refused else Trouble.ERROR)


def _of_status(status: int, chain: list[BaseException]) -> Told:
    if status in (403, 429) and any(_speaks_of_quota(one) for one in chain):
        return Told(Trouble.QUOTA)
    trouble = _OF_STATUS.get(status, Trouble.ERROR if status >= 500 else Trouble.REFUSED)
    waits = [wait_s for one in chain if (wait_s := _retry_after_s(one)) is not None]
    return Told(trouble, waits[0] if waits and trouble is not Trouble.KEY else None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, and those that it came from, `from None` too: plugins hide the one that has
    the headers."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = list(one.exceptions) if isinstance(one, BaseExceptionGroup) else []
        waiting += [*inner, one.__cause__, one.__context__]


def _status(error: BaseException) -> int | None:
    for name in ("status_code", "status", "code"):
        found = getattr(error, name, None)
        if isinstance(found, int) and 400 <= found < 600:
            return int(found)
    return None


def _speaks_of_quota(error: BaseException) -> bool:
    told = f"{error} {getattr(error, 'body', '')} {getattr(error, 'code', '')}".casefold()
    return any(sign in told for sign in _SIGNS_OF_QUOTA)


def _retry_after_s(error: BaseException) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None)
    headers = getattr(error, "headers", None) if headers is None else headers
    if not isinstance(headers, Mapping):
        return None
    named = {str(name).casefold(): str(value) for name, value in headers.items()}
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return float(named[name]) * unit_s
        except (KeyError, ValueError):
            continue
    until, now = _date(named.get("retry-after")), _date(named.get("date"))
    return max((until - now).total_seconds(), 0.0) if until and now else None


def _date(text: str | None) -> datetime | None:
    """An HTTP date; the other one in the same answer says what the server's clock shows."""
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
