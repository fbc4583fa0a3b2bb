"""What the log says of an engine that fails again and again."""

import logging

import pytest

from interpreter.errors import EngineUnavailable
from interpreter.lasting_trouble import LastingTrouble


def trouble() -> LastingTrouble:
    return LastingTrouble(logging.getLogger("engines"), "failed", "answers again", {})


def test_a_trouble_is_told_once_and_so_is_its_end(caplog: pytest.LogCaptureFixture) -> None:
    engine = trouble()
    engine.answered()
    for _ in range(9):
        engine.failed(ExceptionGroup("tasks", [EngineUnavailable("down")]))
    engine.answered()
    engine.answered()
    assert caplog.messages == ["failed", "answers again"]


def test_another_trouble_is_told_too(caplog: pytest.LogCaptureFixture) -> None:
    engine = trouble()
    engine.failed(EngineUnavailable("down"))
    engine.failed(TimeoutError())
    engine.failed(TimeoutError())
    assert caplog.messages == ["failed", "failed"]


def test_what_is_not_to_be_written_is_not(caplog: pytest.LogCaptureFixture) -> None:
    trouble().failed(RuntimeError("the key"), EngineUnavailable("it failed"))
    assert "it failed" in caplog.text
    assert "the key" not in caplog.text
