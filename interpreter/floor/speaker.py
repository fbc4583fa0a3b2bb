"""One speaker: hypotheses → committed words on the line, captions of the spoken language, segments
for the store.

Knows nothing of rooms, tracks or pairs; `SpokenLanguage` is what all speakers of one language
share.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from interpreter.caption_publisher import CaptionPublisher
from interpreter.event_log import EventLog
from interpreter.events import Hypothesis, ItemKind, LineItem, Origin, Segment, Word
from interpreter.floor.captioning import Caption, Captioning
from interpreter.floor.stability import Stability, is_beyond
from interpreter.floor.typed_time import TypedTime
from interpreter.journal import Journal
from interpreter.line import LineWriter
from interpreter.readable import is_inside_number, readable
from languages import Language

LONG_PAUSE_S = 0.6
COMMITTED_AFTER_S = 3.0
"""What was heard so long ago is committed by now, or was no word (music)."""
WORDLESS_S = 3.0
"""Sound that the detector takes for speech, and in which nobody hears a word for so long, is none:
music, or a machine."""
RECENT_WORDS_S = 2.5
"""A breath and a recogniser's delay."""
TYPED_SETTLES_S = 2.0
"""So long after somebody began to type, the recogniser has said what it heard before."""
HELD_BACK_S = 30.0
"""What was heard so long ago, nobody will want who has just stopped typing."""
SHORTEST_LOSS_S = 0.8
"""Less than this is hardly a word."""


def no_terms(_text: str) -> tuple[str, ...]:
    """For a room without glossaries."""
    return ()


@dataclass(slots=True)
class SpokenLanguage:
    """A language that is spoken in this room: its line to the pairs, its captions, its segments."""

    language: Language
    line: LineWriter
    captions: CaptionPublisher
    journal: Journal
    events: EventLog
    engine: str
    send: Callable[["SpokenLanguage", Sequence[LineItem]], None]
    now_s: Callable[[], float]
    typed: TypedTime = field(default_factory=TypedTime)
    """When somebody types this line, in the place of its recogniser."""
    occurring: Callable[[str], tuple[str, ...]] = no_terms
    """The glossaries' terms in a text of this language."""
    _segments: int = 0

    def next_segment(self) -> str:
        self._segments += 1
        return f"{self.language.tag}.{self.line.epoch}.{self._segments}"

    def mark(
        self,
        segment: str,
        text: str,
        start_s: float,
        end_s: float,
        *,
        is_final: bool,
        renders: tuple[str, ...] = (),
    ) -> None:
        """Say something in these captions that nobody has said; it `renders` what others have."""
        kept = Segment(
            segment,
            self.language.tag,
            Origin.SPEECH,
            "",
            text,
            start_s,
            end_s,
            engine="",
            epoch=self.line.epoch,
            source_segments=renders,
        )
        tag = self.language.tag
        self.events.write("caption", language=tag, segment=segment, final=is_final, text=text)
        if is_final:
            self.journal.append(kept)
            self.captions.finish(segment, text, start_s, end_s, "")
        else:
            self.journal.draft(kept)
            self.captions.update(segment, text, start_s, end_s, "", len(text))

    def readable(self, words: Sequence[Word], starts_sentence: bool, ends_sentence: bool) -> str:
        return readable(
            words, self.language, starts_sentence=starts_sentence, ends_sentence=ends_sentence
        )


