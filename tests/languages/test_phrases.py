"""Text without spaces is cut where readers would pause, and never inside a letter."""

import pytest
import regex

from languages.phrases import phrase_ends, phrases
from languages.spacing import tokens

TEXTS = {
    "Jpan": "市長はきれいな水が必要だと言いました。予算は5億円で、夏までに議会で承認されます。",
    "Hans": "市长说这座城市需要干净的水，预算将在夏天之前由议会批准。",
    "Thai": "นายกเทศมนตรีกล่าวว่าเมืองนี้ต้องการน้ำสะอาด และงบประมาณจะได้รับการอนุมัติก่อนฤดูร้อน",
}


@pytest.mark.parametrize(
    ("script", "text", "expected"),
    [
        (
            "Jpan",
            "市長はきれいな水が必要だと言いました。",
            "市長は|きれいな|水が|必要だと|言いました。",
        ),
        ("Hans", "城市需要干净的水，预算", "城市|需要|干净|的|水，|预算"),
        ("Thai", "เมืองนี้ต้องการน้ำ", "เมือง|นี้|ต้อง|การ|น้ำ"),
        ("Jpan", "Ana Garcíaさんは「水」が5億円だと", None),
        ("Latn", "el agua limpia", "el |agua |limpia"),
        ("Jpan", "", ""),
    ],
)
def test_phrases(script: str, text: str, expected: str | None) -> None:
    found = phrases(text, script)

    assert "".join(found) == text
    assert expected is None or "|".join(found) == expected
    assert not any(phrase.endswith(("「", "5", "Garc")) for phrase in found)


@pytest.mark.parametrize("script", sorted(TEXTS))
def test_no_letter_is_parted_from_its_marks_and_no_sign_begins_a_line(script: str) -> None:
    text = TEXTS[script]
    letters = regex.findall(r"\X", text)

    assert sum((regex.findall(r"\X", one) for one in phrases(text, script)), []) == letters
    assert not any(regex.match(r"[\p{Po}\p{Pe}\p{M}]", one) for one in phrases(text, script))


@pytest.mark.parametrize("script", sorted(TEXTS))
def test_more_text_changes_none_but_the_last_phrases(script: str) -> None:
    words = tokens(TEXTS[script])
    whole = phrase_ends(words, script)

    for count in range(1, len(words)):
        begun = phrase_ends(words[:count], script)
        assert [at for at in begun if at < count - 3] == [at for at in whole if at < count - 3]
