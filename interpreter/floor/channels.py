"""How every channel is, for every page: starting, live, behind, failed, no capacity, idle; spoken,
and not recognised; out of the machine's reach. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from interpreter.floor.patience import START_LIMIT_S
from interpreter.floor.routing import Trouble
from interpreter.floor.supervision import NO_CAPACITY_S, SILENT_S, Pair, Running
from interpreter.line_names import language_of, spoken_in
from interpreter.room import RoomMetadata

BEHIND_S = 6.0
LACKS_RECOGNITION = "recognition"
"""As `line.LACKS_VOICE`, of what the floor agent does itself."""
LACKS_CAPTIONS = "captions"
"""Likewise, of a human whom nobody recognises, and beside whom no machine's captions go on."""

Channel = dict[str, object]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far machines get with what is spoken now."""

    unrecognised: Collection[str] = ()
    """Languages of the floor, and of humans on air, that no recogniser understands."""
    targets: Collection[str] | None = None
    """The languages into which some pair interprets; None: any."""


@dataclass(frozen=True, slots=True)
class Relays:
    """What is made from interpretations instead of the floor."""

    depths: Mapping[str, int] = field(default_factory=dict)
    """From how many, by channel."""
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    """Why a channel is not made from the one that it should be made from."""


EVERYWHERE, NO_RELAYS = Reach(), Relays()


def channels_of(
    metadata: RoomMetadata,
    spoken_now: Collection[str],
    deaf: Collection[str],
    pairs: Mapping[Pair, Running],
    now_s: float,
    on_air: Mapping[str, Channel] | None = None,
    reach: Reach = EVERYWHERE,
    relays: Relays = NO_RELAYS,
    typing: Mapping[str, str] | None = None,
) -> dict[str, Channel]:
    """State by language: of the floor's own languages, and of every offered one.

    `deaf` are spoken languages whose recogniser fails: their own captions fail, and whatever is
    interpreted from them, unless somebody types them. `on_air` says more of the channels that
    humans are assigned to, `reach` how far machines get, `relays` what is made of interpretations,
    `typing` who types the line of a language now.
    """
    tags = dict.fromkeys([*metadata.spoken, *metadata.offered])
    unread = set(deaf) - set(typing or {})
    channels = {tag: _channel(tag, spoken_now, unread, pairs, now_s, reach) for tag in tags}
    for tag, told in (on_air or {}).items():
        channels[tag] = channels.get(tag, {"state": "idle", "lag_s": 0.0, "epoch": 0}) | told
        _tell_uncaptioned(channels[tag], tag in unread, tag in reach.unrecognised)
    for tag, channel in channels.items():
        _tell_relay(channel, tag, relays)
    for tag, name in (typing or {}).items():
        if tag in channels:
            channels[tag]["typed_by"] = name
    return channels


def _tell_uncaptioned(channel: Channel, is_deaf: bool, is_unrecognised: bool) -> None:
    """Where humans alone interpret, their own words are all the captions that there can be."""
    is_alone = channel["source"] == "human" and channel["state"] in ("idle", "no_machine")
    if not is_alone or channel.get("captioned"):
        return
    if is_unrecognised:
        channel["state"] = "unrecognised"
    elif is_deaf:
        channel |= {"state": "failed", "lacks": LACKS_CAPTIONS}


def _tell_relay(channel: Channel, tag: str, relays: Relays) -> None:
    if tag in relays.depths and channel["source"] in ("machine", "human"):
        channel["relay"] = relays.depths[tag]
    else:
        channel.pop("from", None)
    trouble = relays.troubles.get(tag)
    if trouble is not None and channel["source"] in ("machine", "none"):
        channel |= {"relay_trouble": trouble.kind.value, "over": trouble.over}


def _channel(
    tag: str,
    spoken_now: Collection[str],
    deaf: Collection[str],
    pairs: Mapping[Pair, Running],
    now_s: float,
    reach: Reach,
) -> Channel:
    if tag in spoken_now:
        state = "failed" if tag in deaf else "live"
        state = "unrecognised" if tag in reach.unrecognised else state
        own: Channel = {"state": state, "lag_s": 0.0, "source": "floor", "epoch": 0}
        return own | {"lacks": LACKS_RECOGNITION} if state == "failed" else own
    feeding = [(pair, running) for pair, running in pairs.items() if pair.target == tag]
    if not feeding:
        is_reached = not spoken_now or reach.targets is None or tag in reach.targets
        state = "idle" if is_reached else "no_machine"
        return {"state": state, "lag_s": 0.0, "source": "none", "epoch": 0}
    pair, running = max(feeding, key=lambda one: (one[1].is_wanted, one[1].reported_s or 0.0))
    lag_s = _lag_s(running, now_s)
    state = "failed" if spoken_in(pair.source) in deaf else _state(running, now_s)
    channel: Channel = {
        "state": state,
        "lag_s": round(lag_s, 1),
        "source": "machine",
        "epoch": running.epoch,
    }
    if pair.source not in spoken_now:
        channel["from"] = language_of(pair.source)
    if lacks := _lacks(running, now_s, pair, deaf):
        channel["lacks"] = lacks
    if running.is_late and state == "behind":
        channel["busy"] = True
    return channel


def _lag_s(running: Running, now_s: float) -> float:
    """Of one that is late with its word, too: it has hardly gone on since the last one."""
    if running.last is None or running.reported_s is None:
        return 0.0
    silent_s = now_s - running.reported_s if running.is_late else 0.0
    return running.last.lag_s + silent_s


def _lacks(running: Running, now_s: float, pair: Pair, deaf: Collection[str]) -> str:
    """What a pair that is there goes on without, or what it waits for."""
    if spoken_in(pair.source) in deaf:
        return LACKS_RECOGNITION
    is_silent = running.reported_s is None or now_s - running.reported_s > SILENT_S
    if running.last is None or is_silent:
        return ""
    return running.last.lacks


def _state(running: Running, now_s: float) -> str:
    if running.reported_s is None or running.last is None:
        waited_s = now_s - running.dispatched_s
        if not running.is_taken and waited_s >= NO_CAPACITY_S:
            return "no_capacity"
        return "starting" if waited_s < START_LIMIT_S or running.is_late else "failed"
    is_silent = now_s - running.reported_s > SILENT_S
    if running.last.state == "failed" and not is_silent:
        return "failed"  # however late it is, too: what is missing must be told
    if running.is_late:
        return "behind"
    if is_silent:
        return "failed"
    return "behind" if running.last.lag_s > BEHIND_S else running.last.state
