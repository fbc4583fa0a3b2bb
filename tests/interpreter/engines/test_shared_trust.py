"""The usual TLS context is made once; whoever asks for another one has their own."""

import ssl

import pytest

from interpreter.engines.shared_trust import shared


def fresh(verify: object = True, cert: object = None, trust_env: bool = True) -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def test_all_that_ask_for_the_usual_context_have_the_same() -> None:
    create = shared(fresh)
    assert create() is create(verify=True, cert=None, trust_env=True)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"verify": False}, id="without verification"),
        pytest.param({"verify": "/their/authority.pem"}, id="an authority of their own"),
        pytest.param({"cert": "/their/certificate.pem"}, id="a certificate of their own"),
        pytest.param({"trust_env": False}, id="without what the environment says"),
    ],
)
def test_who_asks_for_another_one_has_their_own(other: dict[str, object]) -> None:
    create = shared(fresh)
    assert create(**other) is not create()


def test_a_certificate_of_ones_own_is_never_lent() -> None:
    create = shared(fresh)
    assert create(cert="/a.pem") is not create(cert="/a.pem")
