"""What each template is given; a test compares these with what the pages pass."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language as a person picks it."""

    tag: str
    name: str
    """In the page's own language."""
    endonym: str
    direction: str
    """`ltr` or `rtl`."""


@dataclass(frozen=True, slots=True)
class ModeChoice:
    """A way of interpreting as a person picks it."""

    mode: str
    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ChannelMode:
    """How one language is interpreted."""

    language: LanguageChoice
    mode: str
    """Empty: like the meeting."""


@dataclass(frozen=True, slots=True)
class ChannelSource:
    """What one language is interpreted from."""

    language: LanguageChoice
    choices: list[LanguageChoice]
    source: str
    """A tag, or `floor`; empty: as it comes."""
    over: list[LanguageChoice] = field(default_factory=list)
    """Over which languages it comes then; none: directly."""


@dataclass(frozen=True, slots=True)
class RelayOutOfReach:
    """What is not made from another channel, as that would be too deep."""

    spoken: LanguageChoice
    language: LanguageChoice
    over: LanguageChoice
    has_pair: bool
    """Whether it is made from what is spoken instead."""


@dataclass(frozen=True, slots=True)
class UncheckedFacts:
    """What no machine compares with what was said, from one language into others."""

    source: LanguageChoice
    targets: list[LanguageChoice]
    parts: list[str]
    """In the page's own language."""


@dataclass(frozen=True, slots=True)
class HomePage:
    """`home.html`: make a meeting, or listen to the demo."""

    spoken: list[LanguageChoice]
    more_spoken: list[LanguageChoice]
    """Those from which humans alone can interpret."""
    offered: list[LanguageChoice]
    more_offered: list[LanguageChoice]
    """Those into which humans alone can interpret."""
    over: dict[str, str]
    """Those that machines reach over another language alone, and its name."""
    modes: list[ModeChoice]
    demo_url: str = ""
    name: str = ""
    chosen_spoken: list[str] = field(default_factory=list)
    chosen_offered: list[str] = field(default_factory=list)
    chosen_mode: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    """Field name → what to do."""


@dataclass(frozen=True, slots=True)
class CostLine:
    """What one language has cost, as a person reads it."""

    language: LanguageChoice
    amount: str
    minutes: str = ""
    """Of speech that was recognised."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What a meeting has cost so far."""

    url: str
    """Gives this anew."""
    recognition: list[CostLine]
    channels: list[CostLine]
    gpus: list[tuple[str, str]]
    total: str
    unpriced: list[str]
    """Engines whose price is not known."""


@dataclass(frozen=True, slots=True)
class CostPage:
    """`cost.html`: what it has cost, alone."""

    costs: Costs


@dataclass(frozen=True, slots=True)
class LinksPage:
    """`links.html`: a meeting's links, and how it is interpreted."""

    meeting_name: str
    listener_url: str
    speaker_url: str
    captioner_url: str
    transcript_url: str
    listener_qr_svg: str
    modes_url: str
    interpreters_url: str
    glossaries_url: str
    engines_url: str
    """What the page asks for again and again."""
    unrecognised: list[LanguageChoice]
    """What is spoken and nobody recognises."""
    cut_at_pauses: list[LanguageChoice]
    """What is spoken and recognised, and has no clause words."""
    unchecked: list[UncheckedFacts]
    modes: list[ModeChoice]
    mode: str
    channels: list[ChannelMode]
    relays_url: str
    sources: list[ChannelSource]
    depths: list[int]
    depth: int
    """From so many interpretations a channel may be made."""
    out_of_reach: list[RelayOutOfReach]
    costs: Costs
    is_changed: bool = False
    """Whether modes have just been changed …"""
    are_relays_changed: bool = False
    """… or what channels are interpreted from."""
    relays_error: str = ""
    error: str = ""
    """Why they have not, and what to do."""


@dataclass(frozen=True, slots=True)
class EngineLine:
    """Who does what for one language, as a person reads it."""

    what: str
    engine: str
    served: str
    """For how long."""
    why: str
    """Why it and not one before it; empty: nothing is wrong."""


@dataclass(frozen=True, slots=True)
class EnginesPage:
    """`engines.html`: which engines serve, alone."""

    lines: list[EngineLine]


@dataclass(frozen=True, slots=True)
class InterpreterRow:
    """One interpreter, as the organiser sees them."""

    id: str
    name: str
    shown: str
    """What listeners read."""
    channels: list[LanguageChoice]
    covers: list[LanguageChoice]
    """Empty: all that is spoken."""
    console_url: str
    """Their own link."""


@dataclass(frozen=True, slots=True)
class ChannelStaff:
    """One channel, and whether humans alone interpret it."""

    language: LanguageChoice
    is_alone: bool


