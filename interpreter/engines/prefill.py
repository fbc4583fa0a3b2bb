"""Whether an engine goes on with words that are put in its mouth; asked once a process.

An assistant's message at the end of a chat is continued by some servers, answered anew by others,
and by vLLM continued when it is told to. Numbers are the same in every language, so a counted row
shows which it is.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from livekit.agents import llm

from interpreter.engines.chat import Chat, Extra
from interpreter.engines.continuing import words_of
from interpreter.engines.faults import Unusable
from interpreter.engines.prompting import Ask, Prompt, messages
from interpreter.engines.translator import TranslationRequest
from interpreter.errors import EngineRefused, EngineUnavailable
from languages import Language

_COUNTED, _SAID, _NEXT = "1, 2, 3, 4, 5, 6, 7, 8, 9", "1, 2, 3, 4, 5", "6"


class Prefill(StrEnum):
    """How an engine is made to continue its answer."""

    NO = "no"
    PLAIN = "plain"
    FLAGGED = "flagged"
    """With vLLM's request fields."""


EXTRA: Mapping[Prefill, Extra] = {
    Prefill.NO: {},
    Prefill.PLAIN: {},
    Prefill.FLAGGED: {
        "extra_body": {"continue_final_message": True, "add_generation_prompt": False}
    },
}

_known: dict[tuple[str, str, str], Prefill] = {}
_asked: set[tuple[str, str, str]] = set()


def known_prefill(engine: llm.LLM[Any]) -> Prefill | None:
    """What was learned of the engine; None when nobody knows yet."""
    return _known.get(_key(engine))


async def learn_prefill(chat: Chat, source: Language, target: Language) -> None:
    """Ask the engine, unless somebody has; when it does not answer, it may be asked again."""
    key = _key(chat.engine)
    if key in _known or key in _asked:
        return
    _asked.add(key)
    try:
        _known[key] = await _tried(chat, source, target)
    except EngineUnavailable:
        return
    finally:
        _asked.discard(key)


def forget() -> None:
    """Know nothing again: for tests, which change what an engine can."""
    _known.clear()


async def _tried(chat: Chat, source: Language, target: Language) -> Prefill:
    turns = messages(TranslationRequest(_COUNTED), Prompt(Ask.PREFILLED, _SAID), source, target)
    ways = [Prefill.PLAIN]
    if type(chat.engine).__module__.startswith("livekit.plugins.openai"):
        ways.append(Prefill.FLAGGED)
    for way in ways:
        try:
            pieces = [piece async for piece in chat.pieces(turns, chat.deadline(), EXTRA[way])]
        except (EngineRefused, Unusable):  # some servers take no assistant's message at the end
            continue
        if words_of("".join(pieces))[:1] == [_NEXT]:
            return way
    return Prefill.NO


def _key(engine: llm.LLM[Any]) -> tuple[str, str, str]:
    return engine.label, engine.provider, engine.model
