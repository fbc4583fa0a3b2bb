"""Numbers, dates, times, currencies, units, negations and names: what a translation must not
change, found in both texts and compared. Pure; no network, no clock.

A finding may start a repair that is spoken, so a false alarm costs as much as a miss: what may be
something else ("one", "second", "may") answers the other text, and asks nothing of it.

check.py         differences as findings of a pair
comparing.py     source and translation → differences; what is checked in a pair
coverage.py      what is not checked on the way to a channel, as people are told
fact.py          what is found in a text, and what differs
extraction.py    text → facts, remembered
figures.py       numbers with their scales and what they count
number_words.py  number words → values, by text2num and num2words
digits.py        digits and Roman numerals → values, by the language's signs
matching.py      which number answers which
mending.py       a wrong number → the right one, where nothing else can be meant
clock.py         times of day
dates.py         months and weekdays
negation.py      how many statements are negated
denial.py        a negation that is lost on the way into a language where nobody can count them
names.py         names that are copied
cldr.py          what CLDR says of a language, by Babel
tokens.py        words, digits and signs
words.py         words/<tag>.toml: what no library knows of a language

`words/` has one file per language; what a language's file has nothing about is not checked, and
pages say so.
"""

from interpreter.facts.check import fact_check, is_grave
from interpreter.facts.comparing import checked, counts, differences
from interpreter.facts.coverage import Part, unchecked
from interpreter.facts.denial import denials_in
from interpreter.facts.fact import Difference, Kind
from interpreter.facts.mending import mended
from interpreter.facts.number_words import figure_words

__all__ = [
    "Difference",
    "Kind",
    "Part",
    "checked",
    "counts",
    "denials_in",
    "differences",
    "fact_check",
    "figure_words",
    "is_grave",
    "mended",
    "unchecked",
]
