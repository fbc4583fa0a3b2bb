"""Two hops are one translator: what a listener reads is as right as the hops can make it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from interpreter.engines.pivot import PivotTranslator
from interpreter.engines.translator import TranslationRequest
from interpreter.errors import EngineUnavailable


@dataclass(slots=True)
class Dictionary:
    """A hop that knows whole texts, and leaves the others; the texts that it was asked stay."""

    label: str
    entries: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_away: bool = False
    is_closed: bool = False

    @property
    def can_condense(self) -> bool:
        return False

    @property
    def can_repair(self) -> bool:
        return False

    @property
    def step_words(self) -> int:
        return 1

    async def translate(self, request: TranslationRequest) -> AsyncIterator[str]:
        self.asked.append(request.text)
        await asyncio.sleep(0)
        if self.is_away:
            raise EngineUnavailable("The translator did not answer in time; try again.")
        text = self.entries.get(request.text, request.text)
        for piece in (text[:3], text[3:]):
            yield piece

    async def aclose(self) -> None:
        self.is_closed = True


async def translated(translator: PivotTranslator, text: str) -> str:
    return "".join([piece async for piece in translator.translate(TranslationRequest(text))])


async def test_the_second_hop_translates_what_the_first_one_made() -> None:
    first = Dictionary("a", {"the red cars": "los coches rojos"})
    second = Dictionary("b", {"los coches rojos": "os carros vermelhos"})

    assert await translated(PivotTranslator((first, second)), "the red cars") == (
        "os carros vermelhos"
    )


async def test_a_first_word_is_no_name_for_the_second_hop() -> None:
    first = Dictionary("a", {"I have never been in Seattle.": "Mai he estat en Seattle."})
    second = Dictionary("b", {"mai he estat en Seattle.": "jamais j'ai été dans Seattle."})

    answer = await translated(PivotTranslator((first, second)), "I have never been in Seattle.")

    assert answer == "Jamais j'ai été dans Seattle."


async def test_a_name_stays_a_name_on_both_hops() -> None:
    second = Dictionary("b")

    answer = await translated(PivotTranslator((Dictionary("a"), second)), "Margaret Wilson, 412.")

    assert (answer, second.asked) == ("Margaret Wilson, 412.", ["Margaret Wilson, 412."])


async def test_what_begins_in_mid_sentence_still_does_after_two_hops() -> None:
    first = Dictionary("a", {"and we agree": "Y estamos de acuerdo"})
    second = Dictionary("b", {"y estamos de acuerdo": "E concordamos"})

    assert await translated(PivotTranslator((first, second)), "and we agree") == "e concordamos"


@pytest.mark.parametrize("away", [0, 1])
async def test_a_hop_that_is_away_is_the_pair_that_is_away(away: int) -> None:
    hops = [Dictionary("a"), Dictionary("b")]
    hops[away].is_away = True

    with pytest.raises(EngineUnavailable, match="try again"):
        await translated(PivotTranslator(hops), "hello")


async def test_nothing_to_say_is_no_piece_of_text() -> None:
    translator = PivotTranslator((Dictionary("a"), Dictionary("b")))

    assert [piece async for piece in translator.translate(TranslationRequest(""))] == []


def test_the_transcript_names_both_hops() -> None:
    assert PivotTranslator((Dictionary("a"), Dictionary("b"))).label == "a + b"


async def test_both_hops_are_closed() -> None:
    hops = (Dictionary("a"), Dictionary("b"))

    await PivotTranslator(hops).aclose()

    assert [hop.is_closed for hop in hops] == [True, True]
