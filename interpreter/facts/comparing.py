"""Source and translation → what they do not say alike. Pure."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import zip_longest

from interpreter.facts import cldr
from interpreter.facts.clock import knows_times
from interpreter.facts.denial import lost_denial, notices_loss
from interpreter.facts.extraction import REMEMBERED, Facts, facts_of
from interpreter.facts.fact import Difference, Figure, Kind, Mention, Negations
from interpreter.facts.matching import unanswered
from interpreter.facts.mending import date_for, digits_for
from interpreter.facts.names import is_kept, is_new, knows_names
from interpreter.facts.negation import knows_negation
from interpreter.facts.number_words import knows_numbers
from interpreter.facts.tokens import plain
from interpreter.facts.words import lore_of
from languages import Language

_OF_NUMBERS = (Kind.NUMBER, Kind.ORDINAL, Kind.PERCENT)
_OF_MEASURES = (Kind.CURRENCY, Kind.UNIT)


@lru_cache(maxsize=REMEMBERED)
def differences(
    source_text: str, target_text: str, source: Language, target: Language
) -> tuple[Difference, ...]:
    """What the translation does not say as the source does, of all kinds that are `checked`; and
    negations that are lost where nothing else of them can be told."""
    kinds, is_loss_noticed = checked(source, target), notices_loss(source.tag, target.tag)
    if is_loss_noticed:
        kinds |= {Kind.NEGATION}
    if not kinds:
        return ()
    ours, theirs = facts_of(source_text, source), facts_of(target_text, target)
    found: list[Difference] = []
    if Kind.NUMBER in kinds:
        found += _of_numbers(ours, theirs)
        found += _of_measures(ours, theirs, target)
        found += _of_hours(ours, theirs)
    if Kind.DATE in kinds:
        found += _of_dates(ours, theirs, target)
    if is_loss_noticed:
        found += lost_denial(ours, source_text, source.tag, target_text, target.tag)
    elif Kind.NEGATION in kinds:
        found += _of_negations(ours.negations, theirs.negations)
    if Kind.NAME in kinds:
        found += _of_names(ours, theirs, source, target)
    return tuple(one for one in found if one.kind in kinds)


@lru_cache(maxsize=REMEMBERED)
def checked(source: Language, target: Language) -> frozenset[Kind]:
    """What can be compared in this pair; where something is missing, pages say "not checked"."""
    tags = (source.tag, target.tag)
    if not (source.has_spaces and target.has_spaces):
        return frozenset()
    kinds: set[Kind] = set()
    if all(knows_numbers(tag) for tag in tags):
        kinds.update(_OF_NUMBERS)
        if all(cldr.locale_of(tag) is not None for tag in tags):
            kinds.update((*_OF_MEASURES, Kind.DATE))
        if all(knows_times(tag) for tag in tags):
            kinds.add(Kind.TIME)
    if all(knows_negation(tag) for tag in tags):
        kinds.add(Kind.NEGATION)
    is_copied = source.script == target.script and lore_of(target.tag).names is not None
    if knows_names(source.tag) and is_copied:
        kinds.add(Kind.NAME)
    return frozenset(kinds)


def counts(text: str, language: Language) -> dict[Kind, int]:
    """How many numbers of any sort a text has, and how many of its statements are negated."""
    facts = facts_of(text, language)
    return {
        Kind.NUMBER: sum(one.is_certain for one in facts.figures),
        Kind.NEGATION: facts.negations.statements,
    }


def _of_numbers(ours: Facts, theirs: Facts) -> Iterator[Difference]:
    missing, extra = unanswered(ours.figures, theirs.figures)
    missing = [one for one in missing if not _is_month(one, theirs)]
    extra = [one for one in extra if not _is_month(one, ours)]
    exchange = digits_for(missing, extra)
    for one, other in zip_longest(missing, extra):
        if one is None:
            yield Difference(
                other.kind,
                "",
                other.text,
                f"The translation says {other.text}; the source does not.",
            )
        elif other is None:
            yield Difference(
                one.kind,
                one.text,
                "",
                f"The source says {one.text}; the translation does not.",
            )
        else:
            yield Difference(
                one.kind,
                one.text,
                other.text,
                f"The source says {one.text}; the translation says {other.text}.",
                exchange=exchange,
            )
    yield from _of_percents(ours, theirs)


def _is_month(figure: Figure, facts: Facts) -> bool:
    """Whether the other text has this number as a month's name: 5/3 is "5 de marzo"."""
    return any(f"month-{figure.value}" in date.ids for date in facts.dates)


