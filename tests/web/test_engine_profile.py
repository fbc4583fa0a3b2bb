"""Web offers what the chosen profile's engines interpret, and does not start with one that is not
there."""

from pathlib import Path

import pytest

from interpreter.errors import InputError
from tests.web.conftest import web_settings
from web.app import create_app
from web.forms import reachable, unrecognised


def test_a_profile_that_is_not_there_is_told_at_the_start(tmp_path: Path) -> None:
    settings = web_settings(tmp_path).model_copy(update={"profile": "opnai"})
    with pytest.raises(InputError, match="no engine profile 'opnai'"):
        create_app(settings)


def test_pages_offer_the_languages_of_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    offline = reachable()
    monkeypatch.setenv("INTERPRETER_PROFILE", "openai")
    assert set(offline) < set(reachable())
    assert unrecognised(["es", "sw"]) == []
