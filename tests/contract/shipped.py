"""The preferred engine of a shipped profile, alone, as its operator has set it up in the
environment."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from livekit.agents import stt, utils

import languages
from interpreter.engines import opening
from interpreter.engines.profiles import SHIPPED, Profile, read_profiles
from interpreter.engines.translator import Translator
from interpreter.engines.voice import Voice
from interpreter.settings import Settings
from interpreter.usage import unnoticed


@asynccontextmanager
async def recogniser(settings: Settings, path: str) -> AsyncIterator[stt.STT[Any]]:
    """`path`: the profile's name, here and below."""
    engine = _profile(path).stt[0]
    async with utils.http_context.open():
        opened = opening.recogniser(engine, languages.load("en"), settings, (), unnoticed)
        try:
            yield opened
        finally:
            await opened.aclose()


@asynccontextmanager
async def translator(settings: Settings, path: str) -> AsyncIterator[Translator]:
    engine = _profile(path).translator[0]
    spoken, heard = languages.load("en"), languages.load("es")
    opened = opening.translator(engine, spoken, heard, settings, unnoticed)
    try:
        yield opened
    finally:
        await opened.aclose()


@asynccontextmanager
async def voice(settings: Settings, path: str) -> AsyncIterator[Voice]:
    engine = _profile(path).tts[0]
    async with utils.http_context.open():
        opened = opening.voice(engine, languages.load("es"), settings, unnoticed)
        try:
            yield opened
        finally:
            await opened.aclose()


def _profile(name: str) -> Profile:
    return read_profiles(SHIPPED)[name]
