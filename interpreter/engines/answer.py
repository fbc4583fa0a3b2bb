"""An LLM's answer on its way: what of it may be spoken already. Pure.

The first words wait until they are known to be a translation, and to begin with what was said
before. A word waits until the next one begins, and whatever follows a line's end until the answer
is over: that is where notes stand.
"""

import re

from interpreter.engines.continuing import (
    joined,
    parts_from,
    rest_after,
    restarts,
    retells,
    words_of,
)
from interpreter.engines.faults import AnswerFault, Checks, Unusable
from interpreter.engines.markdown import Markdown
from interpreter.engines.notes import is_note, without_aside
from interpreter.engines.prompting import Ask, Prompt
from interpreter.errors import EngineRefused
from languages.spacing import tokens

_QUOTES = {'"': '"', "“": "”", "«": "»", "„": "“", "'": "'", "‘": "’", "`": "`"}
_OPENING = re.compile(r"^(?:\s|</?(?:speech|said)>)*")
_CLOSING = re.compile(r"(?:\s|</?(?:speech|said)>)*$")
_SPACES = re.compile(r"\s+")
_THOUGHT = "</think>"
"""What comes before it was thought, where a server's template has opened it for the model."""


class Answer:
    """One answer: pieces go in; the unit's translation comes out, `said` first.

    `committed` is what of it is beyond recall; `passed` was handed out already, by an answer that
    broke off.
    """

    def __init__(
        self,
        checks: Checks,
        prompt: Prompt,
        source_text: str,
        *,
        committed: str = "",
        passed: str = "",
    ) -> None:
        self.prompt = prompt
        self._checks = checks
        self._ask = prompt.ask
        self._said = prompt.said
        self._committed = committed or prompt.said
        self._is_quoted_source = source_text.strip()[:1] in _QUOTES
        self._markdown = Markdown(source_text)
        self._speech = source_text
        self._raw = ""
        self._is_over = False
        self._passed = self._passed_before = passed
        self._is_trusted = False

    @property
    def passed(self) -> str:
        """What has been handed out, as one text."""
        return self._passed

    @property
    def whole(self) -> str:
        """All of it, whether it may be spoken or not."""
        return self._text(self._without_notes()) or ""

    def push(self, piece: str) -> str:
        """What may be spoken now; raises Unusable, and EngineRefused where a thought was taken for
        it."""
        self._add(piece)
        finished = _finished(self._lines()[0])
        if not self._is_trusted:
            self._trust(finished)
        if not self._is_trusted:
            return ""
        text = self._text(finished)
        if text is None or text == self._passed:
            return ""
        self._checks.check_going_on(text)
        self._check_rest(text)
        return self._pass(text)

    def finish(self, piece: str = "", *, is_complete: bool, before: str = "") -> str:
        """The rest of it, after a last piece; raises as `push` does. `before`: an answer to the
        same that was refused."""
        self._add(piece)
        self._is_over = True
        text = self._text(self._without_notes())
        if text is None:
            raise Unusable(AnswerFault.PARTED)
        if self._said:
            self._checks.check_continuation(self._own("\n".join(self._lines())))
        self._checks.check_whole(text, is_complete=is_complete, before=before)
        self._check_rest(text)
        return self._pass(text)

    def _check_rest(self, text: str) -> None:
        if self._committed:
            self._checks.check_rest(text[len(self._committed) :])

    def _add(self, piece: str) -> None:
        _, mark, self._raw = (self._raw + piece).rpartition(_THOUGHT)
        if mark and self._passed != self._passed_before:
            raise EngineRefused(
                "The translator thinks aloud; have its server take reasoning out of its answers, "
                "or tell the model not to think."
            )

    def _trust(self, finished: str) -> None:
        own = self._own(finished)
        if self._ask is Ask.WHOLE and self._said and parts_from(own, self._said):
            raise Unusable(AnswerFault.PARTED)
        text = self._text(finished)
        if text is None or not self._checks.can_judge(text):
            return
        if len(words_of(own)) < self._words_awaited(own, text):
            return
        if self._said:
            self._checks.check_continuation(own)
        self._checks.check_head(text)
        self._is_trusted = True

    def _words_awaited(self, own: str, text: str) -> int:
        """How many words of the answer there must be: what was said before is no sign of what goes
        on after it."""
        awaited = self._checks.words_awaited(own)
        if not self._said:
            return awaited
        rest = self._checks.words_awaited(text[len(self._said) :])
        return max(awaited, self._words_before(own) + rest)

    def _words_before(self, own: str) -> int:
        """How many words of the answer only say again what was said."""
        is_again = self._ask is Ask.WHOLE or restarts(own, self._said)
        return len(words_of(self._said)) if is_again else 0

    def _text(self, raw: str) -> str | None:
        """The whole translation as the answer has it so far; None when it begins otherwise than
        what was said."""
        own = self._own(raw)
        if not self._said:
            return own
        if self._ask is Ask.WHOLE or restarts(own, self._said):
            rest = rest_after(own, self._said)
            return None if rest is None else joined(self._said, rest)
        if retells(own, self._said):
            return None
        return joined(self._said, own)

    def _own(self, raw: str) -> str:
        """Without what wraps it: delimiters, and Markdown and quotes that the source has not."""
        text = _SPACES.sub(" ", _CLOSING.sub("", _OPENING.sub("", raw, count=1)))
        text = without_aside(text, self._speech)
        is_rest = self._ask is not Ask.WHOLE
        text = self._markdown.taken_off(text, is_over=self._is_over, is_rest=is_rest)
        closing = _QUOTES.get(text[:1])
        if closing is None or self._is_quoted_source or is_rest:
            return text
        return re.sub(rf"{re.escape(closing)}(?!\w)", "", text[1:], count=1)

    def _lines(self) -> list[str]:
        return self._markdown.lines(_OPENING.sub("", self._raw, count=1))

    def _without_notes(self) -> str:
        """Lines that go on belong to it; from the first note on, nothing does."""
        first, *others = [line.strip() for line in self._lines()]
        kept = [first]
        for line in others:
            item = self._markdown.item(line)
            if is_note(line, self._speech) or is_note(item, self._speech):
                break
            kept.append(item)
        return " ".join(line for line in kept if line)

    def _pass(self, text: str) -> str:
        """What of the text has not been handed out yet."""
        if not text.startswith(self._passed):
            raise Unusable(AnswerFault.PARTED)
        fresh = text[len(self._passed) :]
        self._passed = text
        return fresh


def _finished(line: str) -> str:
    """Without its last word, which may go on; the last letter where nobody writes spaces."""
    if line.endswith(" "):
        return line.rstrip(" ")
    *words, _ = tokens(line) or [""]
    return "".join(words).rstrip()
