"""What flows between stages: words, hypotheses, line items, units, segments. All times are `at_s`,
the room clock in seconds, unless named otherwise."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word. `confidence` is 0..1, 1 where the engine gives none."""

    text: str
    start_s: float
    end_s: float
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the recogniser believes of the open utterance, up to `heard_s`; final when it closes
    the utterance."""

    words: tuple[Word, ...]
    heard_s: float
    is_final: bool = False
    is_settled: bool = False
    """It was made final though its recogniser had not ended it: what it leaves out may come yet."""


class ItemKind(StrEnum):
    WORD = "word"
    PAUSE = "pause"
    """The speaker has stopped: no word began before `end_s`."""
    FINAL = "final"
    """The recogniser's last word on words that were committed before."""
    LOST = "lost"
    """There was speech, or may have been, that nobody heard: a crash, a dead recogniser."""


@dataclass(frozen=True, slots=True)
class LineItem:
    """One numbered item of a line: a committed word, or the knowledge that the speaker paused."""

    seq: int
    kind: ItemKind
    text: str
    start_s: float
    end_s: float
    speaker: str
    """Identity of the speaker (opaque); no unit holds words of two."""
    segment: str
    """Id of the source segment (caption) that this word belongs to."""
    covers: tuple[int, int] = (-1, -1)
    """Of a final, or of a word corrected by one: numbers of the first and last committed word that
    it is about; the last below the first for a word that was inserted."""
    words: tuple[Word, ...] = ()
    """Of a final: what these words are in the end; empty where they stay as they were."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is known of how a text keeps to its glossary."""

    hits: tuple[str, ...] = ()
    """Terms of the source that are rendered as they must be."""
    misses: int = 0
    """Terms that are not."""
    repairs: int = 0
    """Whether something was wrong first, and put right."""
    false_copies: int = 0
    """Renderings of what nobody said, and terms left in the source language."""


class Origin(StrEnum):
    """Who made a segment's text."""

    SPEECH = "speech"
    MACHINE = "machine"
    HUMAN = "human"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class Segment:
    """Committed text with times, in one language; never changes. It renders words
    `first_seq`..`last_seq` of `source_line`."""

    id: str
    """Unique in the room: `<language>.<epoch>.<n>`, or `<source>-<target>.<epoch>.<n>`."""
    language: str
    origin: Origin
    speaker: str
    """Display name of whose words these are, or were made from."""
    text: str
    start_s: float
    end_s: float
    engine: str
    epoch: int
    source_line: str = ""
    first_seq: int = 0
    last_seq: int = 0
    source_segments: tuple[str, ...] = ()
    condensed: bool = False
    interpreter: str = ""
    """Identity of the human whose interpretation it is; `engine` has only transcribed it."""
    relay: int = 0
    """How many interpretations it was made from: 0 of the floor itself, 1 of an interpreter's
    words."""
    glossary_hits: int = 0
    """Terms of the source that this renders as the glossary wants; the next three as in `Marks`."""
    glossary_misses: int = 0
    repairs: int = 0
    false_copies: int = 0
    text_language: str = ""
    """What `text` is written in where that is not `language`: words that nobody translated."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a translation has wrong, or leaves out."""

    kind: str
    message: str
    """In English, for a translator that is asked again."""
    source: str
    """What it is about, as it stands in the source; or in the translation, where only that has
    it."""
    expected: tuple[str, ...]
    """What the translation must have, any of it."""
    wrong: str = ""
    """What stands in the translation instead, where that is known."""


@dataclass(frozen=True, slots=True)
class TermRow:
    """A row of the glossary, for the translator of a text in which its term occurs."""

    source: str
    """As it stands in the text."""
    target: str
    """What it is rendered by, in dictionary form."""
    note: str = ""
    forms: tuple[str, ...] = ()
    """Of the rendering."""
    is_plural: bool = False
    """Whether the text has the plural of what the glossary lists."""
    is_kept: bool = False
    """Not translated."""


class EngineKind(StrEnum):
    RECOGNISER = "recogniser"
    TRANSLATOR = "translator"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class EngineSwitch:
    """Another engine serves than before."""

    kind: EngineKind
    language: str
    """Of a translator, its target."""
    before: str
    """Its name; empty for the first one, and where none served."""
    after: str
    """Likewise; empty: none is left."""
    why: str
    """A `fallback.breaker.Trouble` of the one before, or that all is well (again)."""
