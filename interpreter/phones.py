"""The demo for phones of the local network: what is opened to them, and what people are told.

Pages and signalling go through a TLS proxy, sound and captions directly; all else stays on
127.0.0.1.
"""

from dataclasses import dataclass
from io import StringIO

import segno
from rich.text import Text

from interpreter.local_server import MediaNetwork
from interpreter.tls_proxy import TlsProxy


@dataclass(frozen=True, slots=True)
class Phones:
    """What phones of the local network reach."""

    proxy: TlsProxy
    media: MediaNetwork

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"https://{self.proxy.address}:{self.proxy.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the web server is told, so that links and connections lead here."""
        return {
            "INTERPRETER_BASE_URL": self.url,
            "INTERPRETER_PUBLIC_LIVEKIT_URL": self.url.replace("https", "wss", 1),
        }

    def invitation(self, path: str) -> Text:
        """What people are told, for the terminal: address, QR code, and what their phone says."""
        url = self.url + path
        again = " It is a new one: phones\nthat accepted an older one ask again."
        rest = _WARNINGS.format(
            again=again if self.proxy.certificate.is_new else "",
            address=self.proxy.address,
            authority=self.proxy.authority_url,
            port=self.proxy.port,
            tcp=self.media.tcp_port,
            udp=self.media.udp_port,
        )
        # In fixed colours: on a light terminal the code would be its own negative.
        code = (qr_code(url), "bright_white on black")
        return Text.assemble(_OPEN.format(url=url), code, rest)


def qr_code(text: str) -> str:
    """A QR code in characters, light ones drawn; a line of it is half as many rows."""
    drawn = StringIO()
    segno.make(text, error="l").terminal(drawn, compact=True)
    return drawn.getvalue()


_OPEN = """
Open {url}
on any phone or computer of this network:

"""
_WARNINGS = """
Each phone warns once that the connection is not private: this machine made its
certificate itself, so nobody else vouches for it.{again}
  Android, Chrome   Advanced, then "Proceed to {address} (unsafe)"
  iPhone, Safari    Show Details, then "visit this website"
Should an iPhone open the page and then not connect: open
{authority} on it, install the profile in
Settings, and trust it under General, About, Certificate Trust Settings. It vouches
for {address} and for nothing else. Remove it after the demo.

Everybody in this network can join. If this machine has a firewall, let in
{port}/tcp (pages), {udp}/udp and {tcp}/tcp (sound and captions)."""
