"""The booths of one room: what is known of the humans who should be on air, and what follows.

Their consoles say every 300 ms that they live; their microphones' packets and voices are proof
that they can be heard. `on_air.OnAirRule` decides; this file only looks and listens.
"""

import asyncio
import json
import logging
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from livekit import rtc
from livekit.agents import vad

from interpreter.floor.hearing import FRAME_MS, SAMPLE_RATE_HZ
from interpreter.floor.microphones import microphones_of, subscribed_microphone
from interpreter.floor.on_air import Channel, Human, OnAir, OnAirRule, Silence, Source
from interpreter.floor.voice_activity import follow_voice
from interpreter.participants import covers, is_interpreter, is_pair
from interpreter.room import HEARTBEAT_TOPIC, TARGET, RoomMetadata, Staff

logger = logging.getLogger(__name__)

STARVED_S = 0.4
"""A decision that comes so late, instead of after 100 ms, was held up here."""
SETTLE_S = 1.5
"""So long after it has come, or come back, this agent knows of nobody that they are quiet."""
NUMBERS_AN_EPOCH = 1_000_000
"""More than any floor agent tells."""
PACKETS_EVERY_S = 0.3
"""So often the SDK is asked how many packets have come."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What a console says of itself."""

    at_s: float = -math.inf
    is_coughing: bool = False
    is_holding: bool = False
    """Its interpreter keeps silent on purpose."""
    hears: str = ""
    """The channel that they listen to as relay; empty: the floor."""


def decode_heartbeat(payload: bytes, at_s: float) -> Heartbeat | None:
    """None for what is no heartbeat."""
    try:
        data = json.loads(payload)
        hears = data.get("hears")
        return Heartbeat(
            at_s,
            bool(data.get("cough")),
            bool(data.get("hold")),
            hears if isinstance(hears, str) else "",
        )
    except (ValueError, AttributeError):
        return None


@dataclass(slots=True)
class _Ear:
    """One interpreter's microphone: whether packets come, and a voice."""

    track: rtc.RemoteAudioTrack
    packets: int = 0
    packet_s: float = 0.0
    """When the last one had come."""
    open_s: float = 0.0
    """When the microphone was open last."""
    is_voiced: bool = False
    task: asyncio.Task[None] | None = None

    def note_voice(self, is_voiced: bool) -> None:
        self.is_voiced = is_voiced


@dataclass(slots=True)
class _Seat:
    """One channel: its rule, and for how long its human has been silent under words."""

    rule: OnAirRule
    silence: Silence = field(default_factory=Silence)
    looked_s: float = 0.0


