"""Cases × pairs × policies → rows of figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import languages
from interpreter.engines.translator import TranslationRequest
from interpreter.errors import InputError, InterpretationError
from interpreter.evaluation.blocking_engines import BlockingEngines
from interpreter.evaluation.case import Case
from interpreter.evaluation.replay import Replayed, replay
from interpreter.figures import Row
from interpreter.latency import score
from interpreter.quality import heard_sentences, kept_quality


@dataclass(frozen=True, slots=True)
class Played:
    """One case in one pair under one policy, and what it was like."""

    row: Row
    replayed: Replayed


@dataclass(frozen=True, slots=True)
class Plan:
    """One case to be played."""

    case: Case
    source: str
    target: str
    policy: str


def plans(cases: Sequence[Case], targets: Sequence[str], policies: Sequence[str]) -> list[Plan]:
    """Every case in every language it is spoken in, into every other one that is asked for."""
    found = [
        Plan(case, source, target, policy)
        for case in cases
        for source in case.sources
        for target in targets
        if target != source
        for policy in policies
    ]
    if not found:
        raise InputError("None of these talks can be interpreted into these languages.")
    return found


def play_all(planned: Sequence[Plan], engines: BlockingEngines) -> Iterator[Played]:
    """Play one case after another."""
    for plan in planned:
        yield play(plan, engines)


def play(plan: Plan, engines: BlockingEngines) -> Played:
    """Play one case; raises InterpretationError where nothing was spoken."""
    replayed = replay(plan.case, plan.source, plan.target, plan.policy, engines)
    part = plan.case.in_language(plan.source)
    source, target = languages.load(plan.source), languages.load(plan.target)
    try:
        scores = score(
            replayed.events, plan.target, part.floor, replayed.sounds, target.natural_pace_cps
        )
    except InterpretationError as error:
        raise InterpretationError(f"{plan.case.name}, {plan.policy}: {error}") from error
    translator = engines.translator(plan.source, plan.target)
    references = [
        "".join(translator.translate_now(TranslationRequest(sentence))).strip()
        for sentence in heard_sentences(replayed.events, source, part.floor)
    ]
    chrf = kept_quality(replayed.events, plan.target, references)
    row = Row(plan.case.name, plan.policy, plan.case.is_clean, scores, chrf)
    return Played(row, replayed)
