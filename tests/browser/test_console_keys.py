"""The whole console without a mouse, in a real Chromium: every state by keys alone."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.chromium import chromium
from tests.browser.scripted_room import scripted_meeting
from tests.browser.test_console import FloorEar, enter, expect_lamp, open_console, people, until
from tests.browser.test_pages import violations

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.timeout(240)]


async def press_button(page: Page, selector: str) -> None:
    """As a keyboard does: bring the focus there, and press."""
    await page.locator(selector).focus()
    await page.keyboard.press("Enter")


async def test_an_interpreter_gives_coughing_another_key(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path, people()) as cast, chromium() as browser:
        ear = FloorEar(cast.floor)
        page = await open_console(browser, cast)
        await enter(page)
        await expect(page.locator("#incoming kbd").first).to_have_text("1")
        await page.keyboard.press("k")
        await press_button(page, "[data-changes=cough]")
        await expect(page.locator("#keys-words")).to_contain_text("Press the new key for “Cough")
        found = {"keys": await violations(page)}
        await page.keyboard.press("m")
        await expect(page.locator("#keys-words")).to_contain_text("for “Microphone on air” already")
        await page.keyboard.press("F5")
        await expect(page.locator("#keys-words")).to_contain_text("The browser needs that key")
        await page.keyboard.press("NumpadAdd")
        await expect(page.locator("#keys-words")).to_have_text(
            "“Cough (hold the key)” has the key Num + now."
        )
        await page.keyboard.press("Escape")
        await expect(page.locator("#keys")).to_be_hidden()
        await expect(page.locator("#cough kbd")).to_have_text("Num +")
        await expect_lamp(page, "off", "Off")

        await page.keyboard.down("NumpadAdd")
        await until(lambda: ear.says == {"cough": True, "hold": False})
        await page.keyboard.up("NumpadAdd")
        await until(lambda: ear.says == {"cough": False, "hold": False})

        await page.reload()
        await enter(page)
        await expect(page.locator("#cough kbd")).to_have_text("Num +")
        await page.keyboard.press("k")
        await press_button(page, "#keys-reset")
        await page.keyboard.press("Escape")
        await expect(page.locator("#cough kbd")).to_have_text("C")
        assert found == dict.fromkeys(found, [])
