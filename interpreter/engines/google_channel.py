"""Where Google's services are reached: its own address, or that of a server that stands in for it,
without TLS and without an account."""

from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials, Credentials
from grpc.aio import Channel, insecure_channel
from livekit.agents.types import NOT_GIVEN, NotGivenOr
from livekit.agents.utils import is_given

_PLAIN = "http://"


def is_plain(endpoint: str) -> bool:
    """Whether a server is spoken to without TLS, and so without an account."""
    return endpoint.startswith(_PLAIN)


def plain_channel(endpoint: str) -> Channel:
    """A connection to a server of one's own."""
    return insecure_channel(endpoint.removeprefix(_PLAIN).rstrip("/"))


def options_at(endpoint: str) -> ClientOptions:
    """Another address of Google's, as that of a private connection."""
    return ClientOptions(api_endpoint=endpoint.removeprefix("https://").rstrip("/"))


def credentials_for(
    endpoint: str, given: NotGivenOr[Credentials] = NOT_GIVEN
) -> NotGivenOr[Credentials]:
    """None are asked for where none can be sent."""
    if is_plain(endpoint) and not is_given(given):
        return AnonymousCredentials()  # type: ignore[no-untyped-call]
    return given
