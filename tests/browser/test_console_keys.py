"""The whole console without a mouse, in a real Chromium: every state by keys alone."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.chromium import chromium
from tests.browser.scripted_room import Cast, scripted_meeting
from tests.browser.test_console import (
    JOAN,
    ME,
    FloorEar,
    enter,
    expect_lamp,
    fits,
    open_console,
    people,
    until,
)
from tests.browser.test_pages import violations

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.timeout(240)]


@dataclass
class Walk:
    """A walk through the console's states: each is checked, and its picture kept."""

    page: Page
    folder: Path
    found: dict[str, list[str]] = field(default_factory=dict)
    too_big: list[str] = field(default_factory=list)

    async def see(self, state: str) -> None:
        self.found[state] = await violations(self.page)
        await self.page.screenshot(path=self.folder / f"{len(self.found):02}-{state}.png")
        if not await fits(self.page):
            self.too_big.append(state)

    async def tab_to(self, selector: str) -> None:
        """Press Tab until the focus is there, as who has no mouse does."""
        wanted = self.page.locator(selector)
        for _ in range(60):
            if await wanted.evaluate("(one) => one === document.activeElement"):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never comes to {selector}")


async def test_the_whole_console_without_a_mouse(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path, people()) as cast, chromium() as browser:
        ear = FloorEar(cast.floor)
        page = await open_console(browser, cast)
        joan = await open_console(browser, cast, key="key-joan")
        walk = Walk(page, tmp_path)
        await enter_by_keys(walk)
        await listen(walk, cast)
        await enter(joan)
        await go_on_air(walk, cast)
        await open_dialogs(walk)
        await be_silent(walk, cast, ear)
        await write_and_talk(walk, joan)
        await let_the_colleague_work(walk, cast, joan)
        await choose_sources(walk)
        await set_the_desk(walk)
        await walk.tab_to("#leave")
        await page.keyboard.press("Enter")
        await expect(page.locator("#ended-words")).to_have_text("You have left the booth.")
        await walk.see("left")
        await walk.tab_to("#again")
        assert walk.too_big == []
        assert walk.found == dict.fromkeys(walk.found, [])


SAID = [
    ("We paid 90,000 for 412 homes.", "Pagamos 90.000 por 412 viviendas."),
    ("The new school stands near the river.", "La escuela nueva está cerca del río."),
]


async def enter_by_keys(walk: Walk) -> None:
    """The check before the booth."""
    page, key = walk.page, walk.page.keyboard
    await expect(page.locator("#check-words")).not_to_be_empty()
    await walk.tab_to("#headset")
    await key.press("Space")
    await expect(page.locator("#headset")).to_be_checked()
    await walk.see("check")
    await walk.tab_to("#enter")
    await key.press("Enter")
    await expect(page.locator("#live")).to_have_text("In the booth")


async def listen(walk: Walk, cast: Cast) -> None:
    """In the booth: what is said is read."""
    page = walk.page
    for number, (english, spanish) in enumerate(SAID):
        cast.english.finish(f"en.1.{number}", english, number, number + 1, "Ana")
        cast.spanish.finish(f"en-es.1.{number}", spanish, number, number + 1, "Ana")
    await expect_lamp(page, "off", "Press to go on air")
    await expect(page.locator("#source-lines")).to_contain_text("412 homes")
    await walk.see("listening")


async def go_on_air(walk: Walk, cast: Cast) -> None:
    """Take the channel, and cough."""
    page, key = walk.page, walk.page.keyboard
    await key.press("m")
    await expect_lamp(page, "waiting", "Waiting for the machine…")
    await walk.see("taking")
    cast.meeting.on_air = {"source": "human", "who": ME, "name": "Maria G.", "number": 1}
    await expect_lamp(page, "on", "ON AIR")
    await walk.see("on-air")
    await page.locator("#shift-minutes").focus()  # a list that was used keeps the focus
    await key.down("c")
    await expect_lamp(page, "cough", "COUGH")
    await walk.see("cough")
    await key.up("c")
    await expect_lamp(page, "on", "ON AIR")
    await key.down("c")
    await expect_lamp(page, "cough", "COUGH")
    await key.down("Meta")  # macOS does not tell that C is let go now
    await key.up("Meta")
    await expect_lamp(page, "on", "ON AIR")
    await key.up("c")
    await key.down("t")
    await expect(page.locator("#booth-talk")).to_contain_text("(hold C, then T)")
    await walk.see("talk-refused")
    await key.up("t")


async def be_silent(walk: Walk, cast: Cast, ear: FloorEar) -> None:
    """On purpose, and too long; then hand back."""
    page, key = walk.page, walk.page.keyboard
    await key.press("h")
    await expect(page.locator("#hold")).to_have_attribute("aria-pressed", "true")
    await until(lambda: ear.says == {"cough": False, "hold": True})
    await walk.see("hold")
    await key.press("h")
    cast.meeting.on_air |= {"silent_s": 7}
    await expect(page.locator("#notice")).to_contain_text("silent for 7 s")
    await walk.see("silent")
    cast.meeting.on_air = {"source": "machine", "trouble": "silent", "number": 2}
    await expect_lamp(page, "bridged", "Bridged by the machine")
    await walk.see("bridged")
    cast.meeting.on_air = {"source": "human", "who": ME, "name": "Maria G.", "number": 3}
    await expect_lamp(page, "on", "ON AIR")
    await key.press("m")
    cast.meeting.on_air = {}
    await expect_lamp(page, "off", "Press to go on air")


