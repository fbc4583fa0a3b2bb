"""The machine's own engines answer a loop whose time is virtual."""

import pytest

from interpreter.engines.translator import TranslationRequest
from interpreter.evaluation.blocking_engines import blocking_engines
from interpreter.rehearsal.virtual_time import loop_time_s, run_in_virtual_time
from interpreter.settings import EngineChoice

pytestmark = pytest.mark.live


def test_an_answer_takes_its_delay_and_no_more() -> None:
    with blocking_engines(0.35, 0.15, EngineChoice()) as engines:
        translator, voice = engines.translator("en", "es"), engines.voice("es")

        async def main() -> tuple[str, float, float, float]:
            request = TranslationRequest("The bridge is closed")
            text = "".join([piece async for piece in translator.translate(request)])
            translated_s, spoken_s = loop_time_s(), 0.0
            async with voice.synthesize(text) as stream:
                async for audio in stream:
                    spoken_s += audio.frame.duration
            return text, translated_s, loop_time_s(), spoken_s

        text, translated_s, ended_s, spoken_s = run_in_virtual_time(main())

    assert "puente" in text
    assert translated_s == pytest.approx(0.35)
    assert ended_s == pytest.approx(0.5)
    assert 0.8 < spoken_s < 2.5


def test_a_translator_without_a_delay_is_as_late_as_it_is() -> None:
    with blocking_engines(None, 0.0, EngineChoice()) as engines:
        translator = engines.translator("en", "es")

        async def main() -> float:
            async for _ in translator.translate(TranslationRequest("The bridge is closed")):
                pass
            return loop_time_s()

        took_s = run_in_virtual_time(main())

    assert 0.0 < took_s < 60.0
