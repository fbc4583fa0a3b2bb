"""compose.yaml, read as Docker reads it: complete, without a secret of its own, and with names that
the programs know.
"""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from interpreter.requirements import ROOT
from web.settings import WebSettings

READER = ROOT / "var" / "bin" / "compose-reader"
TEMPLATE = ROOT / "deploy" / "compose" / "env.example"
LASTING = {"edge", "caddy", "web", "worker", "livekit", "redis", "postgres"}
OPEN_PORTS = {"443/tcp", "80/tcp", "7882/udp", "7881/tcp", "3478/udp"}

Service = dict[str, Any]


def _values(text: str) -> dict[str, str]:
    """What an .env file gives."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


TEMPLATE_VALUES = _values(TEMPLATE.read_text(encoding="utf-8"))
FILLED = {
    **{name: f"a{number}" * 20 for number, name in enumerate(TEMPLATE_VALUES)},
    "DOMAIN": "talks.example.org",
    "TURN_DOMAIN": "turn.example.org",
    "ACME_EMAIL": "operator@example.org",
    "INTERPRETER_JOB_SLOTS": "16",
}


def read_project(values: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Read compose.yaml with these values, as Docker does when an .env beside it gives them."""
    return subprocess.run(
        [READER, "compose.yaml"],
        cwd=ROOT,
        env=values,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def services() -> dict[str, Service]:
    read = read_project(FILLED)
    assert read.returncode == 0, read.stderr
    found: dict[str, Service] = json.loads(read.stdout)["services"]
    return found


@pytest.mark.parametrize("name", sorted(TEMPLATE_VALUES))
def test_nothing_starts_while_a_value_is_missing(name: str) -> None:
    read = read_project({**FILLED, name: ""})
    assert read.returncode == 1
    assert name in read.stderr


def test_the_template_names_every_value_and_gives_no_secret() -> None:
    used = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text(encoding="utf-8")))
    assert set(TEMPLATE_VALUES) == used
    assert {name for name, value in TEMPLATE_VALUES.items() if value} == {"INTERPRETER_JOB_SLOTS"}


def test_every_part_is_there(services: dict[str, Service]) -> None:
    assert set(services) == LASTING | {"migrate", "volumes"}


@pytest.mark.parametrize("name", sorted(LASTING))
def test_a_lasting_part_says_how_it_is_and_comes_back(
    name: str, services: dict[str, Service]
) -> None:
    service = services[name]
    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(LASTING - {"web", "worker"}))
def test_a_lasting_part_is_not_root(name: str, services: dict[str, Service]) -> None:
    assert services[name]["user"] not in ("", "root", "0")
    assert services[name]["cap_drop"] == ["ALL"]


def test_the_image_of_web_and_workers_is_not_root(services: dict[str, Service]) -> None:
    assert "\nUSER 10001\n" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "user" not in services["web"]
    assert "user" not in services["worker"]


def test_only_what_the_operations_page_lists_is_open(services: dict[str, Service]) -> None:
    opened = {
        f"{port['published']}/{port['protocol']}"
        for service in services.values()
        for port in service.get("ports", [])
    }
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert opened == OPEN_PORTS
    assert all(f"| {port} |" in page for port in OPEN_PORTS)


@pytest.mark.parametrize("name", ["web", "worker", "migrate"])
def test_web_and_workers_are_told_only_what_their_settings_know(
    name: str, services: dict[str, Service]
) -> None:
    known = {f"INTERPRETER_{field}".upper() for field in WebSettings.model_fields} | {
        str(field.validation_alias) for field in WebSettings.model_fields.values()
    }
    foreign = {"FORWARDED_ALLOW_IPS"}  # uvicorn's
    told = services[name]["environment"]
    assert set(told) - foreign <= known
    assert WebSettings.model_validate(_fields(told)).database.startswith("postgresql+psycopg://")


def _fields(environment: dict[str, str]) -> dict[str, str]:
    prefix = "INTERPRETER_"
    return {
        name.removeprefix(prefix).lower() if name.startswith(prefix) else name: value
        for name, value in environment.items()
    }


def test_workers_can_be_many(services: dict[str, Service]) -> None:
    assert "ports" not in services["worker"]
    assert "container_name" not in services["worker"]


def test_the_docker_client_reads_it_too(tmp_path: Path) -> None:
    version = ["docker", "compose", "version"]
    try:
        has_plugin = subprocess.run(version, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        has_plugin = False
    if not has_plugin:
        pytest.skip("no docker client with the compose plugin; the reader is the same library")
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in FILLED.items()))
    project = ("-f", str(ROOT / "compose.yaml"), "--env-file", str(tmp_path / ".env"))
    command = ["docker", "compose", *project, "config", "--quiet"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_livekits_config_is_for_our_rooms(services: dict[str, Service]) -> None:
    config = yaml.safe_load(services["livekit"]["environment"]["LIVEKIT_CONFIG"])
    assert config["room"] == {"auto_create": False}
    assert config["webhook"]["api_key"] in config["keys"]
    assert config["turn"]["domain"] == "turn.example.org"
    own = services["livekit"]["networks"]["default"]["ipv4_address"]
    assert config["turn"]["allow_restricted_peer_cidrs"] == [f"{own}/32"]
