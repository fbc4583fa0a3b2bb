"""The doctor: each requirement says its state, and what to do where it is not met."""

import asyncio
import socket
from pathlib import Path

import pytest

from interpreter import engines
from interpreter.engines import opening
from interpreter.errors import RequirementMissing
from interpreter.requirements import (
    LIVEKIT_VERSION,
    ROOT,
    Requirement,
    State,
    check_built_client,
    check_database,
    check_debian_packages,
    check_disk,
    check_engines,
    check_keys,
    check_ports,
    check_prices,
    check_server_binary,
    check_toolchains,
)
from interpreter.settings import Settings
from interpreter.store import open_store


def _settings(state: Path, database: str = "") -> Settings:
    return Settings.model_validate(
        {
            "LIVEKIT_API_KEY": "key",
            "LIVEKIT_API_SECRET": "s" * 32,
            "state_dir": state,
            "database": database,
        }
    )


def _program(path: Path, says: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("go", "node", "states"),
    [
        ("go1.26.3", "v22.1.0", [State.READY, State.READY, State.READY]),
        ("go1.9.7", "v22.1.0", [State.READY, State.OPTIONAL, State.READY]),
        ("go1.26", "v18.19.0", [State.READY, State.READY, State.OPTIONAL]),
    ],
)
def test_versions_are_compared_as_numbers(
    go: str, node: str, states: list[State], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path / "go", go)
    _program(tmp_path / "node", node)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert [one.state for one in check_toolchains()] == states


def test_a_toolchain_that_is_not_there_has_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    _, go, node = check_toolchains()
    assert (go.state, go.found) == (State.OPTIONAL, "not found")
    assert "Install Go" in go.remedy
    assert "Install Node.js" in node.remedy


def test_a_missing_package_says_what_it_is_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dpkg-query").write_text(
        '#!/bin/sh\nfor name; do :; done\n[ "$name" = here ] && echo "installed 1.2-3"\n'
    )
    (tmp_path / "dpkg-query").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    listed = tmp_path / "packages.txt"
    listed.write_text("# a comment\nhere run a program\ngone run speaks\nlater test looks\n")
    here, gone, later = check_debian_packages(listed)
    assert (here.state, here.found) == (State.READY, "1.2-3")
    assert (gone.state, gone.found) == (State.MISSING, "not installed; speaks")
    assert gone.remedy == "apt-get install gone"
    assert later.state is State.OPTIONAL


def test_the_package_list_names_kind_and_purpose_of_each() -> None:
    lines = (ROOT / "deploy" / "apt-packages.txt").read_text().splitlines()
    rows = [line.split(maxsplit=2) for line in lines if line and not line.startswith("#")]
    assert {row[1] for row in rows} == {"run", "demo", "test"}
    assert all(len(row) == 3 for row in rows)


def test_pages_without_their_scripts_are_missing(tmp_path: Path) -> None:
    assert check_built_client(tmp_path / "dist").state is State.MISSING
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "listen.js").touch()
    assert check_built_client(tmp_path / "dist").state is State.READY


