"""This machine in its local network: the one address at which phones reach it.

Knows nothing of what is served there. Only private IPv4 addresses count: every phone has one beside
this machine's, and a public address would let the whole internet in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from socket import AddressFamily

import psutil

from interpreter.errors import RequirementMissing

_PRIVATE = tuple(IPv4Network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_VIRTUAL = ("docker", "br-", "virbr", "veth", "cni", "podman", "lxc", "lxd", "vmnet", "vboxnet")
"""Networks inside this machine: no phone is there. Their addresses are taken when asked for."""


@dataclass(frozen=True, slots=True)
class LanAddress:
    """An address of this machine, and the network card that has it."""

    address: str
    interface: str

    def __str__(self) -> str:
        return f"{self.address} ({self.interface})"


def find_lan_address(wanted: str = "") -> LanAddress:
    """The address for phones; raises RequirementMissing when there is none, or not just one."""
    return choose_address(own_addresses(), wanted)


def own_addresses() -> list[LanAddress]:
    """Every IPv4 address of this machine on a network card that is up."""
    states = psutil.net_if_stats()
    return [
        LanAddress(one.address, interface)
        for interface, addresses in psutil.net_if_addrs().items()
        for one in addresses
        if one.family == AddressFamily.AF_INET and states[interface].isup
    ]


def choose_address(own: Sequence[LanAddress], wanted: str) -> LanAddress:
    """Pure part of `find_lan_address`."""
    private = [one for one in own if _is_private(one.address)]
    if wanted:
        return _wanted(private, own, wanted)
    real = [one for one in private if not one.interface.startswith(_VIRTUAL)]
    if not real:
        raise RequirementMissing(
            "This machine has no address in a local network (10.…, 172.16.… to 172.31.…, "
            "192.168.…). Join a network first, or start the demo for this machine alone: "
            f"`make demo`.{_others(private)}"
        )
    if len(real) > 1:
        raise RequirementMissing(
            f"This machine has several addresses: {_listed(real)}. Say which one the phones "
            f"reach: `make demo LAN=1 ADDRESS={real[0].address}`."
        )
    return real[0]


def _wanted(private: Sequence[LanAddress], own: Sequence[LanAddress], wanted: str) -> LanAddress:
    found = next((one for one in private if one.address == wanted), None)
    if found is not None:
        return found
    if wanted in [one.address for one in own]:
        raise RequirementMissing(
            f"{wanted} is no address of a local network. The demo is for people whom you can "
            "see; docs/operations.md says how to run a server for others."
        )
    raise RequirementMissing(
        f"{wanted} is no address of this machine. It has: {_listed(private) or 'none'}."
    )


def _is_private(address: str) -> bool:
    return any(IPv4Address(address) in network for network in _PRIVATE)


def _others(private: Sequence[LanAddress]) -> str:
    return f" Inside this machine there are {_listed(private)}." if private else ""


def _listed(addresses: Sequence[LanAddress]) -> str:
    return ", ".join(str(one) for one in addresses)
