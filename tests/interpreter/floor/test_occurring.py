"""What is said in, the glossaries' terms out."""

from time import thread_time

import pytest

from glossaries import Entry, Rendering
from interpreter.floor.occurring import Occurring

ENTRIES = [
    Entry("en", "treatment plant", {"es": Rendering("depuradora")}),
    Entry("en", "plant", {"es": Rendering("planta")}),
    Entry("en", "bylaw", {"ca": Rendering("ordenança")}, aliases=("by law",)),
    Entry("en", "LiveKit", {}, is_kept=True),
    Entry("fr", "mairie", {"en": Rendering("town hall")}),
]


async def of(entries: list[Entry], language: str, text: str) -> tuple[str, ...]:
    occurring = Occurring()
    await occurring.use(entries, ["en", "es"], ["en", "es", "ca", "fr"])
    return occurring.found(language, text)


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "the treatment plants and a plant", ("treatment plant", "plant")),
        ("en", "a by law for the town halls", ("bylaw", "town hall")),
        ("en", "live kit, LiveKit and nothing else", ("LiveKit",)),
        ("en", "nothing at all", ()),
        ("es", "las depuradoras", ("depuradora",)),
        ("fr", "la mairie", ()),
    ],
)
async def test_terms_occur_in_any_form_whatever_they_are_rendered_as(
    language: str, text: str, found: tuple[str, ...]
) -> None:
    assert await of(ENTRIES, language, text) == found


async def test_a_room_without_glossaries_has_none() -> None:
    assert Occurring().found("en", "a plant") == ()
    assert await of([], "en", "a plant") == ()


async def test_ten_thousand_terms_are_looked_for_in_a_moment() -> None:
    occurring = Occurring()
    many = [Entry("en", f"term{n} number {n}", {"es": Rendering(f"r{n}")}) for n in range(10_000)]
    await occurring.use(many, ["en"], ["en", "es"])
    text = "the city wants to build a new school near the river and term9999 number 9999 too"
    occurring.found("en", text)
    begun_s = thread_time()
    assert occurring.found("en", text) == ("term9999 number 9999",)
    assert thread_time() - begun_s < 0.5  # 25 ms: all begin alike
