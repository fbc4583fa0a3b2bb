"""The demo's choices before anything runs: ports, one demo a folder, what each child is told."""

import socket
from pathlib import Path

import pytest
from sqlmodel import Session, SQLModel

from interpreter.children import ChildFailed
from interpreter.commands.demo import next_free_port, only_one, speaker, speaker_key
from interpreter.errors import RequirementMissing
from interpreter.processes import MEETING, Plan
from interpreter.settings import Settings
from interpreter.store import Meeting, open_store


def _settings(state: Path) -> Settings:
    return Settings.model_validate(
        {"LIVEKIT_API_KEY": "key", "LIVEKIT_API_SECRET": "s" * 32, "state_dir": state}
    )


def test_a_used_port_is_said_and_the_next_free_one_taken(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        chosen = next_free_port(port)
    assert chosen > port
    assert capsys.readouterr().out == (
        f"Port {port} is used by another program; taking {chosen}.\n"
    )


def test_two_servers_never_get_the_same_port() -> None:
    port = next_free_port(20_000)
    assert next_free_port(port, not_this=port) > port


def test_a_second_demo_of_the_folder_is_told_where_the_first_one_is(tmp_path: Path) -> None:
    lock = tmp_path / "demo.lock"
    with only_one(lock) as note_address:
        note_address("http://127.0.0.1:8081")
        with pytest.raises(RequirementMissing, match=r"runs already: http://127\.0\.0\.1:8081"):
            only_one(lock).__enter__()
    with only_one(lock):
        pass


def test_the_speaker_gets_the_demo_meetings_key(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    store = open_store(settings.database_url)
    SQLModel.metadata.create_all(store)
    with Session(store) as session:
        meeting = Meeting(id=MEETING, name="Demo", spoken=["en"], offered=[], speaker_key="secret")
        session.add(meeting)
        session.commit()
    store.dispose()
    plan = Plan(settings, 8080, 7880, (1, 2), Path("talk.wav"))
    command = speaker(plan, speaker_key(settings)).command
    assert command[-2:] == ["http://127.0.0.1:8080/m/demo/speak?key=secret", "--loop"]


def test_a_web_server_that_made_no_demo_meeting_is_said(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    store = open_store(settings.database_url)
    SQLModel.metadata.create_all(store)
    store.dispose()
    with pytest.raises(ChildFailed, match="made no demo meeting"):
        speaker_key(settings)


def test_children_are_told_the_ports_and_the_meeting(tmp_path: Path) -> None:
    settings = _settings(tmp_path).model_copy(update={"livekit_url": "ws://127.0.0.1:7999"})
    told = Plan(settings, 8080, 7999, (5001, 5002), Path("talk.wav")).environment
    assert told["LIVEKIT_URL"] == "ws://127.0.0.1:7999"
    assert told["INTERPRETER_STATE_DIR"] == str(tmp_path)
    assert told["INTERPRETER_FLOOR_PORT"] == "5001"
    assert told["INTERPRETER_PAIR_PORT"] == "5002"
    assert told["INTERPRETER_DEMO_MEETING"] == MEETING
