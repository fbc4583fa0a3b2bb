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


async def test_a_call_reaches_the_technician_and_the_answer_the_console(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path, people()) as cast, chromium() as browser:
        organiser = await (await browser.new_context(locale="en-GB")).new_page()
        await organiser.goto(f"{cast.meeting.base_url}/m/m1/interpreters?key=k1")
        page = await open_console(browser, cast)
        await enter(page)
        await page.context.set_offline(True)
        await page.keyboard.press("x")
        await page.keyboard.press("Enter")
        await expect(page.locator("#technician-now")).to_contain_text("No sound: not sent yet")
        await page.context.set_offline(False)
        await expect(page.locator("#technician-now")).to_have_text("Technician called: No sound")
        found = {"dialog": await violations(page)}
        await page.keyboard.press("Escape")

        row = organiser.locator(".call")
        await expect(row).to_contain_text("Maria G.: No sound")
        assert (await organiser.title()).startswith("(1) ")
        found["organiser"] = await violations(organiser)
        await organiser.get_by_role("button", name="I know: Maria G., No sound").press("Enter")
        await expect(page.locator("#technician-words")).to_have_text(
            "The technician has seen: No sound"
        )
        await row.get_by_label("Answer Maria G.").fill("New cable in a minute")
        await organiser.keyboard.press("Enter")
        await expect(page.locator("#technician-words")).to_have_text(
            "Technician: New cable in a minute"
        )
        await expect(page.locator("#technician-unread")).to_have_text("1 new")
        await page.keyboard.press("x")
        await expect(page.locator("#technician-calls")).to_contain_text("New cable in a minute")
        await expect(page.locator("#technician-unread")).to_be_empty()
        await page.keyboard.press("Escape")

        await organiser.get_by_label("Answer Maria G.").fill("Still typ")
        await page.keyboard.down("x")
        await expect(organiser.locator(".call").first).to_contain_text("Emergency")
        await page.keyboard.up("x")
        await expect(organiser.get_by_label("Answer Maria G.").last).to_have_value("Still typ")
        await expect(organiser.locator("#calls-emergency")).to_have_text("Maria G.: Emergency")
        assert found == dict.fromkeys(found, [])
