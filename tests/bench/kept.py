"""What became of the words that were said: in the line, in captions, in the voice. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from interpreter.heard import Interval
from tests.emulators.tones import Said

Event = dict[str, Any]
EDGE_S = 0.3
"""A gap's ends are those of the sound, a word's are reckoned."""


@dataclass(frozen=True, slots=True)
class Words:
    """Of one language."""

    lost: tuple[str, ...]
    """In no stored segment, and under no marked gap."""
    doubled: tuple[str, ...]
    """In two of them."""
    marked: int
    """Under a marked gap."""


def in_line(said: Sequence[Said], commits: Sequence[Event], gaps: Sequence[Interval]) -> Words:
    """What was said, beside what was committed; all times are the talk's."""
    before = [_plain(word.text) for word in said]
    after = [_plain(str(event["text"])) for event in commits]
    lost, doubled, marked = list[str](), list[str](), 0
    for what, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        for word in said[i:j]:
            if _is_in(word.start_s, word.end_s, gaps):
                marked += 1
            else:
                lost.append(f"{word.text} {word.start_s:.1f}")
        doubled += [f"{one['text']} {one['start_s']:.1f}" for one in commits[k:m]]
    return Words(tuple(lost), tuple(doubled), marked)


def in_segments(
    commits: Sequence[Event], covered: Iterable[tuple[int, int, int]], gaps: Sequence[Interval]
) -> Words:
    """What was committed, beside what segments render: rows of epoch, first and last word."""
    times = Counter(
        (epoch, seq) for epoch, first, last in covered for seq in range(first, last + 1)
    )
    lost, doubled, marked = list[str](), list[str](), 0
    for event in commits:
        count = times[int(event["segment"].split(".")[1]), int(event["seq"])]
        is_marked = _is_in(event["start_s"], event["end_s"], gaps)
        marked += count == 0 and is_marked
        named = f"{event['text']} {event['start_s']:.1f}"
        lost += [named] if count == 0 and not is_marked else []
        doubled += [named] if count > 1 else []
    return Words(tuple(lost), tuple(doubled), marked)


def repeated(texts: Iterable[str], length: int = 4) -> list[str]:
    """Runs of so many words that come twice, one right after the other."""
    words = [_plain(word) for text in texts for word in text.split()]
    found = list[str]()
    for place in range(len(words) - 2 * length + 1):
        run = words[place : place + length]
        for size in range(length, 2 * length):
            if words[place + size : place + size + length] == run:
                found.append(" ".join(run))
                break
    return found


def _is_in(start_s: float, end_s: float, gaps: Sequence[Interval]) -> bool:
    middle_s = (start_s + end_s) / 2
    return any(gap.start_s - EDGE_S <= middle_s <= gap.end_s + EDGE_S for gap in gaps)


def _plain(word: str) -> str:
    return re.sub(r"[^\w]", "", word.casefold())
