"""Which fault comes next, and to whom: each kind of fault once to each kind of engine, to whoever
serves then. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interpreter.engines.kinds import Kind
from interpreter.events import EngineKind
from interpreter.serving_engines import ServingEngine

KIND_OF = {
    EngineKind.RECOGNISER: Kind.STT,
    EngineKind.TRANSLATOR: Kind.TRANSLATOR,
    EngineKind.VOICE: Kind.TTS,
}
OF_UTTERANCES = ("late_final", "wrong_order")
QUOTA = "quota"
"""Of it, the engine is not asked again for ten minutes: it comes last."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A fault as the emulators' control address takes it."""

    fault: str
    kind: str
    lasts_s: float = 3.0
    """0: once. Long enough that every language asks meanwhile."""
    wait_s: float = 1.0
    says: str = ""

    @property
    def body(self) -> dict[str, object]:
        names = ("kind", "lasts_s", "wait_s", "says")
        return {name: getattr(self, name) for name in names}


def _lasting(*kinds: str) -> list[Wish]:
    return [Wish(kind, kind) for kind in kinds]


_LIMIT = Wish("429", "429", 3.0, wait_s=4.0)
_SPENT = Wish(QUOTA, "429", 3.0, says="insufficient_quota")
Wishes = Mapping[Kind, Sequence[Wish]]
NONE: Wishes = dict.fromkeys(Kind, ())
WISHES: Wishes = {
    Kind.STT: (
        Wish("drop", "drop", 0.0),
        Wish("stall", "stall", 4.0),
        Wish("late_final", "late_final", 0.0, wait_s=1.0),
        *_lasting("500"),
        Wish("wrong_order", "wrong_order", 0.0, wait_s=0.5),
        _LIMIT,
        Wish("half_frame", "half_frame", 0.0),
        Wish("close", "close", 0.0),
        Wish("slow", "slow", 5.0, wait_s=2.5),
        _SPENT,
    ),
    Kind.TRANSLATOR: (
        *_lasting("stall", "500", "drop"),
        _LIMIT,
        *_lasting("half_frame", "wrong_language"),
        Wish("slow", "slow", 3.0, wait_s=2.5),
        _SPENT,
    ),
    Kind.TTS: (
        *_lasting("stall", "500", "drop"),
        _LIMIT,
        *_lasting("half_frame"),
        Wish("slow", "slow", 3.0, wait_s=2.5),
        _SPENT,
    ),
}


@dataclass(frozen=True, slots=True)
class Emulated:
    """An engine that can be spoilt."""

    place: str
    """As `stt-1`."""
    name: str
    """As switches have it."""
    has_sessions: bool = True
    """A recogniser that is asked anew for each recording has none, and no utterances in it."""

    @property
    def kind(self) -> Kind:
        return Kind(self.place.partition("-")[0])


@dataclass(frozen=True, slots=True)
class Spoilt:
    """What goes wrong next, and where."""

    at: Emulated
    wish: Wish


def _fits(at: Emulated | None, wish: Wish) -> bool:
    return at is not None and (at.has_sessions or wish.fault not in OF_UTTERANCES)


class Turns:
    """Recogniser, translator and voice take turns; nobody is spoilt who does not serve."""

    def __init__(self, places: Sequence[Emulated], wishes: Wishes) -> None:
        self._places = places
        self.left = {
            kind: [one for one in wishes[kind] if one.fault != QUOTA or self._has_others(kind)]
            for kind in Kind
        }
        self._kinds = list(Kind)

    @property
    def is_over(self) -> bool:
        return not any(self.left.values())

    def next(self, serving: Sequence[ServingEngine]) -> Spoilt | None:
        """None: nobody serves now who has a fault left."""
        for kind in list(self._kinds):
            at = self._serves(kind, serving)
            wish = next((one for one in self.left[kind] if _fits(at, one)), None)
            if at is not None and wish is not None:
                self._kinds.remove(kind)
                self._kinds.append(kind)
                self.left[kind].remove(wish)
                return Spoilt(at, wish)
        return None

    def again(self, one: Spoilt) -> None:
        """It has hurt nobody: it comes once more, before others of its kind."""
        self.left[one.at.kind].insert(0, one.wish)

    def _serves(self, kind: Kind, serving: Sequence[ServingEngine]) -> Emulated | None:
        """Who serves the most languages of those that can be spoilt; one that has none beside it
        is in no list."""
        own = [one for one in self._places if one.kind is kind]
        names = [row.engine for row in serving if KIND_OF[row.kind] is kind]
        if not names:
            return own[0] if own else None
        able = [one for one in own if one.name in names]
        return max(able, key=lambda one: names.count(one.name), default=None)

    def _has_others(self, kind: Kind) -> bool:
        return kind is not Kind.STT or sum(one.kind is kind for one in self._places) > 1
