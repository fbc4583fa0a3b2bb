"""A kept-open Apertium pipeline: the programs of a mode file, joined once, a NUL after each text.

Knows the stream format and nothing of languages. Runs in the engine host. The packaged web server
apertium-apy keeps the same programs open; measured on one machine, 19-word sentences, both pairs:
2.4 ms (en→es) and 4.6 ms (en→ca) by a pipeline of ours, asked through the host, 6.9 and 9.3 ms by
apertium-apy; 253 MB PSS against 275 MB; and ours needs no port and tells whose answer is whose.
"""

import asyncio
import os
import re
import shlex
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path

from interpreter.engines.children import Renewal, SharedProcess
from interpreter.errors import EngineRefused, EngineUnavailable, RequirementMissing

MODES = Path("/usr/share/apertium/modes")
MAX_TEXT = 5000
PACKAGES = {
    "eng-spa": "apertium-eng-spa",
    "eng-cat": "apertium-eng-cat",
    "es-pt": "apertium-es-pt",
    "cat-ita": "apertium-cat-ita",
    "cat-fra": "apertium-fra-cat",
}
"""Pairs that the set-up installs, and what holds them; any other that is here serves as well."""
_ANSWER_S = 5.0
_FIRST_ANSWER_S = 60.0
"""The programs read their dictionaries first: French takes a second of computing, and
much longer on a machine that starts everything at once."""
_STOP_S = 2.0
_RENEWED_AFTER_TEXTS = 2000
"""Programs of Apertium keep something of each text: lrx-proc grew by up to 18 MB in an hour."""
_RESERVED = "\\^$/[]{}<>@~*#+|_"
_STANDS_FOR = str.maketrans({sign: chr(0xE000 + n) for n, sign in enumerate(_RESERVED)})
_MEANS = str.maketrans({chr(0xE000 + n): sign for n, sign in enumerate(_RESERVED)})
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\uf8ff]+")
"""Control signs, line ends, halves of characters, and private signs: ours stand for others."""


def escape(text: str) -> str:
    """Text as the stream format takes it: nothing in it can be read as markup or as its end.

    The format has an escape sign for that, but a lone escaped ^ blocks the programs for ever, and
    ~ is lost: private signs of Unicode, which mean nothing to the programs, stand for them.
    """
    return _UNSPEAKABLE.sub(" ", text).translate(_STANDS_FOR)


def unescape(text: str) -> str:
    """The text that comes out of the stream; the programs may escape signs of their own."""
    return _ESCAPED.sub(r"\1", text).translate(_MEANS)


def stages(mode: str) -> Iterator[list[str]]:
    """The programs of a mode file: with `-z` they flush at a NUL, with `-n` they mark no word."""
    for stage in mode.strip().split("|"):
        program, *arguments = shlex.split(stage)
        filled = ["-n" if argument == "$1" else argument for argument in arguments]
        yield [program, "-z", *(argument for argument in filled if argument != "$2")]


def shell_command(mode_file: Path) -> str:
    """The pipeline as one line of shell; raises RequirementMissing when a part is not installed."""
    try:
        programs = list(stages(mode_file.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise missing(mode_file.stem) from error
    for program, *_ in programs:
        if shutil.which(program) is None:
            raise RequirementMissing(
                f"Apertium's program {program} is missing; install it with "
                f"`apt-get install apertium {_package(mode_file.stem)}`."
            )
    return " | ".join(shlex.join(program) for program in programs)


def missing(pair: str) -> RequirementMissing:
    """The error for a pair that is not installed on this machine."""
    return RequirementMissing(
        f"The translator for {pair} is not installed; "
        f"install it with `apt-get install apertium {_package(pair)}`."
    )


def _package(pair: str) -> str:
    return PACKAGES.get(pair, f"apertium-{pair}")


def is_served(pair: str, modes: Path = MODES) -> bool:
    """Whether there is a package for this pair, or it is installed."""
    return pair in PACKAGES or (modes / f"{pair}.mode").exists()


class Pipeline:
    """One pair's running programs; one text at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("a pipeline needs pipes for input and output")
        self._process = process
        self._stdin = process.stdin
        self._stdout = process.stdout
        self._is_killed = False
        self._numbers = count(1)
        self._limit_s = _FIRST_ANSWER_S

    @classmethod
    async def start(cls, command: str) -> "Pipeline":
        process = await asyncio.create_subprocess_shell(
            command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # it may repeat what was said
            limit=1 << 20,
            start_new_session=True,  # one signal ends all its programs
        )
        return cls(process)

    @classmethod
    async def start_ready(cls, command: str) -> "Pipeline":
        """As `start`, when its programs have read their dictionaries; raises EngineUnavailable when
        they do not answer."""
        pipeline = await cls.start(command)
        try:
            await pipeline.translate("")
        except BaseException:
            pipeline.kill()
            await pipeline.stop()
            raise
        return pipeline

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return not (
            self._is_killed or self._process.returncode is not None or self._stdout.at_eof()
        )

    async def translate(self, text: str) -> str:
        """The translation; raises EngineUnavailable when no answer, or not this text's, comes."""
        # Superblanks pass every stage untouched: they end the sentence and name the request.
        mark = f"[][{next(self._numbers)}]"
        try:
            async with asyncio.timeout(self._limit_s):
                self._stdin.write(f"{escape(text)}{mark}\0".encode())
                await self._stdin.drain()
                answer = await self._stdout.readuntil(b"\0")
        except (TimeoutError, EOFError, ConnectionError, asyncio.LimitOverrunError) as error:
            raise EngineUnavailable(
                "The translator's programs did not answer; try again."
            ) from error
        self._limit_s = _ANSWER_S
        translation, found, rest = answer[:-1].decode(errors="replace").rpartition(mark)
        if not found or rest:
            raise EngineUnavailable("The translator answered another text's request; try again.")
        return unescape(translation)

    async def stop(self) -> None:
        """End every program: first by closing their input, then by force."""
        self._stdin.close()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(_STOP_S):
                    await self._process.wait()
        finally:
            if self._process.returncode is None:
                self.kill()
                await self._process.wait()

    def kill(self) -> None:
        """At once: out of step, what it answers next would belong to nobody."""
        self._is_killed = True
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._stdin.close()


class Pipelines:
    """The machine's pipelines by pair; one starts when it is asked for, and again after it died."""

    def __init__(self, group: asyncio.TaskGroup, idle_s: float, modes: Path = MODES) -> None:
        self._group = group
        self._idle_s = idle_s
        self._modes = modes
        self._pairs: dict[str, SharedProcess[Pipeline]] = {}

    @property
    def pids(self) -> list[int]:
        return [pid for pair in self._pairs.values() for pid in pair.pids]

    async def translate(self, pair: str, text: str) -> str:
        """Translate by `pair` (`eng-spa`), after the requests that came before."""
        if len(text) > MAX_TEXT:
            raise EngineRefused(f"A text of more than {MAX_TEXT} characters: split it.")
        if not re.fullmatch(r"[a-z]{2,3}(_\w+)?-[a-z]{2,3}(_\w+)?", pair):
            raise EngineRefused("This is no pair of Apertium's language codes.")
        if pair not in self._pairs:
            command = shell_command(self._modes / f"{pair}.mode")
            self._pairs[pair] = SharedProcess(
                self._group,
                partial(Pipeline.start, command),
                self._idle_s,
                Renewal(_RENEWED_AFTER_TEXTS, partial(Pipeline.start_ready, command)),
            )
        async with self._pairs[pair].turn() as pipeline:
            return await pipeline.translate(text)

    async def stop(self) -> None:
        for pair in self._pairs.values():
            await pair.stop()
