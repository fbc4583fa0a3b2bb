"""Which microphones are heard: those of server-made speakers, in a language that the meeting
has."""

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
        for publication in participant.track_publications.values():
            if publication.source != rtc.TrackSource.SOURCE_MICROPHONE:
                continue
            if not publication.subscribed:
                publication.set_subscribed(True)
            if isinstance(publication.track, rtc.RemoteAudioTrack):
                found[participant.identity] = (publication.track, language)
    return found
