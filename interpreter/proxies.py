"""Which servers are reached through a proxy: as the environment says, NO_PROXY too.

livekit-agents takes HTTPS_PROXY for its server, wherever that is, and for all that plugins ask
over its session (1.8.9).
"""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from livekit.agents.utils import http_context


def proxy_to(url: str) -> str | None:
    """The proxy that this server is reached through; None where it is reached directly."""
    server = urlsplit(url)
    host = server.hostname or ""
    named = f"{host}:{server.port}" if server.port and ":" not in host else host
    if _is_this_machine(host) or proxy_bypass(named):
        return None
    proxies = getproxies()
    return proxies.get("https") or proxies.get("http")


def host_of(proxy: str) -> str:
    """Its name and port, without the password that may stand before them."""
    return parts_of(proxy).netloc.rpartition("@")[2]


def parts_of(proxy: str) -> SplitResult:
    """Its host, port and user, which the environment may give without a scheme."""
    return urlsplit(proxy if "://" in proxy else f"http://{proxy}")


def heed_no_proxy() -> None:
    """What plugins ask in this context from now on goes through a proxy, or not, by its address."""
    if not getproxies():
        return
    usual = http_context.http_session()
    # one connector for both: whichever is closed with the job closes it
    session = aiohttp.ClientSession(connector=usual.connector, trust_env=True)
    http_context._ContextVar.set(lambda: session)  # noqa: SLF001  (it has no other way in)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