async def write_and_talk(walk: Walk, joan: Page) -> None:
    """Among the interpreters of the channel."""
    page, key = walk.page, walk.page.keyboard
    await key.press("b")
    await expect(page.locator("#message")).to_be_focused()
    await key.type("bt 412")
    await key.press("Enter")
    await key.press("Escape")
    await expect(page.locator("#air")).to_be_focused()
    await expect(joan.locator("#message-lines .message")).to_contain_text(["bt 412"])
    await joan.click("text=Two minutes")
    await expect(page.locator("#unread")).to_have_text("New messages: 1")
    await walk.see("unread")
    await walk.tab_to("#messages")
    await expect(page.locator("#unread")).to_be_empty()
    await walk.tab_to("#quick button:first-child")
    await key.press("Enter")
    await expect(joan.locator("#message-lines .message").last).to_contain_text("Take over?")
    await key.down("t")
    await expect(page.locator("#booth-talk")).to_have_text("Only Joan hears you now")
    await walk.see("talk")
    await key.press("b")
    await key.down("t")  # repeats, as it is still held
    await expect(page.locator("#message")).to_be_focused()
    await expect(page.locator("#message")).to_have_value("")
    await key.down("Control")
    await key.up("t")
    await key.up("Control")
    await expect(page.locator("#booth-talk")).to_be_empty()
    await key.press("Escape")


async def let_the_colleague_work(walk: Walk, cast: Cast, joan: Page) -> None:
    """The channel is the colleague's, then nobody's."""
    await joan.keyboard.press("m")
    cast.meeting.on_air = {"source": "human", "who": JOAN, "name": "Joan", "number": 4}
    await expect_lamp(walk.page, "colleague", "Joan is on air.")
    await walk.see("colleague")
    await walk.page.keyboard.press("o")
    await expect(walk.page.locator("#handover")).to_have_attribute("data-kind", "waiting")
    await expect(joan.locator("#announce")).to_contain_text("Y accepts, N declines.")
    await walk.see("handover")
    await walk.page.keyboard.press("n")
    await expect(walk.page.locator("#handover")).to_have_attribute("data-kind", "ask")
    await joan.keyboard.press("m")
    cast.meeting.on_air = {}
    await expect_lamp(walk.page, "off", "Press to go on air")


async def choose_sources(walk: Walk) -> None:
    """Direction, relay, a preset, and back to the floor."""
    page, key = walk.page, walk.page.keyboard
    await key.press("s")
    await expect(page.locator("input[name=outgoing][value=en]")).to_be_checked()
    await key.press("2")
    await expect(page.locator("input[name=incoming][value=es]")).to_be_checked()
    await expect(page.locator("#incoming")).to_contain_text("1st hand, machine")
    await key.down("q")
    await expect(page.locator("#preset-1 .preset-name")).to_have_text("Español")
    await key.up("q")
    await key.press("r")
    await expect(page.locator("input[name=incoming][value='']")).to_be_checked()
    await key.press("q")
    await expect(page.locator("input[name=incoming][value=es]")).to_be_checked()
    await walk.see("relay")
    await key.press("s")
    await expect(page.locator("input[name=incoming][value='']")).to_be_checked()


async def set_the_desk(walk: Walk) -> None:
    """Captions, the length of a shift, volume."""
    page, key = walk.page, walk.page.keyboard
    await key.press("l")
    await expect(page.locator("#panes")).to_be_hidden()
    await walk.see("captions-off")
    await key.press("l")
    await walk.tab_to("#shift-minutes")
    await key.press("ArrowDown")
    await expect(page.locator("#shift-minutes")).to_have_value("30")
    await walk.tab_to("#volume")
    await key.press("ArrowRight")
    await expect(page.locator("#volume")).to_have_value("71")


async def open_dialogs(walk: Walk) -> None:
    """The technician and the keys, while on air: the lamp stays in sight."""
    page, key = walk.page, walk.page.keyboard
    await key.press("x")
    await walk.tab_to("#technician-text")
    await key.type("The mouse has left, my keys remain")
    await expect(page.locator("#technician")).to_be_visible()
    await key.press("Enter")
    await expect(page.locator("#technician-now")).to_have_text("Technician called: Message")
    await walk.see("technician")
    await key.press("Escape")
    await key.press("k")
    await expect(page.locator("#keys-list")).to_be_visible()
    await walk.see("keys")
    await key.press("Escape")
    await expect(page.locator("#keys")).to_be_hidden()


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
        await expect(page.get_by_role("dialog").locator(".announce")).to_have_text(
            "Technician: New cable in a minute"
        )
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
