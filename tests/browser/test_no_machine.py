"""Where no machine or nobody interprets, and nothing is recognised, listeners are told so."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from interpreter.store import Interpreter
from tests.browser.chromium import chromium, open_page
from tests.browser.scripted_room import Cast, scripted_meeting

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.timeout(120)]

MARIA = Interpreter(
    id="maria", meeting_id="m1", name="Maria G.", key="key-maria", channels=["es"], covers=[]
)
NO_CAPTIONS = "No captions: this language is not recognised here."
NO_MACHINE = "No machine interprets into Español from what is spoken now: you hear the speaker."
NOBODY = "No interpreter at the moment: you hear the speaker."


async def spanish_page(browser: Browser, cast: Cast, locale: str = "en-GB") -> Page:
    """A listener's, who has chosen Spanish."""
    page = await open_page(browser, f"{cast.meeting.base_url}/m/m1", locale)
    await page.click("#language")
    await page.click("#languages [data-tag=es]")
    return page


async def test_a_listener_reads_why_there_are_no_captions_and_no_voice(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path) as cast, chromium() as browser:
        page = await spanish_page(browser, cast)
        notice = page.locator("#notice")
        cast.meeting.on_air = {"state": "no_machine", "source": "none"}
        await expect(notice).to_have_text(NO_MACHINE)
        cast.meeting.on_air = {"state": "unrecognised", "source": "floor"}
        await expect(notice).to_have_text(NO_CAPTIONS)
        await expect(page.locator("#empty")).to_be_hidden()
        cast.meeting.on_air = {}
        await expect(notice).to_have_text("")
        await expect(page.locator("#empty")).to_be_visible()


async def test_a_screen_reader_knows_the_place_of_troubles_before_there_are_any(
    tmp_path: Path,
) -> None:
    """What is said in a place that was hidden until then, many read out to nobody."""
    async with scripted_meeting(tmp_path) as cast, chromium() as browser:
        page = await spanish_page(browser, cast)
        await expect(page.get_by_role("status")).to_have_text("")


async def test_a_listener_is_told_what_is_missing_and_that_it_is_back(tmp_path: Path) -> None:
    """Aloud too: a notice that goes is read out to nobody."""
    async with scripted_meeting(tmp_path) as cast, chromium() as browser:
        page = await spanish_page(browser, cast, "es-ES")
        notice, aloud = page.get_by_role("status"), page.locator("[aria-live=polite]")
        cast.meeting.on_air = {"state": "failed", "source": "machine", "lacks": "voice"}
        await expect(notice).to_contain_text("Español no tiene voz ahora, solo subtítulos.")
        await expect(aloud).to_have_text("")
        cast.meeting.on_air = {}
        await expect(notice).to_have_text("")
        await expect(aloud).to_have_text("Español sigue con normalidad.", timeout=20_000)


async def test_a_listener_is_told_that_the_floor_agent_is_away(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path) as cast, chromium() as browser:
        page = await spanish_page(browser, cast, "ca-ES")
        notice, interprets = page.locator("#notice"), page.locator("#interprets")
        await expect(interprets).to_have_text("Interpreta una màquina")
        cast.meeting.is_floor_away = True
        await expect(notice).to_contain_text("interpretació s’han interromput", timeout=20_000)
        await expect(interprets).to_have_text("")
        cast.meeting.is_floor_away = False
        await expect(notice).to_have_text("")
        await expect(interprets).to_have_text("Interpreta una màquina")


async def test_a_listener_reads_from_which_interpretation_theirs_is_made_and_when_that_is_lost(
    tmp_path: Path,
) -> None:
    lost = {"relay_trouble": "lost", "over": "en"}
    async with scripted_meeting(tmp_path) as cast, chromium() as browser:
        page = await spanish_page(browser, cast)
        cast.meeting.on_air = {"state": "live", "source": "machine", "relay": 1, "from": "en"}
        await expect(page.get_by_text("Machine interprets from English")).to_be_visible()
        cast.meeting.on_air = {"state": "live", "source": "machine", **lost}
        await expect(page.locator("#notice")).to_contain_text("The interpretation into English")
        cast.meeting.on_air = {"state": "no_machine", "source": "none", **lost}
        await expect(page.locator("#notice")).to_contain_text("Español is made from")
        await expect(page.locator("#empty")).to_be_hidden()


async def test_where_the_only_human_is_silent_the_floor_is_offered_and_it_is_said(
    tmp_path: Path,
) -> None:
    async with scripted_meeting(tmp_path, [MARIA]) as cast, chromium() as browser:
        page = await spanish_page(browser, cast)
        cast.meeting.on_air = {"state": "no_machine", "source": "none", "trouble": "silent"}
        await expect(page.locator("#notice")).to_have_text(NOBODY)
