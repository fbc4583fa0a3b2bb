"""The booth's own room in a real Chromium: two consoles write and talk, and the meeting hears
nothing of it."""

import wave
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import Page, expect

from tests.browser.chromium import chromium
from tests.browser.scripted_room import FLOOR_HZ, RATE_HZ, VOICE_HZ, scripted_meeting
from tests.browser.test_console import (
    ME,
    FloorEar,
    enter,
    expect_lamp,
    fits,
    open_console,
    people,
    until,
)
from tests.browser.test_pages import HEARD_DB, LISTEN_IN, open_page, violations, wait_to_hear

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.timeout(180)]

HUMAN_HZ = 660
PEAK = 8000
LENGTH_S = 120
LISTENING = f"({LISTEN_IN})()"


def tone(path: Path) -> Path:
    """What every microphone of the browser hears: one pitch without end."""
    time_s = np.arange(LENGTH_S * RATE_HZ) / RATE_HZ
    samples = (PEAK * np.sin(2 * np.pi * HUMAN_HZ * time_s)).astype(np.int16)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())
    return path


async def heard_db(page: Page, hz: int) -> float:
    """Asked often enough: the analyser smooths from one question to the next."""
    asks = f"""async (hz) => {{
      const db = {HEARD_DB};
      for (let times = 0; times < 40; times++) {{
        db(hz);
        await new Promise((done) => setTimeout(done, 25));
      }}
      return db(hz);
    }}"""
    return float(await page.evaluate(asks, hz))


async def wait_for_silence(page: Page, hz: int) -> None:
    await page.wait_for_function(f"(hz) => ({HEARD_DB})(hz) < -60", arg=hz, timeout=15_000)


async def test_colleagues_write_and_talk_and_the_meeting_hears_nothing(tmp_path: Path) -> None:
    microphone = tone(tmp_path / "tone.wav")
    async with (
        scripted_meeting(tmp_path, people()) as cast,
        chromium(microphone) as browser,
        chromium() as elsewhere,
    ):
        ear = FloorEar(cast.floor)
        maria = await open_console(browser, cast)
        joan = await open_console(browser, cast, LISTENING, key="key-joan")
        listener = await open_page(elsewhere, f"{cast.meeting.base_url}/m/m1", locale="es-ES")
        await listener.click("#sound")
        await enter(maria)
        await enter(joan)
        await expect(maria.locator("#booth-count")).to_have_text("2 here")
        await expect(joan.locator("#booth-count")).to_have_text("2 here")

        await write_to_each_other(maria, joan)
        await read_back(maria, joan)
        await until(lambda: ear.is_open is False)
        await talk_off_the_air(maria, joan, ear)

        await maria.keyboard.press("m")
        cast.meeting.on_air = {"source": "human", "who": ME, "name": "Maria G.", "number": 1}
        await expect_lamp(maria, "on", "ON AIR")
        await wait_to_hear(listener, HUMAN_HZ, over_hz=VOICE_HZ)
        await expect(joan.locator("#mate-words")).to_have_text("Maria G.: speaks")
        await talk_on_air(maria, joan, listener, ear)
        found = [*await violations(maria), *await violations(joan)]
        assert await fits(maria)
        assert await fits(joan)
    assert found == []


async def write_to_each_other(maria: Page, joan: Page) -> None:
    await maria.keyboard.press("b")
    await maria.keyboard.type("mcht <b>1</b>")
    await expect_lamp(maria, "off", "Press to go on air")
    await expect(maria.locator("#hold")).to_have_attribute("aria-pressed", "false")
    await maria.keyboard.press("Enter")
    await maria.keyboard.press("Escape")
    await expect(maria.locator("#air")).to_be_focused()

    message = joan.locator("#message-lines .message")
    await expect(message).to_contain_text(["mcht <b>1</b>"])
    await expect(message).to_have_attribute("data-state", "unread")
    await expect(joan.locator("#unread")).to_have_text("New messages: 1")
    await joan.keyboard.press("b")
    await expect(message).to_have_attribute("data-state", "read")
    await expect(joan.locator("#unread")).to_have_text("")
    await joan.click("text=Two minutes")
    await expect(maria.locator("#message-lines .message").last).to_contain_text("Two minutes")
    await joan.fill("#message", "x" * 301)
    await joan.keyboard.press("Enter")
    await expect(joan.locator("#chat-trouble")).to_have_text("Shorten the message to 300 letters.")
    await joan.fill("#message", "")
    await joan.keyboard.press("Escape")


