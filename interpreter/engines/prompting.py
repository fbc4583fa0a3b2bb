"""A translation request → the messages of a chat; pure. The texts are in `prompts/`.

Speech stands between delimiters that it cannot contain, in a message of its own kind, so that no
speech can be read as an instruction.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from interpreter.engines.translator import TranslationRequest
from interpreter.events import TermRow
from languages import Language

SPEECH = re.compile(r"<speech>(.*?)</speech>", re.DOTALL)
SAID = re.compile(r"<said>(.*?)</said>", re.DOTALL)
_MARKUP = re.compile(r"<\s*/?\s*(?:speech|said)\s*/?\s*>", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


class Ask(StrEnum):
    """What an engine is asked for."""

    WHOLE = "whole"
    """The whole unit; what was said already is its beginning."""
    PREFILLED = "prefilled"
    """To go on with its own answer, which begins with what was said."""
    REST = "rest"
    """In words: only what is missing after what was said."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """How a unit is asked for."""

    ask: Ask
    said: str = ""
    """What of the translation stays, because it was spoken."""
    is_strict: bool = False
    """The answer before was no translation."""


def messages(
    request: TranslationRequest, prompt: Prompt, source: Language, target: Language
) -> list[Message]:
    """The chat that asks for a unit: role and style, earlier pairs as turns, the unit."""
    system = _template("system").render(
        source=source.name, target=target.name, strict=prompt.is_strict
    )
    turns = [Message("system", system)]
    for earlier, translated in request.context:
        turns += [Message("user", _unit(earlier)), Message("assistant", plain(translated))]
    is_told = prompt.ask is not Ask.PREFILLED
    turns.append(
        Message(
            "user",
            _unit(
                request.text,
                terms=request.terms,
                repair=request.repair,
                is_open=request.is_open,
                is_concise=request.is_concise,
                said=prompt.said if is_told else "",
                continues_only=prompt.ask is Ask.REST,
            ),
        )
    )
    if not is_told:
        turns.append(Message("assistant", plain(prompt.said)))
    return turns


def plain(text: str) -> str:
    """One line without our delimiters."""
    return _SPACES.sub(" ", _MARKUP.sub(" ", text)).strip()


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit of any script: "👍" and "¿?" are the same to all."""
    return any(sign.isalnum() for sign in text)


def _unit(
    text: str,
    *,
    terms: tuple[TermRow, ...] = (),
    repair: tuple[str, ...] = (),
    is_open: bool = False,
    is_concise: bool = False,
    said: str = "",
    continues_only: bool = False,
) -> str:
    rendered = _template("unit").render(
        text=text,
        terms=terms,
        repair=repair,
        is_open=is_open,
        is_concise=is_concise,
        said=said,
        continues_only=continues_only,
    )
    return rendered.strip()


@cache
def _template(name: str) -> Template:
    loader = PackageLoader("interpreter.engines", "prompts")
    environment = Environment(loader=loader, undefined=StrictUndefined, autoescape=False)
    environment.filters["plain"] = plain
    return environment.get_template(f"{name}.j2")
