"""Every engine of a profile on an emulator of its own, in one process, and where to spoil them.

    python -m tests.emulators.providers --profile openai --talk talk.wav --to es --out openai.toml

It writes the profile with the emulators' addresses (`INTERPRETER_ENGINES`), and then its control
address to standard output. Places are those of the profile: `stt-1`, `translator-2`, `tts-1`.

    GET    /places           {place: {name, has_sessions, told: [{kind, at}, …]}}: the engine as
                             switches name it, what went wrong there, and when (Unix time)
    POST   /places/{place}   {kind, wait_s, code, says, lasts_s}: once, or for so long
    DELETE /places/{place}   nothing goes wrong any more

It ends when its standard input does.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from aiohttp import web
from pydantic import BaseModel, JsonValue

from interpreter.engines import name_of
from interpreter.engines.chosen import profile_of
from interpreter.engines.host import running
from interpreter.engines.kinds import Kind
from interpreter.engines.profiles import Engine, Profile
from interpreter.settings import EngineChoice, Settings
from tests.emulators import (
    azure_server,
    deepgram,
    gemini,
    google_server,
    openai_server,
    translating_llm,
)
from tests.emulators.ears import Ears, Listening
from tests.emulators.faults import REFUSALS, Fault, Faults
from tests.emulators.faults import Kind as FaultKind
from tests.emulators.manners import Continues, Manner
from tests.emulators.mouths import Espeak
from tests.emulators.openai_speech import Speech
from tests.emulators.places import HOST, in_loop, in_thread
from tests.emulators.talk_ears import Talk, TalkEars, read_prepared
from tests.emulators.toml import engines_toml
from tests.emulators.tones import Said
from tests.emulators.translating import Translating

LLM_PACE = Manner(first_token_s=0.25, tokens_per_s=60)
VOICE_FIRST_S = 0.15
Addresses = Mapping[str, JsonValue]


class TimedFaults(Faults):
    """Also knows when."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[dict[str, JsonValue]] = []

    def commanded(self, *kinds: FaultKind, at_s: float = 0.0) -> Fault | None:
        fault = super().commanded(*kinds, at_s=at_s)
        if fault is not None:
            self.told.append({"kind": fault.kind, "at": time.time()})
        return fault


@dataclass(frozen=True, slots=True)
class Scenery:
    """What every emulator works with."""

    settings: Settings
    targets: Sequence[str]
    talk: Talk
    talk_language: str = "en"


@dataclass(slots=True)
class Place:
    """One engine of the profile, and what goes wrong with it."""

    kind: Kind
    engine: Engine
    name: str = ""
    """As switches name it where it is emulated."""
    faults: TimedFaults = field(default_factory=TimedFaults)

    @property
    def has_sessions(self) -> bool:
        """Whether it is asked once for a while of speech: it can refuse only who connects anew."""
        return self.kind is Kind.STT and self.engine.plugin != "livekit.plugins.openai:STT"

    def plain(self) -> dict[str, object]:
        return {"name": self.name, "has_sessions": self.has_sessions, "told": self.faults.told}


class Wish(BaseModel):
    """What is to go wrong."""

    kind: FaultKind
    wait_s: float = 1.0
    code: int = 1011
    says: str = ""
    lasts_s: float = 0.0

    @property
    def fault(self) -> Fault:
        return Fault(self.kind, wait_s=self.wait_s, code=self.code, says=self.says)


class _SlowEars:
    """Those of somebody, who hears late where that goes wrong."""

    def __init__(self, ears: Ears, faults: Faults) -> None:
        self._ears = ears
        self._faults = faults

    def listen(self) -> Listening:
        return _SlowListening(self._ears.listen(), self._faults)


class _SlowListening:
    def __init__(self, listening: Listening, faults: Faults) -> None:
        self._listening = listening
        self._faults = faults
        self._heard_s = 0.0
        self._told_s = 0.0

    async def push(self, pcm: bytes) -> Sequence[Said]:
        self._heard_s += len(pcm) / 32_000
        words = await self._listening.push(pcm)
        fault = self._faults.always
        if fault is not None and fault.kind == "slow":
            self._faults.commanded("slow")
            until_s = max(self._told_s, self._heard_s - fault.wait_s)
            words = [word for word in words if word.end_s <= until_s]
        if words:
            self._told_s = max(self._told_s, words[-1].end_s)
        return words

    async def finish(self) -> Sequence[Said]:
        fault = self._faults.commanded("slow")
        await asyncio.sleep(fault.wait_s if fault is not None else 0.0)
        return await self._listening.finish()

    async def aclose(self) -> None:
        await self._listening.aclose()


# --- each plugin's emulator: serves, and gives the options that lead to it


