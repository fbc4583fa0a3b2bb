"""Which languages a room wants: what listeners chose, added at once, removed later. Pure."""

from collections.abc import Iterable

from interpreter.room import Wanted


def either(one: Wanted, other: Wanted) -> Wanted:
    """What at least one of them wants."""
    return Wanted(
        voices=tuple(sorted({*one.voices, *other.voices})),
        captions=tuple(sorted(one.languages | other.languages)),
    )


class WantedMemory:
    """Remembers until when each voice and caption of one room stays wanted.

    `published` is what the room's metadata said before; it stays until `hold_until_s`, because
    after a start of web the pages have not renewed their choices yet.
    """

    def __init__(self, idle_s: float, published: Wanted, hold_until_s: float) -> None:
        self._idle_s = idle_s
        self._voices_until = dict.fromkeys(published.voices, hold_until_s)
        self._captions_until = dict.fromkeys(published.languages, hold_until_s)

    def update(self, now_s: float, chosen: Wanted) -> Wanted:
        """What is wanted at `now_s`, when listeners have chosen this."""
        return Wanted(
            voices=self._stay(self._voices_until, chosen.voices, now_s),
            captions=self._stay(self._captions_until, chosen.languages, now_s),
        )

    def _stay(
        self, until: dict[str, float], chosen: Iterable[str], now_s: float
    ) -> tuple[str, ...]:
        for language in chosen:
            until[language] = max(until.get(language, now_s), now_s + self._idle_s)
        gone = [language for language, end_s in until.items() if end_s <= now_s]
        for language in gone:
            del until[language]
        return tuple(sorted(until))
