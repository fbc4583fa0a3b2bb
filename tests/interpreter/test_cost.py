"""What a meeting costs: by what was used, and never less than is said."""

import fnmatch
from pathlib import Path

import pytest
from livekit.agents.metrics import TTSMetrics

from interpreter.cost import (
    Cost,
    Price,
    Prices,
    Used,
    cost_of,
    meeting_cost,
    parse_prices,
    per_minute,
    read_prices,
)
from interpreter.engines.metering import amounts_of
from interpreter.engines.profiles import read_profiles
from interpreter.errors import InputError
from interpreter.usage import Amounts, UsedEngine

DEEPGRAM = UsedEngine("stt", "interpreter.engines.deepgram_stt:STT", "Deepgram", "nova-3", "en")
LLM = UsedEngine("translator", "livekit.plugins.openai:LLM", "api.openai.com", "gpt-4.1-mini", "es")
OWN_LLM = UsedEngine("translator", "livekit.plugins.openai:LLM", "10.0.0.7:8000", "qwen", "es")
OWN_TTS = UsedEngine("tts", "livekit.plugins.openai:TTS", "10.0.0.7:8880", "kokoro", "ca")
OURS = """
[gpu.ours]
hour = 3.6
shared_by = 2
[[price]]
engine = "livekit.plugins.openai:*"
provider = "10.0.0.7:*"
gpu = "ours"
"""


def price(**rates: float) -> Price:
    return Price.model_validate({"engine": "*", **rates})


def used(by: UsedEngine, amounts: Amounts, first_s: float = 0.0, last_s: float = 0.0) -> Used:
    return Used(by, amounts, first_s, last_s)


@pytest.mark.parametrize(
    ("rates", "amounts", "dollars"),
    [
        ({"audio_minute": 0.006}, Amounts(1, audio_s=90.0), 0.009),
        ({"million_characters": 30.0}, Amounts(3, characters=2000), 0.06),
        (
            {"million_input": 0.4, "million_cached": 0.1, "million_output": 1.6},
            Amounts(2, input_tokens=3000, cached_tokens=1000, output_tokens=500),
            (2000 * 0.4 + 1000 * 0.1 + 500 * 1.6) / 1e6,
        ),
        (
            {"million_input": 0.4, "million_output": 1.6},
            Amounts(2, input_tokens=3000, cached_tokens=1000, output_tokens=500),
            (3000 * 0.4 + 500 * 1.6) / 1e6,
        ),
    ],
)
def test_an_engine_costs_what_its_provider_counts(
    rates: dict[str, float], amounts: Amounts, dollars: float
) -> None:
    cost = cost_of(price(**rates), amounts)
    assert cost.dollars == pytest.approx(dollars)
    assert cost.is_whole


@pytest.mark.parametrize(
    ("rates", "amounts"),
    [
        ({"audio_minute": 0.006}, Amounts(1)),
        ({"million_characters": 30.0}, Amounts(1, audio_s=3.0)),
        ({"million_input": 0.6, "million_output": 12}, Amounts(1, characters=40)),
        (
            {"million_input": 0.4, "million_output": 1.6},
            Amounts(9, uncounted=1, input_tokens=900, output_tokens=90),
        ),
    ],
)
def test_what_was_not_counted_makes_a_sum_incomplete(
    rates: dict[str, float], amounts: Amounts
) -> None:
    assert not cost_of(price(**rates), amounts).is_whole


def spoken(*, input_tokens: int, output_tokens: int) -> Amounts:
    """As a plugin's metrics have it."""
    told = TTSMetrics(
        label="",
        request_id="",
        timestamp=0.0,
        ttfb=0.1,
        duration=1.0,
        audio_duration=1.0,
        cancelled=False,
        characters_count=40,
        streamed=False,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
    )
    amounts = amounts_of(told)
    assert amounts is not None
    return amounts


