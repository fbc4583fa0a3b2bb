"""What the JSON endpoints take and give, as OpenAPI shows it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from interpreter.events import Segment
from interpreter.pair.policy import MODES
from web.forms import PERSON_LENGTH
from web.handover import Answer, Step
from web.relays import DEPTHS

Tag = Annotated[str, Field(max_length=35, description="BCP 47")]


Key = Annotated[str, Field(max_length=100, description="Of the speakers' link")]
Mode = Annotated[
    str,
    Field(max_length=35, description="How is interpreted", json_schema_extra={"enum": [*MODES]}),
]


class ErrorBody(BaseModel):
    """Every error of this API."""

    code: str
    sentence: str
    """For people: what to do."""


class ListenerJoins(BaseModel):
    role: Literal["listener"]


Sound = Literal["", "headset", "no_echo", "altered"]
"""What is done to a speaker's sound: nothing, they wear a headset; echoes are taken out of it, as
the room hears itself; the browser alters it, whatever it was asked; empty: not said."""


class SpeakerJoins(BaseModel):
    role: Literal["speaker"]
    key: Key
    name: Annotated[str, Field(max_length=PERSON_LENGTH)] = ""
    language: Tag
    sound: Sound = ""


class InterpreterJoins(BaseModel):
    role: Literal["interpreter"]
    key: Annotated[str, Field(max_length=100, description="Of the interpreter's own link")]


class CaptionerJoins(BaseModel):
    role: Literal["captioner"]
    key: Annotated[str, Field(max_length=100, description="Of the captioners' link")]
    name: Annotated[str, Field(max_length=PERSON_LENGTH)] = ""
    language: Tag


Joins = Annotated[
    ListenerJoins | SpeakerJoins | InterpreterJoins | CaptionerJoins, Field(discriminator="role")
]


class Place(BaseModel):
    """Where and as whom to connect to LiveKit."""

    url: str
    token: str
    identity: str
    room: str
    clock_zero: float
    """UTC seconds since 1970 at which the room clock is 0."""
    spoken: list[str]
    offered: list[str]


class Ends(BaseModel):
    key: Key


class ChangesModes(BaseModel):
    """What is to be interpreted otherwise; what is not named stays as it is."""

    key: Key
    mode: Mode | None = None
    """Of the meeting; null leaves it."""
    channels: dict[Tag, Mode | None] = {}
    """Of single languages; null: like the meeting."""


class Modes(BaseModel):
    """How a meeting is interpreted now."""

    mode: Mode
    channels: dict[Tag, Mode]
    """Every language into which it is interpreted."""


Depth = Annotated[int, Field(ge=min(DEPTHS), le=max(DEPTHS))]


class ChangesRelays(BaseModel):
    """What channels are to be interpreted from; what is not named stays as it is."""

    key: Key
    depth: Depth | None = None
    """From so many interpretations may a channel be made; null leaves it."""
    channels: dict[Tag, Tag | None] = {}
    """Another channel, or `floor`; null: as it comes."""


class Relays(BaseModel):
    """What channels are interpreted from."""

    depth: int
    channels: dict[Tag, Tag]
    """Those for which somebody chose it."""


class TakesChannel(BaseModel):
    """Somebody wants to be on air, or hands the channel to the machine."""

    number: Annotated[int, Field(ge=0, description="Of the wish that they saw")]
    force: bool = False
    """Take it from a colleague who is on air."""


class ChannelWish(BaseModel):
    """Who should be on air in a channel; who is, the room's state says."""

    language: Tag
    human: str
    """LiveKit identity; empty: the machine."""
    number: int


class BoothPlace(BaseModel):
    """Where and as whom to connect to the booth's own room."""

    url: str
    token: str
    identity: str
    room: str


class WritesMessage(BaseModel):
    """An interpreter writes to the others of the booth."""

    id: Annotated[
        str,
        Field(
            pattern=r"^[\w-]{8,64}$",
            description="Made by the sender; sent again under the same id, it is there once",
        ),
    ]
    text: Annotated[str, Field(max_length=10_000)]


class Message(BaseModel):
    """What somebody of the booth wrote."""

    number: int
    """Orders the messages of a booth."""
    id: str
    identity: str
    """LiveKit's, of who wrote it."""
    name: str
    text: str
    at: datetime


class Messages(BaseModel):
    messages: list[Message]


class OffersChannel(BaseModel):
    """Who is on air offers the channel to a colleague, or a colleague asks for it."""

    number: Annotated[int, Field(ge=0, description="Of the wish that they saw")]
    partner: Annotated[str, Field(max_length=100, description="LiveKit identity of the other")]
    minutes: Literal[0, 1, 2, 5] = 0
    """In how many; 0: as soon as the other accepts."""


class AnswersHandover(BaseModel):
    answer: Answer
    """`cancel` by who began, the others by the other."""


class HandoverStands(BaseModel):
    """Where a handover is; the room's metadata says so to everybody."""

    language: Tag
    number: int
    step: Step


class SetsShift(BaseModel):
    minutes: Literal[10, 15, 20, 30]


class Choice(BaseModel):
    language: Tag | None
    """What this page listens to and reads; null when it leaves."""
    sound: bool = False


class Speaks(BaseModel):
    language: Tag
    sound: Sound = ""


class CaptionSegment(BaseModel):
    """A final caption, named as in caption frames."""

    seg: str
    lang: str
    origin: str
    speaker: str
    start: float
    end: float
    text: str
    epoch: int
    src: list[str]
    text_lang: str = ""
    """Of `text`, where that is not `lang`."""


class Captions(BaseModel):
    segments: list[CaptionSegment]


def caption_segment(segment: Segment) -> CaptionSegment:
    return CaptionSegment(
        seg=segment.id,
        lang=segment.language,
        origin=segment.origin.value,
        speaker=segment.speaker,
        start=segment.start_s,
        end=segment.end_s,
        text=segment.text,
        epoch=segment.epoch,
        src=list(segment.source_segments),
        text_lang=segment.text_language,
    )
