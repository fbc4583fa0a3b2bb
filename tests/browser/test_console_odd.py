"""A console where none should be: on a phone, and of somebody who was taken out."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.chromium import chromium
from tests.browser.scripted_room import scripted_meeting
from tests.browser.test_console import enter, open_console, people
from tests.browser.test_pages import violations

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.timeout(180)]

PHONE = {"width": 390, "height": 844}


async def test_a_phone_is_told_so_and_still_calls_the_technician(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path, people()) as cast, chromium() as browser:
        page = await open_console(browser, cast)
        await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        await expect(page.get_by_text("Interpreting needs a computer")).to_be_visible()
        found = {"check": await violations(page)}
        await page.screenshot(path=tmp_path / "phone-check.png", full_page=True)
        await page.click("#check [data-technician]")
        await page.click("[data-call=emergency]")
        await expect(page.locator("#technician-now")).to_have_text("Technician called: Emergency")
        await page.screenshot(path=tmp_path / "phone-technician.png")
        await page.keyboard.press("Escape")
        await enter(page)
        await expect(page.locator("#air")).to_be_in_viewport()
        await page.screenshot(path=tmp_path / "phone-booth.png", full_page=True)
        found["booth"] = await violations(page)
        assert await page.evaluate("document.body.scrollWidth <= innerWidth")
        assert found == dict.fromkeys(found, [])


async def test_who_is_taken_out_in_the_booth_reads_why(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path, people()) as cast, chromium() as browser:
        page = await open_console(browser, cast)
        await enter(page)
        form = {"interpreter": "maria"}
        removed = await cast.meeting.http.post("/m/m1/interpreters/remove?key=k1", data=form)
        assert removed.status_code == 303
        await expect(page.locator("#ended-words")).to_contain_text(
            "Ask the organiser for your link"
        )
        await expect(page.locator("#again")).to_be_hidden()
        assert await violations(page) == []
        await page.reload()
        await expect(page.locator("h1")).to_have_text("This link opens no console")
        assert await violations(page) == []
