"""What an engine's exception means, whoever raised it."""

import pytest
from livekit.agents import APIConnectionError, APIStatusError, APITimeoutError

from interpreter.engines.failures import WAIT
from interpreter.engines.fallback.breaker import Trouble
from interpreter.engines.fallback.trouble import EngineTroubled, Told, told_by
from interpreter.engines.faults import AnswerFault, Unusable
from interpreter.errors import EngineRefused, EngineUnavailable
from tests.faulty import Told as HttpError


def status(code: int, body: object = None) -> APIStatusError:
    return APIStatusError("said no", status_code=code, body=body)


def because(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def hidden(error: Exception, cause: Exception) -> Exception:
    """As `raise … from None` leaves it."""
    error.__context__, error.__suppress_context__ = cause, True
    return error


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (status(400), Trouble.REFUSED),
        (status(401), Trouble.KEY),
        (status(402), Trouble.QUOTA),
        (status(403), Trouble.KEY),
        (status(404), Trouble.REFUSED),
        (status(407), Trouble.ERROR),
        (status(408), Trouble.TIMEOUT),
        (status(429), Trouble.RATE_LIMIT),
        (status(429, {"code": "insufficient_quota"}), Trouble.QUOTA),
        (status(429, {"code": "insufficient_quota", WAIT: 20.0}), Trouble.RATE_LIMIT),
        (status(403, {"message": "Quota exceeded for this project"}), Trouble.QUOTA),
        (status(400, {"error": {"message": "Your credit balance is too low"}}), Trouble.QUOTA),
        (status(500), Trouble.ERROR),
        (status(503), Trouble.ERROR),
        (status(504), Trouble.TIMEOUT),
        (APIConnectionError("gone"), Trouble.ERROR),
        (APIConnectionError("ElevenLabs STT error [auth_error]"), Trouble.KEY),
        (APIConnectionError("ElevenLabs STT error [quota_exceeded]"), Trouble.QUOTA),
        (APITimeoutError(), Trouble.TIMEOUT),
        (TimeoutError(), Trouble.TIMEOUT),
        (ConnectionResetError(), Trouble.ERROR),
        (EngineUnavailable("try again"), Trouble.ERROR),
        (EngineRefused("no"), Trouble.REFUSED),
        (because(EngineRefused("no"), status(401)), Trouble.KEY),
        (
            because(EngineUnavailable("later"), hidden(status(429), HttpError(429, {}))),
            "rate_limit",
        ),
        (
            because(EngineRefused("no"), Unusable(AnswerFault.WRONG_LANGUAGE)),
            Trouble.WRONG_LANGUAGE,
        ),
        (because(EngineRefused("no"), Unusable(AnswerFault.CHATTER)), Trouble.REFUSED),
        (ExceptionGroup("both", [EngineTroubled(Trouble.STALL)]), Trouble.STALL),
    ],
)
def test_what_it_means(error: Exception, trouble: Trouble) -> None:
    assert told_by(error).trouble == trouble


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"Retry-After": "20"}, 20.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        (
            {
                "Retry-After": "Sun, 22 Nov 2026 03:00:30 GMT",
                "Date": "Sun, 22 Nov 2026 03:00:00 GMT",
            },
            30.0,
        ),
        (
            {"Retry-After": "Sun Nov 22 03:00:30 2026", "Date": "Sun, 22 Nov 2026 03:00:00 GMT"},
            30.0,
        ),
        ({"Retry-After": "Sun, 22 Nov 2026 03:00:30 GMT"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_how_long_it_wants_to_be_left_alone(headers: dict[str, str], wait_s: float | None) -> None:
    error = because(EngineUnavailable("later"), hidden(status(429), HttpError(429, headers)))
    assert told_by(error) == Told(Trouble.RATE_LIMIT, wait_s)


def test_a_loop_of_causes_ends() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert told_by(first).trouble is Trouble.ERROR


def test_what_an_engine_of_ours_has_read_of_the_wait_counts_too() -> None:
    assert told_by(status(429, {WAIT: 30.0})) == Told(Trouble.RATE_LIMIT, 30.0)


def test_googles_errors_call_their_status_code() -> None:
    class Forbidden(Exception):
        code = 403

    assert told_by(because(APIConnectionError("failed"), Forbidden())).trouble == Trouble.KEY
