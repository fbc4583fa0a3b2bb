"""What a recogniser is that a speaker's hearing can use as it is, whoever makes it."""

from typing import Protocol, runtime_checkable

from livekit.agents import APIConnectOptions, stt


class Recogniser(stt.STT[str]):
    """Every word has times on its stream's clock. `flush()` closes the utterance: its
    FINAL_TRANSCRIPT (if anything was said), then END_OF_SPEECH, which comes at no other time. It
    connects again by itself; what it raises it has tried again."""


@runtime_checkable
class HasInterims(Protocol):
    """A recogniser that may hear recordings, and can be asked for interim results of them."""

    @property
    def hears_recordings(self) -> bool: ...

    def interim_stream(self, *, conn_options: APIConnectOptions) -> stt.RecognizeStream: ...
