"""Text → tokens: words, digits and signs, with what stands between them. Pure."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

_TOKEN = regex.compile(
    r"(?P<clock>\d{1,2}(?:[:hH]\d{2}){1,2}(?![\p{L}\d]))"
    r"|(?P<digits>\d+(?:[.,'’\u00a0\u202f]\d+|(?<!\d\d\d\d)\x20\d{3}(?!\d))*)"
    r"|(?P<word>\p{L}[\p{L}\p{M}·\d]*(?:['’][\p{L}\p{M}]+)*['’]?)"
    r"|(?P<sign>%|‰|\p{Sc}|°|º|ª)"
)
_ELIDED = regex.compile(r"^(\p{L}{1,5}['’])(\p{L}.*)$")
_ENDS_SENTENCE = frozenset(".?!…:;¿¡\n")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign."""

    text: str
    folded: str
    """Without case."""
    plain: str
    """Without case and accents."""
    gap: str
    """What stands before it, after the token before."""
    is_digits: bool = False
    is_clock: bool = False

    @property
    def starts_sentence(self) -> bool:
        """Whether a sentence may begin here."""
        return not _ENDS_SENTENCE.isdisjoint(self.gap)

    @property
    def is_parted(self) -> bool:
        """Whether a sign parts it from the token before."""
        return any(sign not in " -‐‑\u00a0\u202f'’" for sign in self.gap)


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """The letters without case and accents."""
    split = unicodedata.normalize("NFD", text.casefold().replace("’", "'"))
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def tokens_of(text: str, elides: bool) -> tuple[Token, ...]:
    """The tokens in order; where the language elides vowels, "l'an" is two."""
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        gap = text[end : match.start()]
        end = match.end()
        whole = match.group()
        elided = _ELIDED.match(whole) if elides else None
        for part in elided.groups() if elided else (whole if elides else whole.rstrip("'’"),):
            found.append(_token(part, gap, match.lastgroup or ""))
            gap = ""
    return tuple(found)


def _token(text: str, gap: str, group: str) -> Token:
    folded = text.casefold().replace("’", "'")
    return Token(text, folded, plain(text), gap, group == "digits", group == "clock")


class Phrases:
    """Phrases of whole words, found by their first."""

    def __init__(self, phrases: Iterable[Sequence[str]]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted(map(tuple, phrases), key=len, reverse=True):
            self._by_first.setdefault(phrase[0], []).append(phrase)

    def size_at(self, words: Sequence[str], place: int) -> int:
        """How many words the longest phrase that stands here has; 0 for none."""
        for phrase in self._by_first.get(words[place], ()):
            if len(phrase) == 1 or tuple(words[place : place + len(phrase)]) == phrase:
                return len(phrase)
        return 0


def shown(tokens: Sequence[Token], first: int, after: int) -> str:
    """The tokens as they stand in the text."""
    parts = [
        (token.gap if place else "") + token.text for place, token in enumerate(tokens[first:after])
    ]
    return "".join(parts)
