"""Files of every kind that somebody may send: encodings, sizes, and what is no glossary at all."""

import time
from pathlib import Path

import pytest

from glossaries import MOST_BYTES, Problem, load, read

TABLE = "en;es\nmayor;alcaldesa\nniño;año\nbuzón;garçon\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings_are_found(encoding: str) -> None:
    glossary = read(TABLE.encode(encoding))
    assert [one.source for one in glossary.entries] == ["mayor", "niño", "buzón"]


def test_an_encoding_that_nobody_says_is_reported_as_a_guess() -> None:
    (bad,) = read(TABLE.encode("cp1252")).bad_rows
    assert (bad.row, bad.problem, bad.is_taken) == (0, Problem.GUESSED, True)
    assert "Windows-1252" in bad.sentence


@pytest.mark.parametrize(
    ("tag", "encoding", "term"),
    [
        ("pl", "cp1250", "źródło"),
        ("cs", "cp1250", "účetnictví dům"),
        ("hu", "cp1250", "önkormányzati művelődés"),
        ("ro", "cp1250", "învăţământ"),
        ("uk", "cp1251", "міська рада"),
        ("el", "cp1253", "δημοτικό συμβούλιο"),
        ("tr", "cp1254", "görüşme"),
        ("he", "cp1255", "מועצת העיר"),
        ("et", "cp1257", "riigieelarve õigus"),
        ("de", "cp1252", "Größe"),
    ],
)
def test_old_windows_letters_are_those_of_the_languages(tag: str, encoding: str, term: str) -> None:
    glossary = read(f"en;{tag}\nterm;{term}\n".encode(encoding))
    assert glossary.entries[0].renderings[tag].text == term
    assert [bad.problem for bad in glossary.bad_rows] == [Problem.GUESSED]


def test_languages_that_the_form_says_decide_on_letters_too() -> None:
    glossary = read("budget;książka\n".encode("cp1250"), "en", "pl")
    assert glossary.entries[0].renderings["pl"].text == "książka"


def test_two_alphabets_of_old_windows_in_one_file_are_guessed() -> None:
    (guess,) = read("pl;ru\nmiasto śródmieście;miasto\n".encode("cp1250")).bad_rows
    assert guess.problem is Problem.GUESSED


def test_cyrillic_of_old_windows_is_found() -> None:
    text = "ru;es\nмэр;alcalde\nгородской совет;ayuntamiento\nпожарная служба;bomberos\n"
    assert read(text.encode("cp1251")).entries[0].source == "мэр"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", Problem.EMPTY),
        (b" \r\n\t\n", Problem.EMPTY),
        ("\ufeff".encode(), Problem.EMPTY),
        (b"en,es\n", Problem.EMPTY),
        (b"PK\x03\x04" + b"\0" * 50, Problem.SPREADSHEET),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", Problem.SPREADSHEET),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), Problem.BINARY),
        (b"\x7fELF" + bytes(200), Problem.BINARY),
        (b"a,b\n" + b"\x01\x02\x03" * 50, Problem.BINARY),
        (b"<?xml version='1.0'?><html><p>x</p></html>", Problem.NOT_TBX),
        (b"<?xml version='1.0'?><tbx><text>", Problem.NOT_XML),
    ],
)
def test_what_is_no_glossary_is_refused_with_what_to_do(data: bytes, problem: Problem) -> None:
    glossary = read(data, "en", "es")
    assert glossary.entries == ()
    (bad,) = glossary.bad_rows
    assert (bad.row, bad.problem, bad.is_taken) == (0, problem, False)
    assert bad.sentence.endswith(".")


def test_a_file_of_50_mb_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    with file.open("wb") as large:
        large.truncate(50_000_000)
    (bad,) = load(file).bad_rows
    assert bad.problem is Problem.TOO_LARGE
    assert f"{MOST_BYTES // 1_000_000} MB" in bad.sentence
    assert read(bytes(MOST_BYTES + 1)).bad_rows == (bad,)


def test_ten_thousand_rows_are_read_in_two_seconds() -> None:
    rows = [f'"term {n}, number",término {n},form {n} | {n} forms,note {n}' for n in range(10_000)]
    data = "\n".join(["en,es,en forms,note", *rows]).encode()
    began = time.process_time()
    glossary = read(data)
    assert time.process_time() - began < 2
    assert len(glossary.entries) == 10_000
    assert glossary.bad_rows == ()


def test_rows_past_the_most_are_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glossaries.rows.MOST_ROWS", 2)
    glossary = read(b"en,es\na,b\nc,d\ne,f\ng,h\n")
    assert len(glossary.entries) == 2
    assert [(one.row, one.problem) for one in glossary.bad_rows] == [(4, Problem.TOO_MANY)]


def test_a_file_of_lines_without_end_is_cut_and_says_so() -> None:
    glossary = read(b"en,es\n" + b"\n" * 200_000 + b"a,b\n")
    assert glossary.entries == ()
    assert [one.problem for one in glossary.bad_rows] == [Problem.TOO_MANY]
