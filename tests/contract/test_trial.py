"""A profile's engines are tried with a sentence: those that work say how well, the others what to
do, and nobody says a key."""

from io import StringIO
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from rich.console import Console

import languages
from interpreter.cost import read_prices
from interpreter.engines.kinds import Kind
from interpreter.engines.profiles import Engine, Profile, parse_profiles
from interpreter.engines.trial import SENTENCE, State, Trial, Trials, unserved
from interpreter.profile_report import INTERIM_TIMES, price_a_minute, trial_row, trials_table
from interpreter.settings import Settings
from interpreter.usage import Amounts, UsedEngine
from tests.emulators.completions import MODEL
from tests.emulators.manners import Does, Manner
from tests.emulators.translating_llm import TranslatingLLM, serving

pytestmark = pytest.mark.live

FAKE = "tests.interpreter.engines.fake_plugin"
KEY = "sk-Pr1vate-1234567890"
PROFILE = """
[tried]
stt = ["pocketsphinx"]
tts = ["{fake}:TTS", "espeak"]
[[tried.translator]]
plugin = "livekit.plugins.openai:LLM"
options.base_url = "{url}"
options.model = "{model}"
options.api_key = {{ env = "TRIED_KEY" }}
[[tried.translator]]
plugin = "{fake}:LLM"
options.model = {{ env = "NO_SUCH_MODEL" }}
[[tried.translator]]
plugin = "livekit.plugins.openai:LLM"
options.model = "{model}"
[[tried.translator]]
plugin = "apertium"
"""


def profile(url: str) -> Profile:
    return parse_profiles(PROFILE.format(url=url, model=MODEL, fake=FAKE), "tried.toml")["tried"]


async def tried(tried_profile: Profile, settings: Settings, target: str = "es") -> list[Trial]:
    pair = languages.load("en"), languages.load(target)
    return [trial async for trial in Trials(tried_profile, *pair, settings).run()]


def printed(trials: list[Trial], width: int = 400) -> str:
    paper = StringIO()
    table = trials_table([trial_row(trial, read_prices()) for trial in trials])
    Console(width=width, file=paper).print(table)
    return paper.getvalue()


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIED_KEY", KEY)
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)


async def test_every_engine_of_a_profile_is_tried_with_a_sentence(offline: Settings) -> None:
    mind = TranslatingLLM(offline)
    async with serving(mind) as url:
        found = await tried(profile(url), offline)

    llm, unset, keyless, apertium, silent, english, _, spanish, ears, *_ = found
    assert llm.state is State.WORKS
    assert "reunión" in llm.told
    assert llm.first_s > 0
    assert (unset.state, unset.told) == (
        State.NOT_SET,
        "Set NO_SUCH_MODEL in the environment.",
    )
    assert (keyless.state, keyless.told) == (
        State.NOT_SET,
        "Set OPENAI_API_KEY in the environment.",
    )
    assert apertium.state is State.WORKS
    assert silent.state is State.FAILED
    assert silent.told.startswith("empty answer: It answered with nothing")
    assert english.state is State.WORKS
    assert spanish.language == "es"
    assert ears.state in (State.WORKS, State.DOUBTFUL)  # pocketsphinx, of eSpeak NG's voice
    assert found[-1].state is State.NOT_SERVED  # pocketsphinx has no Spanish
    assert KEY not in printed(found)
    rows = printed(found).splitlines()
    server = url.removeprefix("http://").partition("/")[0]
    assert f"translator 1  openai:LLM {MODEL} {server}  works" in rows[1]
    assert "translator 2  tests.interpreter.engines.fake_plugin:LLM" in rows[2]
    assert f"translator 3  openai:LLM {MODEL}  " in rows[3]
    assert "stt 1" in rows[-1]


def test_no_name_is_cut_where_there_is_little_room() -> None:
    trials = [Trial(Kind.TRANSLATOR, one, "es") for one in profile("http://a.b/v1").translator]
    text = printed(trials, width=80)
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80


async def test_a_wrong_key_is_told_and_not_shown(offline: Settings) -> None:
    mind = TranslatingLLM(offline, manner=Manner(does=Does.FORBID))
    async with serving(mind) as url:
        found = await tried(profile(url), offline)

    assert found[0].state is State.FAILED
    assert found[0].told.startswith("key refused: The provider does not accept the key")
    assert "TRIED_KEY" in found[0].told
    assert "OPENAI_API_KEY" not in found[0].told
    assert "Pr1vate" not in printed(found)


