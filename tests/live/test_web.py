"""Web and a real LiveKit server: who may do what, what a room wants, how a session ends."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from livekit import api, rtc

from interpreter.room import decode_metadata
from interpreter.store import Meeting, Participant, Room
from tests.live.web_stage import WAIT_S, Stage, connected, stage, until

pytestmark = pytest.mark.live

REFUSED_S = 3.0
"""The SDK waits 10 s for a refused track; one that works takes 0.1 s."""


async def publish_microphone(room: rtc.Room) -> None:
    await publish_audio(room, rtc.TrackSource.SOURCE_MICROPHONE)


async def publish_screen_sound(room: rtc.Room) -> None:
    await publish_audio(room, rtc.TrackSource.SOURCE_SCREENSHARE_AUDIO)


async def publish_audio(room: rtc.Room, source: rtc.TrackSource.ValueType) -> None:
    track = rtc.LocalAudioTrack.create_audio_track("voice:es", rtc.AudioSource(48000, 1))
    await room.local_participant.publish_track(track, rtc.TrackPublishOptions(source=source))


async def publish_captions(room: rtc.Room) -> None:
    await room.local_participant.publish_data_track(name="captions:es")


async def change_attributes(room: rtc.Room) -> None:
    await room.local_participant.set_attributes({"role": "floor"})


async def change_metadata(room: rtc.Room) -> None:
    await room.local_participant.set_metadata("{}")


async def change_name(room: rtc.Room) -> None:
    await room.local_participant.set_name("Mayor")


Action = Callable[[rtc.Room], Awaitable[None]]

EVERYTHING: list[Action] = [
    publish_microphone,
    publish_screen_sound,
    publish_captions,
    change_attributes,
    change_metadata,
    change_name,
]


async def allowed(room: rtc.Room, action: Action) -> str:
    """The action's name if the server did not refuse it; some refusals are silent."""
    try:
        async with asyncio.timeout(REFUSED_S):
            await action(room)
    except Exception:  # noqa: BLE001  (each of the SDK's calls raises its own)
        return ""
    return action.__name__


async def try_everything(web: Stage, place: dict[str, str]) -> tuple[set[str], api.ParticipantInfo]:
    """What was not refused, and what the server then says of the participant."""
    async with connected(place) as room:
        done = await asyncio.gather(*(allowed(room, action) for action in EVERYTHING))
        who = api.RoomParticipantIdentity(room=place["room"], identity=place["identity"])
        return set(done) - {""}, await web.livekit.room.get_participant(who)


async def test_a_listener_can_publish_nothing_and_change_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path) as web:
        done, info = await try_everything(web, await web.join_as_listener())
    assert not done & {"publish_microphone", "publish_screen_sound", "publish_captions"}
    assert (list(info.tracks), list(info.data_tracks)) == ([], [])
    assert (dict(info.attributes), info.metadata, info.name) == ({"role": "listener"}, "", "")


async def test_a_speaker_can_publish_a_microphone_and_nothing_else(tmp_path: Path) -> None:
    async with stage(tmp_path) as web:
        done, info = await try_everything(web, await web.join_as_speaker())
    assert not done & {"publish_screen_sound", "publish_captions"}
    assert [track.source for track in info.tracks] == [api.TrackSource.MICROPHONE]
    assert list(info.data_tracks) == []
    assert dict(info.attributes) == {"role": "speaker", "language": "en"}
    assert (info.metadata, info.name) == ("", "Ana")


async def test_data_packets_of_speakers_and_listeners_reach_nobody(tmp_path: Path) -> None:
    async with stage(tmp_path) as web:
        speaker, listener = await web.join_as_speaker(), await web.join_as_listener()
        witness = api.AccessToken(
            web.livekit.room.api_key, web.livekit.room.api_secret
        ).with_identity("w")
        witness.with_grants(api.VideoGrants(room_join=True, room=speaker["room"]))
        async with (
            connected({**speaker, "token": witness.to_jwt()}) as watching,
            connected(speaker) as first,
            connected(listener) as second,
        ):
            heard: list[str] = []
            watching.on("data_received", lambda packet: heard.append(packet.topic or ""))
            for room in (first, second):
                await room.local_participant.publish_data(b"{}", topic="line")
            async with connected({**speaker, "token": witness.with_identity("x").to_jwt()}) as last:
                await last.local_participant.publish_data(b"{}", topic="allowed")
                await until(lambda: holds("allowed" in heard))
    assert heard == ["allowed"]


async def holds(condition: bool) -> bool:
    return condition


async def test_nobody_sees_a_listener_and_everybody_knows_what_a_speaker_is(tmp_path: Path) -> None:
    async with stage(tmp_path) as web:
        listener = await web.join_as_listener()
        speaker = await web.join_as_speaker()
        async with connected(listener) as seen_by_listener, connected(speaker) as seen_by_speaker:
            await until(lambda: holds(speaker["identity"] in seen_by_listener.remote_participants))
            remote = seen_by_listener.remote_participants[speaker["identity"]]
            assert remote.attributes == {"role": "speaker", "language": "en"}
            assert remote.name == "Ana"
            assert seen_by_speaker.remote_participants == {}
            people = await web.livekit.room.list_participants(
                api.ListParticipantsRequest(room=listener["room"])
            )
    assert {person.attributes["role"] for person in people.participants} == {"listener", "speaker"}


