"""Several engines as one: when the one that serves fails, the next one goes on.

breaker.py      whether an engine may be asked: closed, open, half-open; pure
trouble.py      an engine's exception → what is wrong with it, and for how long
health.py       what a process knows of its engines: their breakers, probes, who is told
chain.py        engines in order of preference: who is asked next, and what is told of a switch
translator.py   translators as one: the next one is asked for the same unit
voice.py        voices as one: the next one says the rest of the text
sounded.py      what of a text has been sounded, and what is left to say; pure
utterance.py    a voice's sound on its way, watched: silence, stalls, an end that comes too early
recogniser.py   recognisers as one: the next one hears again what has no final yet
listening.py    one speaker's sound: which engine hears it, and what of its words is new
kept.py         the sound that has no final yet; pure
pieces.py       speech in pieces, for a stand-in that says nothing before an utterance ends; pure
hearing.py      one recogniser's stream on its way, watched
doubts.py       whether a recogniser that says nothing has stalled; pure
suspect.py      whether it has, by the words that another one hears; pure
retimed.py      words that were told before keep their times; pure

A switch is an `EngineSwitch` (events.py): agents write it to the event log, and tell pages.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Named(Generic[T_co]):
    """An engine, and what operators call it: the same name is the same engine in a process."""

    name: str
    engine: T_co
    patience_s: float = 0.0
    """How long a recogniser may say nothing while somebody speaks; 0: that is learnt."""
    is_local: bool = False
    """Of this machine: it forgets what it has loaded when nobody asks it for a while."""
