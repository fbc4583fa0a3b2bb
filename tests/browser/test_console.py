"""The interpreter's console in a real Chromium: what the room, the floor agent and a person see."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import pytest
from livekit import rtc
from playwright.async_api import Browser, Page, expect

from interpreter.room import HEARTBEAT_TOPIC
from interpreter.store import Interpreter
from tests.browser.chromium import chromium
from tests.browser.scripted_room import FLOOR_HZ, VOICE_HZ, Cast, scripted_meeting
from tests.browser.test_pages import LISTEN_IN, violations, wait_to_hear

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.timeout(180)]

ME = "interpreter-maria"
JOAN = "interpreter-joan"
DESK = {"width": 1280, "height": 640}
"""A 13-inch screen at 125 %."""


def people() -> list[Interpreter]:
    """Maria speaks into both languages, Joan into Spanish."""
    known = (("maria", "Maria G.", ["es", "en"]), ("joan", "Joan", ["es"]))
    return [
        Interpreter(id=id, meeting_id="m1", name=name, key=f"key-{id}", channels=to, covers=[])
        for id, name, to in known
    ]


@dataclass
class FloorEar:
    """What the floor agent gets of Maria's console."""

    room: rtc.Room
    beats: list[tuple[float, dict[str, bool]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.room.on("data_received", self._on_data)

    def _on_data(self, packet: rtc.DataPacket) -> None:
        sender = packet.participant
        if packet.topic == HEARTBEAT_TOPIC and sender is not None and sender.identity == ME:
            beat = json.loads(packet.data)
            says = {"cough": beat["cough"], "hold": beat["hold"]}
            self.beats.append((time.monotonic(), says))

    @property
    def says(self) -> dict[str, bool]:
        return self.beats[-1][1] if self.beats else {}

    @property
    def is_open(self) -> bool | None:
        """Whether their microphone is; None while there is none."""
        participant = self.room.remote_participants.get(ME)
        tracks = list(participant.track_publications.values()) if participant else []
        return not tracks[0].muted if tracks else None


NO_MICROPHONE = """
navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", "NotFoundError"); };
"""


async def open_console(
    browser: Browser, cast: Cast, script: str = "", key: str = "key-maria"
) -> Page:
    context = await browser.new_context(
        viewport=DESK,  # type: ignore[arg-type]
        locale="en-GB",
        permissions=["microphone"],
    )
    page = await context.new_page()
    await page.add_init_script(script)
    await page.goto(f"{cast.meeting.base_url}/m/m1/console?key={key}")
    return page


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  (the room has no event for it)
            await asyncio.sleep(0.02)


async def expect_lamp(page: Page, lamp: str, words: str) -> None:
    await expect(page.locator("#air")).to_have_attribute("data-lamp", lamp)
    await expect(page.locator("#air")).to_contain_text(words)


async def change_as_joan(cast: Cast, action: str, number: int) -> None:
    joins = {"role": "interpreter", "key": "key-joan"}
    place = (await cast.meeting.http.post("/api/meetings/m1/join", json=joins)).json()
    answer = await cast.meeting.http.post(
        f"/api/rooms/{place['room']}/booth/es/{action}",
        json={"number": number},
        headers={"Authorization": f"Bearer {place['token']}"},
    )
    answer.raise_for_status()


async def enter(page: Page) -> None:
    await expect(page.locator("#check-words")).not_to_be_empty()
    await page.click("#enter")
    await expect(page.locator("#live")).to_have_text("In the booth")


async def test_an_interpreter_takes_the_channel_coughs_and_hands_it_back(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path, people()) as cast, chromium() as browser:
        ear = FloorEar(cast.floor)
        page = await open_console(browser, cast)
        found = {"check": await violations(page)}
        await enter(page)
        cast.english.finish("en.1.0", "We paid Ana Torres 90,000 for 412 homes.", 1, 2, "Ana")
        await expect_lamp(page, "off", "Press to go on air")
        await expect(page.locator("#facts")).to_have_text("Ana Torres · 90,000 · 412")
        await until(lambda: ear.is_open is False)
        found["off"] = await violations(page)

        await expect_the_machine_to_be_told_of(page, cast)

        await page.keyboard.press("l")
        await expect(page.locator("#panes")).to_be_hidden()
        await page.keyboard.press("m")
        await expect_lamp(page, "waiting", "Waiting for the machine…")
        await expect(page.locator("#source-lines")).to_be_visible()
        await until(lambda: ear.is_open is True)
        cast.meeting.on_air = {"source": "human", "who": ME, "name": "Maria G.", "number": 1}
        await expect_lamp(page, "on", "ON AIR")
        found["on"] = await violations(page)

        await page.keyboard.down("c")
        await expect_lamp(page, "cough", "COUGH")
        await until(lambda: ear.is_open is False and ear.says == {"cough": True, "hold": False})
        await page.keyboard.up("c")
        await until(lambda: ear.is_open is True and ear.says == {"cough": False, "hold": False})
        await expect_lamp(page, "on", "ON AIR")

        cast.meeting.on_air |= {"silent_s": 7}
        await expect(page.locator("#notice")).to_contain_text("silent for 7 s")
        await page.keyboard.press("h")
        await until(lambda: ear.says == {"cough": False, "hold": True})
        cast.meeting.on_air = {"source": "machine", "trouble": "late", "number": 2}
        await expect_lamp(page, "bridged", "Bridged by the machine: you were away too long")
        await expect_lamp(page, "bridged", "Press to go back on air")
        found["bridged"] = await violations(page)
        await page.keyboard.press("m")
        cast.meeting.on_air = {"source": "human", "who": ME, "name": "Maria G.", "number": 3}
        await expect_lamp(page, "on", "ON AIR")

        await page.click("#air")
        await expect_lamp(page, "off", "Off")
        await until(lambda: ear.is_open is False)
        assert await fits(page)
        gaps = [after - at for (at, _), (after, _) in zip(ear.beats, ear.beats[1:], strict=False)]
        assert len(gaps) > 10
        assert 0.2 < median(gaps) < 0.4, gaps
        assert found == dict.fromkeys(found, [])


async def expect_the_machine_to_be_told_of(page: Page, cast: Cast) -> None:
    """That it fails, and that it is away; and that it is well again."""
    cast.meeting.on_air = {"state": "failed", "lacks": "voice"}
    await expect(page.locator("#notice")).to_contain_text("The machine has no voice in Español")
    await expect(page.locator("#announce")).to_contain_text("The machine has no voice")
    await expect(page.locator("#air")).to_be_focused()
    await expect(page.locator("#lag")).to_have_text("")
    cast.meeting.is_floor_away = True
    await expect(page.locator("#notice")).to_contain_text("No machine has", timeout=15_000)
    cast.meeting.is_floor_away, cast.meeting.on_air = False, {}
    await expect(page.locator("#notice")).to_have_text("")


async def fits(page: Page) -> bool:
    """Nothing is out of sight at the size of a small laptop."""
    size: list[int] = await page.evaluate(
        "[document.documentElement.scrollHeight, document.body.scrollHeight, innerWidth,"
        " document.body.scrollWidth]"
    )
    is_cut = await page.evaluate(
        "[...document.querySelectorAll('dialog[open]')]"
        ".some((one) => one.scrollHeight > one.clientHeight)"
    )
    return max(size[:2]) <= DESK["height"] and size[3] <= size[2] and not is_cut


async def test_a_colleague_and_a_second_window(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path, people()) as cast, chromium() as browser:
        ear = FloorEar(cast.floor)
        page = await open_console(browser, cast)
        await enter(page)
        await change_as_joan(cast, "take", 0)
        await expect_lamp(page, "colleague", "Joan is on air. Press to take the channel.")
        await page.keyboard.press("m")
        await expect_lamp(page, "armed", "Take it anyway?")
        await until(lambda: ear.is_open is False)
        await page.keyboard.press("m")
        await expect_lamp(page, "waiting", "Waiting for the machine…")

        await page.keyboard.press("s")
        await expect(page.locator("input[name=outgoing][value=en]")).to_be_checked()
        await expect(page.locator("input[name=incoming][value=en]")).to_be_disabled()
        await page.keyboard.press("r")
        await expect(page.locator("input[name=incoming][value=es]")).to_be_checked()
        await page.keyboard.press("1")
        await expect(page.locator("input[name=incoming][value='']")).to_be_checked()

        second = await open_console(browser, cast)
        await enter(second)
        await expect(page.locator("#ended-words")).to_have_text(
            "This console was opened in another window."
        )
        assert await violations(page) == []
        await expect_lamp(second, "off", "Off")
        await asyncio.sleep(2)
        await expect(second.locator("#live")).to_have_text("In the booth")


async def test_without_a_microphone_one_hears_floor_and_relay(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path, people()) as cast, chromium() as browser:
        page = await open_console(browser, cast, f"({LISTEN_IN})(); {NO_MICROPHONE}")
        await expect(page.locator("#notice")).to_contain_text("Plug the headset in")
        await expect(page.locator("#retry")).to_be_visible()
        await enter(page)
        await expect_lamp(page, "off", "Without a microphone you can only listen.")
        await wait_to_hear(page, FLOOR_HZ, over_hz=VOICE_HZ)
        await page.keyboard.press("s")
        await page.keyboard.press("2")
        await wait_to_hear(page, VOICE_HZ, over_hz=FLOOR_HZ)
        await page.keyboard.press("r")
        await wait_to_hear(page, FLOOR_HZ, over_hz=VOICE_HZ)


async def test_the_rows_of_the_glossary_that_are_said_stand_on_the_desk(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path, people()) as cast, chromium() as browser:
        table = (
            "en,es,note\n"
            "treatment plant,planta depuradora,water\n"
            "mayor,alcaldesa,\n"
            f"{'long ' * 20}term,{'largo ' * 20},{'a note ' * 20}\n"
        )
        glossaries = f"{cast.meeting.base_url}/m/m1/glossaries"
        sent = await cast.meeting.http.post(
            f"{glossaries}?key=k1", files={"file": ("water.csv", table.encode())}
        )
        assert sent.status_code == 303
        page = await open_console(browser, cast)
        await enter(page)
        rows = page.locator("#terms li")
        said = "The mayor sees two treatment plants, and one treatment plant."
        cast.english.finish("en.1.0", said, 1, 2, "Ana")
        await expect(rows).to_have_text(
            ["treatment plant → planta depuradora water", "mayor → alcaldesa"]
        )
        cast.english.finish("en.1.1", f"A {'long ' * 20}term.", 3, 4, "Ana")
        await expect(rows).to_have_count(3)
        assert await fits(page)
        assert await violations(page) == []
        await page.screenshot(path=tmp_path / "terms.png")

        edited = sent.headers["location"].partition("?")[0]
        form = {"number": "2", "source language": "en", "en": "mayor", "es": "alcalde"}
        await cast.meeting.http.post(f"{edited}/rows?key=k1", data=form)
        began = time.monotonic()
        await expect(rows.get_by_text("alcalde", exact=True)).to_be_visible()
        assert time.monotonic() - began < 2
