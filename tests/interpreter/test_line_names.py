"""What a line's name tells of its words."""

from interpreter.line_names import (
    interpreted,
    language_of,
    languages_of,
    machines_of,
    spoken_in,
    steps_of,
)


def test_the_name_of_a_relay_s_line_is_its_way() -> None:
    line = interpreted(interpreted("pt", "es"), "zh-Hant")
    assert line == "pt>es>zh-Hant"
    assert (spoken_in(line), language_of(line), machines_of(line)) == ("pt", "zh-Hant", 2)
    assert languages_of(line) == ["pt", "es", "zh-Hant"]
    assert steps_of(line) == [("pt", "es"), ("pt>es", "zh-Hant")]


def test_a_language_s_own_line_is_nobody_s_interpretation() -> None:
    assert (spoken_in("es"), language_of("es"), machines_of("es")) == ("es", "es", 0)
    assert steps_of("es") == []
