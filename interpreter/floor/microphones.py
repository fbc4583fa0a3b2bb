"""Which microphones are heard: of the floor, those of server-made speakers, in a language that the
meeting has."""

from collections.abc import Collection

from livekit import rtc

from interpreter.participants import is_speaker
from interpreter.room import LANGUAGE


def subscribed_microphones(
    room: rtc.Room, spoken: Collection[str]
) -> dict[str, tuple[rtc.RemoteAudioTrack, str]]:
    """Each speaker's microphone track and language, by identity; subscribes to new ones."""
    found: dict[str, tuple[rtc.RemoteAudioTrack, str]] = {}
    for participant in room.remote_participants.values():
        language = participant.attributes.get(LANGUAGE, "")
        if not is_speaker(participant) or language not in spoken:
            continue
        if (track := subscribed_microphone(participant)) is not None:
            found[participant.identity] = (track, language)
    return found


def subscribed_microphone(participant: rtc.RemoteParticipant) -> rtc.RemoteAudioTrack | None:
    """The track of a participant's microphone, once it has come; subscribes to a new one."""
    found = None
    for publication in microphones_of(participant):
        if not publication.subscribed:
            publication.set_subscribed(True)
        if isinstance(publication.track, rtc.RemoteAudioTrack):
            found = publication.track
    return found


def microphones_of(participant: rtc.RemoteParticipant) -> list[rtc.RemoteTrackPublication]:
    """What a participant publishes as a microphone, open or closed."""
    publications = participant.track_publications.values()
    return [one for one in publications if one.source == rtc.TrackSource.SOURCE_MICROPHONE]
