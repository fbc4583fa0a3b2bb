"""What a floor agent knows of its booths: consoles that beat, in a room that only remembers."""

import json
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from livekit import rtc
from livekit.agents import vad

from interpreter.floor.booths import Booths, decode_heartbeat
from interpreter.floor.on_air import Source, Trouble
from interpreter.participants import covers, is_interpreter
from interpreter.rehearsal.remembered_room import RememberedParticipant
from interpreter.room import HEARTBEAT_TOPIC, RoomMetadata, Staff

PERSON = rtc.ParticipantKind.PARTICIPANT_KIND_STANDARD
MARIA = {"role": "interpreter", "channels": "es,ca", "covers": "en,fr"}
NOBODY: dict[str, bool] = {}


@dataclass
class Person(RememberedParticipant):
    """Somebody with a name and without a microphone."""

    name: str = "Maria"
    track_publications: dict[str, Any] = field(default_factory=dict)


@dataclass
class Scene:
    now_s: float = 100.0
    people: dict[str, Person] = field(default_factory=dict)
    connection_state: int = rtc.ConnectionState.CONN_CONNECTED
    epoch: int = 0
    booths: Booths = field(init=False)

    def __post_init__(self) -> None:
        room = cast(rtc.Room, self)
        self.booths = Booths(room, cast(vad.VAD, None), lambda: self.now_s, self.epoch)
        self.booths.reconcile(cast(Any, None), self.metadata(Staff("maria", 1)))

    @property
    def remote_participants(self) -> dict[str, Person]:
        return self.people

    def metadata(self, staff: Staff) -> RoomMetadata:
        return RoomMetadata("r1", 0.0, ("en",), ("es",), staff={"es": staff})

    def beat(self, **said: bool) -> None:
        participant = cast(rtc.RemoteParticipant, self.people["maria"])
        payload = json.dumps(said).encode()
        kind = rtc.DataPacketKind.KIND_LOSSY
        self.booths.on_data(rtc.DataPacket(payload, kind, participant, HEARTBEAT_TOPIC))

    def decide(self, **changes: object) -> tuple[Source, Trouble]:
        told = self.booths.decide(set(), has_words=False, machines={"es": False})["es"]
        return told.source, told.trouble


@pytest.fixture
def scene() -> Scene:
    """The floor agent has been here for a while."""
    scene = Scene()
    scene.now_s += 60.0
    scene.decide()
    return scene


def test_who_is_not_in_the_room_is_not_heard(scene: Scene) -> None:
    assert scene.decide() == (Source.MACHINE, Trouble.GONE)


def test_a_console_without_heartbeats_is_quiet(scene: Scene) -> None:
    scene.people["maria"] = Person("maria", MARIA, kind=PERSON)
    assert scene.decide() == (Source.MACHINE, Trouble.QUIET)
    scene.beat()
    assert scene.decide() == (Source.MACHINE, Trouble.MICROPHONE)


@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param({**MARIA, "channels": "ca"}, id="of-another-channel"),
        pytest.param({**MARIA, "role": "speaker"}, id="no-interpreter"),
    ],
)
def test_who_may_not_speak_there_is_as_good_as_gone(
    scene: Scene, attributes: dict[str, str]
) -> None:
    scene.people["maria"] = Person("maria", attributes, kind=PERSON)
    scene.beat()
    assert scene.decide() == (Source.MACHINE, Trouble.GONE)


def test_an_agent_is_no_human_whatever_its_attributes_say(scene: Scene) -> None:
    scene.people["maria"] = Person("maria", MARIA)
    scene.beat()
    assert scene.decide() == (Source.MACHINE, Trouble.GONE)


def test_a_new_floor_agent_leaves_the_human_on_air_who_should_be() -> None:
    """It has heard no heartbeat and no packet yet; the last word holds."""
    scene = Scene(people={"maria": Person("maria", MARIA, kind=PERSON)})
    assert scene.decide() == (Source.HUMAN, Trouble.NO_TROUBLE)
    for _ in range(30):
        scene.now_s += 0.1
        last = scene.decide()
    assert last == (Source.MACHINE, Trouble.QUIET)


def test_a_new_floor_agent_numbers_above_all_that_the_one_before_has_told() -> None:
    people = {"maria": Person("maria", MARIA, kind=PERSON)}
    before, after = Scene(people=people, epoch=1), Scene(people={}, epoch=2)
    numbers = [before.booths.on_air["es"].number for _ in range(50) if before.decide()]
    after.decide()
    assert max(numbers) < after.booths.on_air["es"].number


