"""Profiles as their file has them: order, languages, and every fault in a sentence that says where
it stands and what to do."""

from pathlib import Path

import pytest

import languages
from interpreter.engines.kinds import Kind
from interpreter.engines.profiles import (
    Engine,
    FromEnvironment,
    parse_profiles,
    read_profiles,
)
from interpreter.engines.serving import code_of
from interpreter.errors import InputError

GOOD = 'stt = ["pocketsphinx"]\ntranslator = ["apertium"]\ntts = ["espeak"]\n'
SPEAKS = 'stt = ["pocketsphinx"]\ntranslator = ["apertium"]\n'
OWN = """
[mine]
description = "ours"
stt = ["some.where:STT", "pocketsphinx"]
translator = ["apertium"]
[[mine.tts]]
plugin = "some.where:TTS"
languages = ["es", "ca"]
options.voice = "a"
options."voice@ca" = "b"
[[mine.tts]]
plugin = "other.place:Voices.made"
options.url = { env = "VOICE_URL", default = "http://v" }
[mine.language.ar]
stt = ["other.place:STT"]
"""


def test_the_shipped_profiles_are_these_and_offline_is_as_it_always_was() -> None:
    profiles = read_profiles()
    promised = ["offline", "deepgram-openai", "openai", "google", "azure", "self-hosted"]
    offline = profiles["offline"]

    assert list(profiles) == promised
    assert all(profile.description for profile in profiles.values())
    assert offline.stt == (Engine("pocketsphinx"),)
    assert offline.translator == (Engine("apertium"),)
    assert offline.tts == (Engine("espeak"),)
    assert not offline.overrides


@pytest.mark.parametrize("name", ["deepgram-openai", "openai", "google", "azure", "self-hosted"])
def test_every_other_shipped_profile_has_something_to_fall_back_on_for_voice_and_translation(
    name: str,
) -> None:
    profile = read_profiles()[name]
    assert len(profile.translator) >= 2
    assert len(profile.tts) >= 2
    assert profile.translator[-1].plugin == "apertium"
    assert profile.tts[-1].plugin == "espeak"


def test_self_hosted_servers_are_never_sent_the_key_of_a_provider() -> None:
    """Else the plugin would take OPENAI_API_KEY."""
    plugins = [one for _, one in read_profiles()["self-hosted"].engines() if one.is_plugin]
    assert plugins
    assert all(isinstance(one.options["api_key"], FromEnvironment) for one in plugins)
    assert all("base_url" in one.options for one in plugins)


def test_a_chain_is_in_order_of_preference_and_of_the_languages_that_each_is_for() -> None:
    mine = parse_profiles(OWN, "mine.toml")["mine"]
    assert [one.plugin for one in mine.chain(Kind.TTS, "es")] == [
        "some.where:TTS",
        "other.place:Voices.made",
    ]
    assert [one.plugin for one in mine.chain(Kind.TTS, "fr")] == ["other.place:Voices.made"]


def test_a_language_may_have_a_chain_of_its_own() -> None:
    mine = parse_profiles(OWN, "mine.toml")["mine"]
    assert [one.plugin for one in mine.chain(Kind.STT, "ar")] == ["other.place:STT"]
    assert [one.plugin for one in mine.chain(Kind.STT, "en")] == ["some.where:STT", "pocketsphinx"]
    assert [one.plugin for one in mine.chain(Kind.TRANSLATOR, "ar")] == ["apertium"]
    assert [one.place for _, one in mine.engines()][-1] == "profile mine, language ar, stt 1"
    assert [one.meant_for for _, one in mine.engines()][-1] == ("ar",)


