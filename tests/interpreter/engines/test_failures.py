"""What a provider's library raises becomes a sentence for whoever runs the engine."""

import ssl
import warnings
from json import JSONDecodeError

import httpx
import pytest
from google.api_core.exceptions import ServiceUnavailable, TooManyRequests
from livekit.agents import APIConnectionError, APIError, APIStatusError
from websockets.exceptions import ConnectionClosedError

from interpreter.engines.failures import NoSuchAnswer, failure, status_of, told_wait_s
from interpreter.engines.patience import Patience
from interpreter.errors import EngineError, EngineRefused, EngineUnavailable

KEY = "sk-that-nobody-may-read"
AZURE_DENIES = {
    "code": "Unauthorized",
    "message": f"Access denied due to invalid subscription key or wrong API endpoint. {KEY}",
}

GRPC_407 = "UNKNOWN: ipv4:10.0.0.1:3128: HTTP proxy returned response code 407"
GRPC_403 = "UNKNOWN: ipv4:10.0.0.1:3128: HTTP proxy returned response code 403"
GRPC_TLS = "Ssl handshake failed: CERTIFICATE_VERIFY_FAILED: unable to get local issuer certificate"


class Answer:
    status_code = 429
    headers = {"retry-after": "1.5"}  # noqa: RUF012  (as libraries have it)


class Limited(Exception):
    response = Answer()


class InvalidProxyStatus(Exception):
    """As of websockets: the answer is a proxy's."""

    def __init__(self, status: int) -> None:
        super().__init__(KEY)
        self.status = status


class ClientError(Exception):
    """As botocore's, of an answer of AWS."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"An error occurred ({code}): {KEY}")
        self.response = {
            "Error": {"Code": code, "Message": KEY},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }


class NoCredentialsError(Exception):
    """As botocore's: it has asked nobody."""


def unreached(why: str) -> Exception:
    """As gRPC says it, and Google's library with a status that nobody has answered."""
    said = f"failed to connect to all addresses; last error: {why} {KEY}"
    return ServiceUnavailable(said)  # type: ignore[no-untyped-call]