def test_in_the_midst_of_a_switch_the_wish_comes_true_at_the_new_floor_agent() -> None:
    """The machine was asked to yield; the old agent is gone before its clause has ended."""
    scene = Scene(people={"maria": Person("maria", MARIA, kind=PERSON)}, epoch=2)
    told = scene.booths.decide(set(), has_words=True, machines={"es": True})["es"]
    assert (told.source, told.who, told.yields) == (Source.HUMAN, "maria", False)


def test_a_new_floor_agent_leaves_the_machine_on_air_before_its_pair_has_reported() -> None:
    pair = Person("pair-1", {"role": "pair", "target": "es"})
    scene = Scene(people={"pair-1": pair}, epoch=2)
    scene.booths.reconcile(cast(Any, None), scene.metadata(Staff("", 1)))
    told = [scene.booths.decide(set(), has_words=False, machines={})["es"]]
    scene.now_s += 3.0
    told.append(scene.booths.decide(set(), has_words=False, machines={})["es"])
    assert [one.source for one in told] == [Source.MACHINE, Source.NONE]


def test_one_whom_the_organiser_removes_is_off_the_air_at_once() -> None:
    scene = Scene(people={"maria": Person("maria", MARIA, kind=PERSON)})
    assert scene.decide() == (Source.HUMAN, Trouble.NO_TROUBLE)
    scene.booths.reconcile(cast(Any, None), scene.metadata(Staff("", 1)))
    scene.now_s += 0.1
    assert scene.decide() == (Source.MACHINE, Trouble.NO_TROUBLE)


def test_nobody_is_blamed_while_this_agent_reconnects() -> None:
    scene = Scene(people={"maria": Person("maria", MARIA, kind=PERSON)})
    scene.decide()
    scene.connection_state = rtc.ConnectionState.CONN_RECONNECTING
    maria = scene.people.pop("maria")
    scene.now_s += 20.0
    assert scene.decide() == (Source.HUMAN, Trouble.NO_TROUBLE)
    scene.connection_state = rtc.ConnectionState.CONN_CONNECTED
    scene.now_s += 0.1
    assert scene.decide() == (Source.HUMAN, Trouble.NO_TROUBLE)
    scene.people["maria"] = maria
    scene.now_s += 0.1
    assert scene.decide() == (Source.HUMAN, Trouble.NO_TROUBLE)


def test_a_starved_process_does_not_blame_the_consoles(scene: Scene) -> None:
    scene.people["maria"] = Person("maria", MARIA, kind=PERSON)
    scene.beat()
    scene.decide()
    scene.now_s += 3.0
    assert scene.decide()[1] is Trouble.MICROPHONE  # not quiet
    for _ in range(11):
        scene.now_s += 0.1
        last = scene.decide()
    assert last[1] is Trouble.QUIET


def test_pages_are_told_who_and_why(scene: Scene) -> None:
    scene.people["maria"] = Person("maria", MARIA, kind=PERSON)
    scene.decide()
    assert scene.booths.told("es") == {
        "source": "machine",
        "who": "",
        "name": "",
        "number": 1,
        "trouble": "quiet",
        "yields": False,
        "silent_s": 0,
    }


def test_a_floor_language_they_do_not_cover_is_theirs_no_more() -> None:
    maria = cast(rtc.RemoteParticipant, Person("maria", MARIA, kind=PERSON))
    anna = cast(rtc.RemoteParticipant, Person("anna", {**MARIA, "covers": ""}, kind=PERSON))
    assert [covers(maria, tag) for tag in ("en", "fr", "de")] == [True, True, False]
    assert covers(anna, "de")
    assert [is_interpreter(maria, tag) for tag in ("es", "ca", "fr")] == [True, True, False]


@pytest.mark.parametrize("payload", [b"", b"[]", b"7", b"\xff"])
def test_what_is_no_heartbeat_is_none(payload: bytes) -> None:
    assert decode_heartbeat(payload, 1.0) is None


def test_a_heartbeat_says_cough_and_hold() -> None:
    beat = decode_heartbeat(b'{"cough": true, "hold": 0}', 1.0)
    assert beat is not None
    assert (beat.at_s, beat.is_coughing, beat.is_holding, beat.hears) == (1.0, True, False, "")


@pytest.mark.parametrize(("said", "hears"), [("en", "en"), ("", ""), (7, ""), (None, "")])
def test_a_heartbeat_says_which_relay_is_heard(said: object, hears: str) -> None:
    beat = decode_heartbeat(json.dumps({"hears": said}).encode(), 1.0)
    assert beat is not None
    assert beat.hears == hears
