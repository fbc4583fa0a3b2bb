"""The demo meeting is there when web is, with the languages of the settings."""

from pathlib import Path

from interpreter.store import Meeting
from tests.web.conftest import Site, open_site, web_settings
from web.demo import renew_demo_meeting
from web.services import Services


def demo(web: Site) -> Meeting:
    return web.keep(lambda session: session.get_one(Meeting, "demo"))


async def test_the_demo_meeting_is_made_at_the_first_start(tmp_path: Path) -> None:
    settings = web_settings(tmp_path, demo_meeting="demo", demo_offered=("es", "ca"))
    async with open_site(settings) as web:
        home = await web.http.get("/")
        made = demo(web)
    assert (made.spoken, made.offered) == (["en"], ["es", "ca"])
    assert 'href="/m/demo"' in home.text


async def test_a_later_start_keeps_its_links_and_brings_its_languages_up_to_date(
    tmp_path: Path,
) -> None:
    async with open_site(
        web_settings(tmp_path, demo_meeting="demo", demo_offered=("es",))
    ) as first:
        before = demo(first)
    settings = web_settings(tmp_path, demo_meeting="demo", demo_offered=("es", "ca"))
    async with open_site(settings) as second:
        services: Services = second.services
        await renew_demo_meeting(services.db, settings)
        after = demo(second)
    assert after.speaker_key == before.speaker_key
    assert (before.offered, after.offered) == (["es"], ["es", "ca"])


async def test_without_a_name_there_is_no_demo(tmp_path: Path) -> None:
    async with open_site(web_settings(tmp_path)) as web:
        home = await web.http.get("/")
    assert "/m/demo" not in home.text
