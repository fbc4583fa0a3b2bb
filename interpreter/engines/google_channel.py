"""Where and how Google's services are reached: at its own address, or at that of a server that
stands in for it, without TLS and without an account.

gRPC reads names of its own in the environment, and no HTTPS_PROXY and SSL_CERT_FILE (1.85.1).
"""

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, unquote
from urllib.request import getproxies

from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials, Credentials
from google.oauth2 import service_account
from grpc import ssl_channel_credentials
from grpc.aio import Channel, insecure_channel
from livekit.agents.types import NOT_GIVEN, NotGivenOr
from livekit.agents.utils import is_given

from interpreter.proxies import parts_of, proxy_to
from interpreter.settings import environment_value

ACCOUNT = "GOOGLE_APPLICATION_CREDENTIALS"
EVERYWHERE = "global"
"""In no region of Google's."""
_PLAIN = "http://"
_AUTHORITIES, _OWN_AUTHORITIES = "SSL_CERT_FILE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"
_GRPC = "grpc"
"""The proxy of grpc_proxy, which gRPC reads by itself."""
_USUAL_PORT = 80

Client = TypeVar("Client")


def is_plain(endpoint: str) -> bool:
    """Whether a server is spoken to without TLS, and so without an account."""
    return endpoint.startswith(_PLAIN)


def usual_endpoint(service: str, location: str) -> str:
    """Google's own address of a service, in one of its regions or in none."""
    place = "" if location == EVERYWHERE else f"{location}-"
    return f"{place}{service}.googleapis.com"


def client_at(
    made: Callable[..., Client],
    transport: Callable[..., Any],
    endpoint: str,
    credentials_file: NotGivenOr[str] | None = NOT_GIVEN,
) -> Client:
    """A client of a service, reached as the environment says; the account is the file, or else
    whatever Google finds."""
    if is_plain(endpoint):
        return made(transport=transport(channel=_plain_channel(endpoint)))
    options = ClientOptions(
        api_endpoint=endpoint.removeprefix("https://").rstrip("/"),
        credentials_file=credentials_file or None,
    )
    return made(client_options=options, transport=partial(_behind, transport))


def _plain_channel(endpoint: str) -> Channel:
    host = endpoint.removeprefix(_PLAIN).rstrip("/")
    return insecure_channel(host, options=_way_to(host))


def _behind(transport: Any, **given: Any) -> Any:
    return transport(channel=partial(_secure_channel, transport.create_channel), **given)


def _secure_channel(
    create: Callable[..., Channel],
    host: str,
    *,
    options: Sequence[tuple[str, Any]] = (),
    ssl_credentials: Any = None,
    **given: Any,
) -> Channel:
    file = environment_value(_AUTHORITIES)
    if ssl_credentials is None and file and not environment_value(_OWN_AUTHORITIES):
        ssl_credentials = ssl_channel_credentials(Path(file).read_bytes())
    told = [*options, *_way_to(host)]
    return create(host, options=told, ssl_credentials=ssl_credentials, **given)


def _way_to(host: str) -> list[tuple[str, Any]]:
    """A channel's options: through a proxy, or not."""
    proxies = getproxies()
    if not proxies or _GRPC in proxies:
        return []
    if (proxy := proxy_to(f"https://{host}")) is None:
        return [("grpc.enable_http_proxy", 0)]
    found = parts_of(proxy)
    who = found.netloc.rpartition("@")[0]
    signed = ":".join(quote(unquote(part), safe="") for part in who.split(":", 1))
    place = f"{found.hostname}:{found.port or _USUAL_PORT}"
    return [("grpc.http_proxy", f"{_PLAIN}{signed}@{place}" if who else f"{_PLAIN}{place}")]


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
