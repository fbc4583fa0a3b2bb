"""When what waits for the voice is said in fewer words, and whether fewer words say the same. Pure.

Captions and transcript always keep the full text.
"""

from collections import Counter
from collections.abc import Iterable

from interpreter.facts import denials_in, differences
from interpreter.pair.commit import Weights, plain
from languages import Language
from languages.phrases import is_unspaced
from languages.spacing import tokens

LATE_S = 2.0
"""So far beyond the lag that its mode aims at, what waits is said more concisely."""
LEAST_WORDS = 6
"""Of fewer there is nothing to leave out."""
WORTH_IT = 0.95
"""More of the letters than this are no gain."""
_ONE = "一"
"""Alone no number, as a rule: "一起", "一些"."""


def is_due(late_s: float, target_lag_s: float) -> bool:
    """Whether the voice is so far behind that what waits should be shorter."""
    return late_s >= target_lag_s + LATE_S


def is_worth_asking(text: str) -> bool:
    return len(tokens(text)) >= LEAST_WORDS


def says_the_same(full: str, concise: str, weights: Weights, language: Language) -> bool:
    """Whether a rendering is shorter, and every negation, figure and name of the full one is in it,
    and no other negation or figure, in words neither. Where nobody can tell, it does not."""
    if not 0 < len(concise) <= WORTH_IT * len(full):
        return False
    if not _negates_alike(full, concise, weights, language):
        return False
    if _han_figures(full) != _han_figures(concise):
        return False
    if _vital(full, weights) != _vital(concise, weights):
        return False
    kept = Counter(map(plain, tokens(concise)))
    if Counter(_names(full)) - kept:
        return False
    return not differences(full, concise, language, language)


def _negates_alike(full: str, concise: str, weights: Weights, language: Language) -> bool:
    """Whether both say no as often, where words do not tell: they are parted by nothing, or have
    their negation inside."""
    is_unparted = is_unspaced(weights.script)
    if not (is_unparted or weights.negates_inside):
        return True
    denied, kept = denials_in(full, language.tag), denials_in(concise, language.tag)
    if denied is None or kept is None:
        return is_unparted and all(
            full.count(one) == concise.count(one) for one in weights.negations
        )
    return Counter(denied) == Counter(kept)


def _han_figures(text: str) -> Counter[str]:
    """Numbers that are written in characters."""
    signs = (sign if sign.isnumeric() and not sign.isdigit() else " " for sign in text)
    return Counter(one for one in "".join(signs).split() if one != _ONE)


def _vital(text: str, weights: Weights) -> Counter[str]:
    return Counter(word for word in map(weights.compared, tokens(text)) if weights.is_vital(word))


def _names(text: str) -> Iterable[str]:
    """Words with a capital where no sentence begins."""
    begins_sentence = True
    for token in tokens(text):
        if token[0].isupper() and not begins_sentence:
            yield plain(token)
        begins_sentence = token.rstrip().endswith((".", "!", "?", "…", "。"))
