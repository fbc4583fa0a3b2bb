"""The words of a language that no library knows: `words/<tag>.toml`, and their loader."""

import tomllib
from dataclasses import field
from decimal import Decimal
from functools import cache
from importlib.resources import files

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class ClockPhrase:
    """How a time of day is said: "half past #"; # is an hour, a second # its minutes."""

    says: str
    minutes: int = 0


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class NumberLore:
    """What number libraries leave out."""

    scales: dict[str, int]
    """Words that multiply the number before them."""
    vague: tuple[str, ...] = ()
    """Words that without a number before them are none: "thousands of people"."""
    doubtful: tuple[str, ...] = ()
    """Words that the library reads as numbers and that may mean something else: "one"."""
    also: dict[str, Decimal] = field(default_factory=dict)
    """Words that may stand for a number: "twice"."""
    minus: tuple[str, ...] = ()
    below_zero: tuple[str, ...] = ()
    """The same behind a number: "5 degrees below zero"."""
    not_minus_after: tuple[str, ...] = ()
    """ "al menos 5" is at least 5."""
    halves: tuple[str, ...] = ()
    """Before a scale: "half a" million."""
    and_a_half: tuple[str, ...] = ()
    ordinal_suffixes: tuple[str, ...] = ()
    decade_suffixes: tuple[str, ...] = ()
    decade_words: tuple[str, ...] = ()
    """Before digits that are a decade: "los años" 80."""
    variants: tuple[tuple[str, str], ...] = ()
    """Where num2words writes one gender: "dos" also as "dues"."""
    centuries: tuple[str, ...] = ()
    cents: tuple[str, ...] = ()
    """Words that are hundreds or cents: "huit cents"."""


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class NegationLore:
    """How the language says no. Phrases are of whole words; # in them is a number."""

    strict: tuple[str, ...]
    """A statement with one of these is negated."""
    optional: tuple[str, ...] = ()
    """These may negate, or stand for a negation in another language."""
    idioms: tuple[str, ...] = ()
    """Phrases with a negation word in them that negate nothing, or may not."""
    stems: tuple[str, ...] = ()
    """Beginnings of words that other languages say with a negation: "unlikely"."""
    joined: tuple[str, ...] = ()
    """Endings that negate: "n't"."""
    weak: tuple[str, ...] = ()
    """Negate only beside one of `supports`: French "ne", and "jamais" alone."""
    supports: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """Endings of a sentence that only ask for assent: "isn't it"."""
    clause_words: tuple[str, ...] = ()
    """Where another statement begins."""
    without: tuple[str, ...] = ()
    """Some of `optional` that no translation leaves out, if it does not say no in another way."""
    lacking: tuple[str, ...] = ()
    """Parts of words that say it in another way: "-less"; with a space before it, a beginning."""
    otherwise: tuple[str, ...] = ()
    """Phrases that a distant language says without any negation: "don't forget"."""


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class NameLore:
    """What has a capital letter and is no name to copy."""

    titles: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    """Words that are translated where they stand in names: "street"."""
    nouns_have_capitals: bool = False


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Lore:
    """All of one language."""

    elides: bool = False
    """Whether words lose their vowel before another: "l'an"."""
    clock: tuple[ClockPhrase, ...] = ()
    doubtful_dates: tuple[str, ...] = ()
    """Months and days that are words too: "may"."""
    dates: dict[str, str] = field(default_factory=dict)
    """More names of months and days: "segunda" = "day-0"."""
    measures: dict[str, str] = field(default_factory=dict)
    """More names of units and currencies."""
    numbers: NumberLore | None = None
    negation: NegationLore | None = None
    denials: tuple[str, ...] = ()
    """Instead of it, where nobody can count: patterns (`re`), one of which any text has that says
    no; texts that say yes may have one, too."""
    names: NameLore | None = None


_LORE = TypeAdapter(Lore)


@cache
def lore_of(tag: str) -> Lore:
    """What is known of a language; of one without a file, nothing."""
    path = files(__package__) / "words" / f"{tag}.toml"
    if not path.is_file():
        return Lore()
    return _LORE.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
