"""The pairs of one room while those of a relay die: LiveKit's dispatcher and the pairs follow a
script, a quarter of a second a look."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from livekit import api

from interpreter.event_log import EventLog, read_events
from interpreter.floor.channels import Channel, Reach, Relays, channels_of
from interpreter.floor.pairs import RoomPairs
from interpreter.floor.patience import START_LIMIT_S
from interpreter.floor.relay_watch import BACK_S, LOSSES, LOST_S
from interpreter.floor.routing import RelayTrouble, Trouble
from interpreter.floor.supervision import Pair
from interpreter.line import LineWriter, ReaderMessage
from interpreter.pair.job import decode_job
from interpreter.room import EPOCH, ROLE, SOURCE, TARGET, Role, RoomMetadata, Wanted
from interpreter.settings import Settings
from tests.scripted_room import ScriptedParticipant, ScriptedRoom

LOOK_S = 0.25
CHOSEN = RoomMetadata(
    "room1", 0.0, ("en",), ("es", "pt"), wanted=Wanted((), ("pt",)), sources={"pt": "es"}
)
"""English is spoken; Portuguese is to be made of the Spanish, though a pair leads there."""
AUTOMATIC = RoomMetadata("room1", 0.0, ("es",), ("en", "ca"), wanted=Wanted((), ("ca",)))
"""Spanish is spoken; Catalan is reached over English alone."""


class Lines(Mapping[str, LineWriter]):
    """There is one of whatever is asked for."""

    def __getitem__(self, name: str) -> LineWriter:
        return LineWriter(name, 1)

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0


@dataclass
class Dispatcher:
    """LiveKit's part: a job that is dispatched is a participant a moment later."""

    room: ScriptedRoom
    doomed: set[Pair] = field(default_factory=set)
    """Pairs whose jobs die before they say a word."""
    jobs: int = 0
    coming: dict[str, ScriptedParticipant] = field(default_factory=dict)

    async def create_dispatch(self, request: api.CreateAgentDispatchRequest) -> None:
        job = decode_job(request.metadata)
        self.jobs += 1
        if Pair(job.line, job.target.tag) in self.doomed:
            return
        identity = f"pair-{self.jobs}"
        attributes = {
            ROLE: Role.PAIR.value,
            SOURCE: job.line,
            TARGET: job.target.tag,
            EPOCH: str(job.epoch),
        }
        self.coming[identity] = ScriptedParticipant(identity, attributes)

    def let_in(self) -> None:
        """The jobs that were dispatched at the last look."""
        self.room.remote_participants |= self.coming
        self.coming = {}

    async def list_dispatch(self, _room: str) -> list[api.AgentDispatch]:
        return []

    async def remove_participant(self, who: api.RoomParticipantIdentity) -> None:
        del self.room.remote_participants[who.identity]

    @property
    def agent_dispatch(self) -> "Dispatcher":
        return self


class Floor:
    """One room's pairs, whose floor agent looks four times a second."""

    def __init__(self, metadata: RoomMetadata, folder: Path) -> None:
        self.metadata, self.folder = metadata, folder
        self.now_s = 0.0
        self.room = ScriptedRoom(metadata)
        self.livekit = Dispatcher(self.room)
        settings = Settings.model_validate(
            {"LIVEKIT_API_KEY": "k", "LIVEKIT_API_SECRET": "s", "stt": "any:STT"}
        )
        self.events = EventLog.open(folder, "room1", "job", lambda: self.now_s)
        livekit = cast(api.LiveKitAPI, self.livekit)
        self.pairs = RoomPairs(
            self.room.as_room, livekit, settings, self.events, lambda: self.now_s
        )

    async def run(self, seconds: float) -> None:
        for _ in range(round(seconds / LOOK_S)):
            self.now_s += LOOK_S
            self._report()
            self.livekit.let_in()
            self.pairs.reconcile(self.metadata, self.metadata.spoken, {})
            await self.pairs.act(Lines())

    def kill_all(self, pair: Pair) -> None:
        """Its process dies, and so does each that is sent in its place."""
        self.livekit.doomed.add(pair)
        self.kill(pair)

    def kill(self, pair: Pair) -> None:
        """Its process dies."""
        self.room.remote_participants = {
            identity: one
            for identity, one in self.room.remote_participants.items()
            if (one.attributes.get(SOURCE), one.attributes.get(TARGET))
            != (pair.source, pair.target)
        }

    def _report(self) -> None:
        for identity, one in self.room.remote_participants.items():
            if one.attributes[ROLE] == Role.PAIR:
                said = one.attributes
                message = ReaderMessage(
                    said[SOURCE], 1, 0, -1, 0.0, "live", said[TARGET], int(said[EPOCH])
                )
                self.pairs.report(identity, message)

    def close(self) -> None:
        self.events.close()

    @property
    def made_from(self) -> set[str]:
        """The lines that the wanted channel is made from."""
        (wanted,) = self.metadata.wanted.captions
        return {pair.source for pair in self.pairs.plan.pairs if pair.target == wanted}

    @property
    def told(self) -> Channel:
        """What every page is told of the wanted channel."""
        (wanted,) = self.metadata.wanted.captions
        made = self.pairs.plan
        spoken = self.metadata.spoken
        reach, relays = Reach((), made.reached), Relays({}, made.troubles)
        feeding = self.pairs.feeding
        return channels_of(
            self.metadata, spoken, (), feeding, self.now_s, reach=reach, relays=relays
        )[wanted]

    @property
    def noted(self) -> list[str]:
        return [
            str(e["trouble"]) for e in read_events(self.folder / "room1") if e["event"] == "relay"
        ]


