"""What a text says that a translation must not change, and where it did."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What is compared."""

    NUMBER = "number"
    ORDINAL = "ordinal"
    PERCENT = "percent"
    TIME = "time"
    DATE = "date"
    CURRENCY = "currency"
    UNIT = "unit"
    NEGATION = "negation"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text, with what it counts; a time of day is minutes after noon or midnight."""

    kind: Kind
    """NUMBER, ORDINAL, PERCENT or TIME."""
    value: Decimal
    text: str
    first: int
    after: int
    """Tokens `first`..`after` (without it)."""
    is_certain: bool = True
    """False for what may be no number: "one", "second". It may answer another, and asks for
    none."""
    measure: frozenset[str] = frozenset()
    """CLDR units and currencies that the words beside it may mean."""
    measure_text: str = ""
    is_decade: bool = False
    parts: tuple[Decimal, ...] = ()
    """Another reading, where a space may part two numbers or groups of one; of a time, its hour
    and minutes."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A month, a weekday or a name in a text."""

    kind: Kind
    ids: frozenset[str]
    """What it may mean; of a name, its letters without case and accents."""
    text: str
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Negations:
    """How a text says no."""

    statements: int
    """Statements that are negated."""
    words: int
    """Words that negate, without those that only agree with another in their statement: "no … nunca
    … nada" is one."""
    optional: int
    """Words that may stand for a negation in another language: "without", "unlikely"."""
    text: str
    """The words that negate, as they stand in the text."""
    without: str = ""
    """The first "without" of it, as it stands there."""
    lacks: bool = False
    """Whether something may say "without" in another way: "wireless", "free of"."""

    @property
    def says_no(self) -> bool:
        """Whether anything in it may."""
        return bool(self.statements or self.words or self.optional or self.lacks)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that source and translation do not say alike."""

    kind: Kind
    source: str
    """What the source has; empty where the translation has something that is not in it."""
    target: str
    """What the translation has in its place; empty where nothing is."""
    message: str
    """An English sentence for a translator that repairs."""
    count: int = 1
    """How many of them: a text's negations are compared by their number."""
    exchange: tuple[str, str] = ("", "")
    """What stands in the translation, and what must be in its place: digits for others, or a month
    or weekday that was left in the source's language."""
