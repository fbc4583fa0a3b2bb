"""Engines by import path: what can be given is given as the class wants it, and what cannot is said
in one sentence."""

import sys
from pathlib import Path
from typing import Any

import pytest
from livekit.agents.types import NOT_GIVEN
from pydantic import JsonValue

from interpreter.engines import (
    check_chosen,
    open_recogniser,
    open_translator,
    open_voice,
)
from interpreter.engines.arguments import engine_choice
from interpreter.engines.kinds import Kind
from interpreter.engines.plugin_check import check_engine
from interpreter.engines.plugins import (
    key_variables,
    open_llm,
    open_stt,
    options_for,
)
from interpreter.engines.profiles import Engine
from interpreter.engines.reach import supported_sources, supported_targets
from interpreter.engines.readiness import lacking
from interpreter.errors import InputError, InterpretationError, RequirementMissing
from interpreter.settings import (
    EngineChoice,
    Settings,
    child_environment,
    chosen_engines,
    load_settings,
    trim_secrets,
)
from tests.interpreter.engines.conftest import settings_for
from tests.interpreter.engines.fake_plugin import SAID_HZ, Mode, Params

FAKE = "tests.interpreter.engines.fake_plugin"


def made(options: dict[str, JsonValue], **defaults: JsonValue) -> dict[str, Any]:
    engine: Any = open_llm(f"{FAKE}:LLM", {"model": "m", **options}, defaults)
    return dict(engine.made_with)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("temperature", "0.2", 0.2),
        ("temperature", 0, 0.0),
        ("temperature", "none", NOT_GIVEN),
        ("best_of", "3", 3),
        ("streams", "false", False),
        ("effort", "high", "high"),
        ("user", "somebody", "somebody"),
        ("user", "none", None),
        ("body", '{"top_k": 1}', {"top_k": 1}),
        ("body", {"top_k": 1}, {"top_k": 1}),
        ("named", {"name": "Ito"}, {"name": "Ito"}),
        ("params", {"hints": ["es"]}, Params(hints=["es"])),
        ("mode", "slow", Mode.SLOW),
    ],
)
def test_a_value_becomes_what_the_constructor_wants(
    name: str, text: JsonValue, value: object
) -> None:
    assert made({name: text})[name] == value


def test_a_default_is_given_where_nobody_said_otherwise() -> None:
    assert made({}, temperature=0.0, language="es")["temperature"] == 0.0
    assert made({"temperature": "1"}, temperature=0.0)["temperature"] == 1.0


def test_a_language_is_given_as_the_class_wants_it() -> None:
    listed: Any = open_stt(f"{FAKE}:ListedSTT", {}, {"language": "es", "languages": "es"})
    assert listed.made_with == {"languages": ["es"]}
    one: Any = open_stt(f"{FAKE}:FewSTT", {}, {"language": "es", "response_format": "wav"})
    assert one.made_with == {"language": "es", "response_format": "mp3"}


def test_a_language_is_given_by_whatever_name_the_class_has_for_it(tmp_path: Path) -> None:
    settings = settings_for(tmp_path).model_copy(update={"stt": f"{FAKE}:CodedSTT"})
    recogniser: Any = open_recogniser("es", settings)
    assert recogniser.engine.made_with == {"language_code": "es"}


def test_a_language_that_the_class_does_not_take_is_told(tmp_path: Path) -> None:
    """As InputError: the next engine of the chain is opened."""
    settings = settings_for(tmp_path).model_copy(update={"stt": f"{FAKE}:FewSTT"})
    with pytest.raises(InputError, match="language=ca is not one of de, es.*languages = "):
        open_recogniser("ca", settings)


