"""Whose words are a channel's captions while a human is on air. Pure.

Theirs, from their first recognised word on and as long as they are recognised; until then, where
nothing recognises their language, and from the moment that it fails, the machine's captions go on,
so that no switch leaves a channel without.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from interpreter.floor.on_air import OnAir, Source
from interpreter.floor.speaker import Speaker

STALLED_S = 3.0
"""Speech of which nothing has been recognised for so long is as good as unrecognised."""

T = TypeVar("T")


def to_transcribe(
    on_air: Mapping[str, OnAir],
    microphone: Callable[[str], T | None],
    is_recognised: Callable[[str], bool],
) -> dict[str, tuple[T, str]]:
    """The microphones of the humans on air, by identity, each with its channel's language: of those
    who are named, whoever else has an open one."""
    return {
        told.who: (track, tag)
        for tag, told in on_air.items()
        if told.source is Source.HUMAN and is_recognised(tag)
        if (track := microphone(told.who)) is not None
    }


def are_captions(human: Speaker | None, now_s: float) -> bool:
    """Whether the words of the human on air are the channel's captions now; None is one whom no
    recogniser hears."""
    return human is not None and human.is_transcribed and human.unheard_s(now_s) < STALLED_S