@asynccontextmanager
async def _deepgram(place: Place, scenery: Scenery) -> AsyncIterator[Addresses]:
    mouth = Espeak("es", scenery.settings)
    server = deepgram.Deepgram(_ears(place, scenery), mouth, place.faults)
    async with in_thread(server.application) as port:
        yield {"base_url": f"http://{HOST}:{port}"}


@asynccontextmanager
async def _openai_stt(place: Place, scenery: Scenery) -> AsyncIterator[Addresses]:
    server = openai_server.OpenAI(_ears(place, scenery), faults=place.faults)
    async with openai_server.serving(server) as url:
        yield {"base_url": url}


@asynccontextmanager
async def _openai_llm(place: Place, scenery: Scenery) -> AsyncIterator[Addresses]:
    is_own = "base_url" in place.engine.options
    mind = translating_llm.TranslatingLLM(
        scenery.settings,
        manner=LLM_PACE,
        continues=Continues.FLAGGED if is_own else Continues.NO,
    )
    mind.faults = place.faults
    async with translating_llm.serving(mind) as url:
        is_azure = place.engine.plugin.endswith(".with_azure")
        yield {"azure_endpoint": url.removesuffix("/v1")} if is_azure else {"base_url": url}


@asynccontextmanager
async def _gemini(place: Place, scenery: Scenery) -> AsyncIterator[Addresses]:
    mind = translating_llm.TranslatingLLM(scenery.settings, manner=LLM_PACE, continues=Continues.NO)
    mind.faults = place.faults
    async with gemini.serving(mind) as url:
        yield {"base_url": url}


@asynccontextmanager
async def _openai_tts(place: Place, scenery: Scenery) -> AsyncIterator[Addresses]:
    """A request does not say its language: each has an address."""
    is_own = "base_url" in place.engine.options
    named = {str(value) for name, value in place.engine.options.items() if "voice" in name}

    def build() -> web.Application:
        app = web.Application()
        for target in scenery.targets:
            speech = Speech(first_byte_s=VOICE_FIRST_S, has_events=not is_own)
            speech.voices = (*speech.voices, *named)
            server = openai_server.OpenAI(
                mouth=Espeak(target, scenery.settings), faults=place.faults, speech=speech
            )
            app.add_subapp(f"/{target}", openai_server.application(server))
        return app

    async with in_thread(build) as port:
        yield {f"base_url@{one}": f"http://{HOST}:{port}/{one}/v1" for one in scenery.targets}


@asynccontextmanager
async def _azure_stt(place: Place, scenery: Scenery) -> AsyncIterator[Addresses]:
    server = azure_server.Azure(_ears(place, scenery), faults=place.faults)
    async with azure_server.serving(server) as at:
        yield {"speech_endpoint": f"ws://{at}{azure_server.RECOGNITION}"}


@asynccontextmanager
async def _azure_tts(place: Place, scenery: Scenery) -> AsyncIterator[Addresses]:
    def build() -> web.Application:
        app = web.Application()
        for target in scenery.targets:
            mouth = Espeak(target, scenery.settings)
            server = azure_server.Azure(mouth=mouth, faults=place.faults)
            app.add_subapp(f"/{target}", azure_server.application(server))
        return app

    async with in_thread(build) as port:
        yield {
            f"speech_endpoint@{one}": f"http://{HOST}:{port}/{one}{azure_server.SPEECH}"
            for one in scenery.targets
        }


@asynccontextmanager
async def _google_stt(place: Place, scenery: Scenery) -> AsyncIterator[Addresses]:
    server = google_server.Google(_ears(place, scenery), faults=place.faults)
    async with google_server.serving(server) as endpoint:
        yield {"endpoint": endpoint}


@asynccontextmanager
async def _google_tts(place: Place, scenery: Scenery) -> AsyncIterator[Addresses]:
    async with AsyncExitStack() as stack:
        at = dict[str, JsonValue]()
        for target in scenery.targets:
            mouth = Espeak(target, scenery.settings)
            server = google_server.Google(mouth=mouth, faults=place.faults)
            endpoint = await stack.enter_async_context(google_server.serving(server))
            at[f"endpoint@{target}"] = endpoint
        yield at


def _ears(place: Place, scenery: Scenery) -> Ears:
    return _SlowEars(TalkEars(scenery.talk), place.faults)


