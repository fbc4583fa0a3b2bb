"""What every translator keeps: a text's own translation, whoever else asks; nothing breaks it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from interpreter.engines import open_translator
from interpreter.engines.reach import supported_targets
from interpreter.engines.translator import TranslationRequest, Translator
from interpreter.errors import UnsupportedPair
from interpreter.settings import Settings
from tests.emulators.llm_translator import translating
from tests.emulators.translating_llm import TranslatingLLM
from tests.scripted import ScriptedTranslator


async def translated(translator: Translator, text: str) -> str:
    request = TranslationRequest(text, context=(("Hello.", "Hola."),))
    return "".join([piece async for piece in translator.translate(request)])


@pytest.fixture(
    params=[
        "scripted",
        pytest.param("offline", marks=pytest.mark.live),
        pytest.param("llm", marks=pytest.mark.live),
    ]
)
async def translator(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Translator]:
    if request.param == "scripted":
        yield ScriptedTranslator(delay_s=0)
        return
    settings: Settings = request.getfixturevalue("offline")
    if request.param == "offline":
        yield open_translator("en", "es", settings)
        return
    monkeypatch.setenv("OPENAI_API_KEY", "none-is-needed")
    async with translating(TranslatingLLM(settings), settings) as llm:
        yield llm


async def test_texts_asked_at_once_get_their_own_translations(translator: Translator) -> None:
    texts = [f"The house number {n} is red." for n in range(10)]

    answers = await asyncio.gather(*(translated(translator, text) for text in texts))

    numbers = ["".join(sign for sign in answer if sign.isdigit()) for answer in answers]
    assert numbers == [str(n) for n in range(10)]


async def test_a_unit_is_given_back_whole_when_some_of_it_was_said(translator: Translator) -> None:
    whole = await translated(translator, "The red cars are in the street.")
    begun = whole.rsplit(" ", 2)[0]
    request = TranslationRequest("The red cars are in the street.", committed=begun)

    again = "".join([piece async for piece in translator.translate(request)])

    assert again == whole


async def test_the_transcript_can_name_the_engine(translator: Translator) -> None:
    assert translator.label


@pytest.mark.live
@pytest.mark.parametrize(
    ("target", "text", "expected"),
    [
        ("es", "The red cars are in the street.", "Los coches rojos son en la calle."),
        ("es", "the red cars", "los coches rojos"),
        ("es", "i think that we are late", "creo que somos tardíos"),
        ("ca", "The red cars are in the street.", "Els cotxes vermells són en el carrer."),
    ],
)
async def test_apertium_translates_keeping_the_sources_case(
    offline: Settings, target: str, text: str, expected: str
) -> None:
    answer = await translated(open_translator("en", target, offline), text)

    assert answer[0] == expected[0]
    assert len(set(answer.lower().split()) & set(expected.lower().split())) >= 2


@pytest.mark.live
@pytest.mark.parametrize("target", ["es", "ca"])
@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Zygmunt Blorp visited Krakowska.", ["Zygmunt", "Blorp", "Krakowska"]),
        ("the flooglebang is here", ["flooglebang"]),
        ("It costs 3.5% of 12,500 euros.", ["3,5%", "12.500"]),
        ("Wait, is it true? Yes; it is!", [",", "?", ";", "!"]),
        (
            "a [b] ^c$ d/e {f} <g> @h #i *j ~k \\l 😀 日本",
            ["[", "]", "^", "$", "/", "{", "<", "日本"],
        ),
        ("][][17]^x<n>$", ["]", "[17]", "^x<n>$"]),
    ],
)
async def test_what_apertium_does_not_know_comes_through_unmarked(
    offline: Settings, target: str, text: str, kept: list[str]
) -> None:
    answer = await translated(open_translator("en", target, offline), text)

    assert [sign for sign in kept if sign not in answer] == []
    assert answer.count("*") <= text.count("*")
    assert answer.count("@") <= text.count("@")
    assert answer.count("#") <= text.count("#")
    assert "  " not in answer


@pytest.mark.live
async def test_hostile_texts_leave_the_pipeline_in_step(offline: Settings) -> None:
    translator = open_translator("en", "es", offline)
    await asyncio.gather(
        *(translated(translator, text) for text in ("a\0b", "[][", "^", "\\", "$" * 500, "\n\n"))
    )

    assert (await translated(translator, "the red cars")).lower() == "los coches rojos"


def test_the_offline_profile_names_its_pairs(settings: Settings) -> None:
    assert {"es", "ca"} <= set(supported_targets("en"))
    assert "en" not in supported_targets("en")
    with pytest.raises(UnsupportedPair, match="there is"):
        open_translator("en", "en", settings)
