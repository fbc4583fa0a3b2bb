"""What an answer says about itself beside the translation: notes on lines of their own, and in
brackets. Pure."""

import re

TRANSLATION = re.compile(
    r"translation|translated|tradu[cç]ci|traducid|traduçã|traduzi|traduction|traduit|traduït|traducere"
    r"|übersetz|vertaling|översättning|oversættelse|tłumaczeni"
    r"|překlad|переклад|μετάφραση|käännös|fordítás|çeviri|翻译|翻譯|译文|翻訳|번역|ترجمة|תרגום"
    r"|अनुवाद|คำแปล|tafsiri",
    re.IGNORECASE,
)
"""What a translation is called in the languages that there are files of."""
_NOTE = re.compile(r"[(\[*_#]|note\b|nota\b|translation\b|p\.?s\.?\b", re.IGNORECASE)
_ASIDE = re.compile(
    r"\s*[(\[](?:(?:translator|interpreter)(?:'s|’s)? )?(?:note|nota|translat\w+|literal\w*)\b"
    r"[^)\]]*[)\]]?",
    re.IGNORECASE,
)
_SPEAKS_OF_NOTES = re.compile(
    r"\b(?:not[aei]|noter|notice|hinweis|beacht|anmerkung|opmerking|let op|uwaga|poznámka)"
    r"|\bp\.? ?[sd]\b"
    r"|注|メモ|참고|ملاحظة|नोट",
    re.IGNORECASE,
)


def is_note(line: str, speech: str) -> bool:
    """Whether a further line of an answer is about the translation, and not the speech's own."""
    found = _NOTE.match(line)
    return found is not None and not _has_such(found.group(), speech)


def without_aside(answer: str, speech: str) -> str:
    """The answer without what it says in brackets about the translation."""
    return _ASIDE.sub(lambda one: one.group() if _has_such("(", speech) else "", answer)


def _has_such(begin: str, speech: str) -> bool:
    """Whether a speech has what a note begins with: its sign, or a word for notes."""
    if not begin[0].isalpha():
        return begin[0] in speech
    return _SPEAKS_OF_NOTES.search(speech) is not None or TRANSLATION.search(speech) is not None
