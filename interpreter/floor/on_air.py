"""Who speaks in a channel: one rule, of what is known of the room now and a moment ago. Pure.

    the floor itself       while the channel's own language is spoken there
    the human who should   while they can be heard and cover what is spoken; web says who should be
    the machine            else, where a pair feeds the channel
    nobody                 else: people are offered the floor

A human whom another relieves stays on air until that one's microphone is open, for a moment. A
human who cannot be heard is bridged by the machine. They are back without asking within 15 s, and
after that when they take the channel again.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

FLOOR_HANGS_OVER_S = 1.5
YIELD_S = 1.0
"""So long the machine may take to end its clause when a human takes over."""
COMES_S = 0.6
"""So long a human who relieves another may take to open their microphone: the other one stays on
air, and the machine does not cut in."""
QUIET_S = 0.9
"""Three heartbeats of a console."""
PACKETLESS_S = 1.0
CLOSED_S = 0.6
"""The key that closes a microphone for a cough is told by the next heartbeat."""
SILENT_S = 10.0
"""So long a human may be silent while the floor speaks; the console warns at six."""
RETURN_S = 15.0


class Source(StrEnum):
    FLOOR = "floor"
    HUMAN = "human"
    MACHINE = "machine"
    NONE = "none"


class Trouble(StrEnum):
    """Why the human who should be on air is not."""

    NO_TROUBLE = ""
    GONE = "gone"
    LANGUAGE = "language"
    """They do not cover what the floor speaks now; the only one that ends by itself at any time."""
    QUIET = "quiet"
    """Their console says nothing any more."""
    MICROPHONE = "microphone"
    SILENT = "silent"
    LATE = "late"
    """They are back, but too late to go on unasked."""


@dataclass(frozen=True, slots=True)
class Human:
    """What is known of the one human who should be on air."""

    who: str
    number: int
    """Of web's wish: it grows each time that somebody takes the channel."""
    is_here: bool = True
    covers: bool = True
    """Whether they cover all that the floor speaks now."""
    closed_s: float = 0.0
    """For how long their microphone has been closed, or not there."""
    quiet_s: float = 0.0
    """Since the last heartbeat of their console."""
    packetless_s: float = 0.0
    """Since their microphone's last packet."""
    silent_s: float = 0.0
    """For how long they have said nothing while words came from the floor."""
    is_coughing: bool = False
    """Their own key: the channel stays theirs."""

    def trouble(self, *, is_on_air: bool) -> Trouble:
        """What keeps them off the air; who is on it has a moment to say that they cough."""
        if not self.is_here:
            return Trouble.GONE
        if not self.covers:
            return Trouble.LANGUAGE
        if self.quiet_s > QUIET_S:
            return Trouble.QUIET
        if self.is_coughing:
            return Trouble.NO_TROUBLE
        is_closed = self.closed_s > (CLOSED_S if is_on_air else 0.0)
        if is_closed or self.packetless_s > PACKETLESS_S:
            return Trouble.MICROPHONE
        return Trouble.SILENT if self.silent_s >= SILENT_S else Trouble.NO_TROUBLE


@dataclass(frozen=True, slots=True)
class Channel:
    """What is known of one channel now."""

    is_spoken: bool = False
    """Whether its own language is spoken on the floor."""
    human: Human | None = None
    has_machine: bool = False
    """Whether a pair that lives feeds it, and may."""
    machine_speaks: bool = False


@dataclass(frozen=True, slots=True)
class OnAir:
    """Who is heard in a channel; everybody follows the highest number."""

    source: Source = Source.NONE
    who: str = ""
    """The human's identity."""
    number: int = 0
    since_s: float = 0.0
    trouble: Trouble = Trouble.NO_TROUBLE
    """What keeps the human who should be on air off it."""
    yields: bool = False
    """The machine is to end its clause: a human is about to be heard."""


