"""The pages in a real Chromium, with a real media server and agents that follow a script."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from interpreter.caption_publisher import CaptionPacer
from interpreter.events import Origin, Segment
from interpreter.store import add_segments, open_store
from tests.browser.scripted_room import FLOOR_HZ, PAIR, VOICE_HZ, open_meeting, scripted_meeting
from tests.web.conftest import web_settings
from web.db import Database

pytestmark = pytest.mark.browser

CLIENT = Path(__file__).parents[2] / "web" / "client"
AXE = CLIENT / "node_modules" / "axe-core" / "axe.min.js"

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
]

LISTEN_IN = """() => {
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode) {
      window.ear ??= new AnalyserNode(this.context, { fftSize: 8192 });
      connect.call(this, window.ear);
    }
    return connect.call(this, target, ...rest);
  };
}"""
"""Puts an analyser where the page's sound leaves it."""

HEARD_DB = """(hz) => {
  if (!window.ear) return -200;
  const bins = new Float32Array(window.ear.frequencyBinCount);
  window.ear.getFloatFrequencyData(bins);
  return Math.max(-200, bins[Math.round((hz * 2 * bins.length) / window.ear.context.sampleRate)]);
}"""

WAIT_MS = 15_000
"""The organiser's page asks every five seconds."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=CHROMIUM
        )
        try:
            yield browser
        finally:
            await browser.close()


async def open_page(browser: Browser, url: str, **options: object) -> Page:
    usual = {"locale": "es-MX", "viewport": {"width": 390, "height": 844}}
    context = await browser.new_context(**{**usual, **options})  # type: ignore[arg-type]
    page = await context.new_page()
    await page.add_init_script(f"({LISTEN_IN})()")
    await page.goto(url)
    return page


async def violations(page: Page) -> list[str]:
    session = await page.context.new_cdp_session(page)
    await session.send("Runtime.evaluate", {"expression": AXE.read_text()})
    found = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [f"{item['id']}: {item['nodes'][0]['html']}" for item in found["violations"]]


async def wait_to_hear(page: Page, hz: int, over_hz: int) -> None:
    """Until one tone is at least 8 dB over the other, and loud."""
    await page.wait_for_function(
        f"([hz, other]) => {{ const db = {HEARD_DB};"
        f" return db(hz) > -50 && db(hz) - db(other) > 8; }}",
        arg=[hz, over_hz],
        timeout=15_000,
    )


async def test_a_listener_reads_and_hears_the_language_of_their_browser(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path) as cast, chromium() as browser:
        page = await open_page(browser, f"{cast.meeting.base_url}/m/m1")
        await expect(page.locator("#live")).to_have_attribute("data-tone", "live")
        now_s = cast.meeting.now_s()
        cast.forged.finish("en-es.9.0", "Todo es mentira.", now_s, now_s + 1, "Ana")
        cast.spanish.finish("en-es.1.0", "<b>Hola</b> & --> 🚰.", now_s, now_s + 1, "Ana")
        cast.spanish.update("en-es.1.1", "La ciudad crece", now_s + 1, now_s + 2, "Ana", 9)

        await expect(page.locator("#lines .line")).to_have_text(
            ["<b>Hola</b> & --> 🚰.", "La ciudad crece"]
        )
        await expect(page.locator("#lines .line").first).to_have_attribute("lang", "es")
        await expect(page.locator("#lag")).to_have_text("2 s de retraso")
        await page.click("#sound")
        await wait_to_hear(page, VOICE_HZ, over_hz=FLOOR_HZ)


async def test_a_page_that_is_open_asks_the_server_for_nothing_anew(tmp_path: Path) -> None:
    """A room of listeners would ask for the icons as often as the floor agent says how it is."""
    async with scripted_meeting(tmp_path) as cast, chromium() as browser:
        page = await open_page(browser, f"{cast.meeting.base_url}/m/m1")
        await expect(page.locator("#interprets")).to_have_attribute("data-key", "machine")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        cast.meeting.on_air = {"lag_s": 4.0}
        await expect(page.locator("#lag")).to_have_text("4 s de retraso")
        cast.meeting.on_air = {"lag_s": 5.0}
        await expect(page.locator("#lag")).to_have_text("5 s de retraso")

        assert [url for url in asked if "/static/" in url] == []


async def test_the_slider_brings_the_original_to_the_front(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path) as cast, chromium() as browser:
        page = await open_page(browser, f"{cast.meeting.base_url}/m/m1")
        await page.click("#sound")
        await wait_to_hear(page, VOICE_HZ, over_hz=FLOOR_HZ)

        await page.locator("#balance").fill("0")

        await wait_to_hear(page, FLOOR_HZ, over_hz=VOICE_HZ)


async def test_the_speakers_own_language_is_heard_undimmed(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path) as cast, chromium() as browser:
        page = await open_page(browser, f"{cast.meeting.base_url}/m/m1", locale="en-GB")
        await page.locator("#balance").fill("100")

        await page.click("#sound")

        await wait_to_hear(page, FLOOR_HZ, over_hz=VOICE_HZ)


async def test_a_reader_scrolls_back_and_returns_to_the_live_end(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path) as cast, chromium() as browser:
        page = await open_page(browser, f"{cast.meeting.base_url}/m/m1")
        await expect(page.locator("#live")).to_have_attribute("data-tone", "live")
        for number in range(30):
            segment = f"en-es.1.{number}"
            cast.spanish.finish(segment, f"Frase {number}.", number, number + 1, "Ana")
        await expect(page.get_by_text("Frase 29.").first).to_be_in_viewport()

        await page.hover("#captions")
        await page.mouse.wheel(0, -2000)
        await expect(page.locator("#lines").get_by_text("Frase 0.")).to_be_in_viewport()
        cast.spanish.finish("en-es.1.30", "Frase 30.", 30, 31, "Ana")
        await expect(page.locator("#lines .line")).to_have_count(31)
        await expect(page.locator("#lines").get_by_text("Frase 0.")).to_be_in_viewport()
        await page.click("#to-live")

        await expect(page.locator("#lines").get_by_text("Frase 30.")).to_be_in_viewport()
        await expect(page.locator("#to-live")).to_be_hidden()


async def test_last_words_of_an_agent_that_died_are_read_from_the_transcript(
    tmp_path: Path,
) -> None:
    async with scripted_meeting(tmp_path) as cast, chromium() as browser:
        page = await open_page(browser, f"{cast.meeting.base_url}/m/m1")
        await expect(page.locator("#live")).to_have_attribute("data-tone", "live")
        pair = await cast.meeting.join("pair-2", "agent", {**PAIR, "epoch": "2"})
        captions = await cast.meeting.publish_captions(pair, "es", Origin.MACHINE, CaptionPacer())
        captions.update("en-es.2.0", "No lo", 1.0, 2.0, "Ana", 5)
        await expect(page.locator("#lines .line")).to_have_text(["No lo"])

        await pair.disconnect()
        await keep(tmp_path, cast.meeting.room, "en-es.2.0", "No lo creen")

        await expect(page.locator("#lines .line")).to_have_text(["No lo creen"], timeout=15_000)


async def keep(tmp_path: Path, room: str, segment: str, text: str) -> None:
    """As a worker does that finds the journal of a dead pair."""
    last = Segment(segment, "es", Origin.MACHINE, "Ana", text, 1.0, 2.0, "apertium", 2)
    store = open_store(web_settings(tmp_path).database_url)
    await Database(store).run(lambda session: add_segments(session, room, [last]))
    store.dispose()


async def test_a_meeting_is_made_with_the_form_of_the_page(tmp_path: Path) -> None:
    async with open_meeting(tmp_path) as meeting, chromium() as browser:
        page = await open_page(browser, f"{meeting.base_url}/", locale="en-GB")

        await page.fill("#name", "Clinic <b>&")
        await page.click("form button[type=submit]")

        await expect(page.get_by_text("Clinic <b>&").first).to_be_visible()
        assert "/links?key=" in page.url


async def test_a_screen_reader_knows_the_place_of_lost_figures_before_they_are(
    tmp_path: Path,
) -> None:
    """What is said in a place that was hidden until then, many read out to nobody."""
    async with open_meeting(tmp_path) as meeting, chromium() as browser:
        page = await open_page(browser, f"{meeting.base_url}/m/m1/links?key=k1", locale="en-GB")
        await expect(page.locator("#costs").get_by_role("status")).to_have_text("")
        await expect(page.locator("#engines").get_by_role("status")).to_have_text("")

        await page.route("**/m/m1/engines?*", lambda route: route.abort())
        await expect(page.locator("#engines-lost")).to_contain_text(
            "No connection", timeout=WAIT_MS
        )
        assert await violations(page) == []
        await page.unroute_all()
        await expect(page.locator("#engines-lost")).to_have_text("", timeout=WAIT_MS)


async def test_a_long_name_of_a_server_stays_in_its_card(tmp_path: Path) -> None:
    name = f"openai:LLM {'x' * 60}.example:8000"
    row = f"<dl class=engines><div><dt>Hears</dt><dd>{name}, for 3 min</dd></div></dl>"
    async with open_meeting(tmp_path) as meeting, chromium() as browser:
        page = await open_page(browser, f"{meeting.base_url}/", locale="en-GB")
        await page.route("**/m/m1/engines?*", lambda route: route.fulfill(body=row))
        await page.route("**/m/m1/cost?*", lambda route: route.fulfill(body=f"<p>{name}</p>"))
        await page.goto(f"{meeting.base_url}/m/m1/links?key=k1")

        await expect(page.locator("#engines-now")).to_contain_text(name)
        await expect(page.locator("#cost")).to_contain_text(name, timeout=WAIT_MS)
        assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_a_speaker_opens_the_microphone_and_reads_themselves(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path) as cast, chromium() as browser:
        url = f"{cast.meeting.base_url}/m/m1/speak?key=k1"
        page = await open_page(browser, url, locale="en-GB", permissions=["microphone"])
        await page.fill("#name", "Jon")
        await page.click("#start")
        await expect(page.locator("#mute")).to_be_visible()
        cast.english.finish("en.1.0", "Good morning.", 1, 2, "Jon")

        await expect(page.locator("#lines .line")).to_have_text(["Good morning."])
        assert await violations(page) == []
        await page.click("#mute")
        await expect(page.locator("#level-words")).to_have_text("Muted: nobody hears you")


async def test_a_speaker_whom_nothing_recognises_is_told_so(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path) as cast, chromium() as browser:
        url = f"{cast.meeting.base_url}/m/m1/speak?key=k1"
        page = await open_page(browser, url, locale="ca-ES", permissions=["microphone"])
        await page.click("#start")
        await expect(page.locator("#mute")).to_be_visible()
        notice = page.locator("#notice")
        await expect(notice).to_have_text("")
        cast.meeting.floor = {"state": "failed", "lacks": "recognition"}
        await expect(notice).to_contain_text("Ara no es pot reconèixer el que dieu")
        cast.meeting.floor = {}
        await expect(notice).to_have_text("")
        cast.meeting.is_floor_away = True
        await expect(notice).to_contain_text("Ara cap màquina no escolta", timeout=WAIT_MS)
        cast.meeting.is_floor_away = False
        await expect(notice).to_have_text("")


ASKING = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
window.asked = [];
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const one = {};
  const allowed = new Promise((resolve) => (one.allow = resolve));
  asked.push(one);
  await allowed;
  const stream = await ask(wanted);
  [one.track] = stream.getAudioTracks();
  return stream;
};
"""
"""A browser whose user takes time to allow the microphone."""


