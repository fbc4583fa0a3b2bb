"""A certificate that this machine makes for an address of its own: browsers open a microphone on
secure pages only.

It is signed by an authority that is made for it alone. The authority's key is never written, so a
phone that trusts the authority trusts this one address, and nothing else can ever be signed with
it.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LASTS = timedelta(days=397)
"""Phones refuse certificates that last longer: 825 days, some 398."""
_RENEW_BEFORE = timedelta(days=30)
_CLOCKS_DIFFER_BY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files of one certificate."""

    server: Path
    """Key, certificate and its authority, for the server alone (mode 0600)."""
    authority: Path
    """What clients trust; not secret."""
    is_new: bool
    """Just made: phones that knew an older one are asked again."""


def ensure_certificate(folder: Path, address: str, now: datetime | None = None) -> Certificate:
    """The folder's certificate for this address; made when there is none that covers it and lasts
    another month."""
    now = now or datetime.now(UTC)
    server, authority = folder / "server.pem", folder / "authority.crt"
    if server.is_file() and authority.is_file() and _covers(server, address, now):
        return Certificate(server, authority, is_new=False)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret, public = _make(address, now)
    _write(authority, public, 0o644)
    _write(server, secret + public, 0o600)
    return Certificate(server, authority, is_new=True)


def _covers(server: Path, address: str, now: datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(server.read_bytes())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound):
        return False
    lasts = (
        certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - _RENEW_BEFORE
    )
    return lasts and IPv4Address(address) in names.get_values_for_type(x509.IPAddress)


def _make(address: str, now: datetime) -> tuple[bytes, bytes]:
    """Key and certificate of the server, and the certificate of its authority, as PEM."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    server_key = ec.generate_private_key(ec.SECP256R1())
    authority_name = _name(f"Live interpretation at {address}, {now:%Y-%m-%d %H:%M}")
    ip = IPv4Address(address)
    authority = (
        _builder(authority_name, authority_name, authority_key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(
            x509.NameConstraints([x509.IPAddress(IPv4Network(f"{ip}/32"))], None), critical=True
        )
        .sign(authority_key, hashes.SHA256())
    )
    authority_id = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    server = (
        _builder(_name(address), authority_name, server_key, now)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority_id),
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    key = server_key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return key + server.public_bytes(pem), authority.public_bytes(pem)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER_BY)
        .not_valid_after(now - _CLOCKS_DIFFER_BY + LASTS)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, content: bytes, mode: int) -> None:
    """Replace the file in one step; nobody else can read a secret one at any moment."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(file, "wb") as opened:
        os.fchmod(opened.fileno(), mode)
        opened.write(content)
    draft.replace(path)