@dataclass(slots=True)
class Silence:
    """For how long a human has said nothing while words came from the floor."""

    seconds: float = 0.0
    _number: int = -1

    def count(
        self, number: int, passed_s: float, *, is_on_air: bool, is_excused: bool, has_words: bool
    ) -> None:
        """So much time has passed; `is_excused`: they were heard, or kept silent on purpose.

        Who is bridged for it stays silent until they speak, or take the channel again.
        """
        if is_excused or number != self._number:
            self.seconds, self._number = 0.0, number
        elif has_words and is_on_air:
            self.seconds += passed_s


class OnAirRule:
    """The rule for one channel, with what it must remember."""

    def __init__(self, number: int = 0) -> None:
        """`number`: the last that another floor agent has told."""
        self.now = OnAir(number=number)
        self._floor_until_s = 0.0
        self._asked_s: float | None = None
        """When the machine was asked to yield."""
        self._wish: tuple[int, float] = (-1, 0.0)
        """Number of the newest wish, and since when."""
        self._heard = -1
        """Number of the last wish that came true."""
        self._bridged: tuple[int, float] | None = None
        """Number of the wish whose human is bridged, and since when."""

    def decide(self, channel: Channel, now_s: float) -> OnAir:
        """Who is on air, given this; call it again at least every 100 ms."""
        if channel.is_spoken:
            self._floor_until_s = now_s + FLOOR_HANGS_OVER_S
        trouble = self._trouble(channel.human, now_s)
        if channel.human is not None and channel.human.number != self._wish[0]:
            self._wish = channel.human.number, now_s
        source, who = self._wanted(channel, trouble, now_s)
        yields = source is Source.HUMAN and self._must_wait(channel, now_s)
        if yields:
            source, who = Source.MACHINE, ""
        else:
            self._asked_s = None
        if channel.human is not None and (source, who) == (Source.HUMAN, channel.human.who):
            self._heard = channel.human.number
        if (source, who) != (self.now.source, self.now.who):
            self.now = OnAir(source, who, self.now.number + 1, now_s)
        self.now = replace(self.now, trouble=trouble, yields=yields)
        return self.now

    def _trouble(self, human: Human | None, now_s: float) -> Trouble:
        if human is None:
            self._bridged = None
            return Trouble.NO_TROUBLE
        if self._bridged is not None and self._bridged[0] != human.number:
            self._bridged = None
        trouble = human.trouble(is_on_air=self.now.who == human.who)
        is_lost = trouble not in (Trouble.NO_TROUBLE, Trouble.LANGUAGE)
        was_heard = human.number == self._heard or self.now.who == human.who
        if is_lost and self._bridged is None and was_heard:
            self._bridged = human.number, now_s
        if trouble is Trouble.NO_TROUBLE and self._bridged is not None:
            if now_s - self._bridged[1] > RETURN_S:
                return Trouble.LATE
            self._bridged = None
        return trouble

    def _wanted(self, channel: Channel, trouble: Trouble, now_s: float) -> tuple[Source, str]:
        if now_s < self._floor_until_s:
            return Source.FLOOR, ""
        if channel.human is not None and trouble is Trouble.NO_TROUBLE:
            return Source.HUMAN, channel.human.who
        if channel.human is not None and self._is_coming(channel.human, trouble, now_s):
            return self.now.source, self.now.who
        return (Source.MACHINE if channel.has_machine else Source.NONE), ""

    def _is_coming(self, human: Human, trouble: Trouble, now_s: float) -> bool:
        """Whether they relieve another human, and only their microphone is not open yet."""
        is_relief = self.now.source is Source.HUMAN and self.now.who != human.who
        is_fresh = now_s - self._wish[1] < COMES_S
        return is_relief and is_fresh and trouble is Trouble.MICROPHONE

    def _must_wait(self, channel: Channel, now_s: float) -> bool:
        """Whether the machine is still in the clause that a human waits for."""
        if self.now.source is not Source.MACHINE or not channel.machine_speaks:
            return False
        self._asked_s = now_s if self._asked_s is None else self._asked_s
        return now_s - self._asked_s < YIELD_S
