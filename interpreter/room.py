"""Names on the wire, and what room metadata says: the settings of one session that agents and
pages share.

Every browser reads the metadata, so it holds opaque ids and languages only: never a key, a secret
or a person.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

FLOOR_AGENT = "floor"
PAIR_AGENT = "pair"
STATE_TRACK = "state"
LINE_TOPIC = "line"
"""Numbered words, writer → reader, by reliable data."""
ON_AIR_TOPIC = "on_air"
"""Whether a pair's voice and captions go out, floor agent → pair, by reliable data."""
TYPED_TOPIC = "typed"
"""What a captioner types, page → floor agent, and its answers, by reliable data."""
HEARTBEAT_TOPIC = "heartbeat"
"""How a console is, console → floor agent, every 300 ms."""
PING = "ping"
"""RPC method by which web asks a floor agent whether it lives."""
READER_TOPIC = "reader"
"""What a reader has and wants, reader → writer, every 500 ms."""

FROM_FLOOR = "floor"
"""The choice of an organiser who wants no relay in a channel."""
METADATA_VERSION = 1
SHIFT_MINUTES = 20
"""Of a channel for which nobody has chosen another length."""


class Role(StrEnum):
    """The server-written participant attribute `role`; names and self-written attributes prove
    nothing."""

    SPEAKER = "speaker"
    LISTENER = "listener"
    INTERPRETER = "interpreter"
    CAPTIONER = "captioner"
    FLOOR = "floor"
    PAIR = "pair"


ROLE = "role"
LANGUAGE = "language"
"""Attribute of a speaker or captioner: the BCP 47 tag that they speak or type now."""
SOUND = "sound"
"""Attribute of a speaker: what is done to the sound of their microphone, as their page says."""
CHANNELS = "channels"
"""Attribute of an interpreter: the channels that they may speak in, parted by commas …"""
COVERS = "covers"
"""… and the languages that they understand; empty: all."""
SOURCE = "source"
TARGET = "target"
EPOCH = "epoch"
LEAVING = "leaving"
"""Attribute of an agent whose worker is being stopped: another takes over, then it goes."""


VOICE_TAKE = "voice.take"
"""RPC of a pair to the floor agent: may I speak into this target's channel?"""
VOICE_RELEASE = "voice.release"


def captions_track(language: str) -> str:
    """The data track's name for captions in this language."""
    return f"captions:{language}"


def voice_track(language: str) -> str:
    """The audio track's name for the machine's voice in this language."""
    return f"voice:{language}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Target languages that somebody wants to hear, and to read. A wanted voice implies its
    captions."""

    voices: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self.voices) | frozenset(self.captions)


@dataclass(frozen=True, slots=True)
class Handover:
    """The last offer of a channel from one interpreter to another, by their identities."""

    number: int
    """Of the channel's offers; each has the next one."""
    step: str
    """Where it is (web/handover.py)."""
    giver: str
    taker: str
    by: str
    """Whichever of them began."""
    minutes: int
    """0: as soon as it is accepted."""
    answer_by_s: float
    """By the room's clock …"""
    due_s: float
    """… as its moment is."""


@dataclass(frozen=True, slots=True)
class Staff:
    """The humans of one channel, as web wishes; the floor agent decides who is heard."""

    human: str = ""
    """Identity of the one who should be on air; empty: the machine."""
    number: int = 0
    """Grows with each change of the wish."""
    is_only: bool = False
    """Whether no machine stands by."""
    shift_minutes: int = SHIFT_MINUTES
    """How long one works before the other does."""
    shift_since_s: float | None = None
    """When the shift of who is on air began, by the room's clock; None: nobody is."""
    handover: Handover | None = None


@dataclass(frozen=True, slots=True)
class RoomMetadata:
    """Settings of one session. `version` counts changes; readers ignore a lower one."""

    session: str
    """Opaque id of the session; the room's name."""
    clock_zero: float
    """UTC seconds since 1970 at which the room clock `at_s` is 0."""
    spoken: tuple[str, ...]
    offered: tuple[str, ...]
    version: int = 0
    profile: str = "offline"
    policy: str = "balanced"
    """The mode of all channels (pair/policy.py) …"""
    policies: dict[str, str] = field(default_factory=dict)
    """… but of these targets."""
    sources: dict[str, str] = field(default_factory=dict)
    """What these targets are interpreted from: another channel, or FROM_FLOOR; others: as it comes
    (floor/routing.py)."""
    relay_depth: int = 1
    """From so many interpretations may a channel be made."""
    wanted: Wanted = field(default_factory=Wanted)
    staff: dict[str, Staff] = field(default_factory=dict)
    """The channels that humans are assigned to."""
    glossaries: dict[str, int] = field(default_factory=dict)
    """Ids of the glossaries that it is interpreted by, and their versions: who reads them asks
    the store again when these change (interpreter/glossary_rows.py)."""
    is_served: bool = True
    """False while no worker takes the room: pages say that nothing is interpreted now."""

    def policy_of(self, target: str) -> str:
        """The mode in which a target is interpreted."""
        return self.policies.get(target, self.policy)

    def encode(self) -> str:
        return json.dumps({"v": METADATA_VERSION, **asdict(self)}, separators=(",", ":"))

    def with_wanted(self, wanted: Wanted) -> "RoomMetadata":
        return replace(self, wanted=wanted, version=self.version + 1)


def _staff(data: dict[str, Any]) -> Staff:
    since_s, offer = data.get("shift_since_s"), data.get("handover")
    return Staff(
        str(data.get("human", "")),
        int(data.get("number", 0)),
        bool(data.get("is_only", False)),
        int(data.get("shift_minutes", SHIFT_MINUTES)),
        None if since_s is None else float(since_s),
        _handover(offer) if offer else None,
    )


def _handover(data: dict[str, Any]) -> Handover:
    return Handover(
        int(data["number"]),
        str(data["step"]),
        str(data["giver"]),
        str(data["taker"]),
        str(data["by"]),
        int(data["minutes"]),
        float(data["answer_by_s"]),
        float(data["due_s"]),
    )


def decode_metadata(text: str) -> RoomMetadata | None:
    """Read room metadata of this or the previous version; None when the room has none of ours."""
    try:
        data: dict[str, Any] = json.loads(text)
        if data.pop("v") not in (METADATA_VERSION, METADATA_VERSION - 1):
            return None
        wanted = data.pop("wanted", {})
        return RoomMetadata(
            session=str(data["session"]),
            clock_zero=float(data["clock_zero"]),
            spoken=tuple(data["spoken"]),
            offered=tuple(data["offered"]),
            version=int(data.get("version", 0)),
            profile=str(data.get("profile", "offline")),
            policy=str(data.get("policy", "balanced")),
            policies={str(tag): str(mode) for tag, mode in data.get("policies", {}).items()},
            sources={str(tag): str(one) for tag, one in data.get("sources", {}).items()},
            relay_depth=int(data.get("relay_depth", 1)),
            wanted=Wanted(tuple(wanted.get("voices", ())), tuple(wanted.get("captions", ()))),
            staff={str(tag): _staff(one) for tag, one in data.get("staff", {}).items()},
            glossaries={str(key): int(one) for key, one in data.get("glossaries", {}).items()},
            is_served=bool(data.get("is_served", True)),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