async def test_a_speaker_changes_language_through_web(tmp_path: Path) -> None:
    async with stage(tmp_path) as web:
        await web.db.run(lambda session: _spoken(session.get_one(Meeting, "m1"), ["en", "fr"]))
        speaker, listener = await web.join_as_speaker(), await web.join_as_listener()
        async with connected(speaker), connected(listener) as room:
            answer = await web.http.post(
                f"/api/rooms/{speaker['room']}/speaks",
                json={"language": "fr"},
                headers={"Authorization": f"Bearer {speaker['token']}"},
            )
            assert answer.status_code == 204
            await until(
                lambda: holds(
                    any(
                        one.attributes.get("language") == "fr"
                        for one in room.remote_participants.values()
                    )
                )
            )


def _spoken(meeting: Meeting, languages: list[str]) -> None:
    meeting.spoken = languages


async def test_the_room_is_described_and_has_a_floor_agent_sent_before_anybody_joins(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as web:
        place = await web.join_as_listener()
        metadata = await web.metadata(place["room"])
        epochs = await web.floor_dispatches(place["room"])
        row = await web.db.run(lambda session: session.get_one(Room, place["room"]))
        again = await web.join_as_listener()
    assert (metadata.session, metadata.clock_zero) == (row.id, row.clock_zero)
    assert (metadata.spoken, metadata.offered) == (("en",), ("es", "ca"))
    assert epochs == ['{"epoch": 1}']
    assert again["room"] == place["room"]
    assert again["identity"] != place["identity"]


async def test_what_listeners_choose_is_in_the_rooms_metadata_at_once(tmp_path: Path) -> None:
    async with stage(tmp_path, look_s=60.0, api_timeout_s=60.0) as web:
        place = await web.join_as_listener()
        async with connected(place) as room:
            await web.choose(place, "es", sound=True)
            await until(lambda: _wants(room.metadata, ("es",)))
            await web.choose(place, "ca", sound=False)
            await until(lambda: _wants(room.metadata, ("es",), ("ca", "es")))
            metadata = decode_metadata(room.metadata)
            row = await web.db.run(lambda session: session.get_one(Room, place["room"]))
    assert metadata is not None
    assert metadata.version == row.metadata_version == 2


async def _wants(
    text: str, voices: tuple[str, ...], captions: tuple[str, ...] | None = None
) -> bool:
    metadata = decode_metadata(text)
    wanted = metadata.wanted if metadata else None
    return wanted is not None and (wanted.voices, wanted.captions) == (voices, captions or voices)


async def test_a_language_that_nobody_wants_any_more_goes_after_a_while(tmp_path: Path) -> None:
    async with stage(tmp_path, wanted_idle_s=0.5, start_hold_s=0.0) as web:
        place = await web.join_as_listener()
        async with connected(place) as room:
            await web.choose(place, "es", sound=True)
            await until(lambda: _wants(room.metadata, ("es",)))
            await web.choose(place, None, sound=False)
            await until(lambda: _wants(room.metadata, ()))


async def test_a_choice_stays_with_a_phone_that_sleeps_and_lapses_with_one_that_left(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, choice_lapse_s=0.3, wanted_idle_s=0.1, start_hold_s=0.0) as web:
        asleep, gone = await web.join_as_listener(), await web.join_as_listener()
        async with connected(asleep) as room:
            await web.choose(asleep, "es", sound=True)
            await web.choose(gone, "ca", sound=True)
            await until(lambda: _wants(room.metadata, ("ca", "es")))
            await until(lambda: _wants(room.metadata, ("es",)))


async def test_a_room_that_livekit_lost_is_followed_by_another(tmp_path: Path) -> None:
    async with stage(tmp_path) as web:
        first = await web.join_as_listener()
        await web.livekit.room.delete_room(api.DeleteRoomRequest(room=first["room"]))
        second = await web.join_as_listener()
        ended = await web.db.run(lambda session: session.get_one(Room, first["room"]).ended_at)
    assert second["room"] != first["room"]
    assert ended is not None


async def test_a_room_ends_when_no_speaker_came_back_whoever_listens(tmp_path: Path) -> None:
    async with stage(tmp_path, speakerless_grace_s=0.5) as web:
        speaker, listener = await web.join_as_speaker(), await web.join_as_listener()
        async with connected(listener):
            async with connected(speaker):
                await asyncio.sleep(1.0)
                assert await web.is_live(speaker["room"])
            await until(lambda: _is_over(web, speaker["room"]))
            await until(lambda: _is_gone(web, speaker["room"]))


async def _is_over(web: Stage, room: str) -> bool:
    return await web.db.run(lambda session: session.get_one(Room, room).ended_at is not None)


async def _is_gone(web: Stage, room: str) -> bool:
    return not await web.is_live(room)


async def test_ending_a_meeting_sends_everybody_home(tmp_path: Path) -> None:
    async with stage(tmp_path) as web:
        place = await web.join_as_listener()
        async with connected(place) as room:
            left = asyncio.Event()
            room.on("disconnected", lambda _reason: left.set())
            ended = await web.http.post("/api/meetings/m1/end", json={"key": "k1"})
            assert ended.status_code == 204
            async with asyncio.timeout(WAIT_S):
                await left.wait()


async def test_a_room_without_a_floor_agent_is_sent_another(tmp_path: Path) -> None:
    async with stage(tmp_path) as web:
        place = await web.join_as_speaker()

        async def is_sent_again() -> bool:
            return await web.floor_dispatches(place["room"]) == ['{"epoch": 2, "adopts": true}']

        async def is_said() -> bool:
            return not (await web.metadata(place["room"])).is_served

        await until(is_said)
        await until(is_sent_again)


async def test_who_left_is_noted(tmp_path: Path) -> None:
    async with stage(tmp_path) as web:
        place = await web.join_as_speaker()
        async with connected(place):
            pass

        async def has_left() -> bool:
            key = (place["room"], place["identity"])
            person = await web.db.run(lambda session: session.get_one(Participant, key))
            return person.left_at is not None and person.connected_ms > 0

        await until(has_left)
