"""Which profile interprets, by environment and command line, and what its engines are given."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from livekit.agents import APIStatusError, metrics
from livekit.agents.llm import LLMError
from livekit.agents.metrics.base import Metadata
from livekit.agents.types import NOT_GIVEN
from livekit.plugins import openai
from prometheus_client import REGISTRY
from pydantic import SecretStr

import languages
from interpreter import engines
from interpreter.engines import opening, reach
from interpreter.engines.arguments import engine_choice
from interpreter.engines.chosen import (
    is_local,
    known_profiles,
    profile_of,
    resolved,
    secret_variables,
    unset_variables,
)
from interpreter.engines.kinds import Kind
from interpreter.engines.metering import meter
from interpreter.engines.naming import place_of, shown
from interpreter.engines.plugin_check import check_engine
from interpreter.engines.plugin_options import options_of
from interpreter.engines.plugins import (
    key_variables,
    open_llm,
    open_stt,
    without_secrets,
)
from interpreter.engines.profiles import Engine, FromEnvironment
from interpreter.errors import InputError, RequirementMissing
from interpreter.settings import EngineChoice, Settings, child_environment, chosen_engines
from interpreter.usage import Amounts, UsedEngine, unnoticed
from interpreter.worker import preloaded
from tests.interpreter.engines.conftest import settings_for

FAKE = "tests.interpreter.engines.fake_plugin"
MINE = f"""
[mine]
stt = ["pocketsphinx"]
translator = [
  {{ plugin = "{FAKE}:LLM", options = {{ model = {{ env = "FAKE_MODEL" }} }} }},
  {{ plugin = "{FAKE}:LLM", options = {{ model = "second" }} }},
]
tts = [
  {{ plugin = "{FAKE}:TTS", languages = ["es"] }},
  "espeak",
]
"""
NONE: tuple[str, Sequence[str] | None] = ("", None)


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a profile in a file of our own, also in the environment."""
    file = tmp_path / "mine.toml"
    file.write_text(MINE)
    monkeypatch.setenv("INTERPRETER_ENGINES", str(file))
    monkeypatch.setenv("INTERPRETER_PROFILE", "mine")
    return settings_for(tmp_path)


def test_nobody_chose_so_all_is_offline() -> None:
    assert profile_of(EngineChoice()).name == "offline"
    assert is_local(Kind.TRANSLATOR, EngineChoice())


def test_a_profile_of_ones_own_stands_beside_the_shipped_ones(mine: Settings) -> None:
    assert {"mine", "offline", "openai"} <= set(known_profiles(mine))
    assert profile_of(mine).name == "mine"
    assert not is_local(Kind.TRANSLATOR, mine)


def test_an_unknown_profile_is_told_with_those_that_there_are() -> None:
    with pytest.raises(InputError, match=r"no engine profile 'opnai'; .*offline, .*openai"):
        profile_of(EngineChoice(profile="opnai"))


