"""Translations of a growing unit in, what may be spoken out."""

import pytest

import languages
from interpreter.pair.commit import TargetCommit, Weights, resume_at
from interpreter.pair.policy import CommitPolicy
from languages.spacing import tokens

POLICY = CommitPolicy(held_words=2, agreements=2, first_held_words=2, first_agreements=2)


SPANISH = Weights(
    leading=frozenset(("no", "el", "la", "los", "de", "en", "y", "este", "esta")),
    negations=frozenset(("no",)),
)


def spoken(*translations: str, policy: CommitPolicy = POLICY, leading: str = "") -> list[str]:
    """What is taken after each translation; the last one is of the closed unit."""
    commit = TargetCommit(policy, Weights(frozenset(leading.split())))
    taken = []
    for number, text in enumerate(translations, start=1):
        commit.translated(text, is_closed=number == len(translations))
        taken.append("".join(commit.take()).strip())
    return taken


@pytest.mark.parametrize(
    ("translations", "taken"),
    [
        pytest.param(["no cerraremos"], ["no cerraremos"], id="closed-at-once"),
        pytest.param(
            [
                "no cerraremos el",
                "no cerraremos la escuela vieja",
                "no cerraremos la escuela vieja",
            ],
            ["", "no cerraremos", "la escuela vieja"],
            id="two-must-agree",
        ),
        pytest.param(
            ["uno dos tres", "uno dos tres", "uno dos tres cuatro"],
            ["", "uno", "dos tres cuatro"],
            id="the-last-two-words-are-held",
        ),
        pytest.param(["uno dos tres", ""], ["", ""], id="nothing-comes"),
        pytest.param(
            ["El puente, nuevo", "el puente nuevo costará", "El puente nuevo costará"],
            ["", "el puente", "nuevo costará"],
            id="case-and-signs-are-not-heard",
        ),
        pytest.param(
            ["a b c d e", "a b c d e", "x a b y z d e f"],
            ["", "a b c", "x a b y z d e f"],
            id="what-diverges-is-said-again-from-there",
        ),
        pytest.param(
            ["a b c d e", "a b c d e", "a b"],
            ["", "a b c", ""],
            id="a-shorter-one-adds-nothing",
        ),
    ],
)
def test_what_is_spoken(translations: list[str], taken: list[str]) -> None:
    assert spoken(*translations) == taken


def test_an_open_unit_does_not_end_with_a_word_that_leads_on() -> None:
    said = spoken("la casa de la abuela está", "la casa de la abuela está", leading="de la")
    assert said[0] == ""
    texts = ("veo la casa de la abuela vieja y", "veo la casa de la abuela vieja y otra cosa")
    assert spoken(*texts, texts[1], leading="de la y")[1] == "veo la casa de la abuela vieja"
    same = "no no no la casa de la"
    assert spoken(same, same, f"{same} abuela", leading="no de la") == [
        "",
        "no no no la casa",
        "de la abuela",
    ]


def test_nothing_is_taken_twice() -> None:
    texts = ["a b c d e f g"[: 2 * n + 1] for n in range(7)]
    assert " ".join(filter(None, spoken(*texts))) == "a b c d e f g"


def test_the_first_words_may_go_earlier() -> None:
    early = CommitPolicy(held_words=2, agreements=2, first_held_words=1, first_agreements=1)
    assert spoken("uno dos tres", "uno dos tres cuatro", policy=early)[0] == "uno dos"


def test_scripts_without_spaces_are_cut_between_signs() -> None:
    assert tokens("新しい橋は 5 億円") == ["新", "し", "い", "橋", "は ", "5 ", "億", "円"]
    said = spoken("新しい橋", "新しい橋は", "新しい橋は五億円")
    assert said == ["", "新しい", "橋は五億円"]


@pytest.mark.parametrize(
    ("said", "translation", "rest"),
    [
        pytest.param("nosotros", "no cerraremos la escuela", "no cerraremos la escuela", id="no"),
        pytest.param(
            "cerraremos la", "no cerraremos la escuela", "no cerraremos la escuela", id="late-no"
        ),
        pytest.param(
            "no cerraremos la",
            "ahora cerraremos la escuela",
            "ahora cerraremos la escuela",
            id="a-no-that-was-none",
        ),
        pytest.param(
            "no cerraremos la vieja",
            "no cerraremos la escuela vieja",
            "escuela vieja",
            id="a-noun-that-came-before",
        ),
        pytest.param("costará 5", "costará 15 millones", "15 millones", id="another-figure"),
        pytest.param(
            "en la casa", "en las casas de allí", "de allí", id="other-forms-are-the-same"
        ),
        pytest.param("esta en el", "este en la ciudad", "la ciudad", id="articles-may-differ"),
        pytest.param("el puente nuevo", "el puente", "", id="less-than-was-said"),
    ],
)
def test_no_word_of_weight_is_lost_where_a_translation_diverges(
    said: str, translation: str, rest: str
) -> None:
    words = tokens(translation)
    weights = Weights(SPANISH.leading | {"las"}, SPANISH.negations)
    assert "".join(words[resume_at(words, tokens(said), weights) :]) == rest


