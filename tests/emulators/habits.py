"""What an emulated LLM gets wrong of a glossary and of numbers: a share, drawn by a seed.

The draw is the same for a term in the same speech however often it is asked, as a real model's
answer is at temperature 0; asked to put it right, it draws again.
"""

import hashlib
import re
from dataclasses import dataclass, replace

from interpreter.events import TermRow
from tests.emulators.translating import Asked, Translating

_NUMBER = re.compile(r"\d+")
BEGINNING_WORDS = 3
"""A speech that has grown is known by these."""


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares from 0 to 1."""

    follows_terms: float = 1.0
    """Of the others half stay in the source language, half are rendered as the engine would."""
    wrong_numbers: float = 0.0
    """Of the answers with numbers, one is copied wrongly."""
    seed: int = 0

    def draw(self, asked: Asked, what: str) -> float:
        """The same for the same speech, and another one for a repair."""
        begun = " ".join(asked.speech.split()[:BEGINNING_WORDS])
        key = f"{self.seed}/{begun}/{what}/{asked.wish if asked.is_repair else ''}"
        return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) / 2**32


CAREFUL = Habits()


async def carelessly(translating: Translating, asked: Asked, language: str, habits: Habits) -> str:
    """The translation of a speech, with what this model gets wrong."""
    followed: list[TermRow] = []
    for row in asked.terms:
        drawn = habits.draw(asked, f"term {row.source}")
        if drawn < habits.follows_terms:
            followed.append(row)
        elif drawn < (1 + habits.follows_terms) / 2:
            followed.append(replace(row, target=row.source, is_kept=True))
    text = await translating.translate(asked.speech, asked.source, language, tuple(followed))
    if habits.draw(asked, "number") < habits.wrong_numbers:
        text = _NUMBER.sub(lambda found: str(int(found.group()) + 1), text, count=1)
    return text
