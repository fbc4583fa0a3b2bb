"""Which languages the engines of a profile reach: what can be spoken, and what it can be heard in;
and the engines of each, the preferred first.
"""

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import languages
from interpreter.engines import name_of
from interpreter.engines.chosen import profile_of
from interpreter.engines.kinds import Kind
from interpreter.engines.naming import printed
from interpreter.engines.serving import serves, translates
from interpreter.errors import InterpretationError, RequirementMissing, UnknownLanguage
from interpreter.settings import chosen_engines

if TYPE_CHECKING:
    from interpreter.engines.profiles import Engine, Profile
    from interpreter.settings import EngineChoice
    from languages import Language

logger = logging.getLogger(__name__)

_Opened = TypeVar("_Opened")


def supported_sources(choice: "EngineChoice | None" = None) -> list[str]:
    """Tags of the languages that can be spoken, to the environment's engines or the chosen ones."""
    profile = _profile(choice)
    return [tag for tag in languages.available() if _recognisers(profile, languages.load(tag))]


def supported_targets(source: str, choice: "EngineChoice | None" = None) -> list[str]:
    """Tags of the languages that speech in `source` can be heard in, directly or over a third."""
    spoken, profile = known_language(source), _profile(choice)
    targets = (languages.load(tag) for tag in languages.available() if tag != source)
    return [target.tag for target in targets if _reaches(spoken, target, profile)]


def is_recognised(language: str, choice: "EngineChoice | None" = None) -> bool:
    """Whether a recogniser serves this language: the environment's, or the chosen one."""
    return bool(_recognisers(_profile(choice), known_language(language)))


def is_installed(source: str, target: str) -> bool:
    """Whether this machine has every part that interprets the pair."""
    from interpreter.engines.opening import check_translator, check_voice

    spoken, heard, profile = known_language(source), known_language(target), _profile(None)
    if not _reaches(spoken, heard, profile):
        return False
    try:
        _first(_voices(profile, heard), check_voice)
        _first(
            _translators(profile, spoken, heard), lambda one: check_translator(one, spoken, heard)
        )
    except RequirementMissing:
        return False
    return True


def recogniser_name(language: str, served: str = "") -> str:
    """The recogniser of a language as transcripts name it; empty where none serves it.

    `served`: which one, as switches name it; else it is the preferred one.
    """
    spoken = known_language(language)
    names = {name_of(one): _printed(one, spoken) for one in _recognisers(_profile(None), spoken)}
    alike = served.rpartition(" (")[0]  # the second of two: `gpt-live-transcribe (2)`
    return names.get(served) or names.get(alike) or next(iter(names.values()), "")


def _printed(engine: "Engine", language: "Language") -> str:
    plugin = engine.plugin
    return printed(engine) if engine.is_plugin else f"{plugin} {language.engines[plugin]}"


def recognisers_of(language: str, choice: "EngineChoice") -> "list[Engine]":
    """The recognisers of a language, the preferred one first."""
    return _recognisers(_profile(choice), known_language(language))


def translators_of(source: str, target: str, choice: "EngineChoice") -> "list[Engine]":
    """The translators of a pair, likewise."""
    return _translators(_profile(choice), known_language(source), known_language(target))


def voices_of(language: str, choice: "EngineChoice") -> "list[Engine]":
    """The voices of a language, likewise."""
    return _voices(_profile(choice), known_language(language))


def known_language(tag: str) -> "Language":
    """A language by its tag; raises UnknownLanguage."""
    try:
        return languages.load(tag)
    except languages.UnknownLanguageFile as error:
        known = ", ".join(languages.available())
        raise UnknownLanguage(
            f"There is no language file for {tag!r}; choose one of: {known}."
        ) from error


def _profile(choice: "EngineChoice | None") -> "Profile":
    return profile_of(choice or chosen_engines())


def _recognisers(profile: "Profile", language: "Language") -> "list[Engine]":
    chain = profile.chain(Kind.STT, language.tag)
    return [one for one in chain if serves(Kind.STT, one, language)]


def _translators(profile: "Profile", source: "Language", target: "Language") -> "list[Engine]":
    chain = profile.chain(Kind.TRANSLATOR, target.tag)
    return [one for one in chain if translates(one, source, target)]


def _voices(profile: "Profile", language: "Language") -> "list[Engine]":
    chain = profile.chain(Kind.TTS, language.tag)
    return [one for one in chain if serves(Kind.TTS, one, language)]


def _reaches(source: "Language", target: "Language", profile: "Profile") -> bool:
    """Whether there is a translator from source to target, and a voice to speak it."""
    return bool(_voices(profile, target)) and bool(_translators(profile, source, target))


def _first(chain: "Sequence[Engine]", opened: "Callable[[Engine], _Opened]") -> _Opened:
    """The first engine of a chain that can be opened; raises what the first one lacks."""
    lacking: list[InterpretationError] = []
    for engine in chain:
        try:
            return opened(engine)
        except InterpretationError as error:
            logger.warning("engine left out: %s: %s", name_of(engine), error)
            lacking.append(error)
    raise lacking[0]
