"""A text's own words, at the times of those that its engine lists beside it. Pure.

Both need not be alike: a list may have words as they were said ("twenty five" for "25"), in pieces,
or with signs that nobody is to read.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher

from livekit.agents.types import TimedString

from interpreter.engines.timed_words import ends_s, plain, starts_s
from interpreter.engines.utterances import spread
from languages.spacing import tokens


def timed(
    text: str, listed: Sequence[TimedString], start_s: float, end_s: float
) -> list[TimedString]:
    """The text's words; where none is listed, spread over the stretch of sound.

    Words that both have keep their times; those between two of them share what is listed there.
    """
    said = _words(text)
    pieces = [piece for word in listed for piece in _pieces(word)]
    alike = SequenceMatcher(None, [*map(plain, pieces)], [*map(plain, said)], autojunk=False)
    found = list[TimedString]()
    for kind, first, last, begin, end in alike.get_opcodes():
        if kind == "equal":
            pairs = zip(said[begin:end], pieces[first:last], strict=True)
            found += [_at(word, piece) for word, piece in pairs]
        elif begin < end:
            since_s = starts_s(pieces[first]) if first < last else _before(found, start_s)
            until_s = ends_s(pieces[last - 1]) if first < last else _after(pieces, last, end_s)
            found += spread(said[begin:end], since_s, max(since_s, until_s))
    return found


def _words(text: str) -> list[str]:
    return [word.strip() for word in tokens(text)]


def _pieces(word: TimedString) -> list[TimedString]:
    """Letter by letter where its script has no spaces, as the text is."""
    return [
        TimedString(
            str(piece),
            start_time=piece.start_time,
            end_time=piece.end_time,
            confidence=word.confidence,
        )
        for piece in spread(_words(str(word)), starts_s(word), ends_s(word))
    ]


def _at(word: str, piece: TimedString) -> TimedString:
    return TimedString(
        word,
        start_time=piece.start_time,
        end_time=piece.end_time,
        confidence=piece.confidence,
    )


def _before(found: Sequence[TimedString], start_s: float) -> float:
    return ends_s(found[-1]) if found else start_s


def _after(pieces: Sequence[TimedString], place: int, end_s: float) -> float:
    return starts_s(pieces[place]) if place < len(pieces) else end_s
