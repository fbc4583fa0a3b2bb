"""Every engine of a shipped profile that is not this machine's has an emulator."""

import pytest

from interpreter.engines.profiles import read_profiles
from tests.emulators.providers import EMULATED

SHIPPED = read_profiles()


@pytest.mark.parametrize("name", SHIPPED)
def test_each_plugin_is_emulated(name: str) -> None:
    plugins = {one.plugin for _, one in SHIPPED[name].engines() if one.is_plugin}
    assert plugins <= EMULATED.keys()
