"""Which of Apertium's pairs lead from one language to another: one, or two over a third language.

The language files say over which one (`pivots`); the set-up's packages and what is installed say
which pairs there are. Adding a language is adding its file.
"""

from dataclasses import dataclass

import languages
from interpreter.engines.apertium_pipeline import MODES, is_served, shell_command
from interpreter.errors import RequirementMissing
from languages import Language


@dataclass(frozen=True, slots=True)
class Hop:
    """One pair of Apertium, by its name (`eng-spa`)."""

    source: Language
    target: Language
    pair: str


def route(source: Language, target: Language) -> tuple[Hop, ...]:
    """The hops from source to target; none when no translator serves them all."""
    over = target.pivots.get(source.tag)
    stops = (source, target) if over is None else (source, languages.load(over), target)
    hops = tuple(_hop(one, other) for one, other in zip(stops, stops[1:], strict=False))
    return hops if all(hop.pair for hop in hops) else ()


def check_installed(hops: tuple[Hop, ...]) -> None:
    """Raise RequirementMissing for the first pair that is not on this machine."""
    for hop in hops:
        shell_command(MODES / f"{hop.pair}.mode")


def is_installed(hops: tuple[Hop, ...]) -> bool:
    """Whether every hop can be made on this machine."""
    try:
        check_installed(hops)
    except RequirementMissing:
        return False
    return True


def _hop(source: Language, target: Language) -> Hop:
    """Newer packages name a pair by Apertium's three letters, older ones by two, as our tags."""
    codes = source.engines.get("apertium"), target.engines.get("apertium")
    names = (f"{codes[0]}-{codes[1]}", f"{source.tag}-{target.tag}") if all(codes) else ()
    return Hop(source, target, next((name for name in names if is_served(name)), ""))
