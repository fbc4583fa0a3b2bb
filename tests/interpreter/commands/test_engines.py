"""`interpreter engines` says which engines there are; `interpreter doctor --profile` names what is
wrong before it tries anything."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

import languages
from interpreter.__main__ import main
from interpreter.commands.doctor import requirements_table
from interpreter.cost import Prices
from interpreter.engines.kinds import Kind
from interpreter.engines.profiles import Engine
from interpreter.engines.trial import Trial
from interpreter.profile_report import languages_table, trial_row, trials_table
from interpreter.requirements import Requirement, State
from interpreter.settings import EngineChoice


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path_factory.mktemp("nowhere"))


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*arguments])
    captured = capsys.readouterr()
    return f"{captured.out}{captured.err}({ended.value.code})"


def narrow(table: Table) -> str:
    paper = StringIO()
    Console(width=60, file=paper).print(table)
    return paper.getvalue()


def test_every_profile_is_listed_with_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "engines")
    assert all(name in text for name in ("offline", "deepgram-openai", "google", "self-hosted"))
    assert "set SELF_HOSTED_LLM_MODEL" in text
    assert "28 languages" in text


def test_a_language_is_listed_with_each_profiles_engines_the_preferred_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = said(capsys, "engines", "sw").splitlines()
    deepgram = next(line for line in lines if line.startswith("deepgram-openai"))
    offline = next(line for line in lines if line.startswith("offline"))
    assert "stt 2: openai_stt:STT gpt-live-transcribe" in deepgram  # Deepgram has no Swahili
    assert "openai:LLM gpt-6-luna" in deepgram
    assert offline.count("nobody") == 2
    assert "espeak" in offline


def test_engines_of_one_model_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "engines", "es")
    assert "stt 1: google_stt:STT latest_long  " in text
    assert "stt 2: google_stt:STT latest_long eu" in text
    assert "127.0.0.1:8001" in text


def test_no_name_of_an_engine_is_cut_in_a_pipe() -> None:
    text = narrow(languages_table(EngineChoice(), languages.load("es")))
    assert "Systran" in text
    assert "…" not in text


def test_no_name_of_a_requirement_is_cut_in_a_pipe() -> None:
    named = Requirement(
        "stt 1", State.MISSING, "openai:STT Systran/faster-whisper-small", "x " * 40
    )
    text = narrow(requirements_table([named]))
    assert "Systran" in text
    assert "…" not in text


@pytest.mark.parametrize("arguments", [("engines",), ("engines", "es")])
def test_a_profile_that_cannot_be_used_says_why_in_its_row_and_the_others_are_listed(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
) -> None:
    file = tmp_path / "engines.toml"
    file.write_text(
        '[mine]\nstt = [{ plugin = "pocketsphinx", needs = "NO_SUCH_VARIABLE" }]\n'
        'translator = ["apertium"]\ntts = ["espeak"]\n'
    )
    monkeypatch.setenv("INTERPRETER_ENGINES", str(file))
    text = said(capsys, *arguments)
    row = " ".join(text.partition("\nmine ")[2].split())
    assert row.startswith("profile mine, stt 1 is left out, and so are those after it: set the")
    assert "NO_SUCH_VARIABLE" in row
    assert "\nself-hosted" in text
    assert text.endswith("(0)")


@pytest.mark.parametrize("arguments", [("engines",), ("engines", "es")])
@pytest.mark.parametrize("plugin", ["pocketsphinx", "no_such:STT"])
def test_a_profiles_name_is_printed_as_it_is_written(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    plugin: str,
    arguments: tuple[str, ...],
) -> None:
    file = tmp_path / "engines.toml"
    file.write_text(f'["[/x]"]\nstt = ["{plugin}"]\ntranslator = ["apertium"]\ntts = ["espeak"]\n')
    monkeypatch.setenv("INTERPRETER_ENGINES", str(file))
    text = said(capsys, *arguments)
    assert "\n[/x] " in text
    assert text.endswith("(0)")


def test_a_requirements_name_and_a_trials_place_are_printed_as_they_are_written() -> None:
    engine = Engine("espeak", place="profile a, [/x], tts 1")
    table = trials_table([trial_row(Trial(Kind.TTS, engine, "es"), Prices((), {}))])
    assert "[/x]" in narrow(table)
    assert "[/x]" in narrow(requirements_table([Requirement("[/x]", State.READY, "here")]))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("engines", "xx"), "There is no language 'xx'; choose one of: ar, "),
        (("doctor", "--profile", "x"), "There is no engine profile 'x'; there are: offline"),
        (("doctor", "--profile", "offline", "--to", "xx"), "There is no language 'xx'"),
    ],
)
def test_what_is_not_there_is_told_in_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    text = said(capsys, *arguments)
    assert says in text
    assert text.endswith("(2)")
