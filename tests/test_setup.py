"""The set-up says in a sentence what the machine lacks, before it changes anything."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NEW = {"python3": "3.12.1", "go": "go1.26.3", "node": "v22.1.0"}


def _set_up(programs: Path, versions: dict[str, str]) -> subprocess.CompletedProcess[str]:
    for name, version in versions.items():
        (programs / name).write_text(f"#!/bin/sh\necho {version}\n")
        (programs / name).chmod(0o755)
    return subprocess.run(
        ["/bin/bash", str(ROOT / "deploy" / "setup")],
        env={"PATH": f"{programs}:{programs}/tools"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A PATH that holds nothing but what the script itself is made of."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("chmod", "dirname", "head", "mkdir", "sed", "sort", "tr"):
        (tools / name).symlink_to(next(p for p in _system(name) if p.exists()))
    return tmp_path


def _system(name: str) -> list[Path]:
    return [Path("/bin") / name, Path("/usr/bin") / name]


@pytest.mark.parametrize(
    ("name", "version", "sentence"),
    [
        ("python3", "3.10.9", "python3 is version 3.10.9. Version 3.11 or newer runs the agents"),
        ("go", "go1.9.7", "go is version 1.9.7. Version 1.26 or newer builds the LiveKit server"),
        ("node", "v18.19.0", "node is version 18.19.0. Version 20 or newer bundles the browser"),
    ],
)
def test_a_toolchain_that_is_too_old_is_named_with_what_it_is_for(
    name: str, version: str, sentence: str, programs: Path
) -> None:
    ended = _set_up(programs, {**NEW, name: version})
    assert ended.returncode == 1
    assert ended.stderr.startswith(sentence)


@pytest.mark.parametrize("name", ["python3", "go", "node"])
def test_a_toolchain_that_is_missing_is_named_with_what_it_is_for(
    name: str, programs: Path
) -> None:
    ended = _set_up(programs, {one: version for one, version in NEW.items() if one != name})
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{name} is missing. Version ")
