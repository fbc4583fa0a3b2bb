"""What a glossary costs: building it, and matching a unit against it.

python -m tests.bench.terms
"""

import random
import statistics
import time
from pathlib import Path

from rich.console import Console

import languages
from glossaries.entry import Entry, Rendering
from interpreter.terms import Terms

ENTRIES = 10_000
UNIT_WORDS = 20
UNITS = 500
MOST_MS = 2.0
"""A unit is to cost no more."""
say = Console(highlight=False)


def vocabulary() -> list[str]:
    """Words of the test talks, in the order they are said."""
    folder = Path(__file__).parents[1] / "talks"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.txt"))]
    return [word.strip(".,;:?!\"'").lower() for text in texts for word in text.split()]


def entries(words: list[str], chance: random.Random) -> list[Entry]:
    """Terms of one to three words that speech is full of the beginnings of."""
    known = sorted({word for word in words if len(word) > 3})
    made = {
        " ".join(chance.choices(known, k=chance.choice((1, 2, 2, 3)))) + f"{n:x}"[-2:]
        for n in range(ENTRIES * 2)
    }
    return [Entry("en", term, {"es": Rendering(term)}) for term in sorted(made)[:ENTRIES]]


def main() -> None:
    chance = random.Random(7)
    words = vocabulary()
    source, target = languages.load("en"), languages.load("es")
    began = time.perf_counter()
    terms = Terms(entries(words, chance), source, target)
    say.print(f"{ENTRIES} entries: built in {(time.perf_counter() - began) * 1000:.0f} ms")
    costs = []
    for _ in range(UNITS):
        begin = chance.randrange(len(words) - UNIT_WORDS)
        text = " ".join(words[begin : begin + UNIT_WORDS])
        began = time.perf_counter()
        terms.matches(text)
        costs.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(costs, n=100)
    verdict = "" if cuts[94] <= MOST_MS else f" (more than {MOST_MS:.0f} ms)"
    say.print(
        f"a unit of {UNIT_WORDS} words: median {cuts[49]:.2f} ms, "
        f"95 % {cuts[94]:.2f} ms, 99 % {cuts[98]:.2f} ms{verdict}"
    )


if __name__ == "__main__":
    main()
