"""`interpreter eval`: what is no subcommand is a talk, and cases are made from scripts and logs."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from interpreter.commands.eval import eval as app
from interpreter.errors import InputError
from interpreter.evaluation.case import read_case
from interpreter.evaluation.suite import SCRIPTS


def test_what_is_no_subcommand_is_a_talk() -> None:
    result = CliRunner().invoke(app, ["no-such-talk"])

    assert isinstance(result.exception, InputError)
    assert "No such case: no-such-talk" in str(result.exception)


@pytest.mark.parametrize("arguments", [["--policy", "hasty"], ["council", "--policy", "hasty"]])
def test_an_unknown_policy_is_refused(arguments: list[str]) -> None:
    result = CliRunner().invoke(app, arguments)

    assert isinstance(result.exception, InputError)
    assert "hasty" in str(result.exception)


def test_a_script_becomes_a_case(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["script", str(SCRIPTS / "market.toml"), "--out", str(tmp_path)]
    )

    assert result.exit_code == 0
    assert read_case(tmp_path / "market.jsonl").sources == ["en"]