Serve = Callable[[Place, Scenery], AbstractAsyncContextManager[Addresses]]
EMULATED: Mapping[str, Serve] = {
    "interpreter.engines.deepgram_stt:STT": _deepgram,
    "interpreter.engines.deepgram_tts:TTS": _deepgram,
    "interpreter.engines.openai_stt:STT": _openai_stt,
    "livekit.plugins.openai:STT": _openai_stt,
    "livekit.plugins.openai:LLM": _openai_llm,
    "livekit.plugins.openai:LLM.with_azure": _openai_llm,
    "livekit.plugins.openai:TTS": _openai_tts,
    "interpreter.engines.azure_stt:STT": _azure_stt,
    "interpreter.engines.azure_tts:TTS": _azure_tts,
    "interpreter.engines.google_llm:LLM": _gemini,
    "interpreter.engines.google_stt:STT": _google_stt,
    "interpreter.engines.google_tts:TTS": _google_tts,
}
"""Plugin → what serves it."""


@asynccontextmanager
async def serving(
    profile: Profile, scenery: Scenery
) -> AsyncIterator[tuple[Profile, dict[str, Place]]]:
    """The same profile at other addresses, and its places; offline engines stay what they are."""
    if profile.overrides:
        raise ValueError(f"{profile.name} has chains for single languages: emulate those too")
    places, chains = dict[str, Place](), dict[Kind, tuple[Engine, ...]]()
    async with AsyncExitStack() as stack:
        for kind in Kind:
            chain = list[Engine]()
            for number, engine in enumerate(getattr(profile, kind), 1):
                if engine.is_plugin:
                    place = Place(kind, engine)
                    serve = EMULATED[engine.plugin](place, scenery)
                    at = await stack.enter_async_context(serve)
                    engine = replace(engine, options={**engine.options, **at})
                    name, taken = name_of(engine), {one.name for one in places.values()}
                    place.name = f"{name} ({number})" if name in taken else name
                    places[f"{kind}-{number}"] = place
                chain.append(engine)
            chains[kind] = tuple(chain)
        emulated = replace(
            profile, stt=chains[Kind.STT], translator=chains[Kind.TRANSLATOR], tts=chains[Kind.TTS]
        )
        yield emulated, places


def control(places: Mapping[str, Place]) -> web.Application:
    """What the bench asks."""

    async def tell(_request: web.Request) -> web.Response:
        return web.json_response({at: one.plain() for at, one in places.items()})

    async def spoil(request: web.Request) -> web.Response:
        place = places[request.match_info["place"]]
        wish = Wish.model_validate(await request.json())
        _spoil(place, wish)
        return web.Response(status=204)

    async def mend(request: web.Request) -> web.Response:
        _mend(places[request.match_info["place"]].faults)
        return web.Response(status=204)

    app = web.Application()
    app.router.add_get("/places", tell)
    app.router.add_post("/places/{place}", spoil)
    app.router.add_delete("/places/{place}", mend)
    return app


def _spoil(place: Place, wish: Wish) -> None:
    fault, faults = wish.fault, place.faults
    if not wish.lasts_s:
        faults.next = fault
        return
    faults.always = fault
    if wish.kind in REFUSALS and place.has_sessions:
        faults.next = Fault("drop")
    asyncio.get_running_loop().call_later(
        wish.lasts_s, lambda: _mend(faults) if faults.always is fault else None
    )


def _mend(faults: Faults) -> None:
    faults.always = faults.next = None


async def _run(arguments: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="providers-") as folder:
        settings = Settings.model_validate(
            {
                "LIVEKIT_API_KEY": "none",
                "LIVEKIT_API_SECRET": "none-is-needed-here",
                "engine_socket": Path(folder) / "host.sock",
                "engine_timeout_s": 60.0,  # on a busy machine Apertium begins slowly
            }
        )
        shipped = profile_of(EngineChoice.model_construct(profile=arguments.profile, engines=""))
        scenery = Scenery(settings, arguments.to, read_prepared(arguments.talk))
        async with (
            running(settings.engine_socket_path, 600.0),
            serving(shipped, scenery) as (emulated, places),
            in_loop(lambda: control(places)) as port,
        ):
            await _warm(scenery)
            arguments.out.write_text(engines_toml(emulated), encoding="utf-8")
            print(f"http://{HOST}:{port}", flush=True)  # noqa: T201  (for who started this)
            await asyncio.to_thread(sys.stdin.read)


async def _warm(scenery: Scenery) -> None:
    """Servers that have been up for a while."""
    translating = Translating(scenery.settings)
    for target in scenery.targets:
        await translating.translate("Good morning.", scenery.talk_language, target)
        async for _ in Espeak(target, scenery.settings).sound("OK", 24_000):
            pass


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--profile", required=True)
    parser.add_argument("--talk", type=Path, required=True, help="what is going to be heard")
    parser.add_argument("--to", action="append", required=True, help="what is going to be spoken")
    parser.add_argument("--out", type=Path, required=True)
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
