"""One talk into five languages at once, two of them direct and three over a third language: every
voice says its own words without running dry, and the machine has each engine once."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

import languages
from interpreter.engines.host_process import host_status
from interpreter.rehearsal.sound_file import check_sound
from interpreter.rehearsal.stage import Talk, private_stage
from tests.sound import likeness, read_wav
from tests.speech import espeak, speak_talk, unsaid

pytestmark = [pytest.mark.live, pytest.mark.soak, pytest.mark.timeout(240)]

COMPARABLE_S = 0.8
"""A shorter utterance is like some stretch of any speech."""
TARGETS = ("es", "ca", "pt", "it", "fr")
SENTENCES = (
    "We will not close the old school before the end of the year.",
    "The new bridge will cost five million dollars.",
    "The engineers finished their report last week, and they recommend a wide sidewalk.",
    "No trees will be cut along the river.",
)


@dataclass(frozen=True, slots=True)
class Result:
    folder: Path
    events: list[dict[str, object]]
    engines: Counter[str]
    """How many processes of each kind the engine host had."""

    def of(self, kind: str, target: str) -> list[dict[str, object]]:
        return [e for e in self.events if e["event"] == kind and e.get("target") == target]

    def captions(self, target: str) -> list[dict[str, object]]:
        """The final ones."""
        captions = (e for e in self.events if e["event"] == "caption")
        return [e for e in captions if e["language"] == target and e["final"]]

    @property
    def speaker(self) -> str:
        return next(str(e["speaker"]) for e in self.events if e["event"] == "hypothesis")


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("five")
    speak_talk(folder / "talk.wav", "rms", *SENTENCES)
    talk = Talk(check_sound(folder / "talk.wav"), "en", TARGETS, "balanced")

    async def main() -> Result:
        async with private_stage(Path("var")) as stage:
            done = await stage.interpret(talk, folder / "out", lambda _doing, _second: None)
            status = (await host_status(stage.settings)).header
        kinds = {kind: pids for kind, pids in status.items() if isinstance(pids, list)}
        counts = Counter({kind: len(pids) for kind, pids in kinds.items()})
        return Result(folder / "out", done.events, counts)

    return asyncio.run(main())


@pytest.mark.parametrize("target", TARGETS)
def test_no_voice_runs_dry_inside_a_unit(result: Result, target: str) -> None:
    assert result.of("playout", target)
    assert result.of("underrun", target) == []


@pytest.mark.parametrize("target", TARGETS)
def test_every_language_says_all_of_its_own_words(result: Result, target: str) -> None:
    heard = read_wav(result.folder / f"{target}.wav")
    voice = languages.load(target).engines["espeak"]

    found = [
        likeness(heard, espeak(str(e["text"]), result.speaker, float(str(e["rate"])), voice))
        for e in result.of("playout", target)
        if float(str(e["duration_s"])) >= COMPARABLE_S
    ]

    captions = [str(e["text"]) for e in result.captions(target)]
    spoken = [str(e["text"]) for e in result.of("playout", target)]
    assert unsaid(" ".join(captions), " ".join(spoken)) == []
    assert min(found) > 0.6


@pytest.mark.parametrize(("target", "million"), [("pt", "milhões"), ("it", "milioni")])
def test_the_number_is_heard_over_two_hops(result: Result, target: str, million: str) -> None:
    assert f"5 {million}" in " ".join(str(e["text"]) for e in result.of("playout", target))


def test_a_pipeline_serves_every_pair_that_goes_over_it(result: Result) -> None:
    assert result.engines["pipelines"] == 5
    assert result.engines["voices"] == 1


def test_recognition_is_paid_once_for_five_languages(result: Result) -> None:
    used_s = sum(
        float(str(e["audio_s"])) for e in result.events if e["event"] == "recogniser_usage"
    )
    assert 0 < used_s < check_sound(result.folder.parent / "talk.wav").duration_s + 1.0
