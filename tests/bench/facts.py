"""How well the checker of facts tells wrong translations from right ones, by kind of fact.

Right ones are the pairs by hand and the suite's translations by hand; each is spoilt in one place
at a time, drawn by a seed, by words that are looked for here, not by the checker.

    python -m tests.bench.facts
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from babel import Locale
from babel.units import format_unit
from num2words import num2words
from rich.console import Console
from rich.table import Table

import languages
from interpreter.evaluation.case import read_case
from interpreter.evaluation.suite import REFERENCES, SUITE
from interpreter.facts import differences
from tests.interpreter.facts.pairs import Pair, language, languages_of, pairs

SEED = 7
SELF_REPAIRS = "schedule"
"""Its translations render what was meant, and not what was said before."""
KINDS = {"ordinal": "number", "percent": "number", "time": "number"}
"""What people call a number."""
CURRENCIES = {
    "ca": (("dòlar", "euro", "lliura"), ("dòlars", "euros", "lliures")),
    "de": (("Dollar", "Euro", "Pfund"),),
    "en": (("dollar", "euro", "pound"), ("dollars", "euros", "pounds")),
    "es": (("dólar", "euro", "libra"), ("dólares", "euros", "libras")),
    "fr": (("dollar", "euro", "livre"), ("dollars", "euros", "livres")),
    "it": (("dollaro", "euro", "sterlina"), ("dollari", "euro", "sterline")),
    "pt": (("dólar", "euro", "libra"), ("dólares", "euros", "libras")),
}
SIGNS = (("$", "€"), ("€", "£"), ("£", "$"))
UNITS = (
    ("length-kilometer", "length-mile", "length-meter", "length-centimeter"),
    ("mass-kilogram", "mass-gram", "mass-milligram", "mass-tonne"),
    ("volume-liter", "volume-milliliter"),
    ("area-hectare", "area-acre"),
    ("duration-hour", "duration-minute", "duration-day", "duration-week", "duration-year"),
)
NAMES = ("Okafor", "Lindqvist", "Zubiri", "Tanaka")
NUMBERS = (*range(3, 21), *range(30, 100, 10))
NEGATED = {
    "ca": {verb: f"no {verb}" for verb in ("és", "són", "ha", "han", "té", "hi ha", "va", "cal")},
    "de": {
        verb: f"{verb} nicht" for verb in ("ist", "sind", "war", "hat", "haben", "wird", "muss")
    },
    "en": {verb: f"{verb} not" for verb in ("is", "are", "was", "were", "has", "will", "must")},
    "es": {verb: f"no {verb}" for verb in ("es", "son", "ha", "han", "tiene", "hay", "va", "fue")},
    "fr": {"est": "n'est pas", "sont": "ne sont pas", "a": "n'a pas", "doit": "ne doit pas"},
    "it": {verb: f"non {verb}" for verb in ("è", "sono", "ha", "hanno", "deve", "costa")},
    "pt": {verb: f"não {verb}" for verb in ("é", "são", "tem", "há", "foi", "custa", "vai")},
}
_SIGNS = ",.;:¿?¡!"
_TAG = re.compile(r", \w+(?:n't)?(?: \w+)?\?$")
"""Asks for assent; its "not" is none."""
_TRANSLATED = "Street"
_NAME = re.compile(r"(?<=[\w,] )[A-Z][\w’']{3,}")
say = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A translation with one thing changed."""

    pair: Pair
    kind: str
    text: str


def right_pairs() -> list[Pair]:
    """Translations in which nothing is wrong."""
    by_hand = [pair for name in ("pairs", "unseen", "fluent") for pair in pairs(name)]
    return [pair for pair in by_hand if not pair.kinds] + [*_references()]


def _references() -> Iterator[Pair]:
    for path in sorted(REFERENCES.glob("*.txt")):
        name, tags, _ = path.name.split(".")
        if name == SELF_REPAIRS:
            continue
        source, target = languages_of(tags)
        said = read_case(SUITE / f"{name}.jsonl").in_language(source).sentences
        for sentence, line in zip(said, path.read_text("utf-8").splitlines(), strict=True):
            yield Pair(source, target, sentence.text, line, frozenset())


def exchanged(text: str, groups: Iterable[Iterable[str]], before: str = "") -> Iterator[str]:
    """The text with each word of a group in turn, after what is to stand before it, replaced by
    the next of its group."""
    for group in groups:
        words = list(dict.fromkeys(group))
        for word, other in zip(words, [*words[1:], *words[:1]], strict=True):
            for found in re.finditer(rf"{before}\b({re.escape(word)})\b", text):
                yield text[: found.start(1)] + other + text[found.end(1) :]


def numbers(pair: Pair, chance: random.Random) -> Iterator[str]:
    """One digit is another, or one number word."""
    text = pair.translation
    for found in re.finditer(r"(?<![^\W\d])\d", text):
        other = chance.choice([digit for digit in "123456789" if digit != found.group()])
        yield text[: found.start()] + other + text[found.end() :]
    said = [
        number
        for number in NUMBERS
        if re.search(rf"\b({num2words(number, lang=pair.source)}|{number})\b", pair.text)
    ]
    for number in said:
        other = chance.choice([one for one in NUMBERS if one not in said])
        words = (num2words(one, lang=pair.target) for one in (number, other))
        yield from exchanged(text, [[*words][:2]])


