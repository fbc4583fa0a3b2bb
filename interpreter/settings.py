"""Environment → one frozen Settings, read once per process. Nothing else reads the environment."""

import json
import os
import re
import tempfile
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote

from pydantic import Field, JsonValue, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from interpreter.errors import RequirementMissing

_SECRET = re.compile(r"(?:^|_)(?:KEY|SECRET|TOKEN|PASSWORD|PASSPHRASE|PASS|CREDENTIALS)(?:_\w+)?$")
"""The end of a variable's name: also of a second one, `AZURE_SPEECH_KEY_2`."""
_NO_SECRET = re.compile(r"_(?:PATH|FILE|DIR|ID|NAME|URL)$")
_SHORTEST_SECRET = 8
_WANTED: Mapping[str, str] = {
    "int_parsing": "a whole number",
    "float_parsing": "a number",
    "dict_type": "a JSON object",
    "path_type": "a path",
}
"""What pydantic's kinds of faults ask for."""
_HIGHEST_PORT = 65535
_RANGES: Mapping[str, str] = {
    "INTERPRETER_JOB_SLOTS": "a whole number, 1 or more",
    **dict.fromkeys(
        ("INTERPRETER_FLOOR_PORT", "INTERPRETER_PAIR_PORT", "INTERPRETER_METRICS_PORT"),
        f"a port, 0 to {_HIGHEST_PORT}",
    ),
}
"""What numbers may be that have bounds."""
_PLACEHOLDERS = frozenset({"", "secret", "changeme", "devkey"})


class EngineChoice(BaseSettings):
    """Which engines interpret: a profile of engines.toml, and above it livekit-agents plugins as
    `module:Class`, each in place of the profile's engines of its kind.

    Options are the class's constructor arguments, as JSON in the environment; `voice@es` is one
    for Spanish alone. Keys are no options: plugins read them from the environment.
    """

    model_config = SettingsConfigDict(env_prefix="INTERPRETER_", frozen=True, extra="ignore")

    profile: str = ""
    """A profile's name; empty means `offline`."""
    engines: str = ""
    """The file of profiles; empty means the one that is shipped."""
    translator: str = ""
    translator_options: dict[str, JsonValue] = Field(default_factory=dict)
    stt: str = ""
    stt_options: dict[str, JsonValue] = Field(default_factory=dict)
    tts: str = ""
    tts_options: dict[str, JsonValue] = Field(default_factory=dict)


