"""Who runs a recogniser that nobody tells its language reads so."""

import pytest
from pydantic import JsonValue

from interpreter.engines.profiles import Engine
from interpreter.engines.untold import untold

FAKE = "tests.interpreter.engines.fake_plugin"
HINTS: JsonValue = {"language_hints": ["es"]}


@pytest.mark.parametrize(
    "engine",
    [
        pytest.param(Engine(f"{FAKE}:UntoldSTT"), id="nothing said"),
        pytest.param(Engine(f"{FAKE}:UntoldSTT", {"model": "m"}), id="its model alone"),
        pytest.param(Engine(f"{FAKE}:UntoldSTT", {"params@ca": HINTS}), id="another language"),
        pytest.param(Engine(f"{FAKE}:UntoldSTT", languages=("es",)), id="for one, untold"),
    ],
)
def test_a_recogniser_that_is_told_no_language_is_named(engine: Engine) -> None:
    assert '"option@es" = …' in untold(engine, "es")


@pytest.mark.parametrize(
    "engine",
    [
        pytest.param(Engine("pocketsphinx"), id="local"),
        pytest.param(Engine(f"{FAKE}:CodedSTT"), id="has an option"),
        pytest.param(Engine(f"{FAKE}:UntoldSTT", {"params@es": {}}), id="for the language"),
        pytest.param(Engine(f"{FAKE}:UntoldSTT", {"params": HINTS}), id="in a table"),
        pytest.param(
            Engine(f"{FAKE}:UntoldSTT", {"model": "m"}, meant_for=("es",)), id="for this one alone"
        ),
    ],
)
def test_one_that_is_told_otherwise_is_not_spoken_of(engine: Engine) -> None:
    assert untold(engine, "es") == ""
