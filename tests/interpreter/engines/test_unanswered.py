"""Sound that no final covers yet: what another decoder or connection has to hear again."""

from interpreter.engines.unanswered import FLUSH, Unanswered


def sound(*pieces: bytes) -> Unanswered:
    kept = Unanswered()
    for piece in pieces:
        kept.add(piece)
    return kept


def test_what_a_final_covers_is_forgotten_in_the_middle_of_a_piece() -> None:
    kept = sound(b"aabbcc", b"dd")
    kept.drop_before(2)
    assert (list(kept), kept.start, kept.end) == ([b"cc", b"dd"], 2, 4)


def test_sound_after_a_flush_is_kept_until_the_flush_is_answered() -> None:
    kept = sound(b"aabb", FLUSH, b"cc")
    kept.drop_before(3)
    assert list(kept) == [FLUSH, b"cc"]
    assert (kept.has_flush, kept.flushed) == (True, 2)
    kept.drop_flush()
    assert (list(kept), kept.start, kept.has_flush) == ([b"cc"], 2, False)


def test_a_flush_needs_sound_before_it() -> None:
    assert not sound().has_sound_to_flush
    assert not sound(b"aa", FLUSH).has_sound_to_flush
    assert sound(b"aa", FLUSH, b"bb").has_sound_to_flush
