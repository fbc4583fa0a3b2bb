"""A speaker's sound on its way to the booth: whole, and the console says what is done to it."""

import wave
from pathlib import Path

import numpy as np
import pytest
from livekit import api, rtc
from numpy.typing import NDArray
from playwright.async_api import Page, expect

from interpreter.caption_publisher import CaptionPacer
from tests.browser.chromium import chromium
from tests.browser.scripted_room import RATE_HZ, ScriptedMeeting, open_meeting
from tests.browser.test_console import enter, people, until
from tests.browser.test_pages import violations

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.timeout(180)]

TONES_HZ = (1_000, 13_000)
"""A voice's middle, and above all that is not fullband; both equally loud."""


def write_tones(path: Path) -> None:
    at_s = np.arange(60 * RATE_HZ) / RATE_HZ
    sound = sum(6_000 * np.sin(2 * np.pi * hz * at_s) for hz in TONES_HZ)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.asarray(sound, np.int16).tobytes())


async def speaker_in(floor: rtc.Room) -> rtc.RemoteParticipant:
    def found() -> list[rtc.RemoteParticipant]:
        everybody = floor.remote_participants.values()
        return [one for one in everybody if one.track_publications]

    await until(lambda: bool(found()))
    return found()[0]


async def second_of(speaker: rtc.RemoteParticipant) -> NDArray[np.float64]:
    """A second of their sound as it arrives, the first second left out."""
    [publication] = speaker.track_publications.values()
    publication.set_subscribed(True)
    await until(lambda: publication.track is not None)
    assert publication.track is not None
    stream = rtc.AudioStream(publication.track, sample_rate=RATE_HZ, num_channels=1)
    samples: list[int] = []
    async for event in stream:
        samples += np.frombuffer(bytes(event.frame.data), np.int16).tolist()
        if len(samples) >= 2 * RATE_HZ:
            break
    await stream.aclose()
    return np.asarray(samples[RATE_HZ : 2 * RATE_HZ], np.float64)


async def published(meeting: ScriptedMeeting, identity: str) -> api.TrackInfo:
    key, secret = meeting.server.api_key, meeting.server.api_secret
    async with api.LiveKitAPI(meeting.server.url, key, secret) as livekit:
        asked = api.RoomParticipantIdentity(room=meeting.room, identity=identity)
        [track] = (await livekit.room.get_participant(asked)).tracks
    return track


async def start_speaking(page: Page) -> None:
    await page.fill("#name", "Ana")
    await page.click("#start")
    await expect(page.locator("#mute")).to_be_visible()


async def test_the_booth_hears_the_whole_band_and_reads_what_is_done_to_it(tmp_path: Path) -> None:
    tones = tmp_path / "tones.wav"
    write_tones(tones)
    async with open_meeting(tmp_path, people()) as meeting, chromium(tones) as browser:
        place = await meeting.http.post("/api/meetings/m1/join", json={"role": "listener"})
        meeting.room, meeting.zero = place.json()["room"], place.json()["clock_zero"]
        floor = await meeting.join("floor-1", "agent", {"role": "floor", "epoch": "1"})
        page = await (await browser.new_context(permissions=["microphone"])).new_page()
        await page.goto(f"{meeting.base_url}/m/m1/speak?key=k1")
        await page.check("#headset")
        found = await violations(page)
        await start_speaking(page)
        speaker = await speaker_in(floor)
        track = await published(meeting, speaker.identity)
        assert (track.disable_dtx, track.stereo) == (True, False)
        assert speaker.attributes["sound"] == "headset"

        spectrum = np.abs(np.fft.rfft(await second_of(speaker)))
        low, high = (20 * np.log10(spectrum[hz - 3 : hz + 4].max()) for hz in TONES_HZ)
        assert abs(low - high) < 6, (low, high)

        await meeting.say_state(floor, CaptionPacer(), speaker.identity)
        context = await browser.new_context(locale="en-GB", permissions=["microphone"])
        console = await context.new_page()
        await console.goto(f"{meeting.base_url}/m/m1/console?key=key-maria")
        await enter(console)
        await expect(console.locator("#incoming")).to_contain_text("Ana: headset")
        await page.uncheck("#headset")
        await expect(console.locator("#incoming")).to_contain_text("no headset, echoes taken out")
        assert found == []


REMEMBER_MICROPHONES = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
window.opened = [];
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await ask(wanted);
  opened.push(...stream.getAudioTracks());
  return stream;
};
"""


async def test_a_microphone_in_place_of_an_unplugged_one_is_open(tmp_path: Path) -> None:
    async with open_meeting(tmp_path, people()) as meeting, chromium() as browser:
        place = await meeting.http.post("/api/meetings/m1/join", json={"role": "listener"})
        meeting.room, meeting.zero = place.json()["room"], place.json()["clock_zero"]
        floor = await meeting.join("floor-1", "agent", {"role": "floor", "epoch": "1"})
        context = await browser.new_context(permissions=["microphone"])
        await context.add_init_script(REMEMBER_MICROPHONES)
        page = await context.new_page()
        await page.goto(f"{meeting.base_url}/m/m1/speak?key=k1")
        await start_speaking(page)
        [publication] = (await speaker_in(floor)).track_publications.values()
        await page.evaluate("opened[0].stop(); opened[0].dispatchEvent(new Event('ended'))")
        await until(lambda: publication.muted)
        await page.check("#headset")
        await until(lambda: not publication.muted)
