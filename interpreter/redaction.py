"""No key in a log: whatever a library writes, what is secret in this process's environment is left
out of its message and its traceback. Servers repeat keys in their answers, and libraries log those.
"""

import logging
import re
import traceback
from collections.abc import Collection
from typing import Any

HIDDEN = "[key]"


class Redaction:
    """Makes log records as others do, without the secrets."""

    def __init__(self, secrets: Collection[str]) -> None:
        longest_first = sorted(secrets, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))
        self._make = logging.getLogRecordFactory()

    def __call__(self, *args: Any, **fields: Any) -> logging.LogRecord:
        record = self._make(*args, **fields)
        text = record.getMessage()
        if self._pattern.search(text):
            record.msg, record.args = self.hidden(text), ()
        if record.exc_info:
            written = "".join(traceback.format_exception(*record.exc_info)).rstrip()
            # a client's error may have the headers of its request about it
            if self._pattern.search(written) or self._pattern.search(repr(record.exc_info[1])):
                record.exc_info, record.exc_text = None, self.hidden(written)
        return record

    def hidden(self, text: str) -> str:
        return self._pattern.sub(HIDDEN, text)


def without(text: str, secrets: Collection[str], sign: str = HIDDEN) -> str:
    """The text, with none of these in it, and the sign in their place."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, sign)
    return text


def hide_secrets(secrets: Collection[str]) -> None:
    """From now on, in this process, nothing is logged of these; once is enough."""
    if secrets and not isinstance(logging.getLogRecordFactory(), Redaction):
        logging.setLogRecordFactory(Redaction(secrets))
