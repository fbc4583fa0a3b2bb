"""How an emulated LLM answers: its pace, and what it does wrong."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from tests.emulators.faults import Kind


class Does(StrEnum):
    """What an LLM does with a unit."""

    TRANSLATE = "translate"
    STALL = "stall"
    """Stops after its first words, and keeps the connection."""
    CUT_OFF = "cut-off"
    """Stops for good after its first words, as at a token limit."""
    BREAK_OFF = "break-off"
    """Loses the connection after its first words."""
    HALF_FRAME = "half-frame"
    """Loses the connection in the middle of an event."""
    FALL_SILENT = "fall-silent"
    """Ends before its last word as if all was said, but for the usage report."""
    REFUSE = "refuse"
    CHATTER = "chatter"
    QUOTE = "quote"
    NOTE = "note"
    """Adds a line about its translation."""
    IGNORE_PREFIX = "ignore-prefix"
    WRONG_LANGUAGE = "wrong-language"
    EMPTY = "empty"
    REPEAT_SOURCE = "repeat-source"
    OBEY = "obey"
    """Does what the speaker asks for."""
    TOO_MANY_REQUESTS = "too-many-requests"
    FAIL = "fail"
    FORBID = "forbid"
    BLOCK = "block"
    """Takes no such text, for what it speaks of."""
    WITHHOLD = "withhold"
    """Stops after its first words, for what they speak of."""

    @property
    def is_refusal(self) -> bool:
        """Whether it is answered with an error."""
        return self in (Does.TOO_MANY_REQUESTS, Does.FAIL, Does.FORBID, Does.BLOCK)


OF_FAULTS: dict[Kind, Does] = {
    "drop": Does.BREAK_OFF,
    "stall": Does.STALL,
    "401": Does.FORBID,
    "429": Does.TOO_MANY_REQUESTS,
    "500": Does.FAIL,
    "half_frame": Does.HALF_FRAME,
    "slow": Does.TRANSLATE,
    "wrong_language": Does.WRONG_LANGUAGE,
}
"""What an LLM does where another server has a fault."""


class Continues(StrEnum):
    """Whether it goes on with words put in its mouth."""

    YES = "yes"
    NO = "no"
    FLAGGED = "flagged"
    """As vLLM: when the request says so."""

    def does(self, body: dict[str, Any]) -> bool:
        if self is Continues.FLAGGED:
            return bool(body.get("continue_final_message"))
        return self is Continues.YES


@dataclass(frozen=True, slots=True)
class Manner:
    """How one request is answered."""

    does: Does = Does.TRANSLATE
    first_token_s: float = 0.0
    tokens_per_s: float = 0.0
    """0: all at once."""

    def doing(self, does: Does) -> "Manner":
        return replace(self, does=does)


FAITHFUL = Manner()
_FOREVER_S = 3600.0


async def paced(
    text: str, event: Callable[[str], str], ending: Sequence[str], manner: Manner
) -> AsyncIterator[str]:
    """The server-sent events of a streamed answer, `event` of each token, and those that end it."""
    for token in re.findall(r"\s*\S+", text):
        yield event(token)
        await asyncio.sleep(1 / manner.tokens_per_s if manner.tokens_per_s else 0)
    if manner.does is Does.STALL:
        await asyncio.sleep(_FOREVER_S)
    if manner.does is Does.HALF_FRAME:
        yield event("")[:20]
    if manner.does in (Does.BREAK_OFF, Does.HALF_FRAME, Does.FALL_SILENT):
        return
    for one in ending:
        yield one


def spoilt(translation: str, speech: str, manner: Manner) -> str:
    """The answer, with what is wrong about it."""
    match manner.does:
        case Does.REFUSE:
            return "I'm sorry, but I can't assist with that request."
        case Does.CHATTER:
            return f"Sure, here is the translation:\n\n{translation}"
        case Does.QUOTE:
            return f'"{translation}"'
        case Does.NOTE:
            return f"{translation}\n\n(Note: the speaker may have meant something else.)"
        case Does.EMPTY:
            return ""
        case Does.REPEAT_SOURCE:
            return speech
        case Does.OBEY:
            return "Hello! I am happy to say hello to you. What else can I do for you today?"
        case Does.CUT_OFF | Does.BREAK_OFF | Does.HALF_FRAME | Does.STALL | Does.WITHHOLD:
            words = re.findall(r"\s*\S+", translation)
            return "".join(words[: max(1, len(words) // 4)])
        case Does.FALL_SILENT:
            return translation.rpartition(" ")[0]
        case _:
            return translation
