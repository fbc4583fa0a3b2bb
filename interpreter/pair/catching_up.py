"""What a voice does that is too late: it says the same in fewer words, and when nobody could follow
any more, it goes on with the newest unit. Captions and transcript keep everything.
"""

from collections.abc import Callable
from dataclasses import dataclass

from interpreter.event_log import EventLog
from interpreter.journal import Journal
from interpreter.pair.captioning import TargetCaptions
from interpreter.pair.chunking import Unit
from interpreter.pair.condensing import is_due, is_worth_asking, says_the_same
from interpreter.pair.policy import Policy
from interpreter.pair.script import Script
from interpreter.pair.speech import Speech
from interpreter.pair.translating import Translating
from languages import Language

SKIP_FROM_S = 10.0
"""So much later than its mode aims at, queued voice is skipped."""
UNSPOKEN_UNITS = 64
"""Units wait here for the voice. More: the oldest is skipped, counted, and said."""


@dataclass(frozen=True, slots=True)
class CatchingUp:
    """Of one pair's voice."""

    target: Language
    script: Script
    speech: Speech
    translating: Translating
    captions: TargetCaptions
    events: EventLog
    journal: Journal
    meant: Callable[[Unit], str]
    """A unit as its speaker meant it, for the translator."""

    async def condense(self, policy: Policy) -> bool:
        """Say what waits in fewer words, where the voice is late; False when there is nothing to
        do."""
        untouched = self.script.untouched() if self._is_condensing_due(policy) else None
        if untouched is None:
            return False
        unit, full = untouched
        if is_worth_asking(full):
            concise = await self.translating.condense(self.meant(unit))
            if says_the_same(full, concise, self.script.weights, self.target):
                self._condensed(unit, full, concise)
        return True

    def skip(self, policy: Policy) -> None:
        """So far behind that nobody could follow any more: leave out all but the newest unit, and
        let captions say how much."""
        waiting = self.script.waiting()
        if not waiting or not (policy.may_skip and policy.is_paced):
            return
        late_s = self._late_s(waiting[0][0])
        if late_s < policy.target_lag_s + SKIP_FROM_S and len(waiting) <= UNSPOKEN_UNITS:
            return
        for unit, text in waiting[:-1]:
            seconds = self._seconds(len(text))
            self.script.dropped(unit)
            self.speech.passed_over(unit)
            self.captions.show_skipped(unit, seconds)
            self.events.write("skipped", target=self.target.tag, unit=unit.number, seconds=seconds)

    def _is_condensing_due(self, policy: Policy) -> bool:
        waiting = self.script.waiting()
        if not (waiting and self.translating.can_condense and policy.is_paced):
            return False
        return is_due(self._late_s(waiting[0][0]), policy.target_lag_s)

    def _late_s(self, unit: Unit) -> float:
        """How late its first word would be heard, said after all that is queued."""
        return self.speech.late_s(unit.words[0].end_s)

    def _condensed(self, unit: Unit, full: str, concise: str) -> None:
        if not self.script.condensed(unit, concise):
            return
        seconds = self._seconds(len(full) - len(concise))
        self.events.write("condensed", target=self.target.tag, unit=unit.number, seconds=seconds)
        segment = self.captions.condensed(unit)
        if segment is not None:
            self.journal.append(segment)

    def _seconds(self, letters: int) -> float:
        """At the target's natural pace."""
        return round(letters / self.target.natural_pace_cps, 2)
