"""What may be wrong with an LLM's answer: whatever is found here is never spoken. Pure.

An answer is refused on evidence, not on doubt: the alternative is no translation at all.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files

import regex

from interpreter.engines.continuing import words_of
from interpreter.engines.identification import likeliest, plausibility
from interpreter.engines.notes import TRANSLATION
from languages import Language
from languages.spacing import joined

HEAD_WORDS = 5
"""So many words wait until they are known to be a translation: 0.1–0.3 s of an LLM's time."""
DOUBTFUL_WORDS = 14
"""So many, when the first could also begin a refusal or a label, or be in another language."""

_SURELY_NOT = 0.05
_LIKELY = 0.3
_SURELY = 0.5
"""Measured on 83 sentences in six languages: from five words on no translation is below 0.09 for
its own language, and 97 % of texts in another one are below 0.05."""
_JUDGED_LETTERS = 20
_REPEATED_WORDS = 4
_ANNOUNCING_WORDS = 4
_SHORTEST, _SHORTEST_ACROSS_SCRIPTS, _LONGEST = 0.35, 0.12, 3.0
"""Letters of a translation for each letter of its source."""
_MEASURED_LETTERS = 24
_ALLOWANCE = 60
_HAN, _OF_A_HAN_SIGN = regex.compile(r"\p{Han}"), 2
"""A word of one or two signs: a translation of Chinese has up to six times its letters."""
_APOLOGY_WORDS = 8
_UNENDED_SHARE = 0.75
_ENDS = ".!?…。！？"
_OF_A_LABEL = frozenset(
    {"it", "is", "here", "the", "text", "in", "into", "en", "al", "to", "version"}
)
_BESIDE_A_NAME = frozenset({"translation", "in", "into", "en", "auf", "em", "în", "på"})
_LABEL = re.compile(r"[^.!?\n]{0,80}:(?:\s|$)|[^\n]{0,80}\n")
_HEADING = re.compile(r"[^:：\n]{1,80}[:：\n]")
_HEADING_WORDS = 12


class AnswerFault(StrEnum):
    """Why an answer is no translation."""

    EMPTY = "empty"
    REFUSED = "refused"
    CHATTER = "chatter"
    WRONG_LANGUAGE = "wrong language"
    SOURCE_REPEATED = "source repeated"
    CUT_OFF = "cut off"
    TOO_LONG = "too long"
    PARTED = "parted from what was said"