def test_a_text_that_a_voice_was_not_let_finish_makes_a_sum_of_tokens_incomplete() -> None:
    """OpenAI tells its tokens at the end alone."""
    whole, left = spoken(input_tokens=9, output_tokens=90), spoken(input_tokens=0, output_tokens=0)
    by_token = price(million_input=0.6, million_output=12.0)
    assert cost_of(by_token, whole + whole).is_whole
    assert not cost_of(by_token, whole + left).is_whole
    by_character = cost_of(price(million_characters=15.0), whole + left)
    assert by_character.dollars == pytest.approx(0.0012)
    assert by_character.is_whole


def test_an_unknown_price_is_unknown_and_not_nothing() -> None:
    cost = meeting_cost([[used(OWN_LLM, Amounts(5, input_tokens=100))]], read_prices())
    assert cost.channels == {"es": Cost(0.0, is_whole=False)}
    assert not cost.total.is_whole
    assert cost.unpriced == (OWN_LLM,)


def test_a_server_of_ones_own_is_never_priced_as_the_provider_whose_protocol_it_speaks() -> None:
    own = UsedEngine("stt", "livekit.plugins.openai:STT", "127.0.0.1:8001", "whisper-1", "en")
    assert read_prices().of(own) is None


def test_a_machine_of_ones_own_costs_nothing_per_use() -> None:
    offline = UsedEngine("stt", "pocketsphinx", "pocketsphinx", "en-us", "en")
    cost = meeting_cost([[used(offline, Amounts(9, audio_s=600.0))]], read_prices())
    assert cost.total == Cost(0.0, is_whole=True)


def test_a_speakers_minutes_are_counted_once_whatever_the_number_of_languages() -> None:
    prices = Prices((price(audio_minute=0.01),), {})
    targets = [UsedEngine("tts", "espeak", "", "", tag) for tag in ("es", "ca", "fr", "it")]
    heard = used(DEEPGRAM, Amounts(12, audio_s=60.0))
    spoken = [used(target, Amounts(1, characters=1, audio_s=60.0)) for target in targets]
    cost = meeting_cost([[heard, *spoken]], prices)
    assert cost.recognition["en"].dollars == pytest.approx(0.01)
    assert cost.recognised_s == {"en": 60.0}
    assert set(cost.channels) == {"es", "ca", "fr", "it"}


def test_channels_cost_their_translation_and_voice_and_all_of_it_is_the_total() -> None:
    prices = Prices((price(million_characters=10.0, audio_minute=0.0),), {})
    voice = UsedEngine("tts", "v:TTS", "", "", "es")
    translator = UsedEngine("translator", "t:LLM", "", "", "es")
    amounts = Amounts(1, audio_s=1.0, characters=100_000)
    cost = meeting_cost(
        [[used(voice, amounts), used(translator, amounts), used(DEEPGRAM, amounts)]], prices
    )
    assert cost.channels["es"].dollars == pytest.approx(2.0)
    assert cost.total.dollars == pytest.approx(3.0)


def test_a_gpu_is_paid_by_the_hour_once_for_all_engines_on_it() -> None:
    prices = parse_prices(OURS, "ours.toml")
    first = [
        used(OWN_LLM, Amounts(9), 0.0, 1800.0),
        used(OWN_TTS, Amounts(9), 600.0, 2400.0),
    ]
    second = [used(OWN_TTS, Amounts(9), 0.0, 1200.0)]  # its clock begins anew
    cost = meeting_cost([first, second], prices)
    assert cost.gpus["ours"].dollars == pytest.approx(1.0 * 3.6 / 2)
    assert cost.total.dollars == pytest.approx(1.8)
    assert per_minute(prices.of(OWN_LLM), prices, Amounts()).dollars == pytest.approx(0.03)