class Booths:
    """`reconcile` at each change of the room, `decide` ten times a second."""

    def __init__(
        self, room: rtc.Room, detector: vad.VAD, now_s: Callable[[], float], epoch: int = 0
    ) -> None:
        """`epoch`: of this floor agent; it numbers above whatever the ones before have told."""
        self._first_number = epoch * NUMBERS_AN_EPOCH
        self._room = room
        self._detector = detector
        self._now_s = now_s
        self._staff: Mapping[str, Staff] = {}
        self._beats: dict[str, Heartbeat] = {}
        self._ears: dict[str, _Ear] = {}
        self._seats: dict[str, _Seat] = {}
        self._decided_s = now_s()
        self._settled_s = now_s() + SETTLE_S
        self._spoken: frozenset[str] = frozenset()
        """The languages of the floor, also while nobody speaks."""

    @property
    def on_air(self) -> dict[str, OnAir]:
        """Of each channel that humans are assigned to."""
        return {tag: self._seats[tag].rule.now for tag in self._staff if tag in self._seats}

    def on_data(self, packet: rtc.DataPacket) -> None:
        """A console's heartbeat; of whom, the server says."""
        if packet.topic != HEARTBEAT_TOPIC or packet.participant is None:
            return
        beat = decode_heartbeat(packet.data, self._now_s())
        if beat is not None:
            self._beats[packet.participant.identity] = beat

    def reconcile(self, tasks: asyncio.TaskGroup, metadata: RoomMetadata) -> None:
        """Listen to whoever should be on air, and to whom they relieve until they are."""
        self._staff = metadata.staff
        on_air = self.on_air
        wanted = {
            identity: track
            for tag, staff in metadata.staff.items()
            for identity in (staff.human, on_air[tag].who if tag in on_air else "")
            if (track := self._microphone(identity, tag)) is not None
        }
        for identity, ear in list(self._ears.items()):
            if wanted.get(identity) is not ear.track:
                self._forget(identity, ear)
        for identity, track in wanted.items():
            if identity not in self._ears:
                ear = self._ears[identity] = _Ear(track, packet_s=self._now_s(), open_s=-math.inf)
                ear.task = tasks.create_task(self._listen(ear), name=f"booth:{identity}")

    def decide(
        self, floor: Collection[str], has_words: bool, machines: Mapping[str, bool]
    ) -> dict[str, OnAir]:
        """Who is on air in each channel that humans are assigned to.

        `floor` are the languages that are being spoken, `has_words` says whether words are
        recognised there now; `machines` tells of each channel with a living pair whether its voice
        sounds.
        """
        now_s = self._now_s()
        self._excuse(now_s)
        if self._room.connection_state != rtc.ConnectionState.CONN_CONNECTED:
            self._settled_s = now_s + SETTLE_S
            return self.on_air
        self._spoken = frozenset(floor) or self._spoken
        for tag, staff in self._staff.items():
            seat = self._seat(tag, staff, now_s)
            human = self._human(tag, staff, seat, has_words, now_s)
            has_machine = tag in machines or (now_s < self._settled_s and self._has_pair(tag))
            channel = Channel(
                tag in floor, human, has_machine and not staff.is_only, machines.get(tag, False)
            )
            seat.rule.decide(channel, now_s)
        return self.on_air

    def _has_pair(self, tag: str) -> bool:
        """Whether a pair is in the room that may not have reported to this agent yet."""
        people = self._room.remote_participants.values()
        return any(is_pair(one) and one.attributes.get(TARGET) == tag for one in people)

    def _excuse(self, now_s: float) -> None:
        """While this process was starved it heard nobody: that proves nothing."""
        starved_s, self._decided_s = now_s - self._decided_s, now_s
        if starved_s < STARVED_S:
            return
        self._beats = {
            who: replace(beat, at_s=beat.at_s + starved_s) for who, beat in self._beats.items()
        }
        for ear in self._ears.values():
            ear.packet_s += starved_s
            ear.open_s += starved_s

    def hears(self, identity: str) -> str:
        """The channel that an interpreter listens to as relay; empty: the floor."""
        return self._beats.get(identity, Heartbeat()).hears

    def close(self) -> None:
        for identity, ear in list(self._ears.items()):
            self._forget(identity, ear)

    def microphone(self, identity: str) -> rtc.RemoteAudioTrack | None:
        """The track of one who should be on air."""
        ear = self._ears.get(identity)
        return ear.track if ear else None

    def _seat(self, tag: str, staff: Staff, now_s: float) -> _Seat:
        """A human who should be on air when this agent comes was on air: they stay."""
        if tag not in self._seats:
            rule = OnAirRule(self._first_number)
            seat = self._seats[tag] = _Seat(rule, looked_s=now_s)
            person = self._room.remote_participants.get(staff.human)
            if now_s < self._settled_s and person is not None and is_interpreter(person, tag):
                seat.rule.now = OnAir(
                    Source.HUMAN, staff.human, self._first_number + 1, since_s=now_s
                )
        return self._seats[tag]

    def _human(
        self, tag: str, staff: Staff, seat: _Seat, has_words: bool, now_s: float
    ) -> Human | None:
        passed_s, seat.looked_s = now_s - seat.looked_s, now_s
        participant = self._room.remote_participants.get(staff.human)
        if not staff.human:
            return None
        is_settling = now_s < self._settled_s and seat.rule.now.who == staff.human
        if participant is None or not is_interpreter(participant, tag):
            return Human(staff.human, staff.number, is_here=is_settling)
        ear = self._ears.get(staff.human)
        if ear is not None and _is_open(participant):
            ear.open_s = now_s
        beat = self._beats.get(staff.human, Heartbeat())
        if ear is not None and beat.is_coughing:
            ear.open_s = ear.packet_s = now_s  # after a cough the microphone has a moment to open
        is_heard = ear is not None and ear.is_voiced
        seat.silence.count(
            staff.number,
            passed_s,
            is_on_air=seat.rule.now.who == staff.human,
            is_excused=is_heard or beat.is_coughing or beat.is_holding or staff.is_only,
            has_words=has_words,
        )
        if is_settling:
            return Human(staff.human, staff.number)
        return Human(
            staff.human,
            staff.number,
            covers=all(covers(participant, one) for one in self._spoken),
            closed_s=now_s - ear.open_s if ear is not None else math.inf,
            quiet_s=now_s - beat.at_s,
            packetless_s=now_s - ear.packet_s if ear is not None else math.inf,
            silent_s=seat.silence.seconds,
            is_coughing=beat.is_coughing,
        )

    def told(self, tag: str) -> dict[str, object]:
        """What pages are told of a channel: who is on air, by which name, and what keeps the one
        who should be off it; for how long they have said nothing under words."""
        seat, on_air = self._seats[tag], self._seats[tag].rule.now
        participant = self._room.remote_participants.get(on_air.who)
        return {
            "source": on_air.source.value,
            "who": on_air.who,
            "name": participant.name if participant else "",
            "number": on_air.number,
            "trouble": on_air.trouble.value,
            "yields": on_air.yields,
            "silent_s": int(seat.silence.seconds),
        }

    def _microphone(self, identity: str, tag: str) -> rtc.RemoteAudioTrack | None:
        participant = self._room.remote_participants.get(identity)
        if participant is None or not is_interpreter(participant, tag):
            return None
        return subscribed_microphone(participant)

    def _forget(self, identity: str, ear: _Ear) -> None:
        del self._ears[identity]
        if ear.task is not None:
            ear.task.cancel()

    async def _listen(self, ear: _Ear) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._count_packets(ear))
            await self._detect(ear)

    async def _count_packets(self, ear: _Ear) -> None:
        """Audio frames keep coming when nobody sends any: packets alone are proof."""
        while True:
            packets = await _packets(ear.track)
            if packets is not None and packets != ear.packets:
                ear.packets, ear.packet_s = packets, self._now_s()
            await asyncio.sleep(PACKETS_EVERY_S)

    async def _detect(self, ear: _Ear) -> None:
        frames = rtc.AudioStream(
            ear.track, sample_rate=SAMPLE_RATE_HZ, num_channels=1, frame_size_ms=FRAME_MS
        )
        try:
            await follow_voice(frames, self._detector, ear.note_voice)
        finally:
            await frames.aclose()


async def _packets(track: rtc.RemoteAudioTrack) -> int | None:
    """How many have come so far; None where the SDK cannot tell, which proves no life."""
    try:
        stats = await track.get_stats()
    except Exception:
        logger.debug("packets not counted", exc_info=True)
        return None
    found = [one.inbound_rtp.received for one in stats if one.HasField("inbound_rtp")]
    return sum(received.packets_received for received in found)


def _is_open(participant: rtc.RemoteParticipant) -> bool:
    return any(not publication.muted for publication in microphones_of(participant))
