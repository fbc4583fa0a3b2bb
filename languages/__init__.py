"""One TOML file per language, and their loader. Adding a language is adding a file.

cldr.py     what the Unicode CLDR says of a language, by Babel; a file may say otherwise
spacing.py  words and text: where scripts write spaces between words; pure
phrases.py  text of a script without spaces → phrases, by BudouX; pure

docs/languages.md says how to add one, and what each has.
"""

import re
import tomllib
from dataclasses import field
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from languages import cldr


class UnknownLanguageFile(LookupError):
    """No file here has this tag."""


_ENDS = (".", "!", "?", "…", "。", "！", "？", "।", "۔", "؟")
"""Of sentences in any script."""
_SEPARATORS = " ,;:、，；：،؛"
_CLOSING = " \"'»”’)]」』）"


class BadLanguageFile(ValueError):
    """A language file breaks the rules; the sentence names file and field."""


def _without_doubles(words: tuple[str, ...]) -> tuple[str, ...]:
    doubles = sorted({word for word in words if words.count(word) > 1})
    if doubles:
        raise ValueError(f"words listed twice: {', '.join(doubles)}")
    return words


_Word = Annotated[str, Field(pattern=r"^[^\sA-Z]+$")]
_Words = Annotated[tuple[_Word, ...], AfterValidator(_without_doubles)]
_Phrase = Annotated[str, Field(pattern=r"^[^\sA-Z]+( [^\sA-Z]+)*$")]
_Phrases = Annotated[tuple[_Phrase, ...], AfterValidator(_without_doubles)]
_Positive = Annotated[float, Field(gt=0)]


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class NumberWords:
    """How the language says numbers, for what the number library does not know."""

    text2num: str
    """The number library's code for the language."""
    joins: _Words
    """Words inside a number that are none: "and"."""
    joins_after: _Words
    """The words they follow inside a number: "hundred and"; elsewhere they part two numbers."""
    points: _Words
    """The decimal point, spoken."""
    scales: _Words
    """Words that count in hundreds, thousands…; alone they stay words."""
    kept_scales: _Words
    """Scales that stay words after digits: "2.5 million"."""
    articles: _Words = ()
    """May stand for "one" before a scale: "a hundred"."""
    zeros: _Words = ()
    """Zero inside a year: "nineteen oh five"."""
    percents: _Words = ()
    pairs: _Words = ()
    """Words that announce two numbers joined by one of `joins`: "between"."""
    never_digits: _Words = ()
    """Words that look like numbers and may mean something else: "second", "thousands"."""
    decades: _Words = ()
    """ "twenties" to "nineties", in order, where years are said in pairs of numbers."""
    before_years: _Words = ()
    """Words after which a pair of numbers is a year: "in seventeen eighty four"."""
    before_recent_years: _Words = ()
    """The same for pairs from 19 on, after words that often announce a time or a price too."""
    counted: _Words = ()
    """Things that are counted, so that the number before is no year; plurals in s besides."""


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class SelfRepairs:
    """How people who speak the language take back what they have just said.

    Leave out of the classes what means something else too ("may", "one", "second").
    """

    editing_terms: _Phrases
    """Said for a correction and hardly for anything else between two days or two numbers: "i mean";
    never a bare "no"."""
    said_twice: _Words = ()
    """Words of `never_cut_after` that are said twice on purpose, or by grammar: "had had"."""
    weekdays: _Words = ()
    months: _Words = ()
    numbers: _Words = ()
    ordinals: _Words = ()


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Repair:
    """A pattern, and what stands in its place (a template of Python's `re`)."""

    wrong: re.Pattern[str]
    right: str


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Language:
    """What units, captions and voices must know of a language.

    Words are single and lower case. Letters per second count every character, spaces too; a narrow
    one counts half where letters are wide. What CLDR knows a file leaves out, or says why not.
    """

    tag: str
    """BCP 47."""
    name: str
    """In English."""
    endonym: str
    """In the language itself, as people pick it from a list."""
    script: Annotated[str, Field(pattern=r"^[A-Z][a-z]{3}$")]
    """ISO 15924."""
    direction: Literal["ltr", "rtl"]
    sentence_ends: tuple[str, ...]
    """The full stop first; none where sentences end in a space."""
    reading_speed_cps: _Positive
    """Letters per second that a viewer reads in comfort."""
    natural_pace_cps: _Positive
    """Letters per second of the voice at rate 1: eSpeak NG at its rate 175, measured; an estimate
    where there is no such voice."""
    decimal_sign: Annotated[str, Field(pattern=r"^[.,]$")]
    """Between whole and parts: 3.5 or 3,5."""
    group_sign: Annotated[str, Field(min_length=1, max_length=1)]
    """Between thousands: 12,500 or 12.500."""
    clause_words: _Words = ()
    """Conjunctions and relatives: a clause starts here, a unit may close before them. Only where
    talks of the suite test them; without them, units close at pauses and caps."""
    never_cut_after: _Words = ()
    """Words that belong to the next one: negations, articles, prepositions, auxiliaries, titles."""
    prepositions: _Words = ()
    """Weaker places than clause words to close a unit before."""
    never_cut_before: _Words = ()
    """Words that belong to the one before: "of", "ago", "percent"."""
    not_heard: Annotated[str, Field(pattern=r"\{seconds\}")] = "[… {seconds} s …]"
    """What a caption says where speech was not heard for so long."""
    not_recognised: Annotated[str, Field(pattern=r"\{seconds\}")] = "[… {seconds} s …]"
    """What a caption says where somebody spoke so long whom no recogniser understands."""
    skipped: Annotated[str, Field(pattern=r"\{seconds\}")] = "[… {seconds} s …]"
    """What a caption says where the voice, too far behind, left out what the captions have."""
    several_speak: str = "[…]"
    """What a caption says while several people speak at once."""
    not_interpreted: Annotated[str, Field(pattern=r"\{seconds\}")] = "[… {seconds} s …]"
    """What a caption says where speech was not interpreted for so long."""
    music: str = "[♪]"
    applause: str = "[…]"
    negations: _Words = ()
    """Never parted from what they negate, not even where a unit must be cut somewhere."""
    negations_after: _Words = ()
    """How words begin that negate the one before them, as written or as a recogniser parts them:
    no unit is cut before them."""
    negates_inside_words: bool = False
    """Whether verbs say no by a syllable of their own, so that "geldi" and "gelmedi" look like two
    forms of one word."""
    proper_words: tuple[str, ...] = ()
    """Words as they are always written ("I", "Monday"), for recognisers that write lower case."""
    fillers: _Words = ()
    """Hesitations, left out of captions: "uh"."""
    numbers: NumberWords | None = None
    """None leaves number words as they are."""
    self_repairs: SelfRepairs | None = None
    """None interprets all that is said."""
    unit_max_words_into: dict[str, Annotated[int, Field(ge=4)]] = field(
        default_factory=dict, hash=False
    )
    """Target → words that a unit may grow to on its way into it, in every mode; more than the
    mode's own where the verb comes last, fewer where order is alike and a voice can begin early."""
    caption_line_length: Annotated[int, Field(gt=0)] = 42
    has_spaces: bool = True
    """Whether words are written with spaces between them."""
    letters_a_word: Annotated[float, Field(ge=1)] | None = None
    """So many letters count as a word where nobody writes spaces; None counts the words."""
    engines: dict[str, str] = field(default_factory=dict, hash=False)
    """Each engine's own code for the language; an engine that is missing does not serve it."""
    pivots: dict[str, str] = field(default_factory=dict, hash=False)
    """Source → the language that its translation into this one goes over, both by tag."""
    apertium_repairs: tuple[Repair, ...] = ()
    """Mistakes that Apertium makes each time in this language, undone in order."""

    @property
    def is_cut_by_clauses(self) -> bool:
        """Whether units may close before a clause, not at pauses and caps alone."""
        return bool(self.clause_words)

    @property
    def full_stop(self) -> str:
        """What ends a sentence that has no other end; nothing where only a space does."""
        return self.sentence_ends[0] if self.sentence_ends else ""

    def ended(self, text: str) -> str:
        """The text as a sentence: a full stop in place of a comma's kind, and none behind an end
        that is there, in quotation marks or in another script."""
        bare = text.rstrip(_CLOSING)
        if not text or not self.sentence_ends or bare.endswith((*self.sentence_ends, *_ENDS)):
            return text
        return text.rstrip(_SEPARATORS) + self.full_stop

    @property
    def sentence_gap(self) -> str:
        """What stands between two sentences."""
        return " " if self.has_spaces or not self.sentence_ends else ""

    @property
    def has_wide_letters(self) -> bool:
        """Whether its letters are as wide as two of ours, and a line is measured by them."""
        return self.script in _WIDE_SCRIPTS

    @property
    def has_capitals(self) -> bool:
        """Whether sentences begin with a capital; elsewhere a foreign name at their head stays."""
        return self.script in _CASED_SCRIPTS


