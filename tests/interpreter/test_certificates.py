"""The demo's own certificate: private, made once, and for one address alone."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from interpreter.certificates import LASTS, Certificate, ensure_certificate

ADDRESS = "192.168.1.5"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def _accepts(certificate: Certificate, address: str, at: datetime = NOW) -> bool:
    """Whether a client that trusts the authority accepts the server at this address."""
    trusted = x509.load_pem_x509_certificates(certificate.authority.read_bytes())
    verifier = PolicyBuilder().store(Store(trusted)).time(at)
    leaf = x509.load_pem_x509_certificate(certificate.server.read_bytes())
    try:
        verifier.build_server_verifier(x509.IPAddress(IPv4Address(address))).verify(leaf, [])
    except VerificationError:
        return False
    return True


def test_its_key_is_readable_by_the_owner_alone(tmp_path: Path) -> None:
    certificate = ensure_certificate(tmp_path / "lan", ADDRESS, NOW)
    assert stat.S_IMODE(certificate.server.stat().st_mode) == 0o600
    assert b"PRIVATE KEY" not in certificate.authority.read_bytes()
    assert sorted(one.name for one in (tmp_path / "lan").iterdir()) == [
        "authority.crt",
        "server.pem",
    ]


def test_key_and_certificate_fit_together(tmp_path: Path) -> None:
    certificate = ensure_certificate(tmp_path, ADDRESS, NOW)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate.server)


@pytest.mark.parametrize(
    ("address", "at", "accepted"),
    [
        (ADDRESS, NOW, True),
        ("192.168.1.6", NOW, False),
        (ADDRESS, NOW - timedelta(hours=20), True),
        (ADDRESS, NOW + LASTS, False),
    ],
)
def test_who_trusts_it_trusts_one_address_for_its_time(
    address: str, at: datetime, accepted: bool, tmp_path: Path
) -> None:
    assert _accepts(ensure_certificate(tmp_path, ADDRESS, NOW), address, at) is accepted


def test_it_is_made_once(tmp_path: Path) -> None:
    first = ensure_certificate(tmp_path, ADDRESS, NOW)
    content = first.server.read_bytes()
    again = ensure_certificate(tmp_path, ADDRESS, NOW + timedelta(days=300))
    assert (first.is_new, again.is_new) == (True, False)
    assert again.server.read_bytes() == content


def test_it_is_made_again_for_another_address(tmp_path: Path) -> None:
    ensure_certificate(tmp_path, ADDRESS, NOW)
    moved = ensure_certificate(tmp_path, "10.0.0.3", NOW)
    assert moved.is_new
    assert _accepts(moved, "10.0.0.3")


@pytest.mark.parametrize("content", ["", "nonsense", None])
def test_a_damaged_one_is_made_again(content: str | None, tmp_path: Path) -> None:
    old = ensure_certificate(tmp_path, ADDRESS, NOW)
    old.server.unlink() if content is None else old.server.write_text(content)
    assert _accepts(ensure_certificate(tmp_path, ADDRESS, NOW), ADDRESS)


def test_it_is_made_again_a_month_before_its_end(tmp_path: Path) -> None:
    ensure_certificate(tmp_path, ADDRESS, NOW)
    assert ensure_certificate(tmp_path, ADDRESS, NOW + LASTS - timedelta(days=20)).is_new
