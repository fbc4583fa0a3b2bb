"""A language is reached as its file says, and what is missing for it is said by its package."""

from pathlib import Path

import pytest

import languages
from interpreter import engines
from interpreter.engines import apertium_pipeline, reach, routes
from interpreter.errors import RequirementMissing, UnsupportedPair
from interpreter.requirements import ROOT
from interpreter.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.model_validate(
        {"LIVEKIT_API_KEY": "key", "LIVEKIT_API_SECRET": "s" * 32, "state_dir": tmp_path}
    )


@pytest.mark.parametrize(
    ("target", "pairs"),
    [
        ("es", ["eng-spa"]),
        ("ca", ["eng-cat"]),
        ("pt", ["eng-spa", "es-pt"]),
        ("it", ["eng-cat", "cat-ita"]),
        ("fr", ["eng-cat", "cat-fra"]),
    ],
)
def test_english_reaches_each_language_by_the_way_its_file_names(
    target: str, pairs: list[str]
) -> None:
    hops = routes.route(languages.load("en"), languages.load(target))

    assert [hop.pair for hop in hops] == pairs


def test_a_language_without_a_translator_is_not_reached() -> None:
    assert routes.route(languages.load("fr"), languages.load("pt")) == ()


def test_five_languages_can_be_heard_in_an_english_meeting() -> None:
    assert {"ca", "es", "fr", "it", "pt"} <= set(reach.supported_targets("en"))


def test_a_pair_that_is_refused_names_the_languages_that_are_served(settings: Settings) -> None:
    with pytest.raises(UnsupportedPair, match=r"English to English.*fr, it, pt"):
        engines.open_translator("en", "en", settings)


@pytest.mark.parametrize(
    ("installed", "package"),
    [((), "apertium-eng-cat"), (("eng-cat",), "apertium-fra-cat")],
)
def test_the_first_hop_that_is_missing_is_named_by_its_package(
    installed: tuple[str, ...],
    package: str,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(routes, "MODES", tmp_path)
    for pair in installed:
        (tmp_path / f"{pair}.mode").write_text("cat")

    with pytest.raises(RequirementMissing, match=f"apt-get install apertium {package}"):
        engines.open_translator("en", "fr", settings)
    assert not reach.is_installed("en", "fr")


def test_every_package_of_a_pair_is_installed_by_the_set_up() -> None:
    listed = (ROOT / "deploy" / "apt-packages.txt").read_text().split()

    assert set(apertium_pipeline.PACKAGES.values()) <= set(listed)