_CASED_SCRIPTS = frozenset({"Latn", "Grek", "Cyrl"})
_WIDE_SCRIPTS = frozenset({"Hans", "Hant", "Jpan", "Kore"})
_LANGUAGE = TypeAdapter(Language)


@cache
def available() -> tuple[str, ...]:
    """The tags of all language files, in order of the alphabet."""
    names = (path.name for path in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def load(tag: str) -> Language:
    """The language with this tag; raises UnknownLanguageFile, or BadLanguageFile for a bad file."""
    if tag not in available():
        known = ", ".join(available())
        raise UnknownLanguageFile(f"There is no language file for {tag!r}. Known: {known}.")
    return parse(tag, (files(__name__) / f"{tag}.toml").read_text(encoding="utf-8"))


def parse(tag: str, text: str) -> Language:
    """Read the text of `<tag>.toml`; raises BadLanguageFile."""
    try:
        language = _LANGUAGE.validate_python(cldr.of(tag) | tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise BadLanguageFile(f"languages/{tag}.toml: {error}") from error
    if language.decimal_sign == language.group_sign:
        raise BadLanguageFile(f"languages/{tag}.toml: decimal_sign and group_sign are the same")
    if language.has_spaces == (language.letters_a_word is not None):
        raise BadLanguageFile(f"languages/{tag}.toml: has_spaces = false needs letters_a_word")
    if language.tag != tag:
        raise BadLanguageFile(f"languages/{tag}.toml: the tag inside is {language.tag!r}")
    return language
