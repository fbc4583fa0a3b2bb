"""A policy with one rule changed."""

from dataclasses import dataclass

import pytest

from interpreter.errors import InputError
from interpreter.evaluation.variants import changed, make_known, variant_name


@dataclass(frozen=True, slots=True)
class Inner:
    words: int = 3
    seconds: float = 1.0
    speaks: bool = True


@dataclass(frozen=True, slots=True)
class Outer:
    inner: Inner = Inner()
    lag_s: float = 2.0


@pytest.mark.parametrize(
    ("rule", "value", "rules"),
    [
        ("inner.words", "1", Outer(Inner(words=1))),
        ("inner.seconds", "1e9", Outer(Inner(seconds=1e9))),
        ("inner.speaks", "false", Outer(Inner(speaks=False))),
        ("lag_s", "3", Outer(lag_s=3.0)),
    ],
)
def test_one_rule_is_changed(rule: str, value: str, rules: Outer) -> None:
    assert changed(Outer(), rule.split("."), value) == rules


@pytest.mark.parametrize(
    ("rule", "value", "sentence"),
    [
        ("inner.letters", "1", "no rule 'letters' here. There are: words, seconds, speaks"),
        ("inner.words", "many", "many is no int"),
        ("inner", "1", "Only numbers"),
        ("lag_s.more", "1", "more is no rule"),
    ],
)
def test_a_rule_that_there_is_not_is_refused(rule: str, value: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        changed(Outer(), rule.split("."), value)


def test_a_variant_of_no_policy_is_refused() -> None:
    with pytest.raises(InputError, match="no policy 'hasty'"):
        make_known(variant_name("hasty", "words=1"))