async def test_a_denied_microphone_is_said_with_what_to_do(tmp_path: Path) -> None:
    async with open_meeting(tmp_path) as meeting, chromium() as browser:
        page = await open_page(browser, f"{meeting.base_url}/m/m1/speak?key=k1", locale="en-GB")
        session = await page.context.new_cdp_session(page)
        denied = {"permission": {"name": "microphone"}, "setting": "denied"}
        await session.send("Browser.setPermission", denied)

        await page.click("#start")

        await expect(page.locator("#notice")).to_contain_text("Allow it in the settings")
        await expect(page.locator("#start")).to_be_enabled()


async def test_who_stops_before_the_microphone_is_allowed_is_not_heard_after(
    tmp_path: Path,
) -> None:
    async with scripted_meeting(tmp_path) as cast, chromium() as browser:
        context = await browser.new_context(locale="en-GB", permissions=["microphone"])
        await context.add_init_script(ASKING)
        page = await context.new_page()
        await page.goto(f"{cast.meeting.base_url}/m/m1/speak?key=k1")
        await page.click("#start")
        await page.wait_for_function("() => window.asked.length === 1")
        await page.click("#stop")
        await expect(page.locator("#start")).to_be_enabled()
        await page.evaluate("window.asked[0].allow()")
        await page.wait_for_function("() => window.asked[0].track?.readyState === 'ended'")
        await expect(page.locator("#start")).to_be_visible()

        await page.click("#start")
        await page.wait_for_function("() => window.asked.length === 2")
        await page.evaluate("window.asked[1].allow()")
        await expect(page.locator("#mute")).to_be_visible()
        assert await page.evaluate("window.asked[1].track.readyState") == "live"


