"""Profiles as people read them: their trials, and what they have for a language."""

from collections.abc import Iterable, Sequence

from rich.markup import escape
from rich.table import Table

from interpreter.cost import Cost, Prices, per_minute
from interpreter.engines import reach
from interpreter.engines.chosen import known_profiles, unset_variables
from interpreter.engines.kinds import Kind
from interpreter.engines.naming import place_of, shown
from interpreter.engines.profiles import Engine, Profile
from interpreter.engines.trial import State, Trial
from interpreter.errors import InterpretationError
from interpreter.settings import EngineChoice
from interpreter.usage import Amounts, UsedEngine
from languages import Language

REQUESTS_A_MINUTE = 115
"""Of a translator, in balanced mode: open units are asked for again and again. Measured on the
council's talk with an answer after 0.35 s: 260 in 136 s."""
INTERIM_TIMES = 6.0
"""So many times what was said a recogniser of recordings is given for interim results. Measured on
a talk of 231 s in `python -m tests.bench.meetings --profile self-hosted`: 1,440 s."""
STYLE = {
    State.WORKS: "green",
    State.DOUBTFUL: "yellow",
    State.FAILED: "red",
    State.NOT_SET: "red",
    State.NOT_SERVED: "dim",
    State.UNTRIED: "yellow",
}
_FOUND = "Found, or what to do"
_NAMES = {Kind.STT: "hears", Kind.TRANSLATOR: "translates into", Kind.TTS: "speaks"}


def trial_row(trial: Trial, prices: Prices) -> tuple[str, ...]:
    """One engine's row: what it does, which one it is, how it is, its first answer, its price, what
    to know."""
    model = next((used.model for used in trial.used), "")
    works = trial.state in (State.WORKS, State.DOUBTFUL)
    return (
        f"{_NAMES[trial.kind]} {trial.language}",
        escape(place_of(trial.engine)),
        escape(shown(trial.engine, model)),
        f"[{STYLE[trial.state]}]{trial.state}[/]",
        f"{trial.first_s:.2f} s" if works else "",
        dollars(price_a_minute(trial, prices)) if works else "",
        escape(trial.told),
    )


def trials_table(rows: Iterable[Sequence[str]]) -> Table:
    table = whole_names("Does", "Place", "Engine", "State", "First answer", "A minute", _FOUND)
    for row in rows:
        table.add_row(*row)
    return table


def price_a_minute(trial: Trial, prices: Prices) -> Cost:
    """What a minute of speech costs with this engine, by what its trial used."""
    if not trial.engine.is_plugin:
        local = UsedEngine(trial.kind, trial.engine.plugin, "", "", trial.language)
        return per_minute(prices.of(local), prices, Amounts())
    parts = [
        per_minute(prices.of(used), prices, _in_a_minute(trial, amounts))
        for used, amounts in trial.used.items()
    ]
    return sum(parts, Cost()) if parts else Cost(is_whole=False)


def dollars(cost: Cost) -> str:
    """A price for the command line."""
    if not cost.dollars:
        return "own machine" if cost.is_whole else "unknown"
    return f"{'' if cost.is_whole else 'at least '}${cost.dollars:.4f}"


def languages_table(choice: EngineChoice, language: Language) -> Table:
    """What each profile has for a language: who hears it, translates into it, and speaks it."""
    table = whole_names("Profile", "Hears it", "Translates into it", "Speaks it", below=1)
    for name in known_profiles(choice):
        named = EngineChoice.model_construct(profile=name, engines=choice.engines)
        try:
            chains = _chains(named, language)
        except InterpretationError as error:
            table.add_row(escape(name), _fault(error))
        else:
            table.add_row(escape(name), *map(_listed, chains))
    return table


def profiles_table(choice: EngineChoice) -> Table:
    """Every profile: what it is, and how many languages it serves."""
    table = whole_names("Profile", "Hears", "Speaks", "What it is")
    for name, profile in known_profiles(choice).items():
        named = EngineChoice.model_construct(profile=name, engines=choice.engines)
        try:
            sources = reach.supported_sources(named)
            reached = {tag for source in sources for tag in reach.supported_targets(source, named)}
        except InterpretationError as error:
            told = f"{escape(profile.description)} {_fault(error)}".strip()
            table.add_row(escape(name), "", "", told)
        else:
            counts = _counted(sources), _counted(reached)
            table.add_row(escape(name), *counts, _described(profile))
    return table


def whole_names(*columns: str, below: int = 0) -> Table:
    """A table that breaks a long name, and never cuts it: a pipe has 80 columns."""
    table = Table(box=None, padding=(0, 2, below, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _chains(choice: EngineChoice, language: Language) -> tuple[list[Engine], ...]:
    """Who hears a language, translates into it and speaks it."""
    sources = [tag for tag in reach.supported_sources(choice) if tag != language.tag]
    translators = [reach.translators_of(source, language.tag, choice) for source in sources]
    return (
        reach.recognisers_of(language.tag, choice),
        max(translators, key=len, default=[]),
        reach.voices_of(language.tag, choice),
    )


def _fault(error: InterpretationError) -> str:
    return f"[red]{escape(str(error))}[/]"


def _described(profile: Profile) -> str:
    missing = dict.fromkeys(
        variable for _, one in profile.engines() for variable in unset_variables(one)
    )
    if not missing:
        return escape(profile.description)
    return f"{escape(profile.description)} [yellow](set {', '.join(missing)})[/]"


def _counted(tags: Iterable[str]) -> str:
    found = sorted(tags)
    return ", ".join(found) if len(found) < 4 else f"{len(found)} languages"


def _listed(chain: Sequence[Engine]) -> str:
    return "\n".join(map(_with_place, chain)) or "[red]nobody[/]"


def _with_place(engine: Engine) -> str:
    return escape(f"{place_of(engine)}: {shown(engine)}")


def _in_a_minute(trial: Trial, amounts: Amounts) -> Amounts:
    """What a minute of speech uses, by what the trial did."""
    if trial.kind is Kind.TRANSLATOR:
        share = REQUESTS_A_MINUTE / max(amounts.requests, 1)
    else:
        share = 60 / amounts.audio_s if amounts.audio_s else 0.0
        share *= INTERIM_TIMES if trial.engine.interim_results else 1.0
    return Amounts(
        requests=max(round(amounts.requests * share), 1),
        uncounted=amounts.uncounted,
        audio_s=amounts.audio_s * share,
        characters=round(amounts.characters * share),
        input_tokens=round(amounts.input_tokens * share),
        cached_tokens=round(amounts.cached_tokens * share),
        output_tokens=round(amounts.output_tokens * share),
    )
