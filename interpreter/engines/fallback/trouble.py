"""An engine's exception → what is wrong with it, and how long it wants to be left alone.

Knows no provider: their exceptions are read by the attributes that HTTP clients share. Nothing of
their texts goes on, as those may hold what was sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from livekit.agents import APITimeoutError

from interpreter.engines.failures import (
    CREDIT_CODES,
    KEY_CODES,
    TOO_OFTEN,
    causes,
    code_of,
    failure,
    proxy_status,
    status_of,
    told_wait_s,
)
from interpreter.engines.fallback.breaker import Trouble
from interpreter.engines.faults import AnswerFault, Unusable
from interpreter.errors import EngineError, EngineRefused

_OF_STATUS = {
    401: Trouble.KEY,
    402: Trouble.QUOTA,
    403: Trouble.KEY,
    408: Trouble.TIMEOUT,
    429: Trouble.RATE_LIMIT,
    504: Trouble.TIMEOUT,
}
_SIGNS_OF_QUOTA = ("insufficient_quota", "quota exceeded", "out of credit", "billing")
"""Some say with a 429 or a 403 that nothing is left of what was paid for: waiting does not help.
Who tells how long to wait means a rate, though Gemini names its quota and billing there too."""
_OTHER_LANGUAGE = (AnswerFault.WRONG_LANGUAGE, AnswerFault.SOURCE_REPEATED)


@dataclass(frozen=True, slots=True)
class Told:
    """What an exception says."""

    trouble: Trouble
    wait_s: float | None = None
    is_sure: bool = False
    """It was so for a while already: once is enough."""
    says: str = field(default="", compare=False)
    """What whoever runs the engine can do about it; a watchdog's troubles say all by themselves."""


class EngineTroubled(Exception):
    """What a watchdog of ours has found; `is_sure`: as in `Told`."""

    def __init__(self, trouble: Trouble, *, is_sure: bool = False) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
        self.is_sure = is_sure


def told_by(error: BaseException) -> Told:
    """What an engine's failure means; an unknown one is an error."""
    chain = list(causes(error))
    told = _told(error, chain)
    is_own = any(isinstance(one, EngineTroubled) for one in chain)
    return told if is_own else replace(told, says=_sentence(error, chain))


def _sentence(error: BaseException, chain: Sequence[BaseException]) -> str:
    """Ours alone: a provider's may hold a key, or what somebody has said."""
    ours = next((one for one in chain if isinstance(one, EngineError)), None)
    return str(ours or failure(error, "The engine"))


def _told(error: BaseException, chain: Sequence[BaseException]) -> Told:
    for one in chain:
        if isinstance(one, EngineTroubled):
            return Told(one.trouble, is_sure=one.is_sure)
        if isinstance(one, Unusable):
            is_other = one.fault in _OTHER_LANGUAGE
            return Told(Trouble.WRONG_LANGUAGE if is_other else Trouble.REFUSED)
    if proxy_status(error):
        return Told(Trouble.ERROR, told_wait_s(error) or None)
    if status := status_of(error):
        return _of_status(status, chain, told_wait_s(error) or None)
    code = code_of(error)
    if code in KEY_CODES or code in CREDIT_CODES:
        return Told(Trouble.KEY if code in KEY_CODES else Trouble.QUOTA)
    if any(isinstance(one, TimeoutError | APITimeoutError) for one in chain):
        return Told(Trouble.TIMEOUT)
    is_refused = any(isinstance(one, EngineRefused) for one in chain)
    return Told(Trouble.REFUSED if is_refused else Trouble.ERROR)


def _of_status(status: int, chain: Sequence[BaseException], wait_s: float | None) -> Told:
    code = code_of(chain[0])
    is_quota = wait_s is None and any(_speaks_of_quota(one) for one in chain)
    if (status in (403, 429) and is_quota) or (wait_s is None and code in CREDIT_CODES):
        return Told(Trouble.QUOTA)
    if code in KEY_CODES:
        return Told(Trouble.KEY)
    if code == TOO_OFTEN:
        return Told(Trouble.RATE_LIMIT, wait_s)
    trouble = _OF_STATUS.get(status, Trouble.ERROR if status >= 500 else Trouble.REFUSED)
    return Told(trouble, None if trouble is Trouble.KEY else wait_s)


def _speaks_of_quota(error: BaseException) -> bool:
    told = f"{error} {getattr(error, 'body', '')} {getattr(error, 'code', '')}".casefold()
    return any(sign in told for sign in _SIGNS_OF_QUOTA)
