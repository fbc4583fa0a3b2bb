"""Which language a text is in, as py3langid believes; its table is a file of the package.

Good for a sentence, and for telling a language from a far one; not for a name or a number.
"""

from functools import cache, lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_REMEMBERED = 64
"""Texts: an answer on its way is looked at several times before it grows."""


def plausibility(text: str, language: str) -> float:
    """How likely the text is in the language, 0 to 1; 1 for a language that nobody knows here."""
    return _likelihoods(text).get(language.partition("-")[0], 1.0)


def likeliest(text: str) -> tuple[str, float]:
    """The language that the text is most likely in, and how likely."""
    return next(iter(_likelihoods(text).items()))


@lru_cache(_REMEMBERED)
def _likelihoods(text: str) -> dict[str, float]:
    """Of every language, the most likely one first."""
    return {str(language): float(likely) for language, likely in _identifier().rank(text)}


@cache
def _identifier() -> LanguageIdentifier:
    """Loading takes most of a second: preloaded where jobs are forked from."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
