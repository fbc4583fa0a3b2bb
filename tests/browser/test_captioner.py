"""The captioner's page by keyboard, with the floor agent's own code behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from livekit import rtc
from playwright.async_api import Page, expect

from interpreter.evaluation.replay import EventMemory, JournalMemory
from interpreter.events import ItemKind, LineItem
from interpreter.floor.captioners import RoomCaptioners
from interpreter.floor.speaker import SpokenLanguage
from interpreter.line import LineWriter
from interpreter.room import TYPED_TOPIC
from interpreter.store import Meeting
from languages import load
from tests.browser.scripted_room import Cast, scripted_meeting
from tests.browser.test_pages import chromium, open_page, violations
from tests.live.meeting import until
from web.permissions import captioner_key

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

KEY = captioner_key(Meeting(id="m1", name="", spoken=[], offered=[], speaker_key="k1"))
LINE = "#lines .line-words"


@dataclass
class TypedMeeting:
    """A floor agent that hears captioners and nobody else."""

    cast: Cast
    journal: JournalMemory
    items: list[LineItem]
    captioners: RoomCaptioners
    is_deaf: bool = False
    """As in a reconnect: what comes is lost."""

    @property
    def url(self) -> str:
        return f"{self.cast.meeting.base_url}/m/m1/caption?key={KEY}"

    @property
    def words(self) -> str:
        return " ".join(item.text for item in self.items if item.kind is ItemKind.WORD)

    @property
    def kept(self) -> list[str]:
        return [segment.text for segment in self.journal.segments]

    def on_data(self, packet: rtc.DataPacket) -> None:
        if not self.is_deaf:
            self.captioners.on_data(packet)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            while True:
                await self.captioners.reconcile(tasks, ["en"])
                self.captioners.tick(self.cast.meeting.now_s())
                await asyncio.sleep(0.05)


@asynccontextmanager
async def typed_meeting(tmp_path: Path) -> AsyncIterator[TypedMeeting]:
    async with scripted_meeting(tmp_path) as cast:
        floor, now_s = cast.floor, cast.meeting.now_s
        journal, items = JournalMemory(), list[LineItem]()
        line = LineWriter("en", 1)
        spoken = SpokenLanguage(
            load("en"),
            line,
            cast.english,
            journal,
            EventMemory(),
            "",
            lambda _spoken, news: items.extend(news),
            now_s,
        )

        async def open_language(_tasks: asyncio.TaskGroup, _tag: str) -> SpokenLanguage:
            return spoken

        def answer(identity: str, payload: bytes) -> None:
            cast.meeting.start(tell(identity, payload))

        async def tell(identity: str, payload: bytes) -> None:
            await floor.local_participant.publish_data(
                payload, reliable=True, destination_identities=[identity], topic=TYPED_TOPIC
            )

        captioners = RoomCaptioners(floor, now_s, open_language, answer, lambda: None)
        meeting = TypedMeeting(cast, journal, items, captioners)
        floor.on("data_received", meeting.on_data)
        cast.meeting.start(meeting.run())
        yield meeting


async def begin(page: Page) -> None:
    """By keyboard alone: the name, then Enter; the field has the focus."""
    await page.locator("#name").focus()
    await page.keyboard.type("Tim")
    await page.keyboard.press("Enter")
    await expect(page.locator("#text")).to_be_focused()
    await expect(page.locator("#live")).to_have_text("Connected")


async def test_a_captioner_types_and_corrects_by_keyboard(tmp_path: Path) -> None:
    async with typed_meeting(tmp_path) as meeting, chromium() as browser:
        page = await open_page(browser, meeting.url, locale="en-GB")
        assert await violations(page) == []
        await begin(page)
        await page.keyboard.type("The city needs clean wa", delay=20)
        await expect(page.locator(LINE)).to_have_text(["The city needs clean"])
        await page.keyboard.type("ter. ", delay=20)
        await expect(page.locator("#text")).to_have_value("")
        await expect(page.locator(LINE)).to_have_text(["The city needs clean water."])
        assert meeting.words == "The city needs clean water."

        await page.keyboard.press("ArrowUp")
        await expect(page.locator("#text")).to_have_value("The city needs clean water.")
        await expect(page.locator("#notice")).to_contain_text("press Enter")
        await page.keyboard.press("Control+a")
        await page.keyboard.type("The city does not need water.")
        await page.keyboard.press("Enter")
        await expect(page.locator(LINE)).to_have_text(["The city does not need water."])
        assert await violations(page) == []

        await page.keyboard.type("Thank you")
        await page.keyboard.press("Enter")
        await expect(page.locator("#lines")).to_contain_text("Thank you")
        await until(lambda: len(meeting.kept) > 0)
    assert meeting.kept[0] == "The city does not need water."


async def test_a_captioner_is_told_that_nothing_else_captions(tmp_path: Path) -> None:
    async with typed_meeting(tmp_path) as meeting, chromium() as browser:
        page = await open_page(browser, meeting.url, locale="en-GB")
        await begin(page)
        state = page.locator("#state")
        await expect(state).to_contain_text("Speech recognition captions now.")
        meeting.cast.meeting.floor = {"state": "failed", "lacks": "recognition"}
        await expect(state).to_contain_text("there are no captions until you type")
        await expect(page.locator("#text")).to_be_focused()
        meeting.cast.meeting.floor = {"typed_by": "Tim"}
        await expect(state).to_contain_text("Your words are the captions.")
        meeting.cast.meeting.floor = {"state": "unrecognised"}
        await expect(state).to_contain_text("there are no captions until you type")
        meeting.cast.meeting.is_floor_away = True
        await expect(state).to_contain_text("No machine has taken the meeting", timeout=15_000)


async def test_nothing_that_was_typed_is_lost_in_an_outage_or_when_the_page_is_loaded_again(
    tmp_path: Path,
) -> None:
    async with typed_meeting(tmp_path) as meeting, chromium() as browser:
        page = await open_page(browser, meeting.url, locale="en-GB")
        await begin(page)
        await page.keyboard.type("First sentence is here. ")
        await answered(page, meeting, 1)
        meeting.is_deaf = True
        await page.keyboard.type("Second sentence is here. Third one beg")
        await expect(page.locator("#waiting")).to_have_text("4 words wait to be sent.")
        await expect(page.locator("#spoken")).to_be_disabled()
        await page.reload()
        await page.locator("#start").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#text")).to_have_value("Third one beg")
        meeting.is_deaf = False
        await answered(page, meeting, 2)
        await page.keyboard.type("ins. ")
        await answered(page, meeting, 3)
    assert meeting.words == "First sentence is here. Second sentence is here. Third one begins."


async def test_a_pasted_page_waits_its_turn_and_a_book_is_refused(tmp_path: Path) -> None:
    async with typed_meeting(tmp_path) as meeting, chromium() as browser:
        page = await open_page(browser, meeting.url, locale="en-GB")
        await begin(page)
        await paste(page, "x " * 10_001)
        await expect(page.locator("#notice")).to_contain_text("Paste a part of it")
        await expect(page.locator("#text")).to_have_value("")
        await paste(page, "Six words make this one sentence. " * 6)
        await expect(page.locator("#waiting")).to_contain_text("words wait to be sent.")
        await expect(page.locator("#waiting")).to_have_text("", timeout=20_000)
    assert meeting.words.split() == ("Six words make this one sentence. " * 6).split()


async def answered(page: Page, meeting: TypedMeeting, sentences: int) -> None:
    """Until so many are on the line, and the page knows."""
    async with asyncio.timeout(15):
        while sum(item.kind is ItemKind.PAUSE for item in meeting.items) < sentences:  # noqa: ASYNC110  (the page has no event to wait for)
            await asyncio.sleep(0.05)
    await expect(page.locator("#waiting")).to_have_text("")


async def paste(page: Page, text: str) -> None:
    """As a person does: into the field that has the focus."""
    await page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const field = document.activeElement;
          const event = new ClipboardEvent("paste", { clipboardData: data, cancelable: true });
          if (field.dispatchEvent(event)) document.execCommand("insertText", false, text);
        }""",
        text,
    )
