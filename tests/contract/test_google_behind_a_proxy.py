"""Google's engines behind a company's proxy, and in a network that looks into TLS."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from grpc import ChannelCredentials
from livekit.agents import APIConnectOptions, APIError

from interpreter.certificates import ensure_certificate
from interpreter.engines.google_channel import client_at
from interpreter.engines.plugin_stt import PluginRecogniser
from interpreter.engines.plugin_voice import PluginVoice
from interpreter.engines.plugins import open_stt, open_tts
from interpreter.errors import EngineRefused, EngineUnavailable
from tests.contract.committing import TONES, WORDS, Commits, committed, talk
from tests.emulators.ears import TonesHeard
from tests.emulators.google_server import Google, serving
from tests.emulators.places import HOST
from tests.emulators.proxy import Proxy, proxying

TALK = talk(0.8, 1.2, 0.8, 0.7, 2.0)
ONCE = APIConnectOptions(max_retry=0, timeout=5.0)
NOWHERE = "http://google.example:9000"
PROXIES = ("http_proxy", "https_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY", "grpc_proxy")


@pytest.fixture(autouse=True)
def _without_other_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)


async def heard_at(endpoint: str, **options: Any) -> Commits:
    given = {"endpoint": endpoint, **options}
    engine = open_stt("interpreter.engines.google_stt:STT", given, {})
    recogniser = PluginRecogniser(engine)
    try:
        return await committed(recogniser, TALK)
    finally:
        await recogniser.aclose()


async def spoken_s() -> float:
    path = "interpreter.engines.google_tts:TTS"
    voice = PluginVoice(open_tts(path, {"endpoint": NOWHERE}, {"language": "es-ES"}))
    try:
        async with voice.synthesize("Buenos días", conn_options=ONCE) as utterance:
            return sum([audio.frame.duration async for audio in utterance])
    finally:
        await voice.aclose()


@asynccontextmanager
async def behind(proxy: Proxy, google: Google) -> AsyncIterator[str]:
    """Gives the proxy's address; Google's connections end before it does."""
    async with proxying(proxy) as at, serving(google) as endpoint:
        proxy.port = int(endpoint.rpartition(":")[2])
        yield at


@pytest.mark.parametrize("written", ["http://jane:hunter%4022@{}/", "jane:hunter%4022@{}"])
async def test_google_hears_through_a_companys_proxy(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Proxy(port=0, asks_who=True)
    async with behind(proxy, Google(TonesHeard(TONES))) as at:
        monkeypatch.setenv("HTTPS_PROXY", written.format(at))
        heard = await heard_at(NOWHERE)
    assert heard.text == " ".join(WORDS)
    assert proxy.asked[0] == "CONNECT google.example:9000 HTTP/1.1"


@pytest.mark.parametrize("model", ["latest_long", "chirp_2"])
async def test_a_connection_that_takes_long_to_be_had_is_waited_for(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no engine that says nothing: another one would take as long."""
    proxy = Proxy(port=0, slow_s=3.0)
    async with behind(proxy, Google(TonesHeard(TONES))) as at:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{at}")
        heard = await heard_at(NOWHERE, model=model)
    assert heard.text == " ".join(WORDS)
    assert len(proxy.asked) == 1


async def test_who_runs_it_is_told_of_a_proxy_that_stops_google(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with proxying(Proxy(port=0, asks_who=True)) as at:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{at}")
        with pytest.raises(ExceptionGroup) as heard:
            await heard_at(NOWHERE, model="chirp_2")
        with pytest.raises(APIError) as spoken:
            await spoken_s()
    assert heard.group_contains(EngineRefused, match="wants a name and a password .407.")
    assert "wants a name and a password (407)" in str(spoken.value)


async def test_a_network_without_a_way_to_google_is_told_of() -> None:
    """Google's client of the first version tries again by itself, for 83 minutes."""
    with pytest.raises(ExceptionGroup) as raised:
        await heard_at(f"http://{HOST}:9")
    assert raised.group_contains(EngineUnavailable)


async def test_google_speaks_through_a_companys_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = Proxy(port=0)
    async with behind(proxy, Google()) as at:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{at}")
        assert await spoken_s() > 0.0
    assert proxy.asked == ["CONNECT google.example:9000 HTTP/1.1"]


async def test_a_server_on_this_machine_is_reached_directly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By whatever name gRPC would find a proxy itself."""
    monkeypatch.setenv("https_proxy", f"http://{HOST}:9")
    async with serving(Google(TonesHeard(TONES))) as endpoint:
        assert (await heard_at(endpoint)).text == " ".join(WORDS)


class Transport:
    """As Google's: keeps what its channel is made with."""

    def __init__(self, *, channel: Any, host: str) -> None:
        self.trusted = channel(host)

    @staticmethod
    def create_channel(_host: str, *, ssl_credentials: object, **_: object) -> object:
        return ssl_credentials


def trusted() -> object:
    made = client_at(
        lambda client_options, transport: transport(host=client_options.api_endpoint),
        Transport,
        "https://speech.google.example",
    )
    return made.trusted


def test_an_authority_that_the_operator_names_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """gRPC has authorities of its own, and looks at no SSL_CERT_FILE."""
    monkeypatch.delenv("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", raising=False)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    assert trusted() is None
    monkeypatch.setenv("SSL_CERT_FILE", str(ensure_certificate(tmp_path, HOST).authority))
    assert isinstance(trusted(), ChannelCredentials)
