"""The glossary at work in one pair: which terms are said, how they must be rendered, whether they
are. Pure.

words.py         text → words with their places; which words are forms of one
inflection.toml  what that needs to know of a language
matching.py      the terms in a source text
verifying.py     whether a translation has their renderings
forms.py         number and gender of a rendering, and the article before it
standing_in.toml the nouns of standing_in.py
rows.py          what a translator is told of them
mending.py       renderings put into a text where that is safe
saying.py        how a voice is made to say a term
respelling.toml  sounds in the letters of a language
standing_in.py   plain MT: a noun of the same gender stands for a term while it is translated
"""

from interpreter.terms.matching import Match
from interpreter.terms.rows import Terms
from interpreter.terms.words import is_common

__all__ = ["Match", "Terms", "is_common"]
