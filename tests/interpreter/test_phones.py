"""What the demo opens to phones, and what it tells people."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from interpreter.certificates import Certificate, ensure_certificate
from interpreter.errors import RequirementMissing
from interpreter.local_server import MediaNetwork, new_keys, write_config
from interpreter.phones import Phones
from interpreter.tls_proxy import TlsProxy, proxy_command, write_proxy_config

ADDRESS = "192.168.1.5"
MEDIA = MediaNetwork(ADDRESS, "wlan0", udp_port=7882, tcp_port=7881)


def _phones(*, is_new: bool = False) -> Phones:
    certificate = Certificate(Path("server.pem"), Path("authority.crt"), is_new)
    return Phones(TlsProxy(ADDRESS, 8443, certificate, 8080, 7880), MEDIA)


def test_people_are_told_the_address_the_warning_and_the_ports() -> None:
    said = _phones().invitation("/m/demo").plain
    assert "Open https://192.168.1.5:8443/m/demo\n" in said
    assert "█" in said
    assert 'then "Proceed to 192.168.1.5 (unsafe)"' in said
    assert "https://192.168.1.5:8443/certificate.crt" in said
    assert "8443/tcp (pages), 7882/udp and 7881/tcp" in said
    assert "ask again" not in said


def test_people_are_told_of_a_new_certificate() -> None:
    said = _phones(is_new=True).invitation("/m/demo").plain
    assert "older one ask again" in said


def test_links_and_connections_of_the_pages_lead_to_the_secure_address() -> None:
    assert _phones().environment == {
        "INTERPRETER_BASE_URL": "https://192.168.1.5:8443",
        "INTERPRETER_PUBLIC_LIVEKIT_URL": "wss://192.168.1.5:8443",
    }


def test_media_is_offered_on_the_one_address_and_rooms_stay_on_this_machine(
    tmp_path: Path,
) -> None:
    config = json.loads(write_config(tmp_path, 7880, new_keys(), None, MEDIA).read_text())
    assert config["bind_addresses"] == ["127.0.0.1"]
    assert config["rtc"]["ips"] == {"includes": ["192.168.1.5/32"]}
    assert config["rtc"]["interfaces"] == {"includes": ["wlan0"]}
    assert (config["rtc"]["udp_port"], config["rtc"]["tcp_port"]) == (7882, 7881)


@pytest.mark.skipif(shutil.which("haproxy", path="/usr/sbin:/usr/bin") is None, reason="no haproxy")
def test_the_proxys_config_is_one_that_haproxy_takes_wherever_it_lies(tmp_path: Path) -> None:
    folder = tmp_path / "Ana's state"
    proxy = TlsProxy(ADDRESS, 8443, ensure_certificate(folder, ADDRESS), 8080, 7880)
    config = write_proxy_config(folder / "haproxy.cfg", proxy)
    checked = subprocess.run(
        [proxy_command(config)[0], "-c", "-f", str(config)], capture_output=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, b"")


def test_a_machine_without_haproxy_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(RequirementMissing, match="There is no haproxy.*`make setup`"):
        proxy_command(Path("haproxy.cfg"))