async def read_back(maria: Page, joan: Page) -> None:
    """Who reads what was written before does not lose the place by a new message."""
    messages, to_newest = maria.locator("#messages"), maria.locator("#to-newest")
    for number in range(10):
        await write(joan, f"page {number}: the budget, and what it means for the schools")
    newest = maria.locator("#message-lines .message").last
    await expect(newest).to_contain_text("page 9")
    await expect(newest).to_be_in_viewport()
    await expect(to_newest).to_be_hidden()
    await messages.evaluate("(pane) => (pane.scrollTop = 0)")
    await write(joan, "page 10")
    await expect(to_newest).to_be_visible()
    assert await messages.evaluate("(pane) => pane.scrollTop") == 0
    assert await violations(maria) == []
    await to_newest.focus()
    await maria.keyboard.press("Enter")
    await expect(newest).to_be_in_viewport()
    await expect(newest).to_contain_text("page 10")
    await expect(to_newest).to_be_hidden()
    await expect(messages).to_be_focused()

    await messages.evaluate("(pane) => (pane.scrollTop = 0)")
    await write(maria, "thanks")
    await expect(newest).to_contain_text("thanks")
    await expect(newest).to_be_in_viewport()
    await expect(to_newest).to_be_hidden()


async def write(page: Page, text: str) -> None:
    await page.fill("#message", text)
    await page.press("#message", "Enter")
    await page.press("#message", "Escape")


async def talk_off_the_air(maria: Page, joan: Page, ear: FloorEar) -> None:
    await wait_to_hear(joan, FLOOR_HZ, over_hz=HUMAN_HZ)
    floor_db = await heard_db(joan, FLOOR_HZ)
    await maria.keyboard.down("t")
    await expect(maria.locator("#booth-talk")).to_have_text("Only Joan hears you now")
    await wait_to_hear(joan, HUMAN_HZ, over_hz=FLOOR_HZ)
    await expect(joan.locator("#booth-talk")).to_have_text("Maria G. speaks to you")
    assert -15 < await heard_db(joan, FLOOR_HZ) - floor_db < -9
    assert ear.is_open is False
    await maria.keyboard.up("t")
    await expect(joan.locator("#booth-talk")).to_have_text("")
    await wait_for_silence(joan, HUMAN_HZ)


async def talk_on_air(maria: Page, joan: Page, listener: Page, ear: FloorEar) -> None:
    await maria.keyboard.down("t")
    await expect(maria.locator("#booth-talk")).to_contain_text("You are on air")
    await until(lambda: ear.says == {"cough": False, "hold": False})
    assert ear.is_open is True
    await maria.keyboard.up("t")
    assert await heard_db(joan, HUMAN_HZ) < -60

    await maria.keyboard.down("c")
    await maria.keyboard.down("t")
    await wait_to_hear(joan, HUMAN_HZ, over_hz=FLOOR_HZ)
    await wait_for_silence(listener, HUMAN_HZ)
    await maria.keyboard.up("c")
    await until(lambda: ear.is_open is False and ear.says == {"cough": True, "hold": False})
    assert await heard_db(listener, HUMAN_HZ) < -60  # for several heartbeats
    assert ear.is_open is False
    await wait_to_hear(joan, HUMAN_HZ, over_hz=FLOOR_HZ)
    await maria.keyboard.up("t")
    await until(lambda: ear.is_open is True and ear.says == {"cough": False, "hold": False})
    await wait_to_hear(listener, HUMAN_HZ, over_hz=VOICE_HZ)
