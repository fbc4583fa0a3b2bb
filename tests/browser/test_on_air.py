"""Who interprets, as a listener hears and reads it: the machine, a human, the machine again."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from livekit import rtc
from playwright.async_api import Page, expect

from interpreter.caption_publisher import CaptionPacer
from interpreter.events import Origin
from interpreter.store import Interpreter
from tests.browser.chromium import chromium, open_page, take_sounds
from tests.browser.scripted_room import TONE_PEAK, VOICE_HZ, Cast, scripted_meeting
from tests.sound import Sound, pitch_db

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.timeout(180)]

HUMAN_HZ = 660
QUIETER_DB = 8.0
TURN_S = 4.0
STEP_S = 0.02
HEARD_DB = -40.0
"""Of full scale; both voices are at about -12 dB, and nothing else sounds at their pitches."""
SILENT_DB = -60.0
"""Of medians: where two blocks of the recorder meet, one pitch spills into another's at -35 dB."""

KEY = "key-maria"


def maria() -> Interpreter:
    return Interpreter(
        id="maria", meeting_id="m1", name="Maria G.", key=KEY, channels=["es"], covers=[]
    )


async def test_machine_and_human_take_turns_equally_loud_and_are_told_apart(tmp_path: Path) -> None:
    async with scripted_meeting(tmp_path, [maria()]) as cast, chromium() as browser:
        maria_is = (await speak_in_the_booth(cast)).local_participant.identity
        human = {"source": "human", "who": maria_is, "name": "Maria G.", "number": 2}
        page = await open_page(browser, f"{cast.meeting.base_url}/m/m1")
        await page.click("#language")
        await page.click("#languages [data-tag=es]")
        await page.click("#sound")

        await turn(cast, page, {"source": "machine"}, "Machine interprets")
        await turn(cast, page, human, "Maria G. interprets")
        await read_both(cast, page)
        await turn(cast, page, {"source": "machine"}, "Machine interprets")

        sound = np.sum(await take_sounds(page), axis=0)
    voice_db, human_db = pitch_db(sound, VOICE_HZ, STEP_S), pitch_db(sound, HUMAN_HZ, STEP_S)
    turns = turns_of(voice_db, human_db)
    assert [who for who, _, _ in turns] == ["machine", "human", "machine"], turns
    (_, _, first_end), (_, begin, end), (_, last_begin, _) = turns
    assert max(begin - first_end, last_begin - end) < 1, turns
    first = between(0, first_end - 0.5)
    second = between(begin + 0.5, end - 0.5)
    third = between(last_begin + 0.5, last_begin + TURN_S - 1)
    assert np.median(human_db[first]) < SILENT_DB
    assert np.median(voice_db[second]) < SILENT_DB
    assert np.median(human_db[third]) < SILENT_DB
    assert abs(np.median(human_db[second]) - np.median(voice_db[third])) < 2


async def test_a_page_hears_the_machine_while_the_human_on_air_sends_nothing(
    tmp_path: Path,
) -> None:
    async with scripted_meeting(tmp_path, [maria()]) as cast, chromium() as browser:
        booth = (await speak_in_the_booth(cast)).local_participant
        page = await open_page(browser, f"{cast.meeting.base_url}/m/m1")
        await page.click("#language")
        await page.click("#languages [data-tag=es]")
        await page.click("#sound")
        on_air = {"source": "human", "who": booth.identity, "name": "Maria G.", "number": 2}
        await turn(cast, page, on_air, "Maria G. interprets")
        for publication in booth.track_publications.values():
            assert isinstance(publication.track, rtc.LocalAudioTrack)
            publication.track.mute()  # no packet follows; an SDK's silence would be packets
        await turn(cast, page, on_air, "Machine interprets")
        sound = np.sum(await take_sounds(page), axis=0)
    turns = turns_of(pitch_db(sound, VOICE_HZ, STEP_S), pitch_db(sound, HUMAN_HZ, STEP_S))
    assert [who for who, _, _ in turns][-2:] == ["human", "machine"], turns
    assert turns[-1][1] - turns[-2][2] < 3, turns


async def speak_in_the_booth(cast: Cast) -> rtc.Room:
    """Maria speaks without end, also while the floor agent has the machine on air; returns her
    place. Web would close the microphone of one who did not ask for the channel."""
    joins = {"role": "interpreter", "key": KEY}
    answer = await cast.meeting.http.post("/api/meetings/m1/join", json=joins)
    place = answer.raise_for_status().json()
    booth = await cast.meeting.connect(place["url"], place["token"])
    take = f"/api/rooms/{place['room']}/booth/es/take"
    headers = {"Authorization": f"Bearer {place['token']}"}
    asked = await cast.meeting.http.post(take, json={"number": 0}, headers=headers)
    asked.raise_for_status()
    peak = round(TONE_PEAK * 10 ** (-QUIETER_DB / 20))
    microphone = rtc.TrackSource.SOURCE_MICROPHONE
    await cast.meeting.play_tone(booth, "microphone", HUMAN_HZ, microphone, peak)
    return booth


async def read_both(cast: Cast, page: Page) -> None:
    """Captions of the machine, then the human's own, in one flow; whose they are is said."""
    origin = page.locator("#captions-origin")
    human = await cast.meeting.publish_captions(cast.floor, "es", Origin.HUMAN, CaptionPacer())
    cast.spanish.finish("en-es.1.0", "De la máquina.", 1, 2, "Ana")
    await expect(origin).to_have_text("Captions: machine")
    human.finish("es.1.0", "De María.", 3, 4, "Maria G.")
    await expect(page.locator("#lines .piece")).to_have_text(["De la máquina.", "De María."])
    await expect(origin).to_have_text("")


async def turn(cast: Cast, page: Page, on_air: dict[str, object], words: str) -> None:
    """The floor agent lets somebody be heard, for a while after the page says so."""
    cast.meeting.on_air = on_air
    await expect(page.locator("#interprets")).to_have_text(words)
    await asyncio.sleep(TURN_S)


def between(begin_s: float, end_s: float) -> slice:
    """These seconds' steps."""
    return slice(round(begin_s / STEP_S), round(end_s / STEP_S))


def turns_of(voice_db: Sound, human_db: Sound) -> list[tuple[str, float, float]]:
    """Who is heard, the louder one, from when until when in seconds.

    A voice that breaks off and comes back, as on a busy machine, has one turn.
    """
    is_human = human_db > voice_db
    heard = np.flatnonzero(np.maximum(voice_db, human_db) > HEARD_DB)
    switches = np.flatnonzero(np.diff(is_human[heard])) + 1
    return [
        ("human" if is_human[part[0]] else "machine", part[0] * STEP_S, (part[-1] + 1) * STEP_S)
        for part in np.split(heard, switches)
    ]
