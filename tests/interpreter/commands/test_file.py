"""What `interpreter file` says to bad input: one sentence each."""

from pathlib import Path

import pytest

from interpreter.commands.file import check_languages, check_policy, tell_failures
from interpreter.errors import InputError, UnknownLanguage, UnsupportedPair
from interpreter.glossary_option import read_glossary
from interpreter.rehearsal.stage import Interpreted


@pytest.mark.parametrize(
    ("source", "targets", "error", "says"),
    [
        pytest.param("en", ["xx"], UnknownLanguage, "Known languages: .*en", id="unknown target"),
        pytest.param("xx", ["es"], UnknownLanguage, "Known languages", id="unknown source"),
        pytest.param("es", ["en"], UnsupportedPair, "No recogniser for 'es'", id="no recogniser"),
        pytest.param("en", ["en"], UnsupportedPair, "Targets of 'en'", id="no translator"),
    ],
)
def test_languages_that_cannot_be_interpreted(
    source: str, targets: list[str], error: type[InputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        check_languages(source, targets)


def test_languages_that_can() -> None:
    check_languages("en", ["es", "ca"])


def test_an_unknown_policy_names_those_that_exist() -> None:
    with pytest.raises(InputError, match="balanced, accurate, consecutive, sentence-final"):
        check_policy("best")


def test_a_glossary_tells_its_bad_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "terms.csv"
    file.write_text("en,es\ncouncil,concejo\n,pleno\n", encoding="utf-8")
    assert [entry.source for entry in read_glossary(file, "en", ["es"])] == ["council"]
    assert "row 3" in capsys.readouterr().err


def test_a_glossary_without_terms_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "terms.csv"
    file.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="no term that could be read"):
        read_glossary(file)
    with pytest.raises(InputError, match="cannot be read"):
        read_glossary(tmp_path / "nowhere.csv")


def test_failed_engines_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    failed: dict[str, object] = {"event": "engine_failed", "engine": "recogniser"}
    tell_failures(Interpreted(Path(), [failed, failed]))
    assert "recogniser failed 2 times" in capsys.readouterr().out
