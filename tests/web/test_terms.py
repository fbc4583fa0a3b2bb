"""A console reads the rows of the meeting's glossaries for its direction."""

from contextlib import AbstractAsyncContextManager

from glossaries import Entry, Glossary, Rendering
from tests.web.conftest import Site
from tests.web.test_booths import MARIA, staffed
from web.glossaries import add_glossary

SITE = AbstractAsyncContextManager[Site]
ENTRIES = (
    Entry(
        "en",
        "treatment plant",
        {"es": Rendering("depuradora", ("depuradoras",), ("planta",))},
        ("treatment plants",),
        ("treatment plan",),
        note="water",
    ),
    Entry("en", "Hydra", is_kept=True, is_case_sensitive=True),
    Entry("en", "mayor", {"ca": Rendering("alcalde")}),
)
PLANT = {
    "term": "treatment plant",
    "forms": ["treatment plants", "treatment plan"],
    "rendering": "depuradora",
    "note": "water",
    "case": False,
}
HYDRA = {"term": "Hydra", "forms": [], "rendering": "Hydra", "note": "", "case": True}


async def test_a_console_gets_the_rows_of_its_direction(site: SITE) -> None:
    async with site as web:
        staffed(web)
        web.keep(lambda session: add_glossary(session, "m1", "Water", Glossary(ENTRIES)))
        headers, path = web.interpreter(MARIA), "/api/rooms/r1/terms"
        there = await web.http.get(f"{path}?source=en&target=es", headers=headers)
        back = await web.http.get(f"{path}?source=es&target=en", headers=headers)
        unknown = await web.http.get(f"{path}?source=en&target=de", headers=headers)
    assert there.json() == {"terms": [PLANT, HYDRA]}
    assert [one["rendering"] for one in back.json()["terms"]] == ["treatment plant", "Hydra"]
    assert unknown.status_code == 422


async def test_rows_are_for_interpreters_alone(site: SITE) -> None:
    async with site as web:
        staffed(web)
        path = "/api/rooms/r1/terms?source=en&target=es"
        assert (await web.http.get(path)).status_code == 401
        assert (await web.http.get(path, headers=web.listener())).status_code == 403
