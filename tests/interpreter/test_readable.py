"""Lower-case words with times become readable text, and no number is ever changed."""

import pytest
from num2words import num2words

import languages
from interpreter.events import Word
from interpreter.numbers import with_digits
from interpreter.readable import is_inside_number, readable, sentence_breaks

EN = languages.load("en")
ES = languages.load("es")


@pytest.mark.parametrize(
    ("tag", "words", "text"),
    [
        ("ja", "市議会 は | 説明 を 求めました", "市議会は。説明を求めました。"),
        ("zh", "水 很 重要 | 明天 见", "水很重要。明天见。"),
        ("th", "น้ำ สะอาด | พรุ่งนี้", "น้ำสะอาด พรุ่งนี้"),
        ("ar", "الماء مهم | غدا", "الماء مهم. غدا."),
        ("hi", "पानी ज़रूरी है", "पानी ज़रूरी है।"),
        ("ja", "iPhone 15 を 買います", "iPhone 15を買います。"),
    ],
)
def test_every_language_is_written_with_its_own_spaces_and_signs(
    tag: str, words: str, text: str
) -> None:
    said = spoken(words.replace("|", "[1.5]"))
    assert readable(said, languages.load(tag), ends_sentence=True) == text


def spoken(text: str) -> list[Word]:
    """Words of 0.3 s with 0.05 s between them; `[0.8]` is a pause of 0.8 s more."""
    words: list[Word] = []
    clock_s = 0.0
    for token in text.split():
        if token.startswith("["):
            clock_s += float(token[1:-1])
            continue
        words.append(Word(token, clock_s, clock_s + 0.3))
        clock_s += 0.35
    return words


def in_words(number: int) -> list[str]:
    return str(num2words(number)).replace("-", " ").replace(",", "").split()


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("", ""),
        ("we agree", "We agree."),
        ("well i think i'm late", "Well I think I'm late."),
        ("we don't meet on monday in madrid", "We don't meet on Monday in Madrid."),
        ("we are done [0.6] thank you", "We are done. Thank you."),
        ("we are done [0.4] thank you", "We are done thank you."),
        ("we went to the [0.8] library", "We went to the library."),
        ("we went to the [1.3] library", "We went to the. Library."),
        ("do not [0.9] open it", "Do not open it."),
        ("it costs twenty [0.8] five euros", "It costs 25 euros."),
        ("uh we um agree", "We agree."),
        ("we went to the [0.7] uh [0.7] library", "We went to the library."),
        ("it is in the u.s.", "It is in the U.S."),
    ],
)
def test_words_become_sentences(words: str, text: str) -> None:
    assert readable(spoken(words), EN, ends_sentence=True) == text


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("one of them knows", "one of them knows"),
        ("no one of the three", "no one of the three"),
        ("twenty five people", "25 people"),
        ("a hundred people", "a hundred people"),
        ("a hundred and fifty people", "150 people"),
        ("half a million euros", "half a million euros"),
        ("hundreds of thousands", "hundreds of thousands"),
        ("three quarters and one third", "three quarters and one third"),
        ("two point five million people", "2.5 million people"),
        ("two point five thousand", "2500"),
        ("two hundred million", "200 million"),
        ("one billion two hundred million", "1200000000"),
        ("two and a half million", "two and a half million"),
        ("zero point zero five", "0.05"),
        ("five percent of them", "5% of them"),
        ("twelve point five percent", "12.5%"),
        ("a hundred percent", "100%"),
        ("the twenty first century", "the 21st century"),
        ("the first and the second", "the first and the second"),
        ("a twenty second delay", "a twenty second delay"),
        ("in nineteen eighty four we met", "in 1984 we met"),
        ("in nineteen oh five", "in 1905"),
        ("since seventeen eighty nine", "since 1789"),
        ("two thousand twenty four", "2024"),
        ("in the nineteen nineties", "in the 1990s"),
        ("in fifteen twenty minutes", "in fifteen twenty minutes"),
        ("at fifteen thirty", "at fifteen thirty"),
        ("nineteen eighty four", "nineteen eighty four"),
        ("one two three four", "one two three four"),
        ("two hundred three hundred", "two hundred three hundred"),
        ("two hundred and three hundred", "200 and 300"),
        ("between ten thousand and fifteen thousand", "between 10000 and 15000"),
        ("between one hundred and fifty", "between one hundred and fifty"),
        ("between one hundred and fifty and two hundred", "between 150 and 200"),
        ("minus twenty degrees", "minus 20 degrees"),
    ],
)
def test_number_words_become_digits_only_where_they_can_be_read_in_one_way(
    words: str, text: str
) -> None:
    assert " ".join(with_digits(words.split(), EN)) == text


NUMBERS = (*range(11, 2_000), *range(2_000, 1_000_000, 997), 999_999)


def test_no_number_is_changed() -> None:
    written = [with_digits(in_words(number), EN) for number in NUMBERS]

    assert written == [[str(number)] for number in NUMBERS]


def test_numbers_up_to_ten_stay_words_when_they_stand_alone() -> None:
    assert with_digits("zero one two ten".split(), EN) == ["zero", "one", "two", "ten"]


def test_no_cut_inside_a_number_is_admissible() -> None:
    cuts = [(in_words(number), place) for number in NUMBERS[::11] for place in range(1, 12)]
    inside = [(words, place) for words, place in cuts if place < len(words)]

    assert all(is_inside_number(words, place, EN) for words, place in inside)


@pytest.mark.parametrize(
    ("words", "inside"),
    [
        ("we have | twenty", False),
        ("twenty | five", True),
        ("twenty | people", False),
        ("twenty |", True),
        ("the second |", False),
        ("people |", False),
        ("two hundred | and fifty", True),
        ("two hundred and | fifty", True),
        ("two hundred | and", True),
        ("two hundred | and we", False),
        ("twenty five | and we", False),
        ("three | point five", True),
        ("three point | five", True),
        ("three | point", True),
        ("the point | five people", False),
        ("nineteen | oh five", True),
        ("nineteen | nineties", True),
        ("five | percent", True),
        ("the | twenty first", False),
        ("twenty | first", True),
    ],
)
def test_a_cut_inside_a_number_is_seen(words: str, inside: bool) -> None:
    before, after = words.split("|")
    texts = [*before.split(), *after.split()]

    assert is_inside_number(texts, len(before.split()), EN) is inside


TALK = spoken(
    "good morning [0.7] in nineteen eighty four we had two hundred and fifty thousand books [0.9]"
    " and i think the [0.8] library has twelve percent more [1.5] thank you"
)


@pytest.mark.parametrize("length", [1, 2, 7, 8, 15, 16, 18, 20, 21, 24, 25])
def test_the_text_of_a_prefix_stays_as_words_come(length: int) -> None:
    assert readable(TALK, EN).startswith(readable(TALK[:length], EN))


def test_sentences_begin_after_long_pauses() -> None:
    assert sentence_breaks(TALK, EN) == (2, 14, 23)


def test_a_text_within_a_sentence_begins_small() -> None:
    text = readable(spoken("because i asked [0.7] we agreed"), EN, starts_sentence=False)

    assert text == "because I asked. We agreed"


def test_spanish_numbers_follow_spanish_joins() -> None:
    written = with_digits("treinta y dos de dos mil veinticuatro".split(), ES)

    assert written == ["32", "de", "2024"]


def test_a_language_without_number_words_keeps_its_words() -> None:
    assert with_digits(["vint-i-cinc"], languages.load("ca")) == ["vint-i-cinc"]
