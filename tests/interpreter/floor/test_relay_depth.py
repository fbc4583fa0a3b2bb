"""From how many interpretations what is heard in a channel is made."""

import pytest

from interpreter.floor.relay_depth import relay_depth

SPOKEN = {"es"}


@pytest.mark.parametrize(
    ("channel", "made_from", "depth"),
    [
        pytest.param("en", {"en": ""}, 0, id="a-human-from-the-floor"),
        pytest.param("en", {"en": "es"}, 0, id="from-a-language-of-the-floor-by-its-name"),
        pytest.param("ca", {"ca": "en", "en": ""}, 1, id="from-a-humans-interpretation"),
        pytest.param("fr", {"fr": "ca", "ca": "en", "en": ""}, 2, id="from-a-relay"),
        pytest.param("fr", {"fr": "pt", "pt": "es"}, 1, id="from-a-machines-interpretation"),
        pytest.param("fr", {"fr": "en"}, 1, id="from-a-channel-of-which-nothing-is-known"),
        pytest.param("fr", {"fr": "en", "en": "fr"}, 1, id="two-who-listen-to-each-other"),
        pytest.param("fr", {"fr": "fr"}, 0, id="oneself"),
    ],
)
def test_how_deep_a_relay_is(channel: str, made_from: dict[str, str], depth: int) -> None:
    assert relay_depth(channel, made_from, SPOKEN) == depth