def test_an_option_may_name_an_environment_variable() -> None:
    mine = parse_profiles(OWN, "mine.toml")["mine"]
    assert mine.tts[1].options == {"url": FromEnvironment("VOICE_URL", "http://v")}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "f.toml: it has no profile"),
        ("[x", "f.toml is no TOML"),
        ("x = 3", "profile x: this must be a table"),
        (f"[x]\n{SPEAKS}", r"profile x has no tts: give it at least one.*\[\"espeak\"\]"),
        (f"[x]\n{SPEAKS}tts = []", "profile x has no tts"),
        (f'[x]\n{SPEAKS}tts = "espeak"', r"profile x: tts must be a list, \[ … \]"),
        (f"[x]\n{SPEAKS}tts = [3]", 'profile x, tts 1: this must be a name, "…", or a table'),
        (f"[x]\n{GOOD}[x.language]\nes = 3", "profile x, language es: this must be a table"),
        (f'[x]\n{SPEAKS}tts = [{{ plugn = "a:B" }}]', "profile x, tts 1: plugin is missing"),
        (f'[x]\n{SPEAKS}tts = [{{ plugn = "a:B" }}]', "profile x, tts 1: 'plugn' is not known"),
        (f'[x]\n{GOOD}voice = ["espeak"]', "profile x: 'voice' is not known; a profile has"),
        (f'[x]\n{SPEAKS}tts = ["espeak", "pocketsphinx"]', "tts 2: 'pocketsphinx' is no engine"),
        (f'[x]\n{SPEAKS}tts = ["openai"]', "tts 1: 'openai' is no engine.*openai:TTS"),
        (
            f'[x]\n{SPEAKS}tts = [{{ plugin = "espeak", options = {{ rate = 1 }} }}]',
            "tts 1: espeak takes no options",
        ),
        (
            f'[x]\n{SPEAKS}tts = [{{ plugin = "a:B", languages = ["xx"] }}]',
            "tts 1: there is no language 'xx'; languages are ar, ",
        ),
        (
            f'[x]\n{SPEAKS}tts = [{{ plugin = "a:B", options = {{ "voice@xx" = "v" }} }}]',
            "tts 1, option voice@xx: there is no language 'xx'",
        ),
        (f'[x]\n{GOOD}[x.language.xx]\ntts = ["espeak"]', "profile x, language xx: there is no"),
        (f"[x]\n{GOOD}[x.language.es]\ntts = []", "profile x, language es, tts is empty"),
        (f"[x]\n{GOOD}[x.language.es]\ntts = [{{}}]", "language es, tts 1: plugin is missing"),
        (
            f'[x]\n{SPEAKS}tts = [{{ plugin = "a:B", options = {{ url = {{ env = "a b" }} }} }}]',
            "tts 1 .*url names no environment variable",
        ),
        (
            f'[x]\n{SPEAKS}tts = [{{ plugin = "a:B", options.url = {{ env = "U", or = 1 }} }}]',
            "url has 'or'; beside env there may be default alone",
        ),
        (
            f'[x]\n{GOOD}[x.language.fr]\ntts = [{{ plugin = "espeak", languages = ["es"] }}]',
            "profile x, language fr, tts: none of these engines is for French",
        ),
        (
            f'[x]\n{GOOD}[x.language.sw]\nstt = ["interpreter.engines.deepgram_stt:STT"]',
            "profile x, language sw, stt: none of these engines is for Swahili; name one that is",
        ),
        (f'[x]\n{GOOD}[x.language.sw]\ntranslator = ["apertium"]', "sw, translator: none of"),
        (f'[x]\n{SPEAKS}tts = ["espeak", "a:B", "espeak"]', "tts 3 is the same as tts 1"),
        (
            f'[x]\n{SPEAKS}tts = [{{ plugin = "a:B", interim_results = true }}]',
            "profile x, tts 1: interim_results is for recognisers",
        ),
        (f'[x]\n{SPEAKS}tts = ["espeak", {{ plugin = "espeak" }}]', "tts 2 is the same as tts 1"),
        (
            f'[x]\n{GOOD}[x.language.es]\nstt = ["a:B", {{ plugin = "a:B", languages = [] }}]',
            "profile x, language es, stt 2 is the same as stt 1",
        ),
    ],
)
def test_a_fault_names_profile_kind_and_position_and_what_to_do(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        parse_profiles(text, "f.toml")


@pytest.mark.parametrize(
    "text",
    [
        f'[x]\n{GOOD}[x.language.fr]\ntts = [{{ plugin = "espeak", languages = ["es", "fr"] }}]',
        f'[x]\n{GOOD}[x.language.sw]\nstt = ["a:B"]\ntranslator = ["a:C"]',
        f'[x]\n{SPEAKS}tts = ["a:B", {{ plugin = "a:B", languages = ["es"] }}]',
        f'[x]\n{SPEAKS}tts = ["a:B", {{ plugin = "a:B", needs = "B_2" }}]',
    ],
)
def test_a_chain_that_serves_its_language_and_engines_that_differ_may_stand_there(
    text: str,
) -> None:
    assert parse_profiles(text, "f.toml")


def test_a_file_may_begin_with_the_mark_that_editors_on_windows_write(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f"[mine]\n{GOOD}", encoding="utf-8-sig")
    assert list(read_profiles(file)) == ["mine"]


def test_all_faults_of_a_file_are_told_at_once() -> None:
    with pytest.raises(InputError) as raised:
        parse_profiles('[x]\nstt = ["a"]\ntranslator = ["b"]\ntts = ["c"]', "f.toml")
    assert len(str(raised.value).splitlines()) == 3


@pytest.mark.parametrize(
    "option",
    [
        'api_key = "Pr1vate-1234"',
        'AZURE_SPEECH_KEY = "Pr1vate-1234"',
        '"api_key@es" = "Pr1vate-1234"',
        'auth_token = "Pr1vate-1234"',
        'apiKey = "Pr1vate-1234"',
        'apikey = "Pr1vate-1234"',
        '"apiKey@es" = "Pr1vate-1234"',
        'base_url = "https://here/v1?api_key=Pr1vate-1234"',
        'base_url = "https://here/v1?version=1&subscription-key=Pr1vate-1234"',
        'base_url = { env = "URL", default = "https://here/v1?apiKey=Pr1vate-1234" }',
        'extra_headers = { Cookie = "session=Pr1vate-1234" }',
        'extra_headers = { "X-ApiKey" = "Pr1vate-1234" }',
        'extra_headers = { Authorization = "Pr1vate-1234" }',
        'headers = [{ x-api-key = "Pr1vate-1234" }]',
        'headers = [{ key = "x-api-key", value = "Pr1vate-1234" }]',
        'headers = [{ key = "X", value = "Bearer Pr1vate-1234" }]',
        'login = { user = "me", key = "Pr1vate-1234" }',
        'model = "sk-Pr1vate-1234567890"',
        'note = "Bearer Pr1vate-1234"',
        'base_url = "http://me:Pr1vate-1234@here/v1"',
        'api_key = { env = "SOME_KEY", default = "Pr1vate-1234" }',
        'base_url = { env = "URL", default = "http://me:Pr1vate-1234@here" }',
    ],
)
def test_a_key_in_the_file_is_refused_and_not_repeated(option: str) -> None:
    text = f'[x]\n{SPEAKS}tts = [{{ plugin = "a:B", options = {{ {option} }} }}]'
    with pytest.raises(InputError, match=r"profile x, tts 1 \(a:B\): .* is a secret") as raised:
        parse_profiles(text, "f.toml")
    assert "Pr1vate" not in str(raised.value)


@pytest.mark.parametrize(
    "option",
    [
        'api_key = { env = "SOME_KEY" }',
        'api_key = { env = "SOME_KEY", default = "unused" }',
        'prompt_cache_key = "meeting"',
        'context = { general = [{ key = "domain", value = "law" }] }',
        'base_url = "http://127.0.0.1:8000/v1"',
        'base_url = "http://127.0.0.1:8000/v1?api-version=2024-10-21"',
        'extra_headers = { Cookie = { env = "SOME_COOKIE" } }',
        "max_tokens = 400",
        'keyterms = ["council"]',
    ],
)
def test_what_is_no_key_may_stand_there(option: str) -> None:
    text = f'[x]\n{SPEAKS}tts = [{{ plugin = "a:B", options = {{ {option} }} }}]'
    assert parse_profiles(text, "f.toml")["x"].tts[0].options


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
@pytest.mark.parametrize("option", ["speed = {}", "more = {{ speeds = [{}] }}"])
def test_an_option_that_is_no_number_is_refused(option: str, number: str) -> None:
    given = option.format(number)
    text = f'[x]\n{SPEAKS}tts = [{{ plugin = "a:B", options = {{ {given} }} }}]'
    with pytest.raises(InputError, match=r"profile x, tts 1 \(a:B\): speeds? is no number that"):
        parse_profiles(text, "f.toml")


def test_a_default_that_is_no_number_is_refused() -> None:
    given = 'speed = { env = "SPEED", default = nan }'
    text = f'[x]\n{SPEAKS}tts = [{{ plugin = "a:B", options = {{ {given} }} }}]'
    with pytest.raises(InputError, match="the default of speed is no text, number or truth value"):
        parse_profiles(text, "f.toml")


def test_interim_results_of_who_hears_while_people_speak_are_refused() -> None:
    heard = '{ plugin = "pocketsphinx", interim_results = true }'
    text = f'[x]\nstt = [{heard}]\ntranslator = ["apertium"]\ntts = ["espeak"]'
    with pytest.raises(InputError, match="profile x, stt 1: pocketsphinx hears while people speak"):
        parse_profiles(text, "f.toml")


def test_a_file_that_is_not_there_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml cannot be read.*INTERPRETER_ENGINES"):
        read_profiles(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("tag", "plugin", "kind", "expected"),
    [
        ("es", "interpreter.engines.azure_tts:TTS", Kind.TTS, "es-ES"),
        ("es", "interpreter.engines.google_tts:TTS", Kind.TTS, "es-ES"),
        ("zh", "interpreter.engines.google_tts:TTS", Kind.TTS, "cmn-CN"),
        ("zh", "interpreter.engines.google_stt:STT", Kind.STT, "cmn-Hans-CN"),
        ("he", "interpreter.engines.google_tts:TTS", Kind.TTS, "he-IL"),
        ("es", "livekit.plugins.nobody:TTS", Kind.TTS, "es"),
    ],
)
def test_a_voice_without_a_code_is_asked_by_its_providers_other_one(
    tag: str, plugin: str, kind: Kind, expected: str
) -> None:
    assert code_of(languages.load(tag), plugin, kind) == expected