def test_keys_that_others_can_read_are_said(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.touch(mode=0o600)
    assert check_keys(_settings(tmp_path)).state is State.READY
    file.chmod(0o644)
    found = check_keys(_settings(tmp_path))
    assert (found.state, found.remedy) == (State.MISSING, f"chmod 600 {file}")


@pytest.mark.parametrize(
    ("says", "state", "found"),
    [
        (f"livekit-server version {LIVEKIT_VERSION}", State.READY, LIVEKIT_VERSION),
        ("livekit-server version 1.9.0", State.MISSING, "1.9.0"),
        ("", State.MISSING, "does not start"),
    ],
)
def test_another_media_server_version_is_said(
    says: str, state: State, found: str, tmp_path: Path
) -> None:
    _program(tmp_path / "bin" / "livekit-server", says)
    requirement = check_server_binary(_settings(tmp_path))
    assert (requirement.state, requirement.found) == (state, found)


def test_no_media_server_names_the_remedy(tmp_path: Path) -> None:
    requirement = check_server_binary(_settings(tmp_path))
    assert requirement.state is State.MISSING
    assert "make setup" in requirement.remedy


def test_a_database_that_is_not_made_yet_is_no_fault(tmp_path: Path) -> None:
    assert check_database(_settings(tmp_path)).state is State.OPTIONAL


def test_a_database_without_tables_wants_a_migration(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    store = open_store(settings.database_url)
    store.connect().close()
    store.dispose()
    found = check_database(settings)
    assert found.state is State.MISSING
    assert found.remedy == "Run `python -m web migrate`."


def test_a_database_that_cannot_be_reached_is_said(tmp_path: Path) -> None:
    a_folder = f"sqlite:///{tmp_path}"
    found = check_database(_settings(tmp_path, a_folder))
    assert found.state is State.MISSING
    assert "INTERPRETER_DATABASE" in found.remedy


def test_an_engine_that_does_not_open_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_voice(language: str, settings: Settings) -> None:
        raise RequirementMissing(f"Install a voice for {language}.")

    monkeypatch.setattr(engines, "open_recogniser", lambda language, settings: "opens")
    monkeypatch.setattr(engines, "open_translator", lambda source, target, settings: "opens")
    monkeypatch.setattr(engines, "open_voice", no_voice)
    found = {one.name: one for one in check_engines(_settings(tmp_path))}
    assert found["recogniser en"].state is State.READY
    assert found["translator en→es"].state is State.READY
    assert found["voice ca"].state is State.MISSING
    assert found["voice ca"].remedy == "Install a voice for ca."


def test_an_engine_is_told_by_its_whole_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Translator:
        label = "gpt-4.1-mini"

    monkeypatch.setattr(engines, "open_recogniser", lambda language, settings: "opens")
    monkeypatch.setattr(engines, "open_translator", lambda source, target, settings: Translator())
    monkeypatch.setattr(engines, "open_voice", lambda language, settings: "opens")
    found = {one.name: one for one in check_engines(_settings(tmp_path))}
    assert found["translator en→es"].found == "gpt-4.1-mini"


CLOUD = """
[cloud]
stt = ["pocketsphinx"]
translator = [
  {{ plugin = "{fake}:LLM", options = {{ model = {{ env = "FAKE_MODEL" }} }} }},
  {{ plugin = "{fake}:LLM", options = {{ model = "none" }} }},
  {{ plugin = "livekit.plugins.openai:LLM", options = {{ model = "gpt-4.1-mini" }} }},
  "apertium",
]
tts = ["{fake}:TTS", "espeak"]
""".format(fake="tests.interpreter.engines.fake_plugin")


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a profile with plugins, whose variables and keys are not set."""
    for name in ("FAKE_MODEL", "OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "engines.toml"
    file.write_text(CLOUD)
    return _settings(tmp_path).model_copy(update={"profile": "cloud", "engines": str(file)})


def _plugins(settings: Settings) -> dict[str, Requirement]:
    return {one.name: one for one in check_engines(settings)}


def test_a_profile_with_plugins_has_one_row_for_each_engine(cloud: Settings) -> None:
    found = list(check_engines(cloud))
    assert [(one.name, one.found) for one in found] == [
        ("stt 1", "pocketsphinx"),
        ("translator 1", "tests.interpreter.engines.fake_plugin:LLM"),
        ("translator 2", "tests.interpreter.engines.fake_plugin:LLM none"),
        ("translator 3", "openai:LLM gpt-4.1-mini"),
        ("translator 4", "apertium"),
        ("tts 1", "tests.interpreter.engines.fake_plugin:TTS"),
        ("tts 2", "espeak"),
    ]


def test_a_plugin_that_the_worker_would_refuse_is_missing_and_says_why(cloud: Settings) -> None:
    found = _plugins(cloud)
    refused = [found["translator 1"], found["translator 2"], found["translator 3"]]
    assert {one.state for one in refused} == {State.MISSING}
    assert refused[0].remedy == "Set FAKE_MODEL in the environment."
    assert "cannot be made: no such model" in refused[1].remedy
    assert refused[2].remedy.startswith("Set OPENAI_API_KEY")
    assert found["tts 1"].state is State.READY


def test_a_profile_is_ready_where_the_worker_takes_it(
    cloud: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Path(cloud.engines)
    file.write_text(CLOUD.replace('"none"', '"second"'))
    other = cloud.model_copy(update={"engines": f"{file.parent}/./{file.name}"})
    monkeypatch.setenv("FAKE_MODEL", "first")
    monkeypatch.setenv("OPENAI_API_KEY", "any")
    plugins = [one for one in check_engines(other) if ":" in one.found]
    asyncio.run(_check(other))
    assert {one.state for one in plugins} == {State.READY}


async def _check(settings: Settings) -> None:
    engines.check_chosen(settings)


def test_a_local_engine_is_optional_where_others_serve_the_same(
    cloud: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_translator(engine: object, source: object, target: object) -> None:
        raise RequirementMissing("Install Apertium.")

    def no_recogniser(*_: object) -> None:
        raise RequirementMissing("Install pocketsphinx.")

    monkeypatch.setattr(opening, "check_translator", no_translator)
    monkeypatch.setattr(opening, "recogniser", no_recogniser)
    found = _plugins(cloud)
    local = (found["translator 4"], found["stt 1"])
    assert [one.state for one in local] == [State.OPTIONAL, State.MISSING]
    assert [one.remedy for one in local] == ["Install Apertium.", "Install pocketsphinx."]


def test_a_file_of_prices_that_the_worker_would_refuse_is_missing_and_says_why(
    tmp_path: Path,
) -> None:
    file = tmp_path / "prices.toml"
    file.write_text('[[price]]\nengine = "a.b:STT"\naudio_minute = -1\n')
    own = _settings(tmp_path).model_copy(update={"prices": str(file)})
    found = check_prices(own)
    assert found.state is State.MISSING
    assert f"{file}: price 1, audio_minute: it must be" in found.remedy
    assert check_prices(_settings(tmp_path)).state is State.READY


def test_a_profile_that_is_not_there_is_a_row_and_not_the_end(tmp_path: Path) -> None:
    (found,) = check_engines(_settings(tmp_path).model_copy(update={"profile": "x"}))
    assert found.state is State.MISSING
    assert "no engine profile 'x'" in found.remedy


@pytest.mark.live
def test_the_offline_engines_open_after_set_up(tmp_path: Path) -> None:
    assert {one.state for one in check_engines(_settings(tmp_path))} == {State.READY}


def test_disk_of_a_folder_that_does_not_exist_yet_is_measured(tmp_path: Path) -> None:
    assert "GB free" in check_disk(tmp_path / "not" / "yet").found


def test_a_used_port_names_the_way_to_find_its_owner() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (found,) = check_ports({"web": port})
    assert found.state is State.OPTIONAL
    assert f"sport = :{port}" in found.remedy
