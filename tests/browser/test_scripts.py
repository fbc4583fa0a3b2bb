"""A listener's phone shows Arabic from the right, and Japanese without spaces."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from interpreter.caption_publisher import CaptionPacer
from interpreter.events import Origin
from tests.browser.chromium import chromium, open_page
from tests.browser.scripted_room import PAIR, Cast, scripted_meeting

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.timeout(120)]
RIGHT = """(one) => {
  const range = document.createRange();
  range.selectNodeContents(one);
  return Math.max(...[...range.getClientRects()].map(({ right }) => right));
}"""
ARABIC = [
    ("Ana García قالت إن الميزانية 12,500 يورو،", "Ana"),
    ("وإن الجسر الجديد يفتح في 2026.", "Ana"),
    ("\u202eشكرا\u202d لكم", "د. ليلى \u202eحداد"),
    ("الماء النظيف مهم لكل عائلة.", "Ana"),
]
JAPANESE = [
    ("市議会は新しい橋について", "Ana"),
    ("説明するように求めました。", "Ana"),
    ("費用は5億円で、iPhone 15を", "Ben"),
    ("使って2026年に開きます。", "Ben"),
]


async def test_arabic_reads_from_the_right_whatever_names_and_controls_are_in_it(
    tmp_path: Path,
) -> None:
    async with (
        scripted_meeting(tmp_path, offered=["es", "ar", "ja"]) as cast,
        chromium() as browser,
    ):
        page = await _reading(cast, await open_page(browser, f"{cast.meeting.base_url}/m/m1"), "ar")
        await _say(cast, "ar", ARABIC)
        await expect(page.locator("#lines .piece")).to_have_count(len(ARABIC))
        await page.screenshot(path=tmp_path / "arabic.png")

        lines = page.locator("#lines .line")
        assert await lines.first.get_attribute("dir") == "rtl"
        assert await lines.first.evaluate("line => getComputedStyle(line).textAlign") == "start"
        names = page.locator("#lines .line-speaker")
        assert {await one.get_attribute("dir") for one in await names.all()} == {"auto"}
        pieces = page.locator("#lines .piece")
        turns = [
            await one.evaluate("piece => getComputedStyle(piece).unicodeBidi")
            for one in await pieces.all()
        ]
        assert turns == ["isolate"] * len(ARABIC)
        await expect(page.locator("#sound-label")).to_contain_text("\u2068العربية\u2069")
        assert await pieces.nth(2).text_content() == "شكرا لكم"
        rights = [await one.evaluate(RIGHT) for one in await names.all()]
        assert rights == pytest.approx([await lines.first.evaluate(RIGHT)] * len(rights), abs=1)
        assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_japanese_goes_on_without_a_space(tmp_path: Path) -> None:
    async with (
        scripted_meeting(tmp_path, offered=["es", "ar", "ja"]) as cast,
        chromium() as browser,
    ):
        page = await _reading(cast, await open_page(browser, f"{cast.meeting.base_url}/m/m1"), "ja")
        await _say(cast, "ja", JAPANESE)
        await expect(page.locator("#lines .piece")).to_have_count(len(JAPANESE))
        await page.screenshot(path=tmp_path / "japanese.png")

        words = await page.locator("#lines .line-words").all_text_contents()
        assert words == ["".join(text for text, _ in JAPANESE[at : at + 2]) for at in (0, 2)]
        assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def _reading(cast: Cast, page: Page, language: str) -> Page:
    await page.click("#language")
    await page.click(f"#languages [data-tag={language}]")
    return page


async def _say(cast: Cast, language: str, said: list[tuple[str, str]]) -> None:
    """A pair's captions in this language, one final after another."""
    meeting = cast.meeting
    pair = await meeting.join(f"pair-{language}", "agent", {**PAIR, "target": language})
    publisher = await meeting.publish_captions(pair, language, Origin.MACHINE, CaptionPacer())
    for number, (text, name) in enumerate(said):
        at_s = meeting.now_s() + number * 0.1
        publisher.finish(f"en-{language}.1.{number}", text, at_s, at_s + 0.1, name)