def test_ones_own_prices_stand_above_the_shipped_ones(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[price]]\nengine = "livekit.plugins.openai:LLM"\nmillion_input = 9\nmillion_output = 9\n'
    )
    mine = read_prices(own).of(LLM)
    shipped = read_prices().of(LLM)
    assert mine is not None
    assert shipped is not None
    assert (mine.million_input, shipped.million_input) == (9, 0.4)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[price]", "ours.toml is no TOML"),
        (
            '[[price]]\nengine = "a"',
            r"price 1: give either rates \(audio_minute, .*\), or gpu, or own",
        ),
        (
            '[[price]]\nengine = "a"\naudio_minute = -1',
            "price 1, audio_minute: it must be a number of dollars, 0 or more, as 0.006",
        ),
        (
            '[[price]]\nengine = "a"\naudio_minute = 1\nmodels = "m"',
            r'price 1, models: it must be a list of one text or more, as \["gpt',
        ),
        (
            '[[price]]\nengine = "a"\naudio_minute = 1\nmodels = []',
            "price 1, models: it must be a l",
        ),
        *(
            (
                f'[[price]]\nengine = "a"\naudio_minute = {value}',
                "audio_minute: it must be a number of dollars, 0 or more, as 0.006",
            )
            for value in ("inf", "nan", "true")
        ),
        ("[gpu.ours]\nhour = inf", "gpu.ours, hour: it must be a number of dollars, 0 or more"),
        ("[gpu.ours]\nhour = 1\nshared_by = inf", "shared_by: it must be a number above 0"),
        ('[[price]]\nengine = "a"\nown_machine = "x"', "own_machine: it must be true or false"),
        ('[[price]]\nengine = "a"\naudio_minute = 1\nread = "x"', "read: it must be a day, as 2"),
        ("[[price]]\naudio_minute = 1", "price 1, engine: it is missing; write a text, as"),
        (
            "[price]\naudio_minute = 1",
            r"ours.toml: price must be rows, each under a line \[\[price",
        ),
        ("price = [1]", "price 1: this must be a table of engine, provider, "),
        ("prices = 1", r"'prices' is not known; a file of prices has \[\[price\]\] rows"),
        ("[gpu]\nours = 1", "gpu.ours: this must be a table of hour and shared_by"),
        ("[gpu.ours]\nhour = 1\nshared_by = 0", "gpu.ours, shared_by: it must be a number above 0"),
        ("[gpu.ours]\nhour = 1\nper = 1", "gpu.ours, per: it is not known; a GPU has hour and"),
        ('[[price]]\nengine = "a"\nmillion_input = 1', "million_input and million_output together"),
        ('[[price]]\nengine = "a"\nper_hour = 1\naudio_minute = 1', "price 1, per_hour: it is not"),
        ('[[price]]\nengine = "a"\ngpu = "x"', r"price 1: there is no \[gpu\.x\]"),
    ],
)
def test_a_wrong_row_is_told_by_its_number(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        parse_prices(text, "ours.toml")


def test_all_faults_of_a_file_are_told_once_and_without_its_values() -> None:
    text = '[[price]]\nengine = 3\nmodels = [71, 72]\naudio_minute = "Pr1vate"'
    with pytest.raises(InputError) as raised:
        parse_prices(text, "ours.toml")
    said = str(raised.value)
    assert len(said.splitlines()) == 3
    assert "Pr1vate" not in said
    assert "nput should" not in said


def test_a_file_may_begin_with_the_mark_that_editors_on_windows_write(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[price]]\nengine = "a"\nown_machine = true\n', encoding="utf-8-sig")
    assert read_prices(own).rows[0].engine == "a"


def test_every_shipped_price_says_where_it_is_from_and_when() -> None:
    paid = [row for row in read_prices().rows if not row.own_machine]
    assert paid
    assert all(row.link.startswith("https://") and row.read for row in paid)


def test_prices_are_of_engines_that_profiles_name_or_might() -> None:
    named = {one.plugin for profile in read_profiles().values() for _, one in profile.engines()}
    priced = {row.engine for row in read_prices().rows}
    assert [one for one in priced if not fnmatch.filter(named, one)] == []
