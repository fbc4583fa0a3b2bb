"""Months and weekdays in a text. Pure."""

from collections.abc import Iterator, Sequence

from interpreter.facts import cldr
from interpreter.facts.fact import Kind, Mention
from interpreter.facts.tokens import Token, shown
from interpreter.facts.words import lore_of

_LONGEST = 2


def months_and_days(tokens: Sequence[Token], tag: str) -> Iterator[Mention]:
    """The dates' words, in order; a word that means something else too counts beside digits."""
    known, doubtful = cldr.dates(tag), lore_of(tag).doubtful_dates
    place = 0
    while place < len(tokens):
        for after in range(min(place + _LONGEST, len(tokens)), place, -1):
            what = known.get(tuple(token.plain for token in tokens[place:after]))
            if what is not None:
                beside = (*tokens[max(0, place - 1) : place], *tokens[after : after + 1])
                is_sure = tokens[place].folded not in doubtful or after - place > 1
                is_certain = is_sure or (
                    what.startswith("month") and any(token.is_digits for token in beside)
                )
                yield Mention(Kind.DATE, frozenset({what}), shown(tokens, place, after), is_certain)
                place = after - 1
                break
        place += 1
