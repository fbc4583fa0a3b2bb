"""Which address of this machine phones are sent to."""

import pytest

from interpreter.errors import RequirementMissing
from interpreter.lan import LanAddress, choose_address

LOOPBACK = LanAddress("127.0.0.1", "lo")
WLAN = LanAddress("192.168.1.5", "wlan0")
CABLE = LanAddress("10.0.0.3", "eth0")
DOCKER = LanAddress("172.17.0.1", "docker0")
PUBLIC = LanAddress("203.0.113.9", "eth1")


@pytest.mark.parametrize(
    ("own", "wanted", "chosen"),
    [
        ([LOOPBACK, WLAN], "", WLAN),
        ([LOOPBACK, WLAN, DOCKER, PUBLIC], "", WLAN),
        ([LOOPBACK, WLAN, CABLE], "10.0.0.3", CABLE),
        ([LOOPBACK, DOCKER], "172.17.0.1", DOCKER),
    ],
)
def test_phones_are_sent_to_the_one_address_that_they_can_reach(
    own: list[LanAddress], wanted: str, chosen: LanAddress
) -> None:
    assert choose_address(own, wanted) == chosen


@pytest.mark.parametrize(
    ("own", "wanted", "sentence"),
    [
        ([LOOPBACK], "", "has no address in a local network .* Join a network first"),
        ([LOOPBACK, DOCKER], "", r"has no address .* there are 172\.17\.0\.1 \(docker0\)"),
        ([LOOPBACK, PUBLIC], "", "has no address in a local network"),
        (
            [LOOPBACK, WLAN, CABLE],
            "",
            r"several addresses: 192\.168\.1\.5 \(wlan0\), 10\.0\.0\.3 \(eth0\).*"
            r"`make demo LAN=1 ADDRESS=192\.168\.1\.5`",
        ),
        ([LOOPBACK, WLAN], "192.168.1.6", r"no address of this machine\. It has: 192\.168\.1\.5"),
        ([LOOPBACK], "nonsense", r"no address of this machine\. It has: none"),
        ([LOOPBACK, PUBLIC], "203.0.113.9", "docs/operations.md says how to run a server"),
        ([LOOPBACK], "127.0.0.1", "is no address of a local network"),
    ],
)
def test_a_machine_without_one_clear_address_is_told_what_to_do(
    own: list[LanAddress], wanted: str, sentence: str
) -> None:
    with pytest.raises(RequirementMissing, match=sentence):
        choose_address(own, wanted)