@dataclass(frozen=True, slots=True)
class CallRow:
    """What one interpreter called the technician for, or was told, as the organiser sees it."""

    id: str
    interpreter_id: str
    name: str
    words: str
    """Why."""
    text: str
    """The interpreter's own words."""
    minutes: int
    """Since then."""
    is_emergency: bool
    is_new: bool
    """Nobody has said that they know."""
    answers: list[str]


@dataclass(frozen=True, slots=True)
class Calls:
    """A meeting's calls, and where what is done with them is sent."""

    rows: list[CallRow]
    url: str
    """Gives this list anew."""
    seen_url: str
    answer_url: str
    note_url: str
    text_length: int


@dataclass(frozen=True, slots=True)
class CallsPage:
    """`calls.html`: the list alone."""

    calls: Calls


@dataclass(frozen=True, slots=True)
class InterpretersPage:
    """`interpreters.html`: who interprets what."""

    meeting_name: str
    links_url: str
    add_url: str
    remove_url: str
    channels_url: str
    calls: Calls
    people: list[InterpreterRow]
    channels: list[ChannelStaff]
    spoken: list[LanguageChoice]
    name: str = ""
    chosen_channels: list[str] = field(default_factory=list)
    chosen_covers: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    """Field name → what to do."""


@dataclass(frozen=True, slots=True)
class ListenPage:
    """`listen.html`."""

    meeting_id: str
    meeting_name: str
    languages: list[LanguageChoice]
    """Everything a listener may pick: offered languages, then spoken ones."""
    spoken: list[str]
    transcript_url: str
    own_meeting_url: str = ""
    """Set in the demo: where a visitor starts a meeting of their own."""


@dataclass(frozen=True, slots=True)
class SpeakPage:
    """`speak.html`."""

    meeting_id: str
    meeting_name: str
    speaker_key: str
    spoken: list[LanguageChoice]
    listener_url: str


@dataclass(frozen=True, slots=True)
class CaptionerPage:
    """`captioner.html`."""

    meeting_id: str
    meeting_name: str
    captioner_key: str
    spoken: list[LanguageChoice]


@dataclass(frozen=True, slots=True)
class Partner:
    """Another interpreter of the meeting, as their colleagues see them."""

    identity: str
    name: str
    channels: list[str]


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """`console.html`."""

    meeting_id: str
    meeting_name: str
    key: str
    """Of this interpreter's own link."""
    name: str
    languages: list[LanguageChoice]
    """Everything that can be heard besides the floor: offered languages, then spoken ones."""
    spoken: list[str]
    channels: list[LanguageChoice]
    """Those that they speak into."""
    partners: list[Partner]
    unchecked: list[UncheckedFacts]
    """Of the machine that stands by in these."""


@dataclass(frozen=True, slots=True)
class TranscriptCell:
    """One segment in one language."""

    segment: str
    text: str
    origin: str
    engine: str
    person: str = ""
    """Whose words these are, or were made from: an interpreter's where a human or a relay is."""
    relay: int = 0
    over: str = ""
    """The language of the machine's interpretation that it was made from."""
    text_language: str = ""
    """Of `text`, where that is not its column's."""


@dataclass(frozen=True, slots=True)
class TranscriptRow:
    """Segments that belong together, on one time base: cells by language tag."""

    at_s: float
    at: str
    """`at_s` as h:mm:ss."""
    speaker: str
    cells: dict[str, list[TranscriptCell]]


@dataclass(frozen=True, slots=True)
class Export:
    """One file to download."""

    language: LanguageChoice
    url: str


@dataclass(frozen=True, slots=True)
class GlossaryFigures:
    """How a meeting kept to its glossaries."""

    required: int
    """Terms that were said and interpreted."""
    found: int
    """… as the glossary wants."""
    repaired: int
    """Lines that were put right."""
    false: int
    """Terms that nobody said, or that stayed untranslated."""

    @property
    def percent(self) -> str:
        """What share was found; never rounded up to all."""
        return f"{int(1000 * self.found / self.required) / 10:g} %"


@dataclass(frozen=True, slots=True)
class TranscriptPage:
    """`transcript.html`; source languages first."""

    meeting_id: str
    meeting_name: str
    languages: list[LanguageChoice]
    rows: list[TranscriptRow]
    exports: list[Export]
    is_live: bool
    terms: GlossaryFigures | None
    """None where no term of a glossary was said."""


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """`error.html`: what happened and what to do."""

    status: int
    title: str
    sentence: str
    next_url: str = "/"
    next_label: str = ""
    """What stands on the link to `next_url`; empty means the start page."""
