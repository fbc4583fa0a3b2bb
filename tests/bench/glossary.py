"""What repair is worth, and what it costs: terms, numbers and lag, with an LLM that is careless.

A made-up talk of terms and numbers is interpreted three times in virtual time by the emulated LLM:
as it should be, carelessly without repair, carelessly with it. `clean`: the recogniser is right at
once; `revised`: it changes its mind, also about what was spoken already; its last word counts.

    python -m tests.bench.glossary [es] [ca] [clean] [revised]
"""

import os
import random
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module

from rich.console import Console
from rich.table import Table

import languages
from glossaries import Entry, oriented, sample
from interpreter.engines.translator import TranslationRequest, Translator
from interpreter.evaluation.blocking_engines import blocking_engines
from interpreter.evaluation.case import Case
from interpreter.evaluation.replay import Replayed, replay
from interpreter.evaluation.scripted import Errors, Said, Script, case_of
from interpreter.events import Word
from interpreter.facts import fact_check
from interpreter.local_server import dies_with_parent
from interpreter.pair.policy import BALANCED
from interpreter.readable import readable
from interpreter.settings import EngineChoice
from interpreter.terms import Terms
from interpreter.terms.verifying import FALSE_COPY, KINDS
from tests.emulators.completions import MODEL

GLOSSARY, SENTENCES, SEED = "council", 60, 7
FOLLOWS_TERMS, WRONG_NUMBERS = 0.9, 0.05
LLM_DELAY_S, TTS_DELAY_S = 0.35, 0.15
START_LIMIT_S = 60.0
TEMPLATES = (
    "The {term} was discussed on Monday and {number} people came.",
    "We talked about the {term} for {number} minutes.",
    "Nobody wants to lose the {term} and the {other} this year.",
    "In {number} days the {term} will be ready for everybody.",
    "They asked {number} questions about the {term} before lunch.",
    "The report says that the {term} is important and not expensive.",
    "I believe that {number} letters about the {term} came last week.",
)
NUMBERS = "twelve fourteen sixteen eighteen thirty forty sixty ninety".split()
_DIGITS = re.compile(r"\d+")
_DOUBTS = re.compile(r"\s*\[\?[^\]]*\]")
"""What readers are told to doubt is not right."""
HEARS = {"clean": Errors(0.0, 0.0, 0.0, 0.0, (), 0.0), "revised": Errors()}
say = Console(highlight=False, width=None if sys.stdout.isatty() else 150)


def talk(entries: Sequence[Entry], chance: random.Random, errors: Errors) -> Case:
    """A talk of these terms."""
    terms = [entry.source for entry in entries if not entry.is_case_sensitive]
    said = [
        Said(
            "ann",
            chance.choice(TEMPLATES).format(
                term=chance.choice(terms), other=chance.choice(terms), number=chance.choice(NUMBERS)
            ),
            chance.uniform(0.3, 1.2),
        )
        for _ in range(SENTENCES)
    ]
    return case_of(Script(GLOSSARY, {"ann": "en"}, tuple(said), 150, SEED, errors=errors))


@contextmanager
def emulated(*habits: str) -> Iterator[EngineChoice]:
    """An LLM with these habits, and how it is chosen."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    module = [sys.executable, "-m", "tests.emulators.translating_llm", "--port", str(port)]
    with subprocess.Popen([*dies_with_parent(), *module, "--seed", str(SEED), *habits]) as server:
        try:
            _wait_for(port)
            options = {"base_url": f"http://127.0.0.1:{port}/v1", "model": MODEL}
            yield EngineChoice.model_validate(
                {"translator": "livekit.plugins.openai:LLM", "translator_options": options}
            )
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    ends_s = time.monotonic() + START_LIMIT_S
    while time.monotonic() < ends_s:
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("the emulated LLM did not start")


@dataclass(slots=True)
class Unrepaired:
    """A translator that nobody asks twice."""

    translator: Translator

    @property
    def label(self) -> str:
        return self.translator.label

    @property
    def can_condense(self) -> bool:
        return False

    @property
    def can_repair(self) -> bool:
        return False

    @property
    def step_words(self) -> int:
        return self.translator.step_words

    def translate(self, request: TranslationRequest) -> AsyncIterator[str]:
        return self.translator.translate(request)

    async def aclose(self) -> None:
        await self.translator.aclose()


def missing_numbers(source: str, target: str) -> list[str]:
    """Of numbers below a thousand, which every language writes alike."""
    there = _DIGITS.findall(target)
    return [number for number in _DIGITS.findall(source) if number not in there]


@dataclass(slots=True)
class Heard:
    """What became of the units of one run, by their number."""

    sources: dict[int, str]
    raw: dict[int, str]
    captions: dict[int, str]
    spoken: dict[int, str]
    starts: dict[int, float]
    touched: set[int]
    """Asked for again when they were closed."""
    mended: set[int]
    """Put right, while they were open or then."""


def heard(replayed: Replayed, target: str) -> Heard:
    """Read a run's events."""
    found = Heard({}, {}, {}, {}, {}, set(), set())
    english = languages.load("en")
    for event in replayed.events:
        number, text = event.get("unit"), str(event.get("text", ""))
        match event["event"]:
            case "unit":
                rows = event["words"]
                assert isinstance(number, int)
                assert isinstance(rows, list)
                words = [Word(str(one), float(a), float(b)) for one, a, b in rows]
                found.sources[number] = readable(words, english)
            case "translation" if isinstance(number, int):
                found.raw[number] = text
            case "repair_request" if isinstance(number, int):
                found.touched.add(number)
            case "checked" if isinstance(number, int) and event["repairs"]:
                found.mended.add(number)
            case "playout" if isinstance(number, int):
                found.spoken[number] = f"{found.spoken.get(number, '')} {text}".strip()
                found.starts.setdefault(number, float(str(event["start_s"])))
            case "caption" if event["language"] == target and event["final"]:
                segment = int(str(event["segment"]).rpartition(".")[2])
                found.captions[segment] = _DOUBTS.sub("", text)
    return found


