"""From how many interpretations a channel is made. Pure.

A human says by their console what they listen to, a pair reads one line; the floor's own languages
are no interpretation.
"""

from collections.abc import Collection, Mapping

FLOOR = ""


def relay_depth(channel: str, made_from: Mapping[str, str], spoken: Collection[str]) -> int:
    """0 for what is made of the floor itself, 1 for what is made of that, and so on.

    `made_from` says of each interpreted channel which language it is made from (`FLOOR`: what is
    spoken there); `spoken` are the floor's languages. Two who listen to each other end the count.
    """
    passed: set[str] = {channel}
    source = made_from.get(channel, FLOOR)
    while source != FLOOR and source not in spoken and source not in passed:
        passed.add(source)
        source = made_from.get(source, FLOOR)
    return len(passed) - 1