@pytest.mark.parametrize("size", [(320, 256), (568, 260), (640, 360)])
async def test_captions_are_read_on_a_page_that_is_enlarged(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """A screen of 1280 x 1024 at 400 %, a phone on its side, a laptop at 200 %."""
    async with scripted_meeting(tmp_path) as cast, chromium() as browser:
        viewport = {"width": size[0], "height": size[1]}
        page = await open_page(browser, f"{cast.meeting.base_url}/m/m1", viewport=viewport)
        cast.spanish.finish("en-es.1.0", "Hola.", 1, 2, "Ana")
        await expect(page.locator("#lines .line")).to_have_text(["Hola."])

        captions = await page.locator("#captions").bounding_box()
        assert captions is not None
        assert captions["height"] >= 100
        assert await page.evaluate("document.documentElement.scrollWidth") == size[0]
        await page.locator("#read").scroll_into_view_if_needed()
        await expect(page.locator("#read")).to_be_in_viewport(ratio=1)


async def test_words_that_nobody_translated_are_read_out_in_their_own_language(
    tmp_path: Path,
) -> None:
    async with scripted_meeting(tmp_path) as cast, chromium() as browser:
        page = await open_page(browser, f"{cast.meeting.base_url}/m/m1")
        await page.click("#settings")
        await page.check("#announce")
        await page.keyboard.press("Escape")
        cast.spanish.finish("en-es.1.0", "Hola.", 1, 2, "Ana")
        await expect(page.locator("#lines .line")).to_have_text(["Hola."])
        cast.spanish.finish("en-es.1.1", "[English] Water", 2, 3, "Ana", text_language="en")

        await expect(page.locator("#lines .piece[lang=en]")).to_have_text("[English] Water")
        await expect(page.locator("#announcer p[lang=en]")).to_have_text("[English] Water")
        assert await page.locator("#lines .piece[lang]").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_has_an_accessibility_violation(tmp_path: Path, scheme: str) -> None:
    async with scripted_meeting(tmp_path) as cast, chromium() as browser:
        cast.spanish.finish("en-es.1.0", "Hola.", 1, 2, "Ana")
        found: dict[str, list[str]] = {}
        organiser = ("/links?key=k1", "/glossaries?key=k1")
        for path in ("", "/transcript", *organiser, "/speak?key=k1", "/no-such-page"):
            page = await open_page(
                browser, f"{cast.meeting.base_url}/m/m1{path}", color_scheme=scheme
            )
            found[path] = await violations(page)
        listener = await open_page(browser, f"{cast.meeting.base_url}/m/m1", color_scheme=scheme)
        await expect(listener.locator("#lines .line")).to_have_text(["Hola."])
        await listener.click("#language")
        found["languages"] = await violations(listener)
        await listener.keyboard.press("Escape")
        await listener.click("#settings")
        found["text"] = await violations(listener)

    assert found == dict.fromkeys(found, [])
