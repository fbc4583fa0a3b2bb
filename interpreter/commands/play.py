"""`interpreter play`: a sound file speaks in a meeting, as its microphone, once or for ever."""

import asyncio
from pathlib import Path
from typing import Annotated

import httpx
import typer
from livekit import rtc
from rich.console import Console

from interpreter.errors import InputError, InterpretationError
from interpreter.rehearsal.sound_file import SoundFile, check_sound, sound_blocks
from interpreter.rehearsal.speaker import TalkSpeaker

say = Console(highlight=False)
BETWEEN_S = 4.0
"""Silence before a looped talk begins again."""
AGAIN_S = 2.0
TIMEOUT_S = 10.0


def play(
    talk: Annotated[Path, typer.Argument(help="A sound file.")],
    meeting: Annotated[str, typer.Option(help="The speaker's link of the meeting.")],
    name: Annotated[str, typer.Option(help="Who speaks.")] = "Recorded talk",
    language: Annotated[str, typer.Option(help="What is spoken.")] = "en",
    loop: Annotated[bool, typer.Option("--loop", help="Begin again at the end.")] = False,
) -> None:
    """Speak a sound file into a meeting, given its speaker's link."""
    sound = check_sound(talk)
    asyncio.run(_speak(sound, httpx.URL(meeting), name, language, loop))


async def _speak(sound: SoundFile, link: httpx.URL, name: str, language: str, loop: bool) -> None:
    """Join and speak; a looped talk comes back whenever the meeting does."""
    while True:
        try:
            url, token = await _join(link, name, language)
            async with TalkSpeaker.join(url, token) as speaker:
                await _play(speaker, sound, loop)
        except (httpx.TransportError, rtc.ConnectError) as error:
            if not loop:
                raise InterpretationError(f"The meeting cannot be reached: {error}") from error
            say.print(f"The meeting cannot be reached ({error}); trying again.")
        if not loop:
            return
        await asyncio.sleep(AGAIN_S)


async def _join(link: httpx.URL, name: str, language: str) -> tuple[str, str]:
    """Ask web for a speaker's token; raises InputError with web's own sentence."""
    parts, key = link.path.strip("/").split("/"), link.params.get("key")
    if len(parts) != 3 or parts[0] != "m" or parts[2] != "speak" or not key:
        raise InputError("Give the meeting's link for speakers: http://…/m/…/speak?key=…")
    body = {"role": "speaker", "key": key, "name": name, "language": language}
    async with httpx.AsyncClient(timeout=TIMEOUT_S) as web:
        answer = await web.post(link.copy_with(path=f"/api/meetings/{parts[1]}/join"), json=body)
    if answer.is_server_error:
        raise httpx.ConnectError(f"web answers {answer.status_code}")
    if answer.is_error:
        raise InputError(answer.json().get("sentence", f"Web answers {answer.status_code}."))
    joined = answer.json()
    return joined["url"], joined["token"]


async def _play(speaker: TalkSpeaker, sound: SoundFile, loop: bool) -> None:
    while speaker.is_connected:
        async for _ in speaker.play(sound_blocks(sound.path)):
            if not speaker.is_connected:
                return
        if not loop:
            return
        await speaker.keep_silent(BETWEEN_S)
