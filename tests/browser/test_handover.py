"""Two interpreters hand a channel over by agreement, each at a console in a real Chromium."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.chromium import chromium
from tests.browser.scripted_room import Cast, scripted_meeting
from tests.browser.test_console import (
    JOAN,
    ME,
    enter,
    expect_lamp,
    fits,
    open_console,
    people,
)
from tests.browser.test_pages import violations

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.timeout(180)]


def floor_says(cast: Cast, who: str, name: str, number: int) -> None:
    cast.meeting.on_air = {"source": "human", "who": who, "name": name, "number": number}


async def expect_handover(page: Page, kind: str, words: str) -> None:
    await expect(page.locator("#handover")).to_have_attribute("data-kind", kind)
    await expect(page.locator("#handover-words")).to_have_text(words)


async def test_a_channel_is_offered_in_one_console_and_accepted_by_key_in_the_other(
    tmp_path: Path,
) -> None:
    async with scripted_meeting(tmp_path, people()) as cast, chromium() as browser:
        maria = await open_console(browser, cast)
        await enter(maria)
        joan = await open_console(browser, cast, key="key-joan")
        await enter(joan)
        await expect(maria.locator("#handover-begin")).to_be_disabled()
        await maria.keyboard.press("m")
        floor_says(cast, ME, "Maria G.", 1)
        await expect_lamp(maria, "on", "ON AIR")
        await expect_lamp(joan, "colleague", "Maria G. is on air.")
        await expect(joan.locator("#handover-begin")).to_contain_text("Ask to take over")

        await maria.click("#handover-begin")
        await expect_handover(maria, "waiting", "Offered to Joan now: waiting for an answer.")
        await expect_handover(joan, "answer", "Maria G. hands over to you now.")
        await expect(joan.locator("#handover-time")).to_contain_text("to answer")
        await expect(joan.locator("#announce")).to_have_text(
            "Maria G. hands over to you now. Y accepts, N declines."
        )
        found = {"offered": await violations(maria), "to answer": await violations(joan)}
        assert await fits(maria)
        assert await fits(joan)
        await joan.keyboard.press("y")
        await expect_lamp(joan, "waiting", "Relieving Maria G.…")
        floor_says(cast, JOAN, "Joan", 2)
        await expect_lamp(joan, "on", "ON AIR")
        await expect_lamp(maria, "colleague", "Joan is on air.")
        await expect_handover(maria, "ask", "Joan has the channel.")

        await maria.select_option("#handover-minutes", "2")
        await maria.locator("#air").focus()
        await maria.keyboard.press("o")
        await expect_handover(joan, "answer", "Maria G. asks to take over in 2 min.")
        await joan.keyboard.press("y")
        await expect_handover(maria, "agreed", "Agreed: you take over from Joan.")
        await expect_handover(joan, "agreed", "Agreed: Maria G. takes over from you.")
        await expect(maria.locator("#handover-time")).to_contain_text("in 1:")
        await expect(joan.locator("#handover-time")).to_contain_text("in 1:")
        found["agreed"] = await violations(joan)
        await joan.keyboard.press("n")
        await expect_handover(maria, "ask", "Joan declined the handover.")
        assert found == dict.fromkeys(found, [])


async def test_whoever_presses_by_keyboard_keeps_the_focus(tmp_path: Path) -> None:
    """A control that goes takes no focus with it, and a key that is still down presses nothing."""
    async with scripted_meeting(tmp_path, people()) as cast, chromium() as browser:
        maria = await open_console(browser, cast)
        await enter(maria)
        joan = await open_console(browser, cast, key="key-joan")
        await enter(joan)
        await maria.keyboard.press("m")
        floor_says(cast, ME, "Maria G.", 1)
        await expect(maria.locator("#handover-begin")).to_be_enabled()

        await press(maria, "#handover-begin")
        await expect(maria.locator("#handover-refuse")).to_be_focused()
        await press(joan, "#handover-refuse")
        await expect_handover(maria, "offer", "Joan declined the handover.")
        await expect(maria.locator("#handover-begin")).to_be_focused()
        await expect(joan.locator("#handover-begin")).to_be_focused()

        await maria.keyboard.down("Enter")
        await expect(maria.locator("#handover-refuse")).to_be_focused()
        await maria.keyboard.down("Enter")  # repeats, as it is still held
        await maria.keyboard.up("Enter")
        await joan.locator("#handover-accept").focus()
        await expect_handover(maria, "waiting", "Offered to Joan now: waiting for an answer.")
        await press(joan, "#handover-accept")
        floor_says(cast, JOAN, "Joan", 2)
        await expect_handover(maria, "ask", "Joan has the channel.")
        await expect(joan.locator("#handover-begin")).to_be_focused()
        await expect(maria.locator("#handover-begin")).to_be_focused()


async def press(page: Page, selector: str) -> None:
    await page.locator(selector).focus()
    await page.keyboard.press("Enter")


async def test_both_consoles_show_one_shift(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path, people()) as cast, chromium() as browser:
        maria = await open_console(browser, cast)
        await enter(maria)
        joan = await open_console(browser, cast, key="key-joan")
        await enter(joan)
        await expect(maria.locator("#shift-left")).to_have_text("20:00")
        await joan.select_option("#shift-minutes", "10")
        await expect(maria.locator("#shift-minutes")).to_have_value("10")
        await maria.keyboard.press("m")
        await expect(maria.locator("#shift-left")).to_contain_text("9:5")
        await expect(joan.locator("#shift-left")).to_contain_text("9:5")
        await joan.reload()
        await enter(joan)
        await expect(joan.locator("#shift-left")).to_contain_text("9:")
        await expect(joan.locator("#shift-minutes")).to_have_value("10")