@dataclass(slots=True)
class Speaker:
    """The ears of one speaker (see hearing.Ears), until they leave or change their language."""

    identity: str
    name: str
    spoken: SpokenLanguage
    origin: Origin = Origin.SPEECH
    """HUMAN for an interpreter, whose words are their channel's captions."""
    relay: int = 0
    """How many interpretations an interpreter listens to instead of the floor."""
    _stability: Stability = field(init=False)
    _captioning: Captioning = field(init=False)
    _first_seq: int = -1
    _last_seq: int = -1
    _last_word_end_s: float = 0.0
    _utterance: list[LineItem] = field(default_factory=list)
    """The committed words of the utterance that the recogniser still listens to."""
    _pauses_told: int = 2
    """How many of the two pause items (short, long) went out since the last word."""
    is_speaking: bool = False
    is_transcribed: bool = False
    """Whether their words come: from the first one until their recogniser fails."""
    _heard_until_s: float = 0.0
    _told_s: float = 0.0
    """When the recogniser said something last, or should have begun to."""
    _worded_s: float = -math.inf
    """When it has last told of a new word."""
    _believed_until_s: float = 0.0
    """The end of the last word that the recogniser believes in, committed or not."""
    _speaks_since_s: float = 0.0
    _held_back: list[Hypothesis] = field(default_factory=list)
    """The recogniser's last words on utterances, while somebody types."""

    def __post_init__(self) -> None:
        language = self.spoken.language
        self._stability = Stability(lambda texts, index: is_inside_number(texts, index, language))
        self._captioning = Captioning(self.spoken.readable, self.spoken.next_segment)

    def speech_started(self, at_s: float) -> None:
        self.is_speaking = True
        self._heard_until_s = max(self._heard_until_s, at_s)
        self._told_s = self.spoken.now_s()
        self._speaks_since_s = at_s
        self._stability.utterance_begins()
        self.spoken.events.write("speech", at_s, speaker=self.identity, state="start")

    def hypothesis(self, hypothesis: Hypothesis) -> None:
        """Commit what is stable, and show it; what is spoken while somebody types is theirs."""
        self._heard_until_s = max(self._heard_until_s, hypothesis.heard_s)
        self._told_s = self.spoken.now_s()
        self.spoken.events.write(
            "hypothesis",
            speaker=self.identity,
            heard_s=round(hypothesis.heard_s, 3),
            words=[w.text for w in hypothesis.words],
            final=hypothesis.is_final,
        )
        if hypothesis.words:
            if hypothesis.words[-1].end_s > self._believed_until_s:
                self._worded_s = self._told_s
            self._believed_until_s = hypothesis.words[-1].end_s
        self._hold_back(hypothesis)
        self._hear(hypothesis)

    def _hold_back(self, hypothesis: Hypothesis) -> None:
        """Whoever types may fall silent in mid-sentence: what was spoken since comes then."""
        if not self.spoken.typed.is_now:
            self._catch_up()
        elif hypothesis.is_final:
            since_s = hypothesis.heard_s - HELD_BACK_S
            kept = [one for one in self._held_back if one.heard_s >= since_s]
            self._held_back = [*kept, hypothesis]

    def _catch_up(self) -> None:
        held, self._held_back = self._held_back, []
        for one in held:
            self._hear(one)

    def _hear(self, hypothesis: Hypothesis) -> None:
        """Commit what is stable, of what nobody has typed, and show it."""
        hypothesis = self.spoken.typed.unmasked(hypothesis)
        words = self._stability.push(hypothesis)
        self._commit(words, hypothesis.heard_s)
        if hypothesis.is_final and hypothesis.words:
            self._write_final(hypothesis)
            self._confirm(hypothesis.words, self._stability.final_until_s)
        elif hypothesis.is_final:
            self._utterance = []
        caption = (
            self._captioning.utterance(hypothesis.words, self._stability.final_until_s)
            if hypothesis.is_final
            else self._captioning.committed(words)
        )
        if caption is not None:
            self._show(caption)

    def speech_ended(self, at_s: float) -> None:
        self._utterance_over()
        self.spoken.events.write("speech", at_s, speaker=self.identity, state="end")
        self.tick(self.spoken.now_s())

    def _utterance_over(self) -> None:
        """The recogniser has had its last word on it, or has none: some say nothing of an utterance
        that they take back whole."""
        self.is_speaking = False
        self._utterance = []
        self._stability.utterance_over()

    def has_words(self, now_s: float) -> bool:
        """Whether words are recognised now, or were a moment ago; a recogniser may be seconds
        behind the words that it tells."""
        return now_s - max(self._worded_s, self._last_word_end_s) < RECENT_WORDS_S

    def recogniser_used(self, audio_s: float) -> None:
        self.spoken.events.write("recogniser_usage", speaker=self.identity, audio_s=audio_s)

    def recogniser_failed(self) -> None:
        """Nobody knows their words until another has heard one."""
        self.is_transcribed = False

    def unheard_s(self, now_s: float) -> float:
        """For how long there has been speech, and no hypothesis has come: one that is behind on a
        busy machine still hears."""
        return max(now_s - self._told_s, 0.0) if self.is_speaking else 0.0

    def untold_s(self, now_s: float) -> float:
        """For how long there has been speech whose words are not on the line yet."""
        if not self.is_speaking or self.spoken.typed.is_now:
            return 0.0
        settled_s = self._heard_until_s - COMMITTED_AFTER_S
        return max(now_s - max(self._last_word_end_s, self._speaks_since_s, settled_s), 0.0)

    def tick(self, now_s: float) -> None:
        """Let time pass: a pause that grows long ends the sentence for readers and pairs."""
        if not self.spoken.typed.is_now:
            self._catch_up()
        if self.is_speaking:
            self._tell_wordless()
            self._tell_typed(now_s)
            return
        if self._pauses_told >= 2:
            return
        self._pause(now_s - self._last_word_end_s, now_s)

    def _pause(self, silence_s: float, now_s: float) -> None:
        is_long = silence_s >= LONG_PAUSE_S
        if self._pauses_told == 0 or (is_long and self._pauses_told < 2):
            self._pauses_told = 2 if is_long else 1
            item = self._append(ItemKind.PAUSE, "", self._last_word_end_s, now_s)
            self.spoken.send(self.spoken, [item])
        caption = self._captioning.pause(silence_s)
        if caption is not None:
            self._show(caption)

    def _tell_wordless(self) -> None:
        """Listeners get the end of a sentence though the microphone goes on: music, applause."""
        last_s = max(self._last_word_end_s, self._believed_until_s)
        if self._pauses_told > 0 or self._heard_until_s - last_s < WORDLESS_S:
            return
        self._pauses_told = 1  # the silence that ends the caption is still to come
        item = self._append(ItemKind.PAUSE, "", self._last_word_end_s, self._heard_until_s)
        self.spoken.send(self.spoken, [item])

    def _tell_typed(self, now_s: float) -> None:
        """What was said before somebody began to type ends there, though the speaker goes on."""
        if self._pauses_told == 0 and now_s - self.spoken.typed.since_s >= TYPED_SETTLES_S:
            silence_s = LONG_PAUSE_S + 0.05  # a long one still, when its ends are rounded
            self._pause(silence_s, self._last_word_end_s + silence_s)

    def lost(self, start_s: float, end_s: float) -> None:
        """Nobody heard what was said between these times: say so, everywhere."""
        self.finish(start_s)
        self._heard_until_s = max(self._heard_until_s, end_s)
        self._mark_gap("not_heard", self.spoken.language.not_heard, start_s, end_s)

    def _mark_gap(self, event: str, phrase: str, start_s: float, end_s: float) -> None:
        """A line that says why there are no words, in captions, on the line and in the journal."""
        if end_s - start_s < SHORTEST_LOSS_S:
            return
        spoken, segment = self.spoken, self.spoken.next_segment()
        seconds = max(1, round(end_s - start_s))
        spoken.events.write(event, language=spoken.language.tag, start_s=start_s, end_s=end_s)
        item = self._append(ItemKind.LOST, "", start_s, end_s, segment)
        self._first_seq = self._last_seq = item.seq
        spoken.send(spoken, [item])
        text = phrase.format(seconds=seconds)
        self._show(Caption(segment, text, start_s, end_s, True, len(text)))

    @property
    def heard_until_s(self) -> float:
        """Up to here the recogniser has heard this speaker."""
        return self._heard_until_s

    def finish(self, now_s: float) -> None:
        """The speaker has left: close what is open."""
        self._utterance_over()
        silence_s = max(now_s - self._last_word_end_s, LONG_PAUSE_S)
        self._pause(silence_s, self._last_word_end_s + silence_s)

    def _commit(self, words: Sequence[Word], heard_s: float) -> None:
        if not words:
            return
        items = [self._append(ItemKind.WORD, w.text, w.start_s, w.end_s) for w in words]
        self.is_transcribed = True
        self._last_word_end_s = words[-1].end_s
        self._pauses_told = 0
        self._utterance += items
        self._first_seq = items[0].seq if self._first_seq < 0 else self._first_seq
        self._last_seq = items[-1].seq
        self.spoken.send(self.spoken, items)
        for item in items:
            self.spoken.events.write(
                "commit",
                line=self.spoken.line.line,
                seq=item.seq,
                text=item.text,
                start_s=round(item.start_s, 3),
                end_s=round(item.end_s, 3),
                segment=item.segment,
                heard_s=round(heard_s, 3),
            )

    def _confirm(self, words: Sequence[Word], until_s: float) -> None:
        """Tell readers what the utterance was in the end; words committed beyond it stay open."""
        covered = [item for item in self._utterance if not is_beyond(item, until_s)]
        self._utterance = [item for item in self._utterance if is_beyond(item, until_s)]
        if not covered:
            return
        is_same = [word.text for word in words] == [item.text for item in covered]
        item = self._append(
            ItemKind.FINAL,
            "",
            words[0].start_s,
            words[-1].end_s,
            covers=(covered[0].seq, covered[-1].seq),
            words=() if is_same else tuple(words),
        )
        self.spoken.send(self.spoken, [item])

    def _append(
        self,
        kind: ItemKind,
        text: str,
        start_s: float,
        end_s: float,
        segment: str = "",
        covers: tuple[int, int] = (-1, -1),
        words: tuple[Word, ...] = (),
    ) -> LineItem:
        return self.spoken.line.append(
            kind,
            text,
            start_s,
            end_s,
            speaker=self.identity,
            name=self.name,
            segment=self._captioning.segment if kind is ItemKind.WORD else segment,
            now_s=self.spoken.now_s(),
            covers=covers,
            words=words,
            relay=self.relay + 1 if self.origin is Origin.HUMAN else 0,
        )

    def _write_final(self, hypothesis: Hypothesis) -> None:
        self.spoken.events.write(
            "final",
            line=self.spoken.line.line,
            segment=self._captioning.segment,
            words=[[w.text, round(w.start_s, 3), round(w.end_s, 3)] for w in hypothesis.words],
        )

    def _show(self, caption: Caption) -> None:
        spoken = self.spoken
        spoken.events.write(
            "caption",
            language=spoken.language.tag,
            segment=caption.segment,
            final=caption.is_final,
            text=caption.text,
        )
        is_floor = self.origin is not Origin.HUMAN
        hits = spoken.occurring(caption.text) if is_floor else ()
        if not caption.is_final:
            spoken.journal.draft(self._segment(caption))
            spoken.captions.update(
                caption.segment,
                caption.text,
                caption.start_s,
                caption.end_s,
                self.name,
                caption.stable_length,
                origin=self.origin,
                glossary_hits=hits,
            )
            return
        spoken.journal.append(self._segment(caption))
        spoken.captions.finish(
            caption.segment,
            caption.text,
            caption.start_s,
            caption.end_s,
            self.name,
            origin=self.origin,
            glossary_hits=hits,
        )
        self._first_seq = self._last_seq = -1

    def _segment(self, caption: Caption) -> Segment:
        return Segment(
            id=caption.segment,
            language=self.spoken.language.tag,
            origin=self.origin,
            speaker=self.name,
            text=caption.text,
            start_s=caption.start_s,
            end_s=caption.end_s,
            engine=self.spoken.engine,
            epoch=self.spoken.line.epoch,
            source_line=f"{self.spoken.line.line}/{self.identity}/{self.spoken.line.epoch}",
            first_seq=max(self._first_seq, 0),
            last_seq=max(self._last_seq, 0),
            interpreter=self.identity if self.origin is Origin.HUMAN else "",
            relay=self.relay,
        )