@pytest.mark.parametrize(
    ("tag", "said", "translation", "rest"),
    [
        ("tr", "başkan dün geldi", "başkan dün gelmedi", "gelmedi"),
        ("tr", "başkan dün gelmedi", "başkan dün geldi", "geldi"),
        ("cs", "starosta včera přišel", "starosta včera nepřišel", "nepřišel"),
        ("sw", "meya alikuja", "meya hakuja", "hakuja"),
        ("en", "they can pay", "they can't pay", "can't pay"),
        ("ko", "시장은 왔습니다", "시장은 안 왔습니다", "안 왔습니다"),
        ("ja", "市長は来る", "市長は来ない", "ない"),
        ("th", "เขาไม่ไป", "เขาไป", "ไป"),
        ("en", "it is safe", "it is unsafe here", "unsafe here"),
        ("en", "that is unusual", "that is usual", "usual"),
        ("es", "es legal", "es ilegal hacerlo", "ilegal hacerlo"),
        ("de", "das ist möglich", "das ist unmöglich", "unmöglich"),
        ("es", "en la casa nueva", "en las casas nuevas", ""),
        ("fr", "il boit eau", "il boit l'eau", ""),
        ("ar", "قرأت كتاب", "قرأت الكتاب", ""),
    ],
)
def test_no_form_of_a_word_stands_for_its_negation(
    tag: str, said: str, translation: str, rest: str
) -> None:
    words = tokens(translation)
    weights = Weights.of(languages.load(tag))
    assert "".join(words[resume_at(words, tokens(said), weights) :]) == rest


def test_what_was_said_again_is_not_said_a_third_time() -> None:
    commit = TargetCommit(POLICY, SPANISH)
    commit.said, commit.spoken = ["cerraremos la"], tokens("cerraremos la")
    commit.translated("no cerraremos la escuela", is_closed=False)
    commit.translated("no cerraremos la escuela vieja hoy", is_closed=False)
    assert "".join(commit.take()).strip() == "no cerraremos la escuela"
    commit.translated("no cerraremos la escuela vieja hoy", is_closed=True)
    assert "".join(commit.take()).strip() == "vieja hoy"
    assert commit.said == ["cerraremos la", "no cerraremos la escuela", "vieja hoy"]


@pytest.mark.parametrize(
    ("translations", "spoken"),
    [
        (["市議会は新しい", "市議会は新しい橋"], "市議会は"),
        (["市議会は新しい橋につい", "市議会は新しい橋につい"], "市議会は新しい橋に"),
    ],
)
def test_without_spaces_a_breath_ends_between_phrases(translations: list[str], spoken: str) -> None:
    commit = TargetCommit(POLICY, Weights(script="Jpan"))
    for text in translations:
        commit.translated(text, is_closed=False)

    assert "".join(commit.take()) == spoken


@pytest.mark.parametrize(
    ("tag", "said", "translation", "rest"),
    [
        pytest.param("hi", "उसने मुझे दे", "उसने मुझे दो किताबें दीं", "दो किताबें दीं", id="hi"),
        pytest.param("hi", "वहाँ सो", "वहाँ सौ लोग", "सौ लोग", id="hi-hundred"),
        pytest.param("th", "เขาซื้อขาว", "เขาซื้อข้าว", "ข้าว", id="th"),
    ],
)
def test_words_that_differ_in_a_mark_alone_are_two(
    tag: str, said: str, translation: str, rest: str
) -> None:
    words = tokens(translation)
    assert "".join(words[resume_at(words, tokens(said), Weights.of(languages.load(tag))) :]) == rest


@pytest.mark.parametrize(
    ("tag", "said", "translation", "rest"),
    [
        ("es", "espera dos meses", "espera 2 meses para", "para"),
        ("en", "there are thirteen", "there are thirty people", "thirty people"),
        ("en", "there are seventy", "there are seventeen people", "seventeen people"),
        ("en", "twenty-five people", "twenty-six people came", "twenty-six people came"),
        ("en", "in the fifteenth", "in the fiftieth year", "fiftieth year"),
        ("es", "son sesenta personas", "son setenta personas", "setenta personas"),
        ("de", "einundzwanzig Leute", "zweiundzwanzig Leute", "zweiundzwanzig Leute"),
        ("de", "die einundzwanzig", "die einundzwanzig Leute", "Leute"),
    ],
)
def test_no_number_in_words_stands_for_another(
    tag: str, said: str, translation: str, rest: str
) -> None:
    words = tokens(translation)
    weights = Weights.of(languages.load(tag))
    assert "".join(words[resume_at(words, tokens(said), weights) :]) == rest
