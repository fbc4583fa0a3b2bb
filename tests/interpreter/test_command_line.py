"""The command line: what a person can mend is said in a sentence; commands load when called for."""

import subprocess
import sys
from pathlib import Path

import pytest

from interpreter.__main__ import command_line, main
from interpreter.commands import talks
from interpreter.errors import RequirementMissing


@pytest.fixture(autouse=True)
def _no_keys_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_missing_thing_is_one_sentence_on_stderr_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["talks", "--texts", str(tmp_path)])
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert (
        said.err == f"There is no {tmp_path}/talks.toml. Run this in a checkout of the project.\n"
    )
    assert said.out == ""


def test_errors_of_several_tasks_are_said_once_each(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def talks_of_a_group() -> None:
        missing = RequirementMissing("There is no livekit-server.")
        raise ExceptionGroup("tasks", [missing, ExceptionGroup("inner", [missing])])

    monkeypatch.setattr(talks, "talks", talks_of_a_group)
    with pytest.raises(SystemExit) as ended:
        main(["talks"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == "There is no livekit-server.\n"


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def talks_with_a_bug() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(talks, "talks", talks_with_a_bug)
    with pytest.raises(ZeroDivisionError):
        main(["talks"])


def test_only_the_called_command_is_loaded() -> None:
    script = (
        "import sys; from interpreter.__main__ import command_line; command_line(['doctor']);"
        "sys.exit('interpreter.commands.talks' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_help_lists_every_command() -> None:
    registered = command_line(["--help"]).registered_commands
    assert {"doctor", "talks"} <= {command.name for command in registered}
