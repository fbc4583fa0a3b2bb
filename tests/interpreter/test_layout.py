"""Lines as people read them: in every direction, with and without spaces."""

import unicodedata

import pytest

from interpreter.cues import cues_of, write_vtt
from interpreter.events import Origin, Segment
from interpreter.layout import atoms, lines, steered, width
from languages import load

RLM, LRM = "\u200f", "\u200e"


def said(text: str, language: str, speaker: str = "Ana") -> Segment:
    times = {"start_s": 0.0, "end_s": 12.0, "epoch": 1}
    return Segment("s.1", language, Origin.MACHINE, speaker, text, engine="llm", **times)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        (
            "ja",
            "市長は市にはきれいな水が必要だと言いました。",
            "市長は市にはきれいな|水が必要だと言いました。",
        ),
        (
            "zh",
            "市长说这座城市需要干净的水，预算夏天批准。",
            "市长说这座城市需要干净的水，|预算夏天批准。",
        ),
        (
            "th",
            "นายกเทศมนตรีกล่าวว่าเมืองนี้ต้องการน้ำสะอาด และงบประมาณจะได้รับการอนุมัติ",
            None,
        ),
        ("ko", "시의회는 우리에게 새 다리에 대해 설명해 달라고 요청했습니다.", None),
        ("ar", "طلب منا مجلس المدينة أن نشرح الجسر الجديد، وقال إن الماء النظيف مهم.", None),
        ("he", "מועצת העיר ביקשה מאיתנו להסביר את הגשר החדש, ואמרה שמים נקיים חשובים.", None),
    ],
)
def test_two_lines_of_each_script(tag: str, text: str, expected: str | None) -> None:
    language = load(tag)
    found = lines(atoms(text, language), language)

    assert len(found) == 2
    assert all(width(line, language) <= language.caption_line_length for line in found)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    assert expected is None or "|".join(found) == expected


@pytest.mark.parametrize(
    ("tag", "text", "wide"),
    [
        ("ja", "東京タワー", 5.0),
        ("ja", "iPhone 15", 4.5),
        ("ja", "が「水」。", 5.0),
        ("ko", "물은 A", 3.0),
        ("th", "น้ำ", 1),
        ("es", "también", 7),
        ("hi", "पानी", 2),
    ],
)
def test_a_line_is_measured_as_its_guide_does(tag: str, text: str, wide: float) -> None:
    assert width(text, load(tag)) == wide


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("es", "Hemos dicho muchas veces lo que pensamos. Ya."),
        ("en", "All of this was already agreed by the council, no"),
        ("de", "Die Brücke wurde nach langer Zeit gebaut. Ja."),
    ],
)
def test_no_short_word_is_left_alone_at_the_end(tag: str, text: str) -> None:
    found = lines(atoms(text, load(tag)), load(tag))

    assert len(found) == 2
    assert " " in found[1]


@pytest.mark.parametrize(
    ("tag", "text", "together"),
    [
        ("de", "Wir haben in diesem Jahr lange gewartet nicht bezahlt", "nicht bezahlt"),
        ("uk", "Міська рада сьогодні вже сказала нам не будувати міст", "не будувати"),
        ("el", "Το δημοτικό συμβούλιο είπε σήμερα δεν θέλουμε γέφυρα", "δεν θέλουμε"),
    ],
)
def test_a_negation_stays_with_what_it_negates(tag: str, text: str, together: str) -> None:
    assert any(together in line for line in lines(atoms(text, load(tag)), load(tag)))


@pytest.mark.parametrize(
    ("tag", "line", "reads"),
    [
        ("ar", "Ana García قالت ذلك", RLM + "Ana García قالت ذلك"),
        ("ar", "قالت Ana ذلك", "قالت Ana ذلك"),
        ("he", "2026 היא השנה", "2026 היא השנה"),
        ("he", "50 %", RLM + "50 %"),
        ("en", "שלום means hello", LRM + "שלום means hello"),
        ("en", "50 %", "50 %"),
        ("ja", "水は大切です", "水は大切です"),
    ],
)
def test_a_line_reads_in_its_languages_direction(tag: str, line: str, reads: str) -> None:
    assert steered(line, load(tag)) == reads


@pytest.mark.parametrize("control", [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"])
@pytest.mark.parametrize("tag", ["ar", "en", "ja"])
def test_what_turns_a_text_around_does_not_reach_a_file(tag: str, control: str) -> None:
    file = write_vtt([said(f"agua {control}limpia", tag, f"A{control}na")], tag)

    assert control not in file
    assert "<v Ana>" in file


def test_arabic_cues_begin_from_the_right_and_keep_numbers_and_names() -> None:
    text = "Ana García قالت إن الميزانية 12,500 يورو، وإن الجسر الجديد يفتح في 2026 قبل الصيف."
    shown = [line for cue in cues_of([said(text, "ar")], load("ar")) for line in cue.lines]

    assert shown[0].startswith(RLM)
    assert all(next(filter(None, map(_strong, line))) in ("R", "AL") for line in shown)
    assert "12,500" in "".join(shown)


def _strong(letter: str) -> str:
    kind = unicodedata.bidirectional(letter)
    return kind if kind in ("L", "R", "AL") else ""
