"""The architecture, held by a test: which way imports point, who may know a provider, and that
every package's list of files is true.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("interpreter", "web", "languages", "glossaries")

MAY_IMPORT = {
    "interpreter": {"interpreter", "languages", "glossaries"},
    "web": {"web", "interpreter", "languages", "glossaries"},
    "languages": {"languages"},
    "glossaries": {"glossaries"},
}
"""Package → the packages of ours that it may know."""

LAYERS = (
    {"interpreter.__main__", "interpreter.commands"},
    {"interpreter.requirements", "interpreter.worker", "interpreter.rehearsal"},
    {"interpreter.floor", "interpreter.pair"},
    {"interpreter.engines"},
    {"interpreter.store", "interpreter.captions", "interpreter.room", "interpreter.terms"},
    {"interpreter.events"},
    {"interpreter.settings"},
    {"interpreter.errors"},
)
"""Who is above whom: no import points up. Modules that are not named here sit between anything."""

PURE = (
    "interpreter.floor.stability",
    "interpreter.pair.chunking",
    "interpreter.captions",
    "interpreter.terms.matching",
    "interpreter.terms.verifying",
    "web.handover",
)
"""Policies and wire formats: no input or output, no clock, nothing that can be awaited."""

IMPURE = {"asyncio", "anyio", "time", "socket", "subprocess", "httpx", "livekit", "sqlalchemy"}

PROVIDER_SDKS = {
    "azure",
    "deepgram",
    "google.cloud",
    "google.genai",
    "livekit.plugins",
    "openai",
    "pocketsphinx",
}
ENVIRONMENT = {"environ", "environb", "getenv", "putenv"}


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _files(folder: str) -> list[Path]:
    found = (ROOT / folder).rglob("*.py")
    return sorted(path for path in found if "node_modules" not in path.parts)


SOURCES = [path for package in PACKAGES for path in _files(package)]
FOLDERS = sorted({path.parent for path in SOURCES if (path.parent / "__init__.py").is_file()})
source_files = pytest.mark.parametrize("path", SOURCES, ids=_module)


def _imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in the file; `from a import b` gives a and a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _layer(module: str) -> int | None:
    levels = [n for n, row in enumerate(LAYERS) if any(_is_in(module, name) for name in row)]
    return levels[0] if levels else None


@source_files
def test_packages_know_only_the_packages_below_them(path: Path) -> None:
    allowed = MAY_IMPORT[path.relative_to(ROOT).parts[0]]
    ours = {name.partition(".")[0] for name in _imports(path)} & set(PACKAGES)
    assert ours <= allowed


@source_files
def test_no_import_points_up_the_map(path: Path) -> None:
    own = _layer(_module(path))
    up = [
        name
        for name in sorted(_imports(path))
        if own is not None and (_layer(name) if _layer(name) is not None else own) < own  # type: ignore[operator]
    ]
    assert up == []


@source_files
def test_provider_sdks_stay_in_engines(path: Path) -> None:
    known = [
        name for name in sorted(_imports(path)) if any(_is_in(name, sdk) for sdk in PROVIDER_SDKS)
    ]
    assert known == [] or _is_in(_module(path), "interpreter.engines")


@source_files
def test_only_settings_reads_the_environment(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    read = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    }
    imported = {name.removeprefix("os.") for name in _imports(path) if name.startswith("os.")}
    assert not (read | imported) & ENVIRONMENT or _module(path) == "interpreter.settings"


@pytest.mark.parametrize("module", PURE)
def test_policies_and_formats_have_no_clock_and_no_input(module: str) -> None:
    path = ROOT / f"{module.replace('.', '/')}.py"
    roots = {name.partition(".")[0] for name in _imports(path)}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    waits = [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.Await)]
    assert roots & IMPURE == set()
    assert waits == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_package_lists_each_of_its_files_once_in_its_docstring(folder: Path) -> None:
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    listed = re.findall(r"(?:^|(?<=[\s,]))(\w+(?:\.py|/))(?=[\s,]|$)", text)
    files = {one.name for one in folder.glob("*.py") if one.name != "__init__.py"}
    packages = {f"{one.parent.name}/" for one in folder.glob("*/__init__.py")}
    assert files | packages <= set(listed), "not listed"
    gone = [one for one in listed if one.endswith(".py") and not (folder / one).is_file()]
    assert gone == []


def test_the_map_in_the_architecture_page_names_every_package_and_no_other() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^### `([\w/]+)/`", text, flags=re.MULTILINE))
    assert named == {str(folder.relative_to(ROOT)) for folder in FOLDERS}
