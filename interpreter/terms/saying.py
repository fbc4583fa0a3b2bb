"""How a voice is made to say a term: by its sounds where the voice reads these, else by another
spelling, from the glossary or from the sounds. Pure.

Letters work with every voice; sounds work with few, and each knows others.
"""

import tomllib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from glossaries.entry import Entry
from interpreter.terms.words import placed, plain, words_of
from interpreter.word_sounds import marked, split_sounds
from languages import Language

_SILENT = frozenset("ˈˌːˑ.‿ ˞")
_SAME = {"ʀ": "r", "ʁ": "r", "ɹ": "r", "g": "ɡ", "ɐ": "ə", "β": "b", "ɣ": "ɡ", "ɫ": "l"}
"""Sounds that are another one to a listener."""
_LETTERS = {sound: sound for sound in "abdefiklmnopstuvwz"} | {"ɾ": "r"}
"""Sounds that most languages write like this."""
LONGEST_SOUND = 2

Reads = Callable[[str], bool]
"""Whether a voice says these sounds (IPA)."""


def reads_none(_ipa: str) -> bool:
    """As most voices."""
    return False


@dataclass(frozen=True, slots=True)
class _Saying:
    letters: str
    """Empty: as it is written."""
    ipa: str

    def of(self, spelling: str, reads: Reads) -> str:
        if self.ipa and reads(self.ipa):
            return marked(spelling, self.ipa)
        return self.letters or spelling


class Sayings:
    """The terms of one target language that are not said as they are written."""

    def __init__(self, entries: Iterable[Entry], target: Language) -> None:
        self._said: dict[tuple[str, ...], _Saying] = {}
        for entry in entries:
            rendering = entry.rendering(target.tag)
            if rendering is None or not rendering.pronunciation:
                continue
            words, pronunciation = words_of(rendering.text), rendering.pronunciation
            if words:
                saying = _Saying(respelt(pronunciation, target), ipa_of(pronunciation))
                self._said.setdefault(words, saying)
        self._longest = max(map(len, self._said), default=0)

    def of(self, text: str, reads: Reads = reads_none) -> str:
        """The text as a voice should read it, which `reads` these sounds; longer terms first."""
        if not self._said:
            return text
        words = placed(text)
        begin, rest, parts = 0, 0, []
        while begin < len(words):
            count = self._count(tuple(word.plain for word in words[begin:]))
            if count:
                said = self._said[tuple(plain(w.text) for w in words[begin : begin + count])]
                start, end = words[begin].start, words[begin + count - 1].end
                parts += [text[rest:start], said.of(text[start:end], reads)]
                rest = end
            begin += max(count, 1)
        return "".join(parts) + text[rest:]

    def _count(self, words: tuple[str, ...]) -> int:
        """Words of the longest term that these begin with; 0 for none."""
        longest = min(self._longest, len(words))
        return next((n for n in range(longest, 0, -1) if words[:n] in self._said), 0)


def ipa_of(pronunciation: str) -> str:
    """The sounds between slashes; empty for a respelling."""
    is_ipa = len(pronunciation) > 2 and pronunciation[0] == pronunciation[-1] == "/"
    return pronunciation[1:-1].strip() if is_ipa else ""


def respelt(pronunciation: str, target: Language) -> str:
    """A respelling as it is; sounds between slashes in the target's letters, or nothing where it
    has none for one of them."""
    ipa = ipa_of(pronunciation)
    if not ipa:
        return pronunciation
    sounds = _table().get(target.tag.partition("-")[0])
    if sounds is None:
        return ""
    heard = unicodedata.normalize("NFC", ipa)
    text = "".join(_SAME.get(sign, sign) for sign in heard if sign not in _SILENT)
    known = {sound: letters for sound, letters in (_LETTERS | sounds).items() if letters}
    return "".join(known[sound] for sound in split_sounds(text, known, LONGEST_SOUND) or ())


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("respelling.toml").read_text("utf-8"))