async def test_a_killed_pair_is_replaced_before_its_relay_is_lost(tmp_path: Path) -> None:
    with closing(Floor(CHOSEN, tmp_path)) as floor:
        await floor.run(5.0)
        floor.kill(Pair("en", "es"))
        await floor.run(LOST_S + 1.0)
        assert floor.made_from == {"en>es"}
        assert floor.pairs.plan.troubles == {}
        assert floor.livekit.jobs == 3


async def test_a_relay_whose_pair_stays_dead_is_the_floor_s_and_says_so(tmp_path: Path) -> None:
    with closing(Floor(CHOSEN, tmp_path)) as floor:
        await floor.run(5.0)
        assert floor.made_from == {"en>es"}
        floor.kill_all(Pair("en", "es"))
        await floor.run(LOST_S + 3.0)
        assert floor.made_from == {"en"}
        assert floor.pairs.plan.troubles == {"pt": Trouble(RelayTrouble.LOST, "es")}
        assert (floor.told["source"], floor.told["relay_trouble"]) == ("machine", "lost")
        assert floor.told["over"] == "es"
        floor.livekit.doomed.clear()
        await floor.run(START_LIMIT_S + BACK_S + 1.0)
        assert floor.made_from == {"en>es"}
        assert "relay_trouble" not in floor.told
        assert floor.noted == ["lost", ""]


async def test_a_relay_whose_pair_dies_again_and_again_is_the_floor_s_and_says_so(
    tmp_path: Path,
) -> None:
    with closing(Floor(CHOSEN, tmp_path)) as floor:
        await floor.run(5.0)
        assert floor.made_from == {"en>es"}
        for _ in range(LOSSES):
            floor.kill(Pair("en", "es"))
            await floor.run(2.0)  # its replacement is there, and says so
        assert floor.made_from == {"en"}
        assert (floor.told["relay_trouble"], floor.told["over"]) == ("lost", "es")
        for _ in range(LOSSES):
            floor.kill(Pair("en", "es"))
            await floor.run(BACK_S - 2.0)
        assert floor.made_from == {"en"}
        await floor.run(4.0)
        assert floor.made_from == {"en>es"}
        assert "relay_trouble" not in floor.told
        assert floor.noted == ["lost", ""]


async def test_where_no_pair_leads_from_the_floor_it_says_that_there_is_nothing(
    tmp_path: Path,
) -> None:
    with closing(Floor(AUTOMATIC, tmp_path)) as floor:
        await floor.run(5.0)
        assert floor.made_from == {"es>en"}
        floor.kill_all(Pair("es", "en"))
        await floor.run(LOST_S + 3.0)
        assert floor.made_from == set()
        assert (floor.told["state"], floor.told["source"]) == ("no_machine", "none")
        assert (floor.told["relay_trouble"], floor.told["over"]) == ("lost", "en")
        floor.livekit.doomed.clear()
        await floor.run(START_LIMIT_S + BACK_S + 1.0)
        assert floor.made_from == {"es>en"}


async def test_a_relay_whose_pair_never_begins_is_lost_too(tmp_path: Path) -> None:
    with closing(Floor(CHOSEN, tmp_path)) as floor:
        floor.kill_all(Pair("en", "es"))
        await floor.run(START_LIMIT_S + LOST_S + 1.0)
        assert floor.made_from == {"en"}
        assert floor.told["relay_trouble"] == "lost"
