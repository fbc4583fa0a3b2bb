"""Bad network links: each leads from this process's network to a namespace of its own, and every
packet that crosses it passes through here, to be lost, held back, or carried on.

Not `tc netem`: many kernels come without it (those of cloud machines above all), and with TUN
devices. Nothing is left behind: namespaces and devices go with the process that opened them,
however it ends.
"""

import asyncio
import ctypes
import fcntl
import os
import random
import shutil
import struct
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

NEAR = "198.18.0.1"
"""This side's address on every link; the block is set aside for tests of networks (RFC 2544)."""
NEAR_CARD = "link1"
"""The name of the first link's card on this side."""
_FAR_CARD = "card0"
_TUN = Path("/dev/net/tun")
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x1, 0x1000
_CLONE_NEWNET = 0x40000000
_UDP = 17


@dataclass(frozen=True, slots=True)
class Weather:
    """What becomes of packets, in both directions."""

    loss: float = 0.0
    """0..1."""
    delays_s: tuple[float, float] = (0.0, 0.0)
    """Each packet is held back for so long, evenly spread: they overtake one another."""
    is_cut: bool = False
    has_udp: bool = True


FINE = Weather()
CUT = Weather(is_cut=True)


@dataclass(slots=True)
class Link:
    """Carries packets while the event loop runs; its weather may change at any time."""

    far_address: str
    _near: int
    _far: int
    _namespace: int
    weather: Weather = FINE
    carried: int = 0
    lost: int = 0
    _is_open: bool = True
    _chance: random.Random = field(default_factory=lambda: random.Random(1))

    def at_far_end(self, *command: str) -> list[str]:
        """The command that runs another one beyond the link."""
        return ["nsenter", f"--net=/proc/{os.getpid()}/fd/{self._namespace}", "--", *command]

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(self._near, self._carry, loop, self._near, self._far)
        loop.add_reader(self._far, self._carry, loop, self._far, self._near)

    def stop(self) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._near)
        loop.remove_reader(self._far)

    def close(self) -> None:
        self._is_open = False
        for descriptor in (self._near, self._far, self._namespace):
            os.close(descriptor)

    def _carry(self, loop: asyncio.AbstractEventLoop, source: int, sink: int) -> None:
        packet = os.read(source, 65_536)
        if self._loses(packet):
            self.lost += 1
            return
        self.carried += 1
        delay_s = self._chance.uniform(*self.weather.delays_s)
        if delay_s > 0:
            loop.call_later(delay_s, self._deliver, sink, packet)
        else:
            self._deliver(sink, packet)

    def _deliver(self, sink: int, packet: bytes) -> None:
        if self._is_open:
            os.write(sink, packet)

    def _loses(self, packet: bytes) -> bool:
        is_udp = packet[9] == _UDP if packet[0] >> 4 == 4 else False
        is_unlucky = self._chance.random() < self.weather.loss
        return self.weather.is_cut or is_unlucky or (is_udp and not self.weather.has_udp)


def why_not() -> str:
    """Why links cannot be made here; empty when they can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if shutil.which("ip") is None:
        return "network namespaces need iproute2"
    return "" if _TUN.exists() else f"there is no {_TUN}"


@contextmanager
def open_links(count: int) -> Iterator[list[Link]]:
    """Leave the machine's network for an empty one, and lay links from it; only in a program of
    its own, before it starts threads."""
    _enter_empty_network()
    links = [_lay(number) for number in range(1, count + 1)]
    try:
        yield links
    finally:
        for link in links:
            link.close()


def _lay(number: int) -> Link:
    far_address = f"198.18.{number}.2"
    near = _open_card(f"link{number}", NEAR, far_address)
    with ThreadPoolExecutor(1) as elsewhere:  # a thread may have a network of its own
        far, namespace = elsewhere.submit(_far_end, far_address).result()
    return Link(far_address, near, far, namespace)


def _far_end(address: str) -> tuple[int, int]:
    _enter_empty_network()
    card = _open_card(_FAR_CARD, address, NEAR)
    _ip("route", "add", "default", "dev", _FAR_CARD)
    return card, os.open("/proc/thread-self/ns/net", os.O_RDONLY)


def _enter_empty_network() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "no network namespace")
    Path("/proc/sys/net/ipv6/conf/default/disable_ipv6").write_text("1")
    _ip("link", "set", "lo", "up")


def _open_card(name: str, own: str, peer: str) -> int:
    card = os.open(_TUN, os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(card, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TUN | _IFF_NO_PI))
    _ip("address", "add", own, "peer", peer, "dev", name)
    _ip("link", "set", name, "up")
    return card


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