def shares(terms: Terms, sources: dict[int, str], texts: dict[int, str]) -> list[str]:
    """Terms found, false copies, numbers right, and numbers that nobody said."""
    required = found = false = numbers = right = invented = 0
    for number, source in sources.items():
        text = texts.get(number, "")
        checked = terms.check(terms.matches(source), text)
        wrong = [one for one in checked.findings if one.kind in KINDS[FALSE_COPY]]
        required += len({match.entry.source for match in terms.matches(source)})
        found, false = found + len(checked.hits), false + len(wrong)
        wanted, missing = _DIGITS.findall(source), missing_numbers(source, text)
        numbers, right = numbers + len(wanted), right + len(wanted) - len(missing)
        invented += len(missing_numbers(text, source))
    return [
        f"{found / required:.1%} of {required}",
        f"{false / required:.1%}",
        f"{right / numbers:.1%} of {numbers}",
        str(invented),
    ]


def said_again(run: Heard) -> str:
    """How much more the voice says than captions have, as it goes back to what was wrong."""
    spoken = sum(len(text.split()) for text in run.spoken.values())
    written = sum(len(text.split()) for text in run.captions.values())
    return f"{spoken / written - 1:+.1%}"


def later(run: Heard, before: Heard, numbers: set[int]) -> str:
    """How much later units are heard."""
    both = [n for n in numbers if n in run.starts and n in before.starts]
    found = sorted(run.starts[n] - before.starts[n] for n in both)
    if not found:
        return "none"
    late = (found[min(int(share * len(found)), len(found) - 1)] for share in (0.9, 0.95))
    shares = ", ".join(f"{one:+.2f} s" for one in late)
    return f"median {statistics.median(found):+.2f} s, 90 and 95 % {shares} ({len(found)} units)"


def interpret(case: Case, target: str, entries: Sequence[Entry]) -> tuple[Heard, Heard, Heard]:
    """The talk as it should be, unrepaired, and repaired."""
    careless = ("--follows-terms", str(FOLLOWS_TERMS), "--wrong-numbers", str(WRONG_NUMBERS))
    check = fact_check(languages.load("en"), languages.load(target))
    runs = []
    for habits, is_repaired in (((), True), (careless, False), (careless, True)):
        with (
            emulated(*habits) as chosen,
            blocking_engines(LLM_DELAY_S, TTS_DELAY_S, chosen) as engines,
        ):
            asked: Translator = engines.translator("en", target)
            asked = asked if is_repaired else Unrepaired(asked)
            voice, checks = engines.voice(target), [check] if is_repaired else []
            done = replay(case, "en", target, BALANCED, asked, voice, entries, checks)
            runs.append(heard(done, target))
    ideal, before, after = runs
    return ideal, before, after


def main() -> None:
    os.environ.setdefault("OPENAI_API_KEY", "an emulator asks for none")  # noqa: TID251
    import_module("livekit.plugins.openai")  # plugins are registered by the main thread
    asked = sys.argv[1:]
    columns = ("terms found", "false copies", "numbers right", "numbers nobody said")
    table = Table("", *columns, title="Glossary and numbers")
    lags = []
    for target in [one for one in asked if one not in HEARS] or ["es", "ca"]:
        for hears in [one for one in asked if one in HEARS] or HEARS:
            rows, lag = measured(target, hears)
            for row in rows:
                table.add_row(*row)
            lags.append(lag)
    say.print(table)
    for line in lags:
        say.print(line)


def measured(target: str, hears: str) -> tuple[list[tuple[str, ...]], str]:
    """The rows of one target, and a sentence about lags."""
    entries = sample(GLOSSARY).entries
    known = oriented(entries, "en", target)
    terms = Terms(known, languages.load("en"), languages.load(target))
    case = talk(known, random.Random(SEED), HEARS[hears])
    ideal, before, after = interpret(case, target, entries)
    label = f"en-{target}, {hears}"
    rows = [
        (f"{label}: as answered", *shares(terms, before.sources, before.raw)),
        (f"{label}: not repaired, spoken", *shares(terms, before.sources, before.spoken)),
        (f"{label}: repaired, captions", *shares(terms, after.sources, after.captions)),
        (f"{label}: repaired, spoken", *shares(terms, after.sources, after.spoken)),
    ]
    while_open = after.mended - after.touched
    others = set(after.starts) - after.touched - while_open
    lag = (
        f"{label}: later than if it had been right: units repaired when closed "
        f"{later(after, ideal, after.touched)}; while open {later(after, ideal, while_open)}; "
        f"others {later(after, ideal, others)}; "
        f"the voice says {said_again(after)} words (not repaired {said_again(before)})"
    )
    return rows, lag


if __name__ == "__main__":
    main()
