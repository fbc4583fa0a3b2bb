"""What differs is found, and what does not differ is left alone: pairs by hand, of seven kinds of
trap and seven languages; and negations that are lost in languages that say no in their verbs."""

import pytest

from interpreter.evaluation.case import read_case
from interpreter.evaluation.suite import REFERENCES, SUITE
from interpreter.facts import Difference, differences
from tests.interpreter.facts.pairs import Pair, language, languages_of, pairs

PAIRS = [*pairs("pairs"), *pairs("unseen"), *pairs("fluent"), *pairs("fresh")]
DENIALS = [*pairs("denials"), *pairs("unseen_denials"), *pairs("fresh_denials")]
SELF_REPAIRS = "schedule"
"""Its translations render what was meant, and not what was said before."""


def _found(pair: Pair) -> tuple[Difference, ...]:
    source, target = language(pair.source), language(pair.target)
    return differences(pair.text, pair.translation, source, target)


@pytest.mark.parametrize(
    "pair", [*PAIRS, *DENIALS], ids=lambda pair: f"{pair.text} | {pair.translation}"
)
def test_what_differs_is_found_and_nothing_else(pair: Pair) -> None:
    assert {str(one.kind) for one in _found(pair)} == pair.kinds


REFERENCE_LINES = [
    Pair(source, target, sentence.text, line, frozenset())
    for path in sorted(REFERENCES.glob("*.txt"))
    if not path.name.startswith(SELF_REPAIRS)
    for source, target in [languages_of(path.name.split(".")[1])]
    for sentence, line in zip(
        read_case(SUITE / f"{path.name.split('.')[0]}.jsonl").in_language(source).sentences,
        path.read_text(encoding="utf-8").splitlines(),
        strict=True,
    )
]


@pytest.mark.parametrize("pair", REFERENCE_LINES, ids=lambda pair: pair.text)
def test_the_suites_translations_by_hand_raise_no_alarm(pair: Pair) -> None:
    assert _found(pair) == ()
