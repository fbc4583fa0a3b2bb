"""Whether an answer begins with what was already said, and what follows it; pure.

Compared word by word, without case and signs: what was heard is words.
"""

from difflib import SequenceMatcher

import regex

from languages.spacing import UNSPACED, gap

_LETTER = rf"[\w--[{UNSPACED}]]"
_WORD = regex.compile(rf"(?=\w)[{UNSPACED}]\p{{M}}*|{_LETTER}+(?:['’.,\-]{_LETTER}+)*", regex.V1)
"""Where a script has no spaces, each letter is compared as a word."""
_SIGNS_ELSEWHERE = "،؛؟۔।॥"
"""Arabic, Urdu and Hindi; written right behind a word, as ours are."""
_SIGNS = f" \t\r\n,.;:!?…。，、；：！？{_SIGNS_ELSEWHERE}"
_BEHIND = f",.;:!?…)»”{_SIGNS_ELSEWHERE}"
_RESTART_WORDS = 3
_ALIKE = 0.6


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared."""
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]


def rest_after(answer: str, said: str) -> str | None:
    """What an answer says after `said`, signs first; None when it begins otherwise."""
    wanted = words_of(said)
    found = list(_WORD.finditer(answer))[: len(wanted)]
    if [word.group().casefold().replace("’", "'") for word in found] != wanted:
        return None
    rest = answer[found[-1].end() :] if found else answer
    if said.rstrip() and said.rstrip()[-1] in _SIGNS:
        rest = rest.lstrip(_SIGNS)
    return rest


def parts_from(answer: str, said: str) -> bool:
    """Whether some whole word of an unfinished answer is not what was said."""
    wanted, got = words_of(said), words_of(answer)[:-1]
    return got[: len(wanted)] != wanted[: len(got)]


def restarts(answer: str, said: str) -> bool:
    """Whether what should continue begins at the beginning again."""
    begun = words_of(said)[:_RESTART_WORDS]
    return bool(begun) and words_of(answer)[: len(begun)] == begun


def retells(answer: str, said: str) -> bool:
    """Whether what should continue says the beginning again in other words."""
    told, again = words_of(said), words_of(answer)
    count = min(len(told), len(again))
    if count < _RESTART_WORDS:
        return False
    return SequenceMatcher(None, told[:count], again[:count], autojunk=False).ratio() >= _ALIKE


def joined(said: str, rest: str) -> str:
    """Both, with one space between words, and none before a sign or where a script has none."""
    rest = rest.strip()
    if not said or not rest:
        return said or rest
    return f"{said}{rest}" if rest[0] in _BEHIND else f"{said}{gap(said, rest)}{rest}"