class Unusable(Exception):
    """An answer that nobody should hear."""

    def __init__(self, fault: AnswerFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Checks:
    """The checks of one unit's answers."""

    def __init__(self, source_text: str, source: Language, target: Language) -> None:
        self._text = source_text
        self._words = words_of(source_text)
        self._letters = len(source_text) + _OF_A_HAN_SIGN * len(_HAN.findall(source_text))
        self._names = frozenset(word for word in source_text.split() if word[0].isupper())
        self._source = source
        self._target = target
        names = (source.name, source.endonym, target.name, target.endonym)
        either = "|".join(re.escape(name) for name in names)
        self._languages = re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)

    def words_awaited(self, answer: str) -> int:
        """How many words must be there before any may be spoken."""
        words = words_of(answer)
        phrases = [*self._of("apologies"), *self._of("introductions"), *self._of("labels")]
        is_doubtful = (
            _begins(words, phrases)
            or self._calls_itself_translation(answer)
            or (
                self.can_judge(answer)
                and plausibility(self._without_names(answer), self._target.tag) < _LIKELY
            )
        )
        return DOUBTFUL_WORDS if is_doubtful else HEAD_WORDS

    def check_head(self, answer: str) -> None:
        """Raise Unusable when the first words are no translation."""
        self._check_refusal(answer)
        self._check_label(answer)
        self._check_repetition(answer, HEAD_WORDS)
        self.check_going_on(answer)

    def check_continuation(self, answer: str) -> None:
        """Raise Unusable when what should go on after what was said talks about it instead."""
        self._check_refusal(answer)
        self._check_label(answer)

    def check_going_on(self, answer: str) -> None:
        """Raise Unusable when an answer on its way says much more than was said, or leaves its
        language."""
        if len(answer) > _LONGEST * self._letters + _ALLOWANCE:
            raise Unusable(AnswerFault.TOO_LONG)
        self._check_language(answer)

    def check_rest(self, rest: str) -> None:
        """Raise Unusable when what goes on after what was said is in another language: together
        with that it may pass for the right one."""
        if len(words_of(rest)) >= HEAD_WORDS:
            self._check_language(rest)

    def can_judge(self, answer: str) -> bool:
        """Whether there is enough to tell its language by."""
        return sum(sign.isalpha() for sign in self._without_names(answer)) >= _JUDGED_LETTERS

    def check_whole(self, answer: str, *, is_complete: bool, before: str = "") -> None:
        """Raise Unusable when the answer is no translation of the unit, or of a part of an open
        one. `before`: the answer to the same; what is said twice, and ends, is short and whole."""
        if not words_of(answer) and self._words:
            raise Unusable(AnswerFault.EMPTY)
        self.check_head(answer)
        self._check_repetition(answer, len(self._words))
        is_said_twice = answer == before and answer.endswith(self._target.sentence_ends)
        if is_complete and not is_said_twice and self._is_cut_off(answer):
            raise Unusable(AnswerFault.CUT_OFF)

    def _check_refusal(self, answer: str) -> None:
        words = words_of(answer)
        head = words[: 2 * DOUBTFUL_WORDS]
        is_apology, subjects = self._is_apology(words), self._of("subjects")
        refuses = _finds("refusals", ("en", self._target.tag), head)
        if refuses and not self._speaks_of_it(is_apology):
            raise Unusable(AnswerFault.REFUSED)
        if (
            is_apology
            and _contains(head, subjects)
            and not _contains(self._words, subjects)
            and self._source.tag in _phrases("subjects")
            and not self._is_apology(self._words)
        ):
            raise Unusable(AnswerFault.REFUSED)

    def _speaks_of_it(self, is_apology: bool) -> bool:
        """Whether the speech may say itself that somebody cannot help or translate; one that is
        sorry for it has a translation that is."""
        is_new = self._source.tag in _phrases("apologies") and not self._is_apology(self._words)
        return not (is_apology and is_new) and _finds("honest", (self._source.tag,), self._words)

    def _is_apology(self, words: Sequence[str]) -> bool:
        """Whether a text begins as a refusal does, or its speaker is sorry."""
        return _contains(words[:_APOLOGY_WORDS], self._of("apologies"))

    def _check_label(self, answer: str) -> None:
        """ "Sure, here it is:" or "Spanish:" – unless the speaker says something like it."""
        begun = " ".join(self._text.split()[:_ANNOUNCING_WORDS])
        is_begun_so = _announced(self._text) or self._languages.search(begun)
        if self._is_named(_announced(answer)) and not is_begun_so:
            raise Unusable(AnswerFault.CHATTER)
        heading = _HEADING.match(answer)
        if heading and self._calls_itself_translation(heading.group()):
            raise Unusable(AnswerFault.CHATTER)
        words = words_of(answer)
        if not _begins(words, self._of("labels")) or _begins(self._words, self._of("labels")):
            return
        is_own = _begins(words, _phrases("labels").get(self._target.tag, ()))
        label = _LABEL.match(answer)
        if not is_own or (label and ":" not in self._text and self._is_label(label.group())):
            raise Unusable(AnswerFault.CHATTER)

    def _calls_itself_translation(self, head: str) -> bool:
        """Whether a few words speak of a translation, and the speech does not."""
        is_short = len(words_of(head)) <= _HEADING_WORDS
        spoken_of = TRANSLATION.search(self._text)
        return is_short and spoken_of is None and TRANSLATION.search(head) is not None

    def _is_label(self, head: str) -> bool:
        """Whether it is no beginning of the speech's own, which recognisers write without a colon:
        a speech in a language of ours would show it; else it says nothing but that it is one."""
        if self._source.tag in _phrases("labels"):
            return True
        rest = f" {' '.join(words_of(self._languages.sub(' ', head)))} "
        for phrase in sorted(self._of("labels"), key=len, reverse=True):
            rest = rest.replace(f" {phrase} ", " ")
        return set(rest.split()) <= _OF_A_LABEL

    def _is_named(self, label: str) -> bool:
        """Whether it says nothing but that it is in one of both languages, or the name of each."""
        others = self._languages.sub(" ", label)
        return others != label and set(words_of(others)) <= _BESIDE_A_NAME

    def _check_repetition(self, answer: str, count: int) -> None:
        said, asked = words_of(answer)[:count], self._words[:count]
        if said != asked or len(said) < _REPEATED_WORDS:
            return
        own = self._without_names(answer)
        likely = plausibility(own, self._source.tag)
        if likely > _SURELY and likely > plausibility(own, self._target.tag):
            raise Unusable(AnswerFault.SOURCE_REPEATED)

    def _check_language(self, answer: str) -> None:
        if not self.can_judge(answer):
            return
        own = self._without_names(answer)
        language, likely = likeliest(own)
        is_other = language != self._target.tag.partition("-")[0] and likely > _SURELY
        if is_other and plausibility(own, self._target.tag) < _SURELY_NOT:
            raise Unusable(AnswerFault.WRONG_LANGUAGE)

    def _without_names(self, answer: str) -> str:
        """A name stays as it is in every language, and may look like another one."""
        words = answer.split()
        return " ".join(word for word in words if not (word[0].isupper() and word in self._names))

    def _is_cut_off(self, answer: str) -> bool:
        """Much shorter than it can be; or somewhat shorter, and without the sentence's end."""
        if len(self._text) < _MEASURED_LETTERS:
            return False
        is_same_script = self._source.script == self._target.script
        share = len(answer) / len(self._text)
        if share < (_SHORTEST if is_same_script else _SHORTEST_ACROSS_SCRIPTS):
            return True
        is_unended = self._text.rstrip()[-1] in _ENDS and answer.rstrip()[-1:] not in _ENDS
        return is_same_script and is_unended and share < _UNENDED_SHARE

    def _of(self, kind: str) -> list[str]:
        """Phrases of English, which LLMs fall back to, and of both languages."""
        tags = dict.fromkeys(("en", self._source.tag, self._target.tag))
        return [phrase for tag in tags for phrase in _phrases(kind).get(tag, ())]


