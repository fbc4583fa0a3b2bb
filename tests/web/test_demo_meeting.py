"""The demo meeting offers what can be heard on this machine."""

from pathlib import Path

import pytest

from interpreter.engines import reach
from tests.web.conftest import web_settings
from web.demo import offered_in_demo


@pytest.mark.parametrize(
    ("installed", "named", "offered"),
    [
        pytest.param({"es", "pt"}, (), ["es", "pt"], id="what-is-installed"),
        pytest.param({"es", "pt"}, ("fr",), ["fr"], id="what-the-settings-name"),
        pytest.param(set(), (), ["ca", "es", "fr", "it", "pt"], id="engines-on-other-machines"),
    ],
)
def test_the_demo_offers_the_languages_that_can_be_heard(
    installed: set[str],
    named: tuple[str, ...],
    offered: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reach, "is_installed", lambda source, target: target in installed)
    monkeypatch.setattr(reach, "supported_targets", lambda source: ["ca", "es", "fr", "it", "pt"])
    settings = web_settings(tmp_path).model_copy(update={"demo_offered": named})

    assert offered_in_demo(settings) == offered
