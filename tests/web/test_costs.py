"""The organiser sees what a meeting costs while it goes on: by channel, never less than it is."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from babel import Locale
from sqlmodel import Session

from interpreter.cost import Cost
from interpreter.errors import InputError
from interpreter.store import Meeting, add_room
from interpreter.usage import Amounts, UsedEngine
from interpreter.usage_rows import save_usage
from tests.web.conftest import Site, web_settings
from web.app import create_app
from web.costs import amount

SITE = AbstractAsyncContextManager[Site]
STT = UsedEngine("stt", "interpreter.engines.deepgram_stt:STT", "Deepgram", "nova-3", "en")
LLM = UsedEngine("translator", "livekit.plugins.openai:LLM", "api.openai.com", "gpt-4.1-mini", "es")
OWN = UsedEngine("tts", "livekit.plugins.openai:TTS", "10.0.0.7:8880", "kokoro", "es")


@dataclass
class Sums:
    """What a job used, as it is saved."""

    rows: dict[UsedEngine, tuple[Amounts, tuple[float, float]]] = field(default_factory=dict)

    def of(self, used: UsedEngine, amounts: Amounts) -> "Sums":
        self.rows[used] = (amounts, (0.0, 60.0))
        return self


def with_usage(web: Site, *jobs: Sums) -> None:
    with Session(web.store) as session:
        meeting = Meeting(
            id="m", name="Council", spoken=["en"], offered=["es", "ca"], speaker_key="k"
        )
        add_room(session, meeting, "r", clock_zero=0.0)
        session.commit()
        for number, job in enumerate(jobs):
            save_usage(session, "r", f"job-{number}", job.rows)


async def test_the_organiser_reads_what_each_channel_costs_and_all_of_it(site: SITE) -> None:
    async with site as web:
        with_usage(
            web,
            Sums().of(STT, Amounts(12, audio_s=600.0)),
            Sums().of(LLM, Amounts(9, input_tokens=100_000, output_tokens=10_000)),
        )
        page = (await web.http.get("/m/m/links?key=k")).text
        alone = (await web.http.get("/m/m/cost?key=k")).text

    assert "Recognition: English, 10 min" in alone
    assert "Interpretation: Spanish" in alone
    assert all(price in alone for price in ("$0.061", "$0.056", "$0.117"))
    assert alone.strip() in page


async def test_an_unknown_price_is_said_and_the_sum_is_at_least(site: SITE) -> None:
    async with site as web:
        with_usage(
            web,
            Sums().of(STT, Amounts(1, audio_s=60.0)).of(OWN, Amounts(1, characters=10)),
        )
        page = (await web.http.get("/m/m/cost?key=k")).text

    assert "The price of kokoro (10.0.0.7:8880) is not known here" in page
    assert "<dd>unknown</dd>" in page
    assert "at least $0.007" in page


async def test_before_anybody_has_spoken_nothing_is_said_of_money(site: SITE) -> None:
    async with site as web:
        with_usage(web)
        page = (await web.http.get("/m/m/cost?key=k")).text
    assert "No engine has been used yet." in page


async def test_costs_are_for_the_organiser_alone(site: SITE) -> None:
    async with site as web:
        with_usage(web)
        answers = [await web.http.get(f"/m/m/cost{key}") for key in ("", "?key=wrong")]
        listeners = (await web.http.get("/m/m")).text
    assert [answer.status_code for answer in answers] == [403, 403]
    assert "cost" not in listeners.lower()


@pytest.mark.parametrize(
    ("cost", "locale", "said"),
    [
        (Cost(12.3456), "en", "$12.35"),
        (Cost(12.3412), "en", "$12.35"),
        (Cost(12.34), "en", "$12.34"),
        (Cost(0.9999), "en", "$1.00"),
        (Cost(0.0561), "en", "$0.057"),
        (Cost(0.0000001), "en", "$0.001"),
        (Cost(0.056), "es", "0,056 US$"),
        (Cost(0.0), "en", "no fees"),
        (Cost(0.0, is_whole=False), "es", "desconocido"),
        (Cost(0.5, is_whole=False), "ca", "almenys 0,50 USD"),
    ],
)
def test_money_is_written_as_the_reader_writes_it_and_rounded_up(
    cost: Cost, locale: str, said: str
) -> None:
    assert amount(cost, Locale(locale)).replace("\xa0", " ") == said


def test_prices_that_cannot_be_read_are_told_at_the_start(tmp_path: Path) -> None:
    settings = web_settings(tmp_path).model_copy(update={"prices": str(tmp_path / "none.toml")})
    with pytest.raises(InputError, match="INTERPRETER_PRICES"):
        create_app(settings)
