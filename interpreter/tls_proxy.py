"""HAProxy in front of the pages and of LiveKit's signalling: one secure address for both.

One address, because a browser that was told to accept a self-made certificate accepts it for that
address and port alone.
"""

import shutil
import ssl
from dataclasses import dataclass
from pathlib import Path

import httpx

from interpreter.certificates import Certificate
from interpreter.errors import RequirementMissing
from interpreter.local_server import HOST

AUTHORITY_PATH = "/certificate.crt"
"""Where a phone that must trust the authority gets it."""
_ANSWER_S = 2.0


@dataclass(frozen=True, slots=True)
class TlsProxy:
    """Where the proxy listens, and what lies behind it on 127.0.0.1."""

    address: str
    port: int
    certificate: Certificate
    web_port: int
    livekit_port: int

    @property
    def authority_url(self) -> str:
        return f"https://{self.address}:{self.port}{AUTHORITY_PATH}"

    async def answers(self) -> bool:
        """Whether the pages are there for one who trusts the authority."""
        context = ssl.create_default_context(cafile=str(self.certificate.authority))
        url = f"https://{self.address}:{self.port}/healthz"
        try:
            async with httpx.AsyncClient(
                verify=context, timeout=_ANSWER_S, trust_env=False
            ) as client:
                return (await client.get(url)).is_success
        except httpx.TransportError:
            return False


def proxy_command(config: Path) -> list[str]:
    """How to run the proxy in the foreground; raises RequirementMissing where there is none."""
    haproxy = shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if haproxy is None:
        raise RequirementMissing(
            "There is no haproxy, which carries the pages to phones over TLS. Run `make setup`: "
            "it installs it."
        )
    return [haproxy, "-db", "-f", str(config)]


def write_proxy_config(path: Path, proxy: TlsProxy) -> Path:
    """Write HAProxy's config."""
    path.write_text(
        _CONFIG.format(
            address=proxy.address,
            port=proxy.port,
            server=_quoted(proxy.certificate.server),
            authority=_quoted(proxy.certificate.authority),
            authority_path=AUTHORITY_PATH,
            web=f"{HOST}:{proxy.web_port}",
            livekit=f"{HOST}:{proxy.livekit_port}",
        )
    )
    return path


_CONFIG = """\
global
    ssl-default-bind-options ssl-min-ver TLSv1.2
    maxconn 2000

defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout tunnel 1h

frontend phones
    bind {address}:{port} ssl crt {server} alpn http/1.1
    http-request return status 200 content-type application/x-x509-ca-cert \
file {authority} if {{ path {authority_path} }}
    http-request set-header X-Forwarded-Proto https
    http-request set-header X-Forwarded-For %[src]
    use_backend livekit if {{ path /rtc }} or {{ path_beg /rtc/ }}
    default_backend web

backend web
    server web {web}

backend livekit
    server livekit {livekit}
"""


def _quoted(path: Path) -> str:
    """A path as HAProxy's config wants it, whatever signs it has."""
    return "'" + str(path.absolute()).replace("'", "'\\''") + "'"
