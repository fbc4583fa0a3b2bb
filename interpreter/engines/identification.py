"""Which language a text is in, as py3langid believes; its table is a file of the package.

Good for a sentence, and for telling a language from a far one; not for a name or a number.
"""

from functools import cache, lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_REMEMBERED = 64
"""Texts: an answer on its way is looked at several times before it grows."""


@lru_cache(_REMEMBERED)
def plausibility(text: str, language: str) -> float:
    """How likely the text is in the language, 0 to 1; 1 for a language that nobody knows here."""
    known = _identifier()
    code = language.partition("-")[0]
    return float(dict(known.rank(text)).get(code, 1.0))


@lru_cache(_REMEMBERED)
def likeliest(text: str) -> tuple[str, float]:
    """The language that the text is most likely in, and how likely."""
    language, likely = _identifier().classify(text)
    return str(language), float(likely)


@cache
def _identifier() -> LanguageIdentifier:
    """Loading takes most of a second: preloaded where jobs are forked from."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
