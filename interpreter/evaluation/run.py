"""Cases × pairs × policies → rows of figures."""

import json
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path

import languages
from glossaries import Entry, oriented
from interpreter.engines.reach import supported_targets
from interpreter.engines.translator import TranslationRequest
from interpreter.errors import InputError, InterpretationError
from interpreter.evaluation.blocking_engines import (
    BlockingEngines,
    BlockingTranslator,
    blocking_engines,
)
from interpreter.evaluation.case import Case
from interpreter.evaluation.replay import Replayed, replay
from interpreter.evaluation.suite import REFERENCES
from interpreter.evaluation.variants import make_known
from interpreter.events import Word
from interpreter.facts import fact_check
from interpreter.figures import Row
from interpreter.quality import heard_sentences
from interpreter.readable import readable
from interpreter.scorer import row_of
from interpreter.settings import EngineChoice
from interpreter.terms import Terms
from languages import Language

_SIGNS = re.compile(r"[^\w'’-]|(?<!\w)['’-]|['’-](?!\w)")


@dataclass(frozen=True, slots=True)
class Plan:
    """One case to be played."""

    case: Case
    source: str
    target: str
    policy: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells it from other plans."""
        return self.case.name, self.source, self.target, self.policy


@dataclass(frozen=True, slots=True)
class Played:
    """One case in one pair under one policy, and what it was like."""

    plan: Plan
    row: Row
    replayed: Replayed


def plans(cases: Sequence[Case], targets: Sequence[str], policies: Sequence[str]) -> list[Plan]:
    """Every case in every language it is spoken in, into every other one that is asked for and
    that there is a translator for."""
    found = [
        Plan(case, source, target, policy)
        for case in cases
        for source in case.sources
        for target in targets
        if target != source and target in supported_targets(source)
        for policy in policies
    ]
    if not found:
        raise InputError("None of these talks can be interpreted into these languages.")
    return found


@dataclass(frozen=True, slots=True)
class Setting:
    """What plays: which engines, and how late they answer, in seconds; a translator without a
    delay is as late as it really is."""

    engines: EngineChoice
    llm_delay_s: float | None
    tts_delay_s: float
    entries: tuple[Entry, ...] = ()
    """Of a glossary that everything is interpreted by."""


def play_all(planned: Sequence[Plan], setting: Setting, jobs: int = 1) -> Iterator[Played | str]:
    """What came of each plan, or a sentence where nothing came; in whatever order they are done.

    Each job is a process with engines of its own.
    """
    shares = shared(planned, jobs)
    if len(shares) == 1:
        yield from play_share(shares[0], setting)
        return
    with ProcessPoolExecutor(len(shares), get_context("spawn")) as pool:
        for done in as_completed([pool.submit(_listed, share, setting) for share in shares]):
            yield from done.result()


def shared(planned: Sequence[Plan], jobs: int) -> list[list[Plan]]:
    """The plans of each job: a talk under all its policies is one job's, for the engines' answers
    are remembered from one policy to the next, whatever the number of jobs. Pure."""
    talks = [list(own) for _, own in groupby(planned, lambda one: one.key[:3])]
    shares = ([plan for talk in talks[job::jobs] for plan in talk] for job in range(jobs))
    return [share for share in shares if share]


def play_share(planned: Sequence[Plan], setting: Setting) -> Iterator[Played | str]:
    """The same in this process, in order."""
    delays = setting.llm_delay_s, setting.tts_delay_s
    with blocking_engines(*delays, setting.engines) as engines:
        for plan in planned:
            make_known(plan.policy)
            try:
                yield play(plan, engines, setting.entries)
            except InterpretationError as error:
                yield str(error)


def _listed(planned: Sequence[Plan], setting: Setting) -> list[Played | str]:
    return list(play_share(planned, setting))


def _translated(translator: BlockingTranslator, terms: Terms, sentence: str) -> str:
    """As whole as it can be: what the pieces are measured against."""
    request = TranslationRequest(sentence, terms=terms.rows(terms.matches(sentence)))
    return translator.translate_now(request).strip()


def play(plan: Plan, engines: BlockingEngines, entries: Sequence[Entry] = ()) -> Played:
    """Play one case; raises InterpretationError where nothing was spoken."""
    translator, voice = engines.translator(plan.source, plan.target), engines.voice(plan.target)
    source, target = languages.load(plan.source), languages.load(plan.target)
    checks = [fact_check(source, target)]
    replayed = replay(
        plan.case, plan.source, plan.target, plan.policy, translator, voice, entries, checks
    )
    part = plan.case.in_language(plan.source)

    known = oriented(entries, plan.source, plan.target)
    terms = Terms(known, source, languages.load(plan.target))

    def translated(sentences: Sequence[str]) -> list[str]:
        return [_translated(translator, terms, one) if one else "" for one in sentences]

    true = [true_sentence(one.text, source) for one in part.sentences]
    try:
        row = row_of(
            plan.case.name,
            plan.policy,
            replayed.events,
            source,
            target,
            part.floor,
            replayed.sounds,
            translated(heard_sentences(replayed.events, source, part.floor)),
            is_gated=plan.case.is_clean,
            true_references=translated(true),
            hand_references=hand_references(plan),
        )
    except InterpretationError as error:
        raise InterpretationError(f"{plan.case.name}, {plan.policy}: {error}") from error
    return Played(plan, row, replayed)


def true_sentence(text: str, language: Language) -> str:
    """A sentence as it would read had the recogniser made no mistake."""
    words = [_SIGNS.sub("", word).lower() for word in text.split()]
    timed = [Word(word, float(place), place + 1.0) for place, word in enumerate(words) if word]
    return readable(timed, language, ends_sentence=True)


def hand_references(plan: Plan) -> list[str]:
    """The translation by hand of what was said, a line a sentence; nothing where there is none."""
    path = REFERENCES / f"{plan.case.name}.{plan.source}-{plan.target}.txt"
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def write_events(played: Sequence[Played], folder: Path) -> None:
    """The events of each talk, as a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in played:
        plan = one.plan
        name = f"{plan.case.name}.{plan.source}-{plan.target}.{plan.policy}.jsonl"
        with (folder / name).open("w", encoding="utf-8") as file:
            for event in one.replayed.events:
                file.write(json.dumps(event, ensure_ascii=False) + "\n")
