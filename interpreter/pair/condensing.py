"""When what waits for the voice is said in fewer words, and whether fewer words say the same. Pure.

Captions and transcript always keep the full text.
"""

from collections import Counter
from collections.abc import Iterable

from interpreter.facts import differences
from interpreter.pair.commit import Weights, plain
from languages import Language
from languages.spacing import tokens

LATE_S = 2.0
"""So far beyond the lag that its mode aims at, what waits is said more concisely."""
LEAST_WORDS = 6
"""Of fewer there is nothing to leave out."""
WORTH_IT = 0.95
"""More of the letters than this are no gain."""


def is_due(late_s: float, target_lag_s: float) -> bool:
    """Whether the voice is so far behind that what waits should be shorter."""
    return late_s >= target_lag_s + LATE_S


def is_worth_asking(text: str) -> bool:
    return len(tokens(text)) >= LEAST_WORDS


def says_the_same(full: str, concise: str, weights: Weights, language: Language) -> bool:
    """Whether a rendering is shorter, and every negation, figure and name of the full one is in it,
    and no other negation or figure, in words neither."""
    if not 0 < len(concise) <= WORTH_IT * len(full):
        return False
    if _vital(full, weights) != _vital(concise, weights):
        return False
    kept = Counter(map(plain, tokens(concise)))
    if Counter(_names(full)) - kept:
        return False
    return not differences(full, concise, language, language)


def _vital(text: str, weights: Weights) -> Counter[str]:
    return Counter(word for word in map(plain, tokens(text)) if weights.is_vital(word))


def _names(text: str) -> Iterable[str]:
    """Words with a capital where no sentence begins."""
    begins_sentence = True
    for token in tokens(text):
        if token[0].isupper() and not begins_sentence:
            yield plain(token)
        begins_sentence = token.rstrip().endswith((".", "!", "?", "…", "。"))
