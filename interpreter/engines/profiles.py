"""engines.toml → profiles: for each kind of engine an ordered list, for each language its own.

Opens no engine, knows no provider, and does not look into the environment. `profile_rows.py` says
what is wrong with a file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import JsonValue

from interpreter.engines.kinds import Kind
from interpreter.engines.profile_rows import EngineRow, ProfileRow, read_rows, refusal
from interpreter.errors import InputError

SHIPPED = Path(__file__).with_name("engines.toml")
OFFLINE = "offline"
"""The profile that interprets where nobody chooses another."""


@dataclass(frozen=True, slots=True)
class FromEnvironment:
    """An option's value that an environment variable has."""

    name: str
    default: JsonValue = None
    """What holds where the variable is not set; None: it must be."""


Options = Mapping[str, object]
"""Constructor arguments: JSON values, or `FromEnvironment`."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine of a chain."""

    plugin: str
    """`module:Class`, or the name of an offline engine."""
    options: Options = field(default_factory=dict, hash=False)
    languages: tuple[str, ...] = ()
    """Those that it is used for; none: those that the language files have a code of its provider
    for, and all of them where no file has one. A translator's are its targets."""
    meant_for: tuple[str, ...] = field(default=(), compare=False)
    """Those that somebody has written it down for: all of them have to work."""
    place: str = field(default="", compare=False)
    """Where it stands, for people: "profile openai, stt 2"."""
    needs: str = ""
    """An environment variable without which it is left out."""
    interim_results: bool = False
    """A recogniser of recordings is asked about an utterance before it is over."""

    @property
    def is_plugin(self) -> bool:
        return ":" in self.plugin


Chains = Mapping[Kind, tuple[Engine, ...]]


@dataclass(frozen=True, slots=True)
class Profile:
    """Which engines interpret, the preferred ones first."""

    name: str
    stt: tuple[Engine, ...]
    translator: tuple[Engine, ...]
    tts: tuple[Engine, ...]
    description: str = ""
    overrides: Mapping[str, Chains] = field(default_factory=dict, hash=False)
    """Language → the kinds that have a chain of their own there."""

    def chain(self, kind: Kind, language: str) -> tuple[Engine, ...]:
        """The engines for a language, in order of preference; a translator's is its target."""
        own = self.overrides.get(language, {}).get(kind)
        general: tuple[Engine, ...] = getattr(self, kind)
        chain = general if own is None else own
        return tuple(one for one in chain if not one.languages or language in one.languages)

    def engines(self) -> Iterator[tuple[Kind, Engine]]:
        """All of them, each once."""
        every = [(kind, one) for kind in Kind for one in getattr(self, kind)]
        for chains in self.overrides.values():
            every += [(kind, one) for kind, chain in chains.items() for one in chain]
        seen: list[tuple[Kind, Engine]] = []
        for row in every:
            if row not in seen:
                seen.append(row)
        yield from seen


def read_profiles(path: Path = SHIPPED) -> dict[str, Profile]:
    """Every profile of a file; raises InputError."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # editors on Windows begin with a BOM
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read ({error}); INTERPRETER_ENGINES names the file of profiles."
        ) from error
    return parse_profiles(text, str(path))


def parse_profiles(text: str, file: str) -> dict[str, Profile]:
    """Every profile of a file's text; raises InputError with all its faults."""
    from interpreter.engines.overrides import idle_chains

    profiles = {name: _profile(name, row) for name, row in read_rows(text, file).items()}
    if faults := [fault for one in profiles.values() for fault in idle_chains(one)]:
        raise refusal(file, faults)
    return profiles


def _profile(name: str, row: ProfileRow) -> Profile:
    general = _engines(f"profile {name}", row.chains())
    return Profile(
        name,
        general[Kind.STT],
        general[Kind.TRANSLATOR],
        general[Kind.TTS],
        row.description,
        {
            tag: _engines(f"profile {name}, language {tag}", own.chains(), (tag,))
            for tag, own in row.language.items()
        },
    )


def _engines(
    where: str, chains: Mapping[Kind, list[EngineRow]], meant_for: tuple[str, ...] = ()
) -> dict[Kind, tuple[Engine, ...]]:
    return {
        kind: tuple(
            Engine(
                one.plugin,
                {option: _value(value) for option, value in one.options.items()},
                one.languages,
                meant_for or one.languages,
                f"{where}, {kind} {number}",
                one.needs,
                one.interim_results,
            )
            for number, one in enumerate(rows, 1)
        )
        for kind, rows in chains.items()
    }


def _value(value: JsonValue) -> object:
    if isinstance(value, dict) and "env" in value:
        return FromEnvironment(str(value["env"]), value.get("default"))
    if isinstance(value, dict):
        return {name: _value(inner) for name, inner in value.items()}
    return [_value(inner) for inner in value] if isinstance(value, list) else value