def test_a_class_stands_above_the_profile_for_every_language(mine: Settings) -> None:
    choice = mine.model_copy(update={"tts": "some.where:TTS", "tts_options": {"voice": "v"}})
    profile = profile_of(choice)
    assert [one.plugin for one in profile.chain(Kind.TTS, "ar")] == ["some.where:TTS"]
    assert profile.tts[0].options == {"voice": "v"}
    assert [one.plugin for one in profile.stt] == ["pocketsphinx"]


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"tts": "apertium"}, "apertium is no tts; --tts or INTERPRETER_TTS names it"),
        ({"tts": "espeak", "tts_options": {"voice": "x"}}, "espeak takes no options"),
    ],
)
def test_an_engine_of_this_machine_is_chosen_for_what_it_does(
    chosen: dict[str, Any], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        profile_of(EngineChoice(**chosen))
    assert profile_of(EngineChoice(tts="espeak")).tts[0].plugin == "espeak"


def test_the_command_lines_profile_stands_above_the_environments_classes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("INTERPRETER_PROFILE", "azure")
    monkeypatch.setenv("INTERPRETER_TRANSLATOR", f"{FAKE}:LLM")

    assert engine_choice(NONE, NONE, NONE).profile == "azure"
    assert engine_choice(NONE, NONE, NONE).translator == f"{FAKE}:LLM"
    assert engine_choice(NONE, NONE, NONE, "openai") == EngineChoice.model_construct(
        profile="openai"
    )
    assert engine_choice(NONE, NONE, ("a.b:TTS", None), "openai").tts == "a.b:TTS"
    with pytest.raises(InputError, match="no engine profile 'x'"):
        engine_choice(NONE, NONE, NONE, "x")


def test_profile_and_file_reach_child_processes(
    mine: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in child_environment(mine).items():
        monkeypatch.setenv(name, value)
    assert profile_of(chosen_engines()).name == "mine"


def test_languages_follow_the_profile(mine: Settings) -> None:
    reached = reach.supported_targets("en", mine)
    assert {"es", "de", "fi"} <= set(reached)
    assert not {"ar", "ja"} & set(reached)  # eSpeak NG does not speak them
    assert reach.supported_sources(mine) == ["en"]


@pytest.mark.parametrize(
    ("profile", "spoken", "not_spoken"),
    [
        ("offline", {"en"}, {"es", "de"}),
        ("openai", {"en", "es", "de", "ar", "sw"}, set()),
        ("azure", {"en", "es", "gl"}, set()),
    ],
)
def test_a_recogniser_is_used_for_the_languages_that_its_provider_has(
    profile: str, spoken: set[str], not_spoken: set[str]
) -> None:
    found = set(reach.supported_sources(EngineChoice(profile=profile)))
    assert spoken <= found
    assert not not_spoken & found


def test_a_language_that_a_provider_lacks_goes_to_the_next_engine() -> None:
    """Deepgram's nova-3 has no code for Swahili."""
    deepgram = EngineChoice(profile="deepgram-openai")
    swahili = [one.plugin for one in reach.recognisers_of("sw", deepgram)]
    spanish = [one.plugin for one in reach.recognisers_of("es", deepgram)]
    assert swahili == ["interpreter.engines.openai_stt:STT"]
    assert spanish == ["interpreter.engines.deepgram_stt:STT", "interpreter.engines.openai_stt:STT"]


def test_an_engine_is_given_what_the_environment_has(
    mine: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_MODEL", "first")
    translator: Any = engines.open_translator("en", "es", mine)
    first = translator._chain.first  # noqa: SLF001
    assert first.engine.made_with["model"] == "first"


def test_the_engines_of_a_chain_stand_in_for_each_other(
    mine: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_MODEL", "first")
    translator: Any = engines.open_translator("en", "es", mine)
    assert translator._chain.names == ("fake_plugin first", "fake_plugin second")  # noqa: SLF001


def test_an_engine_that_cannot_be_opened_leaves_its_place_to_the_next(
    mine: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    translator: Any = engines.open_translator("en", "es", mine)
    assert translator.engine.made_with["model"] == "second"
    (left_out,) = caplog.messages
    assert left_out.startswith("engine left out: tests.interpreter.engines.fake_plugin:LLM: ")
    assert "FAKE_MODEL, which is not set" in left_out


def test_what_is_missing_for_any_engine_is_told_before_anybody_speaks(mine: Settings) -> None:
    with pytest.raises(
        RequirementMissing,
        match=r"profile mine, translator 1 .*model is read from .*FAKE_MODEL, which is not set",
    ):
        engines.check_chosen(mine)


def test_secrets_are_hidden_and_what_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "Pr1vate")
    options = {
        "api_key": FromEnvironment("SOME_KEY"),
        "other_key": FromEnvironment("NO_SUCH_KEY", "unused"),
        "url": FromEnvironment("NO_SUCH_URL", "http://here"),
        "extra": {"headers": [FromEnvironment("NO_SUCH_NAME")]},
    }
    engine = Engine("a.b:STT", options, place="profile x, stt 1")

    assert unset_variables(engine) == ["NO_SUCH_NAME"]
    known = resolved(Engine("a.b:STT", {**options, "extra": 1}))
    assert known["api_key"] == SecretStr("Pr1vate")
    assert known["other_key"] == SecretStr("unused")
    assert known["url"] == "http://here"
    assert "Pr1vate" not in repr(known)


def test_what_a_variable_says_is_in_no_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever option it was given for by mistake."""
    monkeypatch.setenv("SOME_KEY", "Pr1vate-text")
    options = {"model": "m", "temperature": FromEnvironment("SOME_KEY")}
    with pytest.raises(InputError, match="temperature, read from SOME_KEY, is not a number") as it:
        check_engine(Kind.TRANSLATOR, Engine(f"{FAKE}:LLM", options))
    assert it.value.__cause__ is None
    assert "Pr1vate" not in str(it.value)


def test_a_header_may_hold_a_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "Pr1vate-text")
    options = {"model": "m", "body": {"Authorization": FromEnvironment("SOME_KEY"), "a": [1]}}
    engine = Engine(f"{FAKE}:LLM", options)
    made: Any = open_llm(engine.plugin, resolved(engine), {})
    assert made.made_with["body"] == {"Authorization": "Pr1vate-text", "a": [1]}
    assert secret_variables(options) == ["SOME_KEY"]


def test_a_value_called_none_is_one_where_the_option_has_it() -> None:
    option = options_of(openai.LLM)["reasoning_effort"]
    assert option.converted("none") == "none"
    assert options_of(openai.LLM)["user"].converted("none") is NOT_GIVEN


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("interpreter.engines.google_stt:STT", Kind.STT, "GOOGLE_APPLICATION_CREDENTIALS"),
        ("interpreter.engines.google_tts:TTS", Kind.TTS, "GOOGLE_APPLICATION_CREDENTIALS"),
        ("interpreter.engines.google_llm:LLM", Kind.TRANSLATOR, "GOOGLE_API_KEY"),
        ("interpreter.engines.azure_stt:STT", Kind.STT, "AZURE_SPEECH_KEY"),
        ("interpreter.engines.openai_stt:STT", Kind.STT, "OPENAI_API_KEY"),
        ("interpreter.engines.deepgram_tts:TTS", Kind.TTS, "DEEPGRAM_API_KEY"),
        ("livekit.plugins.openai:LLM", Kind.TRANSLATOR, "OPENAI_API_KEY"),
    ],
)
def test_the_variable_of_a_key_is_one_that_there_is(path: str, kind: Kind, name: str) -> None:
    assert name in key_variables(path, kind)


def test_a_server_of_ones_own_is_not_sent_openais_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "Pr1vate-text")
    made: Any = open_stt(
        "interpreter.engines.openai_stt:STT",
        {"base_url": "http://127.0.0.1:1/v1", "api_key": SecretStr("unused")},
        {},
    )
    assert made.client.auth_headers == {"Authorization": "Bearer unused"}


def test_a_secret_in_a_list_of_tables_is_given_and_shown_to_nobody() -> None:
    headers = [{"x-api-key": FromEnvironment("SOME_KEY")}]
    assert secret_variables({"headers": headers}) == ["SOME_KEY"]
    opened = {"messages": [{"x-api-key": SecretStr("Pr1vate")}]}
    made: Any = open_llm(f"{FAKE}:LLM", {"model": "m", "body": opened}, {})
    assert made.made_with["body"] == {"messages": [{"x-api-key": "Pr1vate"}]}
    assert without_secrets("Bad key Pr1vate", opened) == "Bad key …"


def test_a_plugins_own_sentence_is_told_without_the_key() -> None:
    said = without_secrets("Bad key Pr1vate for here", {"api_key": SecretStr("Pr1vate"), "url": 1})
    assert said == "Bad key … for here"


def test_a_maker_of_a_class_may_stand_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "any")
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://some.openai.azure.com")
    monkeypatch.setenv("OPENAI_API_VERSION", "2024-10-21")
    settings = settings_for(tmp_path).model_copy(update={"profile": "azure"})
    assert engines.open_translator("en", "es", settings).label == "gpt-4.1-mini"


def test_what_a_profile_needs_is_there_before_jobs_are_forked(tmp_path: Path) -> None:
    openai = settings_for(tmp_path).model_copy(update={"profile": "openai"})
    modules = preloaded(openai)
    assert {"livekit.plugins.openai", "interpreter.engines.plugin_stt"} <= set(modules)
    assert "livekit.plugins.openai" not in preloaded(settings_for(tmp_path))


def counted(name: str, **labels: str) -> float:
    """So far, in this process."""
    return REGISTRY.get_sample_value(f"interpreter_engine_{name}", labels) or 0.0


def test_what_a_plugin_uses_how_fast_it_is_and_its_errors_are_counted_by_name() -> None:
    from tests.interpreter.engines.fake_plugin import LLM

    engine = {"kind": "translator", "engine": "counted m"}
    plugin = LLM(model="m")
    meter(plugin, Kind.TRANSLATOR, f"{FAKE}:LLM", "es", unnoticed, engine["engine"])
    plugin.emit("metrics_collected", llm_metrics(prompt=100, cached=40, completion=20))
    failed = APIStatusError("no text of this goes on", status_code=429)
    plugin.emit("error", LLMError(timestamp=0.0, label="", error=failed, recoverable=True))

    assert counted("requests_total", **engine) == 1
    assert counted("tokens_total", **engine, type="input") == 60
    assert counted("tokens_total", **engine, type="cached") == 40
    assert counted("tokens_total", **engine, type="output") == 20
    assert counted("first_answer_seconds_count", **engine) == 1
    assert counted("errors_total", **engine, trouble="rate_limit") == 1


def test_what_a_plugin_says_that_it_used_is_told_with_its_engine_and_channel() -> None:
    from tests.interpreter.engines.fake_plugin import LLM

    told: list[tuple[UsedEngine, Amounts]] = []
    plugin = LLM(model="m")
    meter(plugin, Kind.TRANSLATOR, f"{FAKE}:LLM", "es", lambda *one: told.append(one), "fake m")
    plugin.emit("metrics_collected", llm_metrics(prompt=100, cached=40, completion=20))
    plugin.emit("metrics_collected", llm_metrics(prompt=0, cached=0, completion=0))
    plugin.emit("metrics_collected", "something else")

    used = UsedEngine("translator", f"{FAKE}:LLM", plugin.provider, plugin.model, "es")
    assert told == [
        (used, Amounts(1, 0, input_tokens=100, cached_tokens=40, output_tokens=20)),
        (used, Amounts(1, uncounted=1)),
    ]


def llm_metrics(prompt: int, cached: int, completion: int) -> metrics.LLMMetrics:
    return metrics.LLMMetrics(
        label="",
        request_id="",
        timestamp=0,
        duration=1,
        ttft=0.2,
        cancelled=False,
        completion_tokens=completion,
        prompt_tokens=prompt,
        prompt_cached_tokens=cached,
        total_tokens=prompt + completion,
        tokens_per_second=1,
        metadata=Metadata(),
    )


def test_who_streams_is_not_asked_for_interim_results_of_recordings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none-is-needed")
    path = "interpreter.engines.openai_stt:STT"
    engine = Engine(path, place="profile mine, stt 1", interim_results=True)
    with pytest.raises(InputError, match="profile mine, stt 1: .* streams; take interim_results"):
        opening.recogniser(engine, languages.load("en"), settings_for(tmp_path), (), unnoticed)


def test_an_engine_that_needs_what_is_not_set_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_SPEECH_REGION_2", raising=False)
    assert len(profile_of(EngineChoice(profile="azure")).stt) == 1
    monkeypatch.setenv("AZURE_SPEECH_REGION_2", "northeurope")
    monkeypatch.setenv("AZURE_SPEECH_KEY_2", "any")
    other = profile_of(EngineChoice(profile="azure")).stt[1]
    assert unset_variables(other) == []
    monkeypatch.delenv("AZURE_SPEECH_KEY_2")
    assert unset_variables(other) == ["AZURE_SPEECH_KEY_2"]
    monkeypatch.delenv("AZURE_SPEECH_REGION_2")
    assert unset_variables(other) == []
    monkeypatch.setenv("AZURE_SPEECH_REGION_2", "northeurope")
    monkeypatch.setenv("AZURE_SPEECH_KEY_2", "any")
    assert engines.name_of(other) == "azure northeurope"


def test_a_kind_whose_engines_are_all_left_out_is_told(tmp_path: Path) -> None:
    file = tmp_path / "engines.toml"
    file.write_text(
        '[mine]\nstt = [{ plugin = "pocketsphinx", needs = "NO_SUCH_VARIABLE" }]\n'
        'translator = ["apertium"]\ntts = ["espeak"]\n'
    )
    with pytest.raises(RequirementMissing, match="stt 1 is left out.*NO_SUCH_VARIABLE"):
        profile_of(EngineChoice(profile="mine", engines=str(file)))


def test_two_places_of_one_model_have_two_names() -> None:
    google = profile_of(EngineChoice(profile="google"))
    assert [engines.name_of(one) for one in google.stt] == [
        "google latest_long",
        "google latest_long eu",
    ]


def test_two_servers_of_one_model_have_two_names_and_no_password_is_in_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SELF_HOSTED_STT_MODEL", "small")
    monkeypatch.setenv("SELF_HOSTED_STT_URL_2", "http://me:Pr1vate@second.local:8001/v1")
    own = profile_of(EngineChoice(profile="self-hosted"))
    assert [engines.name_of(one) for one in own.stt] == [
        "openai small 127.0.0.1:8001",
        "openai small second.local:8001",
    ]


def test_an_engine_whose_variables_are_not_set_has_a_name_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SELF_HOSTED_LLM_MODEL", raising=False)
    own = profile_of(EngineChoice(profile="self-hosted"))
    assert engines.name_of(own.translator[0]) == "openai 127.0.0.1:8000"


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"model": "m", "base_url": "second.local/v1"}, "where:STT m second.local"),
        ({"model": "m", "base_url": "http://[::1"}, "where:STT m"),
        ({"model": "m", "endpoint": "eu.a.b:443"}, "where:STT m eu.a.b:443"),
        ({"speech_endpoint": "wss://a.b/c"}, "where:STT a.b"),
        ({"voice": "v", "speech_region": "northeurope"}, "where:STT v northeurope"),
    ],
)
def test_what_tells_an_engine_from_others_is_shown(options: dict[str, object], name: str) -> None:
    engine = Engine("livekit.plugins.where:STT", options, place="profile x, stt 2")
    assert shown(engine) == name
    assert place_of(engine) == "stt 2"


EARS = f"""
[mine]
stt = [
  {{ plugin = "interpreter.engines.deepgram_stt:STT", options = {{ model = "nova-3" }} }},
  {{ plugin = "{FAKE}:STT", options = {{ model = "own", base_url = "http://gpu-1.local:8443" }} }},
  "pocketsphinx",
]
translator = ["apertium"]
tts = ["espeak"]
"""


@pytest.mark.parametrize(
    ("served", "named"),
    [
        ("", "deepgram nova-3"),
        ("deepgram nova-3", "deepgram nova-3"),
        ("fake_plugin own gpu-1.local:8443", "fake_plugin own"),
        ("fake_plugin own gpu-1.local:8443 (3)", "fake_plugin own"),
        ("pocketsphinx", "pocketsphinx en-us"),
    ],
)
def test_transcripts_name_the_recogniser_that_serves_and_no_server(
    served: str, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(EARS)
    monkeypatch.setenv("INTERPRETER_ENGINES", str(file))
    monkeypatch.setenv("INTERPRETER_PROFILE", "mine")
    assert reach.recogniser_name("en", served) == named
