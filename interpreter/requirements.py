"""What this machine must have, whether it has it, and what to do where it has not.

Asks programs for their versions and engines whether they open; changes nothing.
"""

import asyncio
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from interpreter import engines
from interpreter.cost import read_prices
from interpreter.engines import reach
from interpreter.engines.naming import place_of, shown
from interpreter.engines.readiness import Readiness, readiness
from interpreter.errors import InterpretationError
from interpreter.local_server import find_server_binary, is_port_free
from interpreter.settings import Settings, load_settings
from interpreter.store import open_store

ROOT = Path(__file__).parents[1]
LIVEKIT_VERSION = "1.13.5"
DEMO_PORTS = {"LiveKit": 7880, "web": 8080}
_SETUP = "Run `make setup`."
_PROGRAM_S = 10.0
_DISK_GB = 1.0


class State(StrEnum):
    READY = "ready"
    OPTIONAL = "optional"
    """Not there, and meetings run without it."""
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that is needed, as it is here now."""

    name: str
    state: State
    found: str
    remedy: str = ""


def check_all() -> Iterator[Requirement]:
    """Look at everything, in the order in which it is set up."""
    yield from check_toolchains()
    yield from check_debian_packages(ROOT / "deploy" / "apt-packages.txt")
    yield check_built_client(ROOT / "web" / "static" / "dist")
    try:
        settings = load_settings()
    except InterpretationError as error:
        yield Requirement("keys", State.MISSING, "not set", str(error))
        return
    yield check_keys(settings)
    yield check_server_binary(settings)
    yield from check_engines(settings)
    yield check_prices(settings)
    yield check_database(settings)
    yield check_disk(settings.state_dir)
    yield from check_ports(DEMO_PORTS)


def check_toolchains() -> Iterator[Requirement]:
    """What builds and runs the project; Go and Node.js are needed at set-up only."""
    found = ".".join(str(part) for part in sys.version_info[:3])
    yield _at_least("Python", found, "3.11", "Install Debian's python3.", State.MISSING)
    go = _first_line(["go", "env", "GOVERSION"]).removeprefix("go")
    yield _at_least("Go", go, "1.26", "Install Go: it builds the LiveKit server.", State.OPTIONAL)
    node = _first_line(["node", "--version"]).removeprefix("v")
    remedy = "Install Node.js with npm: it bundles the browser pages."
    yield _at_least("Node.js", node, "20", remedy, State.OPTIONAL)


def check_debian_packages(listed: Path) -> Iterator[Requirement]:
    """Every package of the list; those for tests and talks are optional where meetings run."""
    if shutil.which("dpkg-query") is None or not listed.is_file():
        return
    rows = [line.split(maxsplit=2) for line in listed.read_text().splitlines()]
    for name, kind, purpose in (row for row in rows if row and not row[0].startswith("#")):
        version = _first_line(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", name])
        if version.startswith("installed "):
            yield Requirement(name, State.READY, version.removeprefix("installed "))
        else:
            state = State.MISSING if kind == "run" else State.OPTIONAL
            yield Requirement(name, state, f"not installed; {purpose}", f"apt-get install {name}")


def check_built_client(dist: Path) -> Requirement:
    """The bundle that the pages load."""
    files = list(dist.glob("**/*.js")) if dist.is_dir() else []
    if not files:
        return Requirement("browser pages", State.MISSING, "not built", _SETUP)
    return Requirement("browser pages", State.READY, f"{len(files)} scripts")


def check_keys(settings: Settings) -> Requirement:
    """Secrets are ours, and nobody else on the machine can read them."""
    file = settings.state_dir / "env"
    if file.is_file() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        return Requirement("keys", State.MISSING, "readable by others", f"chmod 600 {file}")
    where = str(file) if file.is_file() else "from the environment"
    return Requirement("keys", State.READY, where)


def check_server_binary(settings: Settings) -> Requirement:
    """A LiveKit server of the version that everything is measured with."""
    name = "livekit-server"
    try:
        binary = find_server_binary(settings)
    except InterpretationError as error:
        return Requirement(name, State.MISSING, "not built", str(error))
    version = _first_line([str(binary), "--version"]).rpartition(" ")[2]
    if version != LIVEKIT_VERSION:
        return Requirement(name, State.MISSING, version or "does not start", _SETUP)
    return Requirement(name, State.READY, version)


def check_engines(settings: Settings) -> Iterator[Requirement]:
    """Whether each engine of the profile can be used; where it has local ones alone, whether each
    recogniser, translator and voice of the languages that are served opens."""
    try:
        found = asyncio.run(_readiness(settings))
    except InterpretationError as error:
        yield Requirement("engines", State.MISSING, "not set up", str(error))
        return
    if any(one.engine.is_plugin for one in found):
        yield from map(_engine, found)
    else:
        yield from _check_languages(settings)


def _check_languages(settings: Settings) -> Iterator[Requirement]:
    sources = reach.supported_sources(settings)
    pairs = [(one, other) for one in sources for other in reach.supported_targets(one, settings)]
    for source in sources:
        yield _opens(f"recogniser {source}", partial(engines.open_recogniser, source, settings))
    for source, target in pairs:
        yield _opens(
            f"translator {source}→{target}",
            partial(engines.open_translator, source, target, settings),
        )
    for target in dict.fromkeys(target for _, target in pairs):
        yield _opens(f"voice {target}", partial(engines.open_voice, target, settings))


def check_prices(settings: Settings) -> Requirement:
    """A file of prices that workers would not start with."""
    try:
        read_prices(Path(settings.prices) if settings.prices else None)
    except InterpretationError as error:
        return Requirement("prices", State.MISSING, "not read", str(error))
    return Requirement("prices", State.READY, settings.prices or "those that are shipped")


def check_database(settings: Settings) -> Requirement:
    """The store answers and has the newest tables."""
    name = "database"
    if settings.database_url.startswith("sqlite:///") and not settings.database:
        path = Path(settings.database_url.removeprefix("sqlite:///"))
        if not path.is_file():
            remedy = "`interpreter demo` makes it, or `python -m web migrate`."
            return Requirement(name, State.OPTIONAL, "not made yet", remedy)
    store = open_store(settings.database_url)
    try:
        with store.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        found = str(getattr(error, "orig", error)).splitlines()[0]
        remedy = "Start the database, or correct INTERPRETER_DATABASE."
        return Requirement(name, State.MISSING, found, remedy)
    finally:
        store.dispose()
    newest = ScriptDirectory(str(ROOT / "web" / "migrations")).get_current_head()
    if current != newest:
        return Requirement(
            name, State.MISSING, f"tables {current}, not {newest}", "Run `python -m web migrate`."
        )
    return Requirement(name, State.READY, f"tables {current}")


def check_disk(directory: Path) -> Requirement:
    """Room for journals and event logs."""
    existing = next(
        one for one in (directory.absolute(), *directory.absolute().parents) if one.exists()
    )
    free_gb = shutil.disk_usage(existing).free / 1e9
    if free_gb < _DISK_GB:
        remedy = f"Free space on the disk of {existing}, or set INTERPRETER_STATE_DIR."
        return Requirement("disk", State.MISSING, f"{free_gb:.1f} GB free", remedy)
    return Requirement("disk", State.READY, f"{free_gb:.0f} GB free")


def check_ports(ports: dict[str, int]) -> Iterator[Requirement]:
    """The ports that the demo likes best; it takes others when they are used."""
    for owner, port in ports.items():
        name = f"port {port} ({owner})"
        if is_port_free(port):
            yield Requirement(name, State.READY, "free")
        else:
            remedy = f"The demo takes another. `ss -ltnp 'sport = :{port}'` names the program."
            yield Requirement(name, State.OPTIONAL, "used by a program", remedy)


def _at_least(name: str, found: str, least: str, remedy: str, otherwise: State) -> Requirement:
    if not found:
        return Requirement(name, otherwise, "not found", remedy)
    if _numbers(found) < _numbers(least):
        return Requirement(name, otherwise, f"{found}, needs {least}", remedy)
    return Requirement(name, State.READY, found)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")[:2] if part.isdigit()]


def _first_line(command: list[str]) -> str:
    """What a program says; empty when it is missing or fails."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_PROGRAM_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip().partition("\n")[0] if done.returncode == 0 else ""


async def _readiness(settings: Settings) -> list[Readiness]:
    """Some plugins are made in an event loop alone."""
    return readiness(settings)


def _engine(one: Readiness) -> Requirement:
    otherwise = State.MISSING if one.is_needed else State.OPTIONAL
    state = otherwise if one.lacks else State.READY
    return Requirement(place_of(one.engine), state, shown(one.engine), one.lacks)


def _opens(name: str, open_engine: Callable[[], object]) -> Requirement:
    try:
        engine = open_engine()
    except InterpretationError as error:
        return Requirement(name, State.MISSING, "does not open", str(error))
    label = str(getattr(engine, "label", "opens"))
    # livekit-agents labels an engine with the path of its class
    return Requirement(name, State.READY, label.removeprefix(f"{type(engine).__module__}."))
