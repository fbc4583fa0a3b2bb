"""`interpreter engines` says which engines there are; `interpreter doctor --profile` names what is
wrong before it tries anything."""

from pathlib import Path

import pytest

from interpreter.__main__ import main


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path_factory.mktemp("nowhere"))


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*arguments])
    captured = capsys.readouterr()
    return f"{captured.out}{captured.err}({ended.value.code})"


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
    assert "openai_stt:STT gpt-live-transcribe" in deepgram  # Deepgram has no Swahili
    assert "openai:LLM gpt-6-luna" in deepgram
    assert offline.count("nobody") == 2
    assert "espeak" in offline


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
    monkeypatch.setenv("COLUMNS", "400")
    text = said(capsys, *arguments)
    mine = next(line for line in text.splitlines() if line.startswith("mine"))
    assert "profile mine, stt 1 is left out" in mine
    assert "set the environment variable NO_SUCH_VARIABLE" in mine
    assert "\nself-hosted" in text
    assert text.endswith("(0)")


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
