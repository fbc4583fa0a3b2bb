"""A child process of the engine host that follows a script instead of loading an engine.

As a decoder it hears each second of sound as one word, named by its second in the stream; as a
voice it answers a text with one word and sound as long as the text. Sound of value 66, or the text
"die", kills it once: while the file named by its first argument exists, which it removes.
"""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from interpreter.engines.framing import Message, own_pipes, pack, read_message_blocking

SECOND = 32_000
DEADLY = b"\x42"


class Fake:
    def __init__(self, trap: Path) -> None:
        self._trap = trap
        self._start_s = 0.0
        self._sound = b""
        self._expected: list[list[object]] = []

    def answer(self, message: Message) -> Iterator[bytes]:
        kind = message.kind
        if kind == "expect":
            self._expected = message.rows("words")
        elif kind == "sounds":
            self._die_if("die" in message.texts("words"))
            yield pack("sounds", sounds=["b" + "o" * len(word) for word in message.texts("words")])
        elif kind == "start":
            self._start_s, self._sound = message.number("from_s"), b""
        elif kind == "audio":
            self._die_if(DEADLY in message.payload)
            self._sound += message.payload
            yield pack("hypothesis", words=self._words(), heard_s=self._heard_s)
        elif kind == "flush":
            words, self._start_s = self._words(), self._heard_s
            used_s, self._sound = len(self._sound) / SECOND, b""
            yield pack("final", words=words, closed_s=self._start_s, used_s=used_s, means="learned")
            yield pack("flushed", closed_s=self._start_s)
        elif kind == "reset":
            yield pack("idle")
        elif kind == "speak":
            text = message.text("text")
            self._die_if(text == "die")
            yield pack("word", at=0, start_s=0.0)
            yield pack("audio", b"\x10\x10" * 220 * len(text))
            yield pack("done")

    @property
    def _heard_s(self) -> float:
        return self._start_s + len(self._sound) / SECOND

    def _words(self) -> list[list[object]]:
        seconds = range(len(self._sound) // SECOND)
        first = round(self._start_s)
        if self._expected and seconds:
            names = [f"{word}:{phones}" for word, phones in self._expected]
            return [[name, self._start_s, self._start_s + 0.9, 0.5] for name in names]
        return [[f"w{first + n}", self._start_s + n, self._start_s + n + 0.9, 0.5] for n in seconds]

    def _die_if(self, is_deadly: bool) -> None:
        if is_deadly and self._trap.exists():
            self._trap.unlink()
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    incoming, outgoing = own_pipes()
    if sys.argv[-1] == "missing":
        sentence = "It is not installed; install it."
        outgoing.write(pack("failed", code="requirement_missing", sentence=sentence))
        return
    fake = Fake(Path(sys.argv[1]))
    outgoing.write(pack("ready"))
    try:
        while True:
            for reply in fake.answer(read_message_blocking(incoming)):
                outgoing.write(reply)
    except EOFError:
        return


if __name__ == "__main__":
    main()
