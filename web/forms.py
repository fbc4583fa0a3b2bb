"""What people type: checked field by field, each error a sentence that says what to do."""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import languages
from interpreter.engines import reach
from interpreter.floor.routing import PREFERRED
from interpreter.pair.policy import MODES
from web.i18n import N_

NAME_LENGTH = 120
PERSON_LENGTH = 80


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """The form of the home page."""

    name: str
    spoken: list[str]
    offered: list[str]
    mode: str
    errors: dict[str, str]
    """Field name → message id of a sentence; empty when the meeting can be made."""
    places: dict[str, str]
    """The tags of the languages that stand in such a sentence, by place."""


def read_new_meeting(name: str, spoken: list[str], offered: list[str], mode: str) -> NewMeeting:
    """Check a meeting's name, and its languages and mode against what there is."""
    name = one_line(name)
    spoken, offered = list(dict.fromkeys(spoken)), list(dict.fromkeys(offered))
    errors = {
        "name": _wrong_name(name),
        "spoken": _wrong_spoken(spoken),
        "offered": _wrong_offered(spoken, offered),
        "mode": _wrong_mode(mode),
    }
    wrong = {key: text for key, text in errors.items() if text}
    places = _relay_to_add(spoken, offered) or {}
    return NewMeeting(name, spoken, offered, mode, wrong, places)


@dataclass(frozen=True, slots=True)
class NewInterpreter:
    """The form by which an organiser adds an interpreter."""

    name: str
    channels: list[str]
    covers: list[str]
    errors: dict[str, str]
    """Field name → message id of a sentence; empty when all is well."""


def read_new_interpreter(
    name: str,
    channels: Iterable[str],
    covers: Iterable[str],
    offered: Collection[str],
    spoken: Collection[str],
) -> NewInterpreter:
    """Check who is to interpret what, against what the meeting has; all that is spoken is none."""
    name = one_line(name)
    known = [tag for tag in dict.fromkeys(channels) if tag in offered]
    understood = [tag for tag in dict.fromkeys(covers) if tag in spoken]
    errors = {
        "name": _wrong_person(name),
        "channel": "" if known else N_("Choose at least one language that they speak into."),
    }
    wrong = {key: text for key, text in errors.items() if text}
    is_all = set(understood) == set(spoken)
    return NewInterpreter(name, known, [] if is_all else understood, wrong)


def reachable() -> list[str]:
    """The languages that some engine interprets into: directly first, then over another one."""
    sources = reach.supported_sources()
    return list(dict.fromkeys([*_reached(sources), *over_relay(sources)]))


def over_relay(sources: Iterable[str]) -> dict[str, str]:
    """The languages that are interpreted from these over another one alone, and over which."""
    heard = set(sources)
    direct = _reached(heard)
    ways = sorted(set(direct) - heard, key=lambda tag: (tag != PREFERRED, tag))
    over: dict[str, str] = {}
    for way in ways:
        for target in reach.supported_targets(way):
            if target not in direct and target not in heard:
                over.setdefault(target, way)
    return over


def _reached(sources: Iterable[str]) -> list[str]:
    """The languages into which a pair leads from one of these."""
    return list(
        dict.fromkeys(target for source in sources for target in reach.supported_targets(source))
    )


def left_to_humans(served: Collection[str]) -> list[str]:
    """The languages that are not among those which engines serve."""
    return [tag for tag in languages.available() if tag not in served]


def speakable() -> list[str]:
    """Every language: first those that some engine recognises, then those from which humans alone
    can interpret."""
    return list(dict.fromkeys([*reach.supported_sources(), *languages.available()]))


def unrecognised(spoken: Iterable[str]) -> list[str]:
    """Those of the languages whose speech no engine understands."""
    known = reach.supported_sources()
    return [tag for tag in spoken if tag not in known]


def cut_at_pauses(spoken: Collection[str]) -> list[str]:
    """Those of the languages that a machine hears, but cuts at pauses and caps alone."""
    known = [tag for tag in reach.supported_sources() if tag in spoken]
    return [tag for tag in known if not languages.load(tag).is_cut_by_clauses]


def one_line(text: str) -> str:
    """Without control characters and line breaks; direction marks and emoji stay."""
    clean = "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text
    )
    return " ".join(clean.split())


def _wrong_name(name: str) -> str:
    if not name:
        return N_("Give the meeting a name that listeners will recognise.")
    if len(name) > NAME_LENGTH:
        return N_("Shorten the name to 120 letters.")
    return ""


def _wrong_spoken(spoken: list[str]) -> str:
    if not spoken:
        return N_("Choose at least one language that will be spoken.")
    if not set(spoken) <= set(speakable()):
        return N_("One of these languages is not known here. Choose from the list.")
    return ""


def _wrong_offered(spoken: list[str], offered: list[str]) -> str:
    if not offered:
        return N_("Choose at least one language that people will listen to.")
    if _relay_to_add(spoken, offered):
        return N_(
            "{language} is interpreted only by way of {over}: choose {over} as well, "
            "or take {language} out."
        )
    known = [source for source in spoken if source in speakable()]
    if known and _unreached(known, offered):
        return N_(
            "No engine interprets what is spoken into one of these languages. "
            "Take it out, or choose another spoken language."
        )
    return ""


def _unreached(known: list[str], offered: list[str]) -> list[str]:
    """What is offered and nobody interprets from what is spoken into, nor from another channel."""
    direct = _reached(known)
    reached = {*known, *direct, *_reached(set(direct) & {*offered, *known})}  # by relay
    if unrecognised(known):
        reached |= set(languages.available())  # humans interpret into any
    return [tag for tag in offered if tag not in reached]


def _relay_to_add(spoken: list[str], offered: list[str]) -> dict[str, str] | None:
    """The first language that would be reached if another were offered too, and which."""
    known = [source for source in spoken if source in speakable()]
    over = over_relay(known)
    missing = [tag for tag in _unreached(known, offered) if tag in over]
    return {"language": missing[0], "over": over[missing[0]]} if missing else None


def _wrong_mode(mode: str) -> str:
    if mode not in MODES:
        return N_("Choose one of these ways of interpreting.")
    return ""


def _wrong_person(name: str) -> str:
    if not name:
        return N_("Write the interpreter’s name; colleagues and listeners read it.")
    return N_("Shorten the name to 80 letters.") if len(name) > PERSON_LENGTH else ""
