"""Names in a text that a translation copies. Pure.

A capital letter is a weak sign: councils and streets have one and are translated. So a name is
certain where a title stands before it, or where it has digits in it; other capitals ask for
something that looks like them only where nothing says that they are translated.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from interpreter.facts import cldr
from interpreter.facts.fact import Kind, Mention
from interpreter.facts.tokens import Token, plain
from interpreter.facts.words import NameLore, lore_of

ALIKE = 0.8
"""Share of letters that two spellings of a name have in common: Margaret, Margarida."""
_SHORTEST = 3
_STEM = 0.7
_SHORTEST_STEM = 4


def knows_names(tag: str) -> bool:
    """Whether capitals tell names from other words here, and which words they do not."""
    lore = lore_of(tag).names
    return lore is not None and not lore.nouns_have_capitals


def names(tokens: Sequence[Token], tag: str) -> Iterator[Mention]:
    """The names, word by word; what is a country's, city's or language's says so by its ids."""
    lore = lore_of(tag).names
    if lore is None or lore.nouns_have_capitals:
        return
    for place, token in enumerate(tokens):
        if _is_code(token):
            yield Mention(Kind.NAME, frozenset({token.plain}), token.text)
        elif _is_name(tokens, place, lore, tag):
            known = cldr.places(tag).get(_bare(token.plain), frozenset())
            yield Mention(Kind.NAME, frozenset({_bare(token.plain)}), token.text, not known)


def _bare(text: str) -> str:
    return text.removesuffix("'s").strip("'")


def _is_code(token: Token) -> bool:
    """Letters, then digits: "G7", "H1N1"."""
    return token.text[0].isalpha() and any(letter.isdigit() for letter in token.text)


def _is_name(tokens: Sequence[Token], place: int, lore: NameLore, tag: str) -> bool:
    token = tokens[place]
    if not token.text[0].isupper() or len(token.text) < _SHORTEST or token.text.isupper():
        return False
    if token.folded in lore.common or _bare(token.folded) in lore.common:
        return False
    if (token.plain,) in cldr.dates(tag):
        return False
    has_title = place > 0 and tokens[place - 1].folded in lore.titles
    return has_title or not (place == 0 or token.starts_sentence)


def is_kept(name: str, tokens: Sequence[Token]) -> bool:
    """Whether the text has this name, or a spelling that looks like it."""
    return any(_is_alike(name, _bare(token.plain)) for token in tokens)


@lru_cache(maxsize=1024)
def _is_alike(name: str, other: str) -> bool:
    if name == other:
        return True
    if any(letter.isdigit() for letter in name):
        return name.replace("-", "") == other.replace("-", "")
    stem = max(_SHORTEST_STEM, round(len(name) * _STEM))
    if name[:stem] == other[:stem]:
        return True
    return SequenceMatcher(None, name, other, autojunk=False).ratio() >= ALIKE


def is_new(name: Mention, source: Sequence[Token]) -> bool:
    """Whether a name of the translation has nothing like it in the source."""
    return not is_kept(plain(name.text), source)
