"""How far two sequences begin alike. Pure."""

import operator
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def common_prefix(
    one: Sequence[Item],
    other: Sequence[Item],
    alike: Callable[[Item, Item], object] = operator.eq,
) -> int:
    """How many items both begin with."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if not alike(left, right):
            break
        count += 1
    return count
