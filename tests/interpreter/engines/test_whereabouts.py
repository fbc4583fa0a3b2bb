"""An address or a region that cannot be one is refused before anybody speaks."""

import pytest

from interpreter.engines.chosen import Told
from interpreter.engines.kinds import Kind
from interpreter.engines.profiles import Engine
from interpreter.engines.readiness import lacking
from interpreter.engines.whereabouts import check_whereabouts
from interpreter.errors import InputError

AZURE = Engine("interpreter.engines.azure_tts:TTS", place="profile mine, tts 1")
OURS = Engine("livekit.plugins.openai:LLM", place="profile mine, translator 1")


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_SPEECH_REGION", raising=False)
    monkeypatch.delenv("AZURE_SPEECH_ENDPOINT", raising=False)
    monkeypatch.delenv("AZURE_SPEECH_HOST", raising=False)
    monkeypatch.delenv("AZURE_OPENAI_ENDPOINT", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("base_url", "not a url"),
        ("base_url", "10.0.0.7:8000/v1"),
        ("base_url", "localhost:8000/v1"),
        ("base_url", "http://here:80000/v1"),
        ("base_url", "http://here:0/v1"),
        ("base_url", "http://here:port/v1"),
        ("base_url", "http:///v1"),
        ("base_url", "http://he re/v1"),
        ("base_url@es", "htp://here/v1"),
        ("speech_endpoint", "westeurope.tts.speech.microsoft.com"),
        ("azure_endpoint", "our-resource"),
        ("endpoint", "eu speech"),
        ("endpoint", "eu-speech.googleapis.com:80000"),
    ],
)
def test_what_is_no_address_is_told_by_its_option_and_not_repeated(option: str, value: str) -> None:
    says = rf"^profile mine, translator 1 \(.*\): {option} is no address; write "
    with pytest.raises(InputError, match=says) as raised:
        check_whereabouts(OURS, {option: value})
    assert value not in str(raised.value)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("base_url", "http://127.0.0.1:8000/v1"),
        ("base_url", "http://[::1]:8000/v1"),
        ("base_url", "https://host.example/v1/\n"),
        ("base_url", ""),
        ("base_url", "none"),
        ("speech_endpoint", "ws://127.0.0.1:9/speech"),
        ("endpoint", "eu-speech.googleapis.com"),
        ("endpoint", "http://127.0.0.1:50051"),
        ("endpoint", "127.0.0.1:50051"),
        ("speech_region", "westeurope"),
        ("speech_region", "EastUS2"),
        ("speech_region", "our-own"),
        ("url", "anything at all"),
    ],
)
def test_what_may_be_an_address_or_a_region_is_taken(option: str, value: str) -> None:
    check_whereabouts(OURS, {option: value})


def test_an_address_of_the_environment_is_told_by_its_variable() -> None:
    told = Told.by("SELF_HOSTED_LLM_URL", "10.0.0.7:8000")
    with pytest.raises(InputError, match="base_url, read from SELF_HOSTED_LLM_URL, is no address"):
        check_whereabouts(OURS, {"base_url": told})


@pytest.mark.parametrize(
    ("engine", "option", "variable"),
    [
        (OURS, "base_url", "OPENAI_BASE_URL"),
        (Engine(f"{OURS.plugin}.with_azure"), "azure_endpoint", "AZURE_OPENAI_ENDPOINT"),
        (AZURE, "speech_endpoint", "AZURE_SPEECH_ENDPOINT"),
    ],
)
def test_so_is_one_that_the_plugin_reads_by_itself_unless_an_option_says_it(
    engine: Engine, option: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "our-resource")
    with pytest.raises(InputError, match=f"{option}, read from {variable}, is no address"):
        check_whereabouts(engine, {})
    check_whereabouts(engine, {option: "https://our.example/v1"})


@pytest.mark.parametrize(
    "region", ["West Europe", "https://westeurope.api.cognitive.microsoft.com"]
)
def test_a_region_that_is_none_is_told_by_its_variable(
    region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_SPEECH_KEY", "any")
    monkeypatch.setenv("AZURE_SPEECH_REGION", region)
    says = lacking(Kind.TTS, AZURE)
    assert says.startswith(
        "profile mine, tts 1 (interpreter.engines.azure_tts:TTS): AZURE_SPEECH_R"
    )
    assert "write its short name in one word, as westeurope" in says
    assert region not in says


def test_a_region_of_an_option_is_told_by_it() -> None:
    with pytest.raises(InputError, match=r"\): speech_region is no region; write"):
        check_whereabouts(AZURE, {"speech_region": "West Europe"})


def test_a_region_that_is_not_used_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_SPEECH_REGION", "West Europe")
    check_whereabouts(AZURE, {"speech_endpoint": "http://127.0.0.1:9/speech"})
    check_whereabouts(OURS, {})