def dates(pair: Pair, _chance: random.Random) -> Iterator[str]:
    """One month or weekday is another."""
    locale = Locale.parse(pair.target)
    groups = [locale.months["format"]["wide"].values(), locale.days["format"]["wide"].values()]
    yield from exchanged(pair.translation, groups)


def currencies(pair: Pair, _chance: random.Random) -> Iterator[str]:
    """One currency is another."""
    text = pair.translation
    yield from exchanged(text, CURRENCIES[pair.target])
    for sign, other in SIGNS:
        for found in re.finditer(re.escape(sign), text):
            yield text[: found.start()] + other + text[found.end() :]


def units(pair: Pair, _chance: random.Random) -> Iterator[str]:
    """One unit of a number is another."""
    words = "|".join(num2words(number, lang=pair.target) for number in NUMBERS)
    after = rf"(?:\d|\b(?:{words}))\s"
    yield from exchanged(pair.translation, _unit_words(pair.target), after)


@cache
def _unit_words(tag: str) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(re.sub(r"[\d\s]", "", format_unit(count, unit, locale=tag)) for unit in group)
        for group in UNITS
        for count in (1, 2)
    )


def names(pair: Pair, chance: random.Random) -> Iterator[str]:
    """A name that both texts have is another one."""
    text = pair.translation
    for found in _NAME.finditer(text):
        if found.group() != _TRANSLATED and re.search(
            rf"\b{re.escape(found.group())}\b", pair.text
        ):
            yield text[: found.start()] + chance.choice(NAMES) + text[found.end() :]


def negations(pair: Pair, _chance: random.Random) -> Iterator[str]:
    """Every word that negates is left out of what is negated, or one is put in where nothing is."""
    said, text = _negating(pair.text, pair.source), pair.translation
    kept = [
        word.removeprefix("n'")
        for word in text.split()
        if word.strip(_SIGNS).lower() not in languages.load(pair.target).negations
    ]
    if said and " ".join(kept) != text and not _TAG.search(pair.text):
        yield " ".join(kept)
    if not said and not _negating(text, pair.target):
        for verb, negated in NEGATED[pair.target].items():
            for found in re.finditer(rf"\b{verb}\b", text):
                yield text[: found.start()] + negated + text[found.end() :]


def _negating(text: str, tag: str) -> bool:
    words = {word.strip(_SIGNS).lower() for word in text.replace("n'", "ne ").split()}
    return not words.isdisjoint(languages.load(tag).negations)


Spoil = Callable[[Pair, random.Random], Iterator[str]]
SPOILS: Mapping[str, Spoil] = {
    "number": numbers,
    "date": dates,
    "currency": currencies,
    "unit": units,
    "name": names,
    "negation": negations,
}


def spoilt(right: Iterable[Pair], seed: int = SEED) -> list[Spoilt]:
    """Each pair with one thing changed, in every way that there is."""
    chance = random.Random(seed)
    return [
        Spoilt(pair, kind, text)
        for pair in right
        for kind, spoil in SPOILS.items()
        for text in dict.fromkeys(spoil(pair, chance))
        if text != pair.translation
    ]


def alarms(pair: Pair, translation: str) -> set[str]:
    """The kinds of difference that the checker finds."""
    found = differences(pair.text, translation, language(pair.source), language(pair.target))
    return {KINDS.get(str(one.kind), str(one.kind)) for one in found}


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one kind of fact."""

    wrong: int
    found: int
    false: int
    """Alarms of this kind where something else was wrong, or nothing."""

    @property
    def precision(self) -> float:
        return self.found / max(self.found + self.false, 1)

    @property
    def recall(self) -> float:
        return self.found / max(self.wrong, 1)


def measure(right: Iterable[Pair], wrong: Iterable[Spoilt]) -> dict[str, Figures]:
    """What the checker makes of right and wrong translations."""
    asked, found, false = Counter[str](), Counter[str](), Counter[str]()
    for pair in right:
        false.update(alarms(pair, pair.translation))
    for one in wrong:
        raised = alarms(one.pair, one.text)
        asked[one.kind] += 1
        found[one.kind] += one.kind in raised
        false.update(raised - {one.kind})
    return {kind: Figures(asked[kind], found[kind], false[kind]) for kind in SPOILS}


def main() -> None:
    right = right_pairs()
    wrong = spoilt(right)
    table = Table("", "wrong", "found", "false alarms", "precision", "recall")
    for kind, one in measure(right, wrong).items():
        counts = (str(count) for count in (one.wrong, one.found, one.false))
        table.add_row(kind, *counts, f"{one.precision:.1%}", f"{one.recall:.1%}")
    say.print(table)
    say.print(f"{len(right)} right translations, {len(wrong)} wrong ones, seed {SEED}")


if __name__ == "__main__":
    main()
