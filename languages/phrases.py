"""Text of a script without spaces → phrases, between which a line or a breath may end (BudouX).

A phrase ends by the three letters around its end: more text changes none but the last ones. The
models are small (35–65 KB) and read at their first use.
"""

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

import regex

from languages.spacing import tokens

if TYPE_CHECKING:
    from budoux import Parser

_MODELS = {
    "Jpan": "japanese",
    "Hans": "simplified_chinese",
    "Hant": "traditional_chinese",
    "Thai": "thai",
}
_HOLDS = regex.compile(r"[\p{Ps}\p{Pi}\p{Nd}]\s*$")
"""An opening bracket, and a number before its unit."""


def is_unspaced(script: str) -> bool:
    """Whether this script (ISO 15924) is written without spaces, and its phrases are found here."""
    return script in _MODELS


def phrases(text: str, script: str) -> list[str]:
    """The text in phrases, with the spaces after them; words where the script writes spaces."""
    words = tokens(text)
    ends = phrase_ends(words, script)
    return ["".join(words[start:end]) for start, end in zip((0, *ends), ends, strict=False)]


def phrase_ends(words: Sequence[str], script: str) -> list[int]:
    """After how many of these tokens a phrase ends; never inside a foreign word, nor between a
    number and its unit."""
    count = len(words)
    if not is_unspaced(script) or count == 0:
        return list(range(1, count + 1))
    cuts = set(accumulate(map(len, _parser(_MODELS[script]).parse("".join(words)))))
    places = enumerate(accumulate(map(len, words[:-1])), start=1)
    inner = [at for at, place in places if _may_end(words[at - 1], place in cuts)]
    return [*inner, count]


def _may_end(word: str, is_cut: bool) -> bool:
    return (is_cut or word[-1].isspace()) and not _HOLDS.search(word)


@cache
def _parser(model: str) -> "Parser":
    import budoux

    parser: Parser = getattr(budoux, f"load_default_{model}_parser")()
    return parser
