"""Events and sounds of one talk → its row of figures: the one scorer of benchmark and evaluation.

Pure.
"""

from collections.abc import Sequence

from interpreter.figures import Row
from interpreter.heard import Interval
from interpreter.kept_facts import kept_facts
from interpreter.latency import score
from interpreter.quality import bleu, chrf, spoken_text
from interpreter.text_lag import committed_words, text_lag
from interpreter.unit_events import Event
from languages import Language


def row_of(
    talk: str,
    policy: str,
    events: Sequence[Event],
    source: Language,
    target: Language,
    floor: Sequence[Interval],
    heard: Sequence[Interval],
    references: Sequence[str],
    *,
    is_gated: bool,
    true_references: Sequence[str] = (),
    hand_references: Sequence[str] = (),
) -> Row:
    """The figures of one talk in one target; raises InterpretationError where nothing was heard.

    `references` has the same translator's rendering of each sentence of the floor as it was
    recognised, or nothing; the others have as many, or none at all.
    """
    scores = score(events, target.tag, floor, heard, target.natural_pace_cps)
    spoken = spoken_text(events, target.tag)
    words = committed_words(events, target.tag)
    return Row(
        talk,
        policy,
        is_gated,
        scores,
        chrf(spoken, " ".join(references)),
        bleu(spoken, " ".join(references)),
        chrf(spoken, " ".join(true_references)) if true_references else None,
        chrf(spoken, " ".join(hand_references)) if hand_references else None,
        text_lag(words, floor, references),
        source.tag,
        kept_facts(events, source, target),
    )