class Settings(EngineChoice):
    """Everything that a process needs to know of its surroundings; secrets have no default."""

    livekit_url: str = Field("ws://127.0.0.1:7880", validation_alias="LIVEKIT_URL")
    livekit_api_key: str = Field(validation_alias="LIVEKIT_API_KEY")
    livekit_api_secret: str = Field(validation_alias="LIVEKIT_API_SECRET", repr=False)

    state_dir: Path = Path("var")
    """Database, journals, event logs; made by the set-up, owned by this installation."""
    database: str = ""
    """SQLAlchemy URL; empty means SQLite in `state_dir`."""
    prices: str = ""
    """A file of prices that stand above the shipped ones; empty for none."""
    engine_socket: Path | None = None
    """Unix socket of the machine's engine host; None means one derived from `state_dir`."""

    llm_delay_ms: int = 0
    """Added before a translation's first token, to measure with the latency of a paid engine."""
    tts_delay_ms: int = 0
    """Added before a voice's first byte, likewise."""

    floor_port: int = Field(0, ge=0, le=_HIGHEST_PORT)
    """Health port of the floor worker on 127.0.0.1; 0 takes a free one."""
    pair_port: int = Field(0, ge=0, le=_HIGHEST_PORT)
    metrics_port: int = Field(0, ge=0, le=_HIGHEST_PORT)
    """Where Prometheus asks a worker; 0: it counts for nobody."""
    metrics_host: str = "127.0.0.1"
    job_slots: int = Field(16, ge=1)
    """Jobs that one worker process of this machine runs at most."""

    leave_s: float = 20.0
    """A worker that is told to stop waits so long for others to take over its jobs."""

    api_timeout_s: float = 5.0
    engine_timeout_s: float = 10.0
    recogniser_release_s: float = 5.0
    """A speaker's recogniser is closed after this much silence."""
    pair_idle_s: float = 30.0
    """A pair that nobody wants is stopped after this time."""

    @cached_property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the store."""
        return self.database or f"sqlite:///{(self.state_dir / 'interpreter.db').resolve()}"

    @cached_property
    def engine_socket_path(self) -> Path:
        """The engine host's socket; short, because a Unix socket path holds 107 bytes at most."""
        if self.engine_socket is not None:
            return self.engine_socket
        name = sha256(str(self.state_dir.resolve()).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"interpreter-{name}.sock"

    @property
    def journal_dir(self) -> Path:
        return self.state_dir / "journal"

    @property
    def events_dir(self) -> Path:
        return self.state_dir / "events"


def load_settings() -> Settings:
    """Read the environment; raises RequirementMissing that names every missing or default
    secret."""
    trim_secrets()
    try:
        settings = Settings()  # type: ignore[call-arg]  # from the environment
    except SettingsError as error:
        raise _not_json() from error
    except ValidationError as error:
        raise _wrong(error) from error
    if settings.livekit_api_secret in _PLACEHOLDERS:
        raise RequirementMissing(
            "LIVEKIT_API_SECRET is empty or a well-known default. "
            "Set a secret of your own; `make setup` makes one."
        )
    return settings


def chosen_engines() -> EngineChoice:
    """The engines that the environment names."""
    try:
        return EngineChoice()
    except SettingsError as error:
        raise _not_json() from error
    except ValidationError as error:
        raise _wrong(error) from error


def engine_key(name: str) -> str:
    """A provider's key, where its SDK does not look for it itself; empty where there is none."""
    return os.environ.get(name, "")


def _wrong(error: ValidationError) -> RequirementMissing:
    """By the names of the variables; what they say is in no sentence."""
    kinds = {_variable(str(item["loc"][0])): str(item["type"]) for item in error.errors()}
    wanted = {name: _RANGES.get(name) or _WANTED.get(kind) for name, kind in kinds.items()}
    named = ", ".join(f"{name} ({what})" if what else name for name, what in sorted(wanted.items()))
    is_made = any(name.startswith("LIVEKIT_") for name in kinds)
    remedy = " `make setup` writes the keys to var/env for this machine." if is_made else ""
    return RequirementMissing(f"Settings missing or wrong in the environment: {named}.{remedy}")


def _variable(field: str) -> str:
    """What a setting is called in the environment."""
    return field if field.isupper() else f"INTERPRETER_{field.upper()}"


def _not_json() -> RequirementMissing:
    names = ", ".join(f"INTERPRETER_{kind}_OPTIONS" for kind in ("TRANSLATOR", "STT", "TTS"))
    return RequirementMissing(
        f'One of {names} is no JSON object; write it like {{"model": "NAME"}}.'
    )


def environment_value(name: str) -> str | None:
    """What a variable says that an engine's option names; None where it is not set, or empty."""
    return os.environ.get(name) or None


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of a child process that works with these settings."""
    return {
        **os.environ,
        "LIVEKIT_URL": settings.livekit_url,
        "LIVEKIT_API_KEY": settings.livekit_api_key,
        "LIVEKIT_API_SECRET": settings.livekit_api_secret,
        "LIVEKIT_AGENTS_PRELOAD_LOCAL_INFERENCE": "0",
        "INTERPRETER_STATE_DIR": str(settings.state_dir),
        "INTERPRETER_DATABASE": settings.database,
        "INTERPRETER_LEAVE_S": str(settings.leave_s),
        "INTERPRETER_LLM_DELAY_MS": str(settings.llm_delay_ms),
        "INTERPRETER_TTS_DELAY_MS": str(settings.tts_delay_ms),
        "INTERPRETER_PROFILE": settings.profile,
        "INTERPRETER_ENGINES": settings.engines,
        "INTERPRETER_TRANSLATOR": settings.translator,
        "INTERPRETER_TRANSLATOR_OPTIONS": json.dumps(settings.translator_options),
        "INTERPRETER_STT": settings.stt,
        "INTERPRETER_STT_OPTIONS": json.dumps(settings.stt_options),
        "INTERPRETER_TTS": settings.tts,
        "INTERPRETER_TTS_OPTIONS": json.dumps(settings.tts_options),
    }


def secrets_of(environment: Mapping[str, str]) -> set[str]:
    """Keys, tokens and passwords; what is shorter than eight signs would be found in any text."""
    found = [value for name, value in environment.items() if is_secret(name)]
    shown = {*found, *(value.strip() for value in found)}
    for name, value in environment.items():
        if name.casefold().endswith("_proxy"):
            shown |= _who_asks(value)
    return {value for value in shown if len(value) >= _SHORTEST_SECRET}


def _who_asks(proxy: str) -> set[str]:
    """What an address of a proxy says of its user, as libraries repeat it."""
    written = proxy.partition("://")[2] or proxy
    who = written.rpartition("@")[0]
    password = who.partition(":")[2]
    return {who, password, unquote(password)}


def is_secret(name: str) -> bool:
    """Whether a variable of this name holds a key, a token or a password."""
    return bool(_SECRET.search(name)) and not _NO_SECRET.search(name)


def trim_secrets() -> None:
    """Keys that were copied, or mounted, with a space or a line break at their ends are meant
    without: no server takes one."""
    for name, value in os.environ.items():
        if is_secret(name) and value != value.strip():
            os.environ[name] = value.strip()


def secrets() -> set[str]:
    """What must not be written anywhere, of this process's environment."""
    return secrets_of(os.environ)


def adopt_environment_file() -> None:
    """Take what the set-up wrote to `var/env` into the environment, below what is set there.

    For the command line alone: agents and tests see what their parents give them.
    """
    file = Path(os.environ.get("INTERPRETER_STATE_DIR", "var")) / "env"
    if not file.is_file():
        return
    for line in file.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.partition("=")
        if separator and not name.startswith("#"):
            os.environ.setdefault(name, value)


def count_in(folder: Path) -> None:
    """Have this process and those that it starts count in files of this folder, so that one of them
    can tell Prometheus of all; before prometheus_client is imported."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def share_allocator_arenas() -> None:
    """Two arenas of glibc's allocator for each process started from here, unless it is told else.

    Every job has some twenty threads that allocate little; with an arena for each (the default is
    eight a core) what one gives back is kept where only it finds it again.
    """
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")


def watch_no_loops() -> None:
    """livekit-agents wakes each job a hundred times a second to say where its loop was blocked:
    0.8 % of a core a job, a tenth of what a pair takes. Asked for, it still does:
    `LIVEKIT_AGENTS_LOOP_BLOCK_WARN_MS=100`."""
    os.environ.setdefault("LIVEKIT_AGENTS_LOOP_BLOCK_WARN_MS", "0")
