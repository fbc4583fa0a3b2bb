"""Where Google's services are reached: its own address, or that of a server that stands in for it,
without TLS and without an account."""

import json
from pathlib import Path

from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials, Credentials
from google.oauth2 import service_account
from grpc.aio import Channel, insecure_channel
from livekit.agents.types import NOT_GIVEN, NotGivenOr
from livekit.agents.utils import is_given

from interpreter.settings import environment_value

ACCOUNT = "GOOGLE_APPLICATION_CREDENTIALS"
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


def check_account(file: NotGivenOr[str] = NOT_GIVEN) -> None:
    """Raise ValueError, with nothing of what is in it, where the file that is named cannot be used;
    what else Google finds an account by is asked when it is used."""
    name, path = (
        ("credentials_file", file) if is_given(file) else (ACCOUNT, environment_value(ACCOUNT))
    )
    if not path:
        return
    try:
        account = json.loads(Path(path).read_text(encoding="utf-8"))
        if account["type"] == "service_account":
            service_account.Credentials.from_service_account_info(account)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, LookupError, TypeError):
        raise ValueError(f"{name} names no readable service-account file") from None
