"""Markdown around an answer is not spoken, while it comes and when it is whole."""

import re

import pytest

import languages
from interpreter.engines.answer import Answer
from interpreter.engines.faults import AnswerFault, Checks, Unusable
from interpreter.engines.prompting import Ask, Prompt
from languages.spacing import tokens

ENGLISH = "The new bridge will cost five million dollars, and the school stays open."
SPANISH = "El puente nuevo costará cinco millones de dólares, y la escuela sigue abierta."
SAID = "El puente nuevo"
JAPANESE = "新しい橋は五百万ドルかかりますが、学校は開いたままです。"


def spoken(
    text: str, source: str = ENGLISH, ask: Ask = Ask.WHOLE, said: str = "", target: str = "es"
) -> str:
    """What is heard of an answer that comes sign by sign: nothing may be taken back."""
    checks = Checks(source, languages.load("en"), languages.load(target))
    one = Answer(checks, Prompt(ask, said), source)
    return "".join([*(one.push(sign) for sign in text), one.finish(is_complete=True)])


@pytest.mark.parametrize(
    "marked",
    [
        f"**{SPANISH}**",
        f"***{SPANISH}***",
        f"*{SPANISH}*",
        f"__{SPANISH}__",
        f"`{SPANISH}`",
        f"**{SPANISH}",
        f"# {SPANISH}",
        f"### **{SPANISH}**",
        f"- {SPANISH}",
        f"* {SPANISH}",
        f"> {SPANISH}",
        f"> - **{SPANISH}**",
        f"```\n{SPANISH}\n```",
        f"```text\n{SPANISH}\n```",
        f"```spanish\n\n{SPANISH}\n```\n\nThis is the translation.",
        f"```{SPANISH}```",
        SPANISH.replace("cinco millones", "**cinco millones**"),
        SPANISH.replace("cinco millones", "**cinco *millones***"),
        f"**{SPANISH.replace('cinco', '*cinco*')}**",
        SPANISH.replace("dólares,", "_dólares_,"),
        f"- {SPANISH.replace(', y', f',{chr(10)}- y')}",
        f"> {SPANISH.replace(', y', f',{chr(10)}> y')}",
        f'**"{SPANISH}"**',
        f'"**{SPANISH}**"',
        f"{SPANISH}\n\n- Note: literal.",
    ],
)
def test_what_marks_a_translation_is_not_spoken(marked: str) -> None:
    assert spoken(marked) == SPANISH


@pytest.mark.parametrize(
    "marked",
    [f"**{JAPANESE}**", JAPANESE.replace("学校", "**学校**"), f"```japanese\n{JAPANESE}\n```"],
)
def test_nor_in_a_script_without_spaces(marked: str) -> None:
    assert spoken(marked, target="ja") == JAPANESE


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (Ask.WHOLE, f"**{SPANISH}**"),
        (Ask.REST, f"**{SPANISH.removeprefix(SAID).strip()}**"),
        (Ask.REST, f"# {SPANISH}"),
        (Ask.PREFILLED, f"```\n{SPANISH.removeprefix(SAID)}\n```"),
    ],
)
def test_nor_after_what_was_said(ask: Ask, text: str) -> None:
    assert spoken(text, ask=ask, said=SAID) == SPANISH


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("Five times three is fifteen.", "5 * 3 son 15 y nada más que eso.", id="sum"),
        pytest.param("Five by three.", "Son 5*3*2 las cajas que hay.", id="a sum without spaces"),
        pytest.param(
            "Dial star 67 and then star 69.", "Marque *67 y luego marque el *69.", id="dialled"
        ),
        pytest.param("Dial star 67 hash.", "Marque *67# en el teléfono de casa.", id="a code"),
        pytest.param(
            "The field user name is empty.", "El campo user_name_old está vacío ahora.", id="a name"
        ),
        pytest.param(
            "He wrote *never* in the letter.", "Él escribió *nunca* en la carta.", id="stars"
        ),
        pytest.param("It is `now` in code.", "Es `ahora` en el código fuente.", id="code"),
        pytest.param(
            "- Good evening to you all.", "- Buenas noches a todos ustedes hoy.", id="a dialogue"
        ),
        pytest.param("— Good evening to all.", "- Buenas noches a todos hoy.", id="its dash"),
        pytest.param("# 5 is the best one.", "# 5 es el mejor de todos ellos.", id="a number sign"),
        pytest.param("Minus 5 degrees today.", "- 5 grados hoy en la ciudad.", id="minus"),
        pytest.param("Minus 5 degrees today.", "-5 grados hoy en la ciudad.", id="below zero"),
        pytest.param("More than five, he says.", "> 5 es lo que él dice hoy.", id="greater"),
        pytest.param("Two greater than one.", "Dos > uno es lo que él dice.", id="between two"),
        pytest.param("We play in C sharp.", "Tocamos en C# y no en otra cosa.", id="sharp"),
        pytest.param("Number one is #meet.", "El uno es #meet, dice ella hoy.", id="a hashtag"),
    ],
)
def test_what_only_looks_like_a_mark_stays(source: str, text: str) -> None:
    assert spoken(text, source) == text


def test_a_rest_may_begin_with_a_dash() -> None:
    rest = "- y la escuela sigue abierta todo el año."
    assert spoken(rest, ask=Ask.REST, said=SAID) == f"{SAID} {rest}"


@pytest.mark.parametrize(
    "labelled",
    [
        f"**Traducción:** {SPANISH}",
        f"**Traducción**: {SPANISH}",
        f"**Spanish:** {SPANISH}",
        f"**Traducción:**\n\n{SPANISH}",
        f"- **Español**: {SPANISH}",
    ],
)
def test_a_label_is_known_under_its_marks(labelled: str) -> None:
    with pytest.raises(Unusable, match=AnswerFault.CHATTER):
        spoken(labelled)


def test_a_marked_answer_is_spoken_as_it_comes() -> None:
    checks = Checks(ENGLISH, languages.load("en"), languages.load("es"))
    one = Answer(checks, Prompt(Ask.WHOLE), ENGLISH)

    pieces = [one.push(token) for token in tokens(f"**{SPANISH}**")]

    assert len([piece for piece in pieces if piece]) > 3
    assert re.fullmatch(r"El puente nuevo costará cinco( \w+,?)*", "".join(pieces))
