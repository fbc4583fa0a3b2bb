"""How every channel is, for every page: starting, live, behind, failed, no capacity, idle; spoken,
and not recognised; out of the machine's reach. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from interpreter.floor.supervision import NO_CAPACITY_S, SILENT_S, START_LIMIT_S, Pair, Running
from interpreter.room import RoomMetadata

BEHIND_S = 6.0

Channel = dict[str, object]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far machines get with what is spoken now."""

    unrecognised: Collection[str] = ()
    """Languages that no recogniser understands."""
    targets: Collection[str] | None = None
    """The languages into which some pair interprets; None: any."""


EVERYWHERE = Reach()


def channels_of(
    metadata: RoomMetadata,
    spoken_now: Collection[str],
    deaf: Collection[str],
    pairs: Mapping[Pair, Running],
    now_s: float,
    on_air: Mapping[str, Channel] | None = None,
    reach: Reach = EVERYWHERE,
    relays: Mapping[str, int] | None = None,
    typing: Mapping[str, str] | None = None,
) -> dict[str, Channel]:
    """State by language: of the floor's own languages, and of every offered one.

    `deaf` are spoken languages whose recogniser fails: their own captions fail, and whatever is
    interpreted from them. `on_air` says more of the channels that humans are assigned to, `reach`
    how far machines get, `relays` from how many interpretations a channel is made, `typing` who
    types the line of a language now.
    """
    tags = dict.fromkeys([*metadata.spoken, *metadata.offered])
    channels = {tag: _channel(tag, spoken_now, deaf, pairs, now_s, reach) for tag in tags}
    for tag, told in (on_air or {}).items():
        channels[tag] = channels.get(tag, {"state": "idle", "lag_s": 0.0, "epoch": 0}) | told
    for tag, depth in (relays or {}).items():
        if tag in channels and channels[tag]["source"] in ("machine", "human"):
            channels[tag]["relay"] = depth
    for tag, name in (typing or {}).items():
        if tag in channels:
            channels[tag]["typed_by"] = name
    return channels


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
        return {"state": state, "lag_s": 0.0, "source": "floor", "epoch": 0}
    feeding = [(pair, running) for pair, running in pairs.items() if pair.target == tag]
    if not feeding:
        is_reached = not spoken_now or reach.targets is None or tag in reach.targets
        state = "idle" if is_reached else "no_machine"
        return {"state": state, "lag_s": 0.0, "source": "none", "epoch": 0}
    pair, running = max(feeding, key=lambda entry: entry[1].reported_s or 0.0)
    lag_s = running.last.lag_s if running.last is not None else 0.0
    return {
        "state": "failed" if pair.source in deaf else _state(running, now_s),
        "lag_s": round(lag_s, 1),
        "source": "machine",
        "epoch": running.epoch,
    }


def _state(running: Running, now_s: float) -> str:
    if running.reported_s is None or running.last is None:
        waited_s = now_s - running.dispatched_s
        if not running.is_taken and waited_s >= NO_CAPACITY_S:
            return "no_capacity"
        return "starting" if waited_s < START_LIMIT_S else "failed"
    if now_s - running.reported_s > SILENT_S:
        return "failed"
    return "behind" if running.last.lag_s > BEHIND_S else running.last.state