def _announced(text: str) -> str:
    """What a text begins with, when that is a few words and a colon."""
    head, colon, _ = text.replace("：", ":").partition(":")
    return head if colon and len(words_of(head)) <= _ANNOUNCING_WORDS else ""


def _begins(words: Iterable[str], phrases: Iterable[str]) -> bool:
    text = f"{' '.join(words)} "
    return any(text.startswith(f"{phrase} ") for phrase in phrases)


def _finds(kind: str, tags: Iterable[str], words: Sequence[str]) -> bool:
    """Whether words have what a language's regular expressions of this kind say."""
    text = joined(words)
    patterns = (_pattern(kind, tag) for tag in dict.fromkeys(tags))
    return any(pattern.search(text) for pattern in patterns if pattern is not None)


@cache
def _pattern(kind: str, tag: str) -> "re.Pattern[str] | None":
    patterns = _table(kind).get(tag)
    return re.compile("|".join(f"(?:{one})" for one in patterns)) if patterns else None


def _contains(words: Iterable[str], phrases: Iterable[str]) -> bool:
    text = f" {' '.join(words)} "
    return any(f" {phrase} " in text for phrase in phrases)


@cache
def _phrases(kind: str) -> Mapping[str, tuple[str, ...]]:
    """Each as its words are compared."""
    return {
        tag: tuple(" ".join(words_of(phrase)) for phrase in phrases)
        for tag, phrases in _table(kind).items()
    }


@cache
def _table(kind: str) -> Mapping[str, list[str]]:
    text = (files("interpreter.engines") / "prompts" / "phrases.toml").read_text(encoding="utf-8")
    table: dict[str, dict[str, list[str]]] = tomllib.loads(text)
    return table[kind]
