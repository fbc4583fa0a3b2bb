"""What an emulated LLM understands of a chat, and Apertium's translation of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import Any

import languages
from interpreter.engines import open_translator
from interpreter.engines.parts import LONGEST, parts
from interpreter.engines.prompting import SAID, SPEECH
from interpreter.engines.reach import supported_targets
from interpreter.engines.translator import TranslationRequest, Translator
from interpreter.events import TermRow
from interpreter.settings import Settings

_WORD = re.compile(r"\s*\S+")
_TERM = re.compile(r"^- (.+?) = (.+?)((?: \(.*)?)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A chat's last wish."""

    speech: str
    source: str
    target: str
    said: str
    """What the translation begins with, by the message's words."""
    prefilled: str
    """What the answer begins with, by its place in the chat."""
    wish: str = ""
    """The message around the speech."""
    terms: tuple[TermRow, ...] = ()

    @property
    def is_repair(self) -> bool:
        """Whether something was wrong with the translation before."""
        return "put this right" in self.wish

    @property
    def is_concise(self) -> bool:
        """Whether fewer words were asked for."""
        return "fewer words" in self.wish

    @property
    def other(self) -> str:
        """A language that was not asked for."""
        reached = [tag for tag in supported_targets(self.source) if tag != self.target]
        return reached[0] if reached else self.source

    def rest_of(self, whole: str) -> str:
        """What follows the beginning in a translation of the whole: after the best match, and
        all of it where nothing matches. Words that were said otherwise stand for as many, but for
        none that no LLM would leave out."""
        words = _WORD.findall(whole)
        begun = _plain(_WORD.findall(self.said or self.prefilled))
        matches = SequenceMatcher(None, begun, _plain(words), autojunk=False).get_matching_blocks()
        last = next((one for one in reversed(matches) if one.size), None)
        reached = last.b + last.size if last else 0
        for word in words[reached : reached + len(begun) - last.a - last.size] if last else ():
            if self._matters(word):
                break
            reached += 1
        rest = "".join(words[reached:])
        return rest if not rest or rest[0].isspace() else f" {rest}"

    def _matters(self, word: str) -> bool:
        (plain,) = _plain([word])
        return plain in languages.load(self.target).negations or any(map(str.isdigit, word))


class Translating:
    """The product's offline translators, one for each pair that is asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._translators: dict[tuple[str, str], Translator] = {}

    async def translate(
        self, text: str, source: str, target: str, terms: tuple[TermRow, ...] = ()
    ) -> str:
        if source == target:
            return text
        pair = source, target
        if pair not in self._translators:
            self._translators[pair] = open_translator(source, target, self._settings)
        if len(text) <= LONGEST:
            return await self._translated(text, pair, terms)
        return " ".join([await self._translated(part, pair, terms) for part in parts(text)])

    async def _translated(
        self, text: str, pair: tuple[str, str], terms: tuple[TermRow, ...]
    ) -> str:
        request = TranslationRequest(text, terms=terms)
        return "".join([piece async for piece in self._translators[pair].translate(request)])


def asked_in(messages: Sequence[dict[str, Any]]) -> Asked:
    """Find the speech between its delimiters, and the two languages in the system message."""
    users = [str(message["content"]) for message in messages if message["role"] == "user"]
    system = " ".join(str(m["content"]) for m in messages if m["role"] in ("system", "developer"))
    known = _tags()
    named = dict.fromkeys(re.findall("|".join(known), system))
    source, target, *_ = [known[name] for name in named]
    speech, said = SPEECH.search(users[-1]), SAID.search(users[-1])
    is_prefilled = messages[-1]["role"] == "assistant"
    return Asked(
        speech.group(1) if speech else users[-1],
        source,
        target,
        said.group(1) if said else "",
        str(messages[-1]["content"]) if is_prefilled else "",
        SPEECH.sub("", users[-1]),
        _terms_in(users[-1]),
    )


@cache
def _tags() -> Mapping[str, str]:
    """By the languages' names."""
    return {languages.load(tag).name: tag for tag in languages.available()}


def _terms_in(message: str) -> tuple[TermRow, ...]:
    listed = message.partition("Use these terms")[2].partition("\n\n")[0]
    return tuple(
        TermRow(
            source,
            target,
            is_plural=source.endswith("s") and not target.endswith("s"),
            is_kept="(not translated)" in notes,
        )
        for source, target, notes in _TERM.findall(listed)
    )


def in_fewer_words(text: str, target: str) -> str:
    """Telegram style: without articles and prepositions, as far as four fifths of the letters."""
    leading = set(languages.load(target).never_cut_after)
    words, most = text.split(), 0.8 * len(text)
    for place in range(len(words) - 1, -1, -1):
        if len(" ".join(words)) <= most:
            break
        if words[place].casefold() in leading:
            del words[place]
    return " ".join(words)


def _plain(words: list[str]) -> list[str]:
    return [re.sub(r"\W", "", word).casefold() for word in words]