def _of_percents(ours: Facts, theirs: Facts) -> Iterator[Difference]:
    """Numbers that are per cent on one side only."""
    for facts, others, has in ((ours, theirs, True), (theirs, ours, False)):
        if any(token.plain == "%" for token in others.tokens):
            continue
        for one in facts.figures:
            if one.kind is Kind.PERCENT and any(
                one.value == other.value for other in others.figures
            ):
                who, whom = ("source", "translation") if has else ("translation", "source")
                message = f"The {who} says {one.text}; the {whom} does not say that it is per cent."
                yield Difference(
                    Kind.PERCENT, one.text if has else "", "" if has else one.text, message
                )


def _of_measures(ours: Facts, theirs: Facts, target: Language) -> Iterator[Difference]:
    """Currencies and units that changed or went, of numbers that stayed."""
    words = [token.plain for token in theirs.tokens]
    table = cldr.measures(target.tag)
    for one in ours.figures:
        same = [other for other in theirs.figures if one.value in (other.value, *other.parts)]
        if not one.measure or not same or any(one.measure & other.measure for other in same):
            continue
        known = (phrase for phrase, ids in table.items() if ids & one.measure)
        if any(len(phrase[0]) > 1 and phrase[0] in words for phrase in known):
            continue
        is_currency = any(name.startswith(cldr.CURRENCY) for name in one.measure)
        wrong = next((other for other in same if other.measure), None)
        if wrong is None and all(name.startswith("duration") for name in one.measure):
            continue
        text = one.text
        says = f"says {wrong.text}" if wrong is not None else f"does not say {one.measure_text}"
        yield Difference(
            Kind.CURRENCY if is_currency else Kind.UNIT,
            text,
            wrong.text if wrong is not None else "",
            f"The source says {text}; the translation {says}.",
        )


def _of_hours(ours: Facts, theirs: Facts) -> Iterator[Difference]:
    """A time of day that has become so many minutes."""
    said = {one.value for one in ours.figures if one.kind is not Kind.TIME}
    for one in (figure for figure in ours.figures if figure.kind is Kind.TIME):
        for other in theirs.figures:
            is_long = any(unit.startswith("duration") for unit in other.measure)
            is_hour = not other.measure.isdisjoint({"duration-hour"})
            if is_long and not is_hour and other.value == one.parts[0] and other.value not in said:
                message = f"The source says {one.text}; the translation says {other.text}."
                yield Difference(Kind.UNIT, one.text, other.text, message)


def _of_dates(ours: Facts, theirs: Facts, target: Language) -> Iterator[Difference]:
    missing = [one for one in ours.dates if one.is_certain and not _has_date(theirs, one)]
    extra = [one for one in theirs.dates if one.is_certain and not _has_date(ours, one)]
    for one, other in zip_longest(missing, extra):
        if one is None:
            message = f"The translation says {other.text}; the source does not."
        elif other is None:
            message = f"The source says {one.text}; the translation does not."
        else:
            message = f"The source says {one.text}; the translation says {other.text}."
        exchange = date_for(one, theirs.tokens, target.tag) if one else ("", "")
        text, instead = one.text if one else "", other.text if other else ""
        yield Difference(Kind.DATE, text, instead, message, exchange=exchange)


def _has_date(facts: Facts, one: Mention) -> bool:
    if any(one.ids & other.ids for other in facts.dates):
        return True
    return any(f"month-{figure.value}" in one.ids for figure in facts.figures)


def _of_negations(ours: Negations, theirs: Negations) -> Iterator[Difference]:
    lost = _left_over(ours, theirs)
    new = _left_over(theirs, ours)
    if lost > 0:
        message = f'The source is negated ("{ours.text}"); the translation has lost a negation.'
        yield Difference(Kind.NEGATION, ours.text, "", message, lost)
    elif new > 0:
        message = f'The translation is negated ("{theirs.text}") where the source is not.'
        yield Difference(Kind.NEGATION, "", theirs.text, message, new)
    elif ours.without and not theirs.says_no:
        message = f'The source says "{ours.without}"; the translation does not.'
        yield Difference(Kind.NEGATION, ours.without, "", message)


def _left_over(one: Negations, other: Negations) -> int:
    """How many of its negated statements the other text cannot answer."""
    return one.statements - other.words - max(0, other.optional - one.optional)


def _of_names(
    ours: Facts, theirs: Facts, source: Language, target: Language
) -> Iterator[Difference]:
    lost = [
        one
        for one in ours.names
        if one.is_certain and not is_kept(plain(one.text).removesuffix("'s"), theirs.tokens)
    ]
    new = [one for one in theirs.names if is_new(one, ours.tokens)]
    for one, other in zip_longest(lost, new[: len(lost)]):
        says = f"says {other.text}" if other is not None else "does not have this name"
        yield Difference(
            Kind.NAME,
            one.text,
            other.text if other is not None else "",
            f"The source says {one.text}; the translation {says}.",
        )