@pytest.mark.parametrize(
    ("engine", "says"),
    [
        (
            Engine(f"{FAKE}:UnnamedSTT", {"model": "many"}),
            'takes no language_code. It was told .* or language_code = "none"',
        ),
        (Engine(f"{FAKE}:FewSTT", meant_for=("es", "hi")), 'language=hi .*"language@LANGUAGE"'),
        (Engine(f"{FAKE}:FewSTT", meant_for=("hi",)), "language=hi is not"),
        (Engine(f"{FAKE}:StreamingSTT", interim_results=True), "take interim_results out"),
    ],
)
def test_a_language_that_an_engine_will_refuse_is_told_before_anybody_speaks(
    engine: Engine, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        check_engine(Kind.STT, engine)


@pytest.mark.parametrize(
    "engine",
    [
        Engine(f"{FAKE}:UnnamedSTT", {"model": "many", "language_code": "none"}),
        Engine(f"{FAKE}:NeedsLanguageSTT"),
        Engine(f"{FAKE}:FewSTT"),
        Engine(f"{FAKE}:FewSTT", {"language@hi": "es"}, meant_for=("es", "hi")),
    ],
    ids=["told none", "needs one", "for some of all", "told another name"],
)
def test_an_engine_that_a_meeting_can_open_is_taken(engine: Engine) -> None:
    check_engine(Kind.STT, engine)


def test_a_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_API_KEY", "of the environment")
    assert made({})["key"] == "of the environment"


@pytest.mark.parametrize(
    ("path", "options", "error", "says"),
    [
        pytest.param("openai", {}, InputError, "module:Class", id="no class"),
        pytest.param("nowhere.at_all:LLM", {}, RequirementMissing, "not installed", id="no module"),
        pytest.param(
            "livekit.plugins.nowhere:LLM", {}, RequirementMissing, "uv add livekit-plugins-nowhere"
        ),
        pytest.param(f"{FAKE}:GPT", {}, InputError, "is not there.*LLM", id="class not found"),
        pytest.param(f"{FAKE}:TTS", {}, InputError, "is no .*LLM.*has.*: LLM", id="wrong kind"),
        pytest.param(
            f"{FAKE}:LLM", {"modle": "x"}, InputError, "no option 'modle'.*best_of.*user", id="name"
        ),
        pytest.param(f"{FAKE}:LLM", {"best_of": "two"}, InputError, "best_of=two is not a whole"),
        pytest.param(f"{FAKE}:LLM", {"effort": "mid"}, InputError, "one of low, high"),
        pytest.param(f"{FAKE}:LLM", {"mode": "mid"}, InputError, "one of fast, slow"),
        pytest.param(
            f"{FAKE}:LLM", {"params": {"hint": ["es"]}}, InputError, "a table of hints, delay_ms"
        ),
        pytest.param(
            f"{FAKE}:LLM", {"named": {"nmae": "Ito"}}, InputError, "a table of name, provider"
        ),
        pytest.param(f"{FAKE}:LLM", {"_hidden": "x"}, InputError, "no option"),
        pytest.param(f"{FAKE}:LLM", {"api_key": "s3cret"}, InputError, "as FAKE_API_KEY", id="key"),
        pytest.param(
            f"{FAKE}:LLM", {"model": "none"}, InputError, "made: no such model\\.$", id="made"
        ),
        pytest.param(
            f"{FAKE}:LLM", {"model": "keyless"}, InputError, "key is required.*from FAKE_API_KEY"
        ),
        pytest.param(f"{FAKE}:LLM", {}, InputError, "made without options.model, which"),
        pytest.param(
            f"{FAKE}:LLM", {"model": "m", "user@xx": "y"}, InputError, "language 'xx'", id="tag"
        ),
    ],
)
def test_what_cannot_be_made_is_said_before_anything_starts(
    path: str, options: dict[str, JsonValue], error: type[InterpretationError], says: str
) -> None:
    choice = EngineChoice(translator=path, translator_options=options)
    with pytest.raises(error, match=says) as raised:
        check_chosen(choice)
    assert "s3cret" not in str(raised.value)


def test_a_key_that_only_a_module_beside_speaks_of_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As AWS' recogniser, which leaves credentials to a library."""
    package = tmp_path / "clouded"
    package.mkdir()
    made = "from livekit.agents import stt\n\nclass STT(stt.STT):\n    def __init__(self): ...\n"
    (package / "ears.py").write_text(made)
    (package / "mouth.py").write_text('"""Reads CLOUD_SECRET_ACCESS_KEY."""\n')
    (package / "__init__.py").write_text("from . import mouth\nfrom .ears import STT\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert key_variables("clouded:STT", Kind.STT) == ["CLOUD_SECRET_ACCESS_KEY"]


@pytest.mark.parametrize("text", ["raise RuntimeError('s3cret')", "def x(:"])
def test_a_module_that_cannot_be_imported_is_told(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_module.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    found = lacking(Kind.STT, Engine("broken_module:STT"))
    assert "broken_module is there and cannot be imported" in found
    assert "s3cret" not in found


def test_a_package_that_is_not_called_as_its_module_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "livekit.plugins.minimax", None)  # as if not installed
    with pytest.raises(RequirementMissing, match="uv add livekit-plugins-minimax-ai`"):
        check_chosen(EngineChoice(tts="livekit.plugins.minimax:TTS"))


@pytest.mark.parametrize("key", ["two keys", "sk-…", "sk-é1234"])
def test_a_key_with_a_sign_that_none_has_is_told_before_anything_starts(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it reads as if the server could not be reached."""
    monkeypatch.setenv("FAKE_API_KEY", key)
    choice = EngineChoice(translator=f"{FAKE}:LLM", translator_options={"model": "m"})
    with pytest.raises(RequirementMissing, match="FAKE_API_KEY has a sign in it") as raised:
        check_chosen(choice)
    assert key not in str(raised.value)


def test_quotation_marks_around_a_key_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Docker's --env-file leaves them."""
    monkeypatch.setenv("FAKE_API_KEY", '"sk-0123456789"')
    found = lacking(Kind.TRANSLATOR, Engine(f"{FAKE}:LLM", {"model": "m"}))
    assert "FAKE_API_KEY has quotation marks around it" in found
    assert "sk-0123456789" not in found


@pytest.mark.parametrize("value", ["/no/such/file.json", '{"private_key": "s3cret"}', "x" * 5000])
def test_a_recognisers_file_of_credentials_that_cannot_be_read_is_told(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", value)
    found = lacking(Kind.STT, Engine("interpreter.engines.google_stt:STT"))
    assert "GOOGLE_APPLICATION_CREDENTIALS names no readable service-account file" in found
    assert value not in found


def test_what_stands_around_a_key_is_not_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_API_KEY", " sk-0123456789\r\n")
    trim_secrets()
    assert made({})["key"] == "sk-0123456789"


def test_options_without_an_engine_are_told() -> None:
    with pytest.raises(InputError, match="options for tts"):
        check_chosen(EngineChoice(tts_options={"voice": "x"}))


async def test_a_recogniser_of_recordings_streams_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "any")
    settings = settings_for(tmp_path).model_copy(update={"stt": "livekit.plugins.openai:STT"})
    recogniser = open_recogniser("es", settings)
    assert recogniser.capabilities.streaming
    assert recogniser.capabilities.manual_flush
    await recogniser.aclose()


def test_an_option_may_be_for_one_language() -> None:
    options: dict[str, JsonValue] = {"voice": "first", "voice@es": "second"}
    assert options_for(options, "es") == {"voice": "second"}
    assert options_for(options, "ca") == {"voice": "first"}


def with_voice(tmp_path: Path) -> Settings:
    return settings_for(tmp_path).model_copy(
        update={"tts": f"{FAKE}:TTS", "tts_options": {"voice@es": "second"}}
    )


async def test_a_voice_of_a_plugin_is_heard_in_webrtcs_rate_and_one_channel(
    tmp_path: Path,
) -> None:
    voice = open_voice("es", with_voice(tmp_path))
    async with voice.synthesize("Hola.", rate=1.2, speaker="somebody") as stream:
        frames = [audio.frame async for audio in stream]

    assert {(frame.sample_rate, frame.num_channels) for frame in frames} == {(24_000, 1)}
    assert sum(frame.duration for frame in frames) == pytest.approx(0.5, abs=0.05)
    assert SAID_HZ % 100 != 0
    assert not voice.has_rate


@pytest.mark.parametrize(
    ("language", "options", "named"),
    [
        ("es", {}, "es-ES-ElviraNeural"),
        ("zh", {}, "zh-CN-XiaoxiaoNeural"),
        ("ja", {"voice": "ja-JP-KeitaNeural"}, "ja-JP-KeitaNeural"),
    ],
)
def test_a_provider_is_asked_for_the_voice_that_the_language_file_names(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    options: dict[str, JsonValue],
    named: str,
) -> None:
    monkeypatch.setenv("AZURE_SPEECH_KEY", "k")
    monkeypatch.setenv("AZURE_SPEECH_REGION", "r")
    azure = {"tts": "livekit.plugins.azure:TTS", "tts_options": options}

    voice = open_voice(language, settings_for(tmp_path).model_copy(update=azure))

    assert voice.model.endswith(f":{named}")


def test_with_a_translator_plugin_every_language_with_a_voice_is_reached() -> None:
    choice = EngineChoice(translator=f"{FAKE}:LLM")
    assert "en" in supported_targets("es", choice)
    assert "en" not in supported_targets("en", choice)
    assert "fr" in supported_sources(EngineChoice(stt=f"{FAKE}:STT"))
    assert "fr" not in supported_sources(EngineChoice())


def test_a_translator_plugin_is_opened_with_its_options(tmp_path: Path) -> None:
    settings = settings_for(tmp_path).model_copy(
        update={"translator": f"{FAKE}:LLM", "translator_options": {"model": "m"}}
    )
    assert open_translator("es", "en", settings).label == f"{FAKE}.LLM"


def test_the_choice_reaches_child_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(tmp_path).model_copy(
        update={"translator": f"{FAKE}:LLM", "translator_options": {"model": "m", "best_of": 2}}
    )
    for name, value in child_environment(settings).items():
        monkeypatch.setenv(name, value)

    assert chosen_engines().translator == f"{FAKE}:LLM"
    assert chosen_engines().translator_options == {"model": "m", "best_of": 2}
    assert chosen_engines().tts == ""


def test_options_that_are_no_json_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERPRETER_TTS_OPTIONS", "voice=x")
    with pytest.raises(RequirementMissing, match="INTERPRETER_TTS_OPTIONS is no JSON"):
        chosen_engines()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("INTERPRETER_STT_OPTIONS", "[1]", r"INTERPRETER_STT_OPTIONS \(a JSON object\)\.$"),
        ("INTERPRETER_JOB_SLOTS", "s3cret", r"_JOB_SLOTS \(a whole number, 1 or more\)\.$"),
        ("INTERPRETER_JOB_SLOTS", "0", r"_JOB_SLOTS \(a whole number, 1 or more\)\.$"),
        ("INTERPRETER_METRICS_PORT", "99999", r"_METRICS_PORT \(a port, 0 to 65535\)\.$"),
        ("INTERPRETER_FLOOR_PORT", "-1", r"_FLOOR_PORT \(a port, 0 to 65535\)\.$"),
        ("INTERPRETER_PAIR_PORT", "65536", r"_PAIR_PORT \(a port, 0 to 65535\)\.$"),
        ("INTERPRETER_LEAVE_S", "soon", r"INTERPRETER_LEAVE_S \(a number\)\.$"),
    ],
)
def test_a_setting_that_is_wrong_is_told_by_its_variable(
    name: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEKIT_API_KEY", "some-key")
    monkeypatch.setenv("LIVEKIT_API_SECRET", "some-secret-of-our-own")
    monkeypatch.setenv(name, value)
    with pytest.raises(RequirementMissing, match=says):
        load_settings()


def test_the_command_line_stands_above_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERPRETER_TRANSLATOR", f"{FAKE}:LLM")
    monkeypatch.setenv("INTERPRETER_TRANSLATOR_OPTIONS", '{"model": "m"}')

    added = engine_choice(("", ["best_of=2"]), ("", None), ("", None))
    other = engine_choice(("other:LLM", ["a=b=c"]), ("", None), ("some:TTS", []))

    assert added.translator_options == {"model": "m", "best_of": "2"}
    assert (other.translator, other.translator_options) == ("other:LLM", {"a": "b=c"})
    with pytest.raises(InputError, match="name=value"):
        engine_choice(("", ["model"]), ("", None), ("", None))
