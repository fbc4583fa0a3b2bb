"""A profile that is written is read as the same."""

import pytest

from interpreter.engines.profiles import parse_profiles, read_profiles
from tests.emulators.toml import engines_toml

SHIPPED = read_profiles()


@pytest.mark.parametrize("name", SHIPPED)
def test_each_shipped_profile_is_read_as_it_was_written(name: str) -> None:
    profile = SHIPPED[name]
    assert parse_profiles(engines_toml(profile), "a test")[name] == profile