async def test_a_meeting_in_another_language_is_tried_too(offline: Settings) -> None:
    """The sentence is translated into it first."""
    mind = TranslatingLLM(offline)
    async with serving(mind) as url:
        pair = languages.load("es"), languages.load("en")
        found = [trial async for trial in Trials(profile(url), *pair, offline).run()]

    assert found[0].state is State.WORKS
    assert found[0].language == "en"
    assert unserved(found, *pair) == ["Nobody was found to hear Spanish: other languages."]


async def test_a_translator_that_would_be_given_up_in_a_meeting_does_not_pass_for_well(
    offline: Settings,
) -> None:
    mind = TranslatingLLM(offline, manner=Manner(first_token_s=1.6))
    async with serving(mind) as url:
        found = await tried(profile(url), offline)

    assert found[0].state is State.DOUBTFUL
    assert "the next one takes over after 1.4 s" in found[0].told


async def test_an_address_that_nobody_answers_at_is_told(offline: Settings) -> None:
    found = await tried(profile("http://127.0.0.1:9/v1"), offline)

    assert found[0].told.startswith("not reachable: Its address cannot be reached")


async def test_what_lies_behind_a_proxy_is_tried_through_it(
    offline: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As meetings reach it; the doctor has no job whose proxy it would take."""
    asked: list[str] = []

    async def refuse(request: web.BaseRequest) -> web.Response:
        asked.append(request.url.host or "")
        return web.Response(status=401)

    text = """
[tried]
stt = ["pocketsphinx"]
translator = ["apertium"]
[[tried.tts]]
plugin = "interpreter.engines.azure_tts:TTS"
options.speech_endpoint = "http://voices.example/cognitiveservices/v1"
options.speech_key = { env = "TRIED_KEY" }
"""
    proxied = TestServer(web.Application())
    proxied.app.router.add_route("*", "/{path:.*}", refuse)
    async with proxied:
        monkeypatch.setenv("HTTP_PROXY", str(proxied.make_url("")))
        found = await tried(parse_profiles(text, "tried.toml")["tried"], offline)

    assert set(asked) == {"voices.example"}
    assert "refused the key" in next(one for one in found if one.kind is Kind.TTS).told


async def test_a_voice_that_says_next_to_nothing_does_not_work(offline: Settings) -> None:
    text = f'[tried]\nstt = ["pocketsphinx"]\ntts = ["{FAKE}:BriefTTS"]\ntranslator = ["apertium"]'
    found = await tried(parse_profiles(text, "tried.toml")["tried"], offline)

    voice = next(one for one in found if one.kind is Kind.TTS)
    assert voice.state is State.FAILED
    assert voice.told.startswith("0.10 s of sound for 53 characters")
    assert [one.told for one in found if one.kind is Kind.STT][0].startswith("no sound in English")


async def test_a_price_is_by_what_was_used_and_unknown_where_nobody_knows_it(
    offline: Settings, tmp_path: Path
) -> None:
    own = tmp_path / "prices.toml"
    own.write_text('[[price]]\nengine = "*:LLM"\nmillion_input = 1.0\nmillion_output = 0.0\n')
    mind = TranslatingLLM(offline)
    async with serving(mind) as url:
        llm, *_ = await tried(profile(url), offline)

    tokens = sum(amounts.input_tokens for amounts in llm.used.values())
    assert tokens > len(SENTENCE.split())
    known = price_a_minute(llm, read_prices(own))
    assert known.is_whole
    assert known.dollars > 0
    assert not price_a_minute(llm, read_prices()).is_whole


def test_interim_results_of_recordings_are_in_the_price(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_text('[[price]]\nengine = "*:STT"\naudio_minute = 0.01\n')
    used = {UsedEngine(Kind.STT, "a:STT", "", "", "en"): Amounts(requests=3, audio_s=8.0)}
    whole = Trial(Kind.STT, Engine("a:STT"), "en", used=used)
    asked_again = Trial(Kind.STT, Engine("a:STT", interim_results=True), "en", used=used)
    prices = read_prices(own)
    assert price_a_minute(whole, prices).dollars == pytest.approx(0.01)
    assert price_a_minute(asked_again, prices).dollars == pytest.approx(0.01 * INTERIM_TIMES)