def hiding(context: Exception) -> Exception:
    """A library's own error, for one of the network's."""
    error = APIConnectionError(KEY)
    error.__context__ = context
    return error


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        (APIStatusError(KEY, status_code=401), EngineRefused, "refused the key"),
        (APIStatusError(KEY, status_code=403), EngineRefused, "region"),
        (
            APIStatusError("<html><body>Blocked</body></html>", status_code=403),
            EngineRefused,
            "forbidden by a page, as of a proxy .* .403",
        ),
        (APIStatusError(KEY, status_code=404), EngineRefused, "look at base_url and model"),
        (APIStatusError(KEY, status_code=400), EngineRefused, "options"),
        (APIStatusError(KEY, status_code=500), EngineUnavailable, "failed .500"),
        (
            APIStatusError(KEY, status_code=429, body={"code": "insufficient_quota"}),
            EngineRefused,
            "no credit left .429, insufficient_quota",
        ),
        (
            APIError(KEY, body={"error": {"code": "model_not_found", "message": KEY}}),
            EngineRefused,
            "model_not_found",
        ),
        (
            APIStatusError(KEY, status_code=404, body={"code": "404", "message": KEY}),
            EngineRefused,
            "look at base_url and model",
        ),
        (APIStatusError(KEY, status_code=401, body=AZURE_DENIES), EngineRefused, "_ENDPOINT"),
        (APIError(KEY, body={"code": f"what {KEY}"}), EngineUnavailable, "APIError"),
        (
            APIConnectionError("ElevenLabs STT error [auth_error]", retryable=False),
            EngineRefused,
            "refused the key .auth_error",
        ),
        (
            APIConnectionError("ElevenLabs STT error [quota_exceeded]", retryable=False),
            EngineRefused,
            "no credit left .quota_exceeded",
        ),
        (
            APIError(f"Speechmatics returned an error [not_authorised]: {KEY}", body={"type": KEY}),
            EngineRefused,
            "refused the key .not_authorised",
        ),
        (
            hiding(ClientError(403, "UnrecognizedClientException")),
            EngineRefused,
            "refused the key .403",
        ),
        (hiding(ClientError(400, "ThrottlingException")), EngineUnavailable, "asked too often"),
        (hiding(ClientError(400, "ValidationException")), EngineRefused, "options"),
        (hiding(ClientError(500, "ServiceFailureException")), EngineUnavailable, "failed .500"),
        (
            APIStatusError(
                KEY,
                status_code=200,
                body={"type": "error", "error": {"type": "overloaded_error", "message": KEY}},
            ),
            EngineUnavailable,
            "cannot be reached, or failed",
        ),
        (
            APIStatusError(
                KEY,
                status_code=400,
                body={"error": {"message": f"Your credit balance is too low, {KEY}"}},
            ),
            EngineRefused,
            "no credit left .400",
        ),
        (Limited(KEY), EngineUnavailable, "asked too often"),
        (
            APIError(KEY, body={"code": "rate_limit_exceeded"}),
            EngineUnavailable,
            "asked too often .rate_limit_exceeded",
        ),
        (TimeoutError(KEY), EngineUnavailable, "TimeoutError"),
        (ExceptionGroup(KEY, [OSError(KEY)]), EngineUnavailable, "OSError"),
        (hiding(ConnectionRefusedError(KEY)), EngineUnavailable, "failed .ConnectionRefusedError"),
        (hiding(NoCredentialsError(KEY)), EngineRefused, "set the variables of its key"),
        (APIStatusError(KEY, status_code=407), EngineRefused, "a password .407.*HTTPS_PROXY"),
        (hiding(httpx.ProxyError("407 Who?")), EngineRefused, "a password .407.*HTTPS_PROXY"),
        (hiding(InvalidProxyStatus(407)), EngineRefused, "a password .407.*HTTPS_PROXY"),
        (hiding(InvalidProxyStatus(403)), EngineRefused, "proxy that does not lead there .403"),
        (hiding(InvalidProxyStatus(503)), EngineUnavailable, "does not lead there .503"),
        (hiding(unreached(GRPC_407)), EngineRefused, "a password .407.*HTTPS_PROXY"),
        (hiding(unreached(GRPC_403)), EngineRefused, "proxy that does not lead there .403"),
        (hiding(unreached(GRPC_TLS)), EngineUnavailable, "SSL_CERT_FILE"),
        (unreached("refused"), EngineUnavailable, "cannot be reached, or failed .ServiceUnav"),
        (hiding(ssl.SSLError(KEY)), EngineUnavailable, "failed .SSLError"),
        (hiding(ssl.SSLCertVerificationError(KEY)), EngineUnavailable, "SSL_CERT_FILE"),
        (hiding(JSONDecodeError(KEY, KEY, 0)), EngineUnavailable, "base_url seems to lead"),
        (hiding(NoSuchAnswer(KEY)), EngineUnavailable, "base_url seems to lead"),
        (hiding(APIError(f"no audio frames were pushed: {KEY}")), EngineUnavailable, "no sound"),
    ],
)
def test_a_failure_says_what_to_do_and_nothing_of_the_server(
    error: Exception, kind: type[EngineError], says: str
) -> None:
    ours = failure(error, "The voice")
    assert type(ours) is kind
    assert KEY not in repr(ours)
    with pytest.raises(kind, match=says):
        raise ours


def test_what_a_plugin_hides_is_found() -> None:
    hidden = APIConnectionError()
    hidden.__context__ = Limited()
    group = ExceptionGroup("", [hidden])
    assert told_wait_s(group) == 1.5
    hidden.__context__.__context__ = group  # as one that is raised while its group is handled
    assert told_wait_s(group) == 1.5
    assert told_wait_s(OSError()) == 0.0


def test_an_error_raised_from_its_own_group_is_told_too() -> None:
    inner = APIConnectionError()
    group = ExceptionGroup("", [inner])
    inner.__cause__ = group
    assert "(APIConnectionError)" in str(failure(group, "The voice"))


def test_an_engine_is_tried_again_sooner_and_later_and_given_up() -> None:
    patience = Patience(3.0)
    waits = [patience.failed(at_s) for at_s in (10.0, 10.1, 10.3, 11.0, 12.9)]
    assert waits == [
        0.05,
        pytest.approx(0.125),
        pytest.approx(0.3125),
        pytest.approx(0.78125),
        None,
    ]
    patience.succeeded()
    assert patience.failed(20.0) == 0.05
    assert patience.failed(20.0, told_s=9.0) is None


def test_a_status_is_read_where_each_library_keeps_it() -> None:
    with warnings.catch_warnings(action="error"):  # websockets warns who asks it for its code
        assert status_of(ConnectionClosedError(None, None)) == 0
    assert status_of(TooManyRequests("")) == 429  # type: ignore[no-untyped-call]
    assert status_of(ExceptionGroup("", [Limited()])) == 429
