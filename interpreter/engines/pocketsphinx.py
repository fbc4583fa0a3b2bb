"""pocketsphinx as a livekit-agents recogniser; each stream has a decoder process in the host.

`flush()` closes the utterance: its FINAL_TRANSCRIPT (if anything was said), then END_OF_SPEECH.
Speech without a pause is closed between two words after 12–15 s: that FINAL_TRANSCRIPT ends before
what was heard, and the next hypothesis goes on after its last word.
"""

import asyncio
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from livekit import rtc
from livekit.agents import APIConnectionError, LanguageCode, stt
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
    TimedString,
)
from livekit.agents.utils import AudioBuffer

from interpreter.engines.framing import BadMessage, Message
from interpreter.engines.host_client import HostConnection, connected
from interpreter.engines.unanswered import FLUSH, Unanswered
from interpreter.errors import InterpretationError, RequirementMissing
from interpreter.settings import Settings
from interpreter.word_sounds import pieces

RATE_HZ = 16_000
_BYTES_PER_S = RATE_HZ * 2
_PIECE = _BYTES_PER_S // 10
"""The decoder looks at its hypothesis this often."""


def check_installed(model: str) -> None:
    """Raise RequirementMissing when the package, or its model of this name, is not here."""
    package = find_spec("pocketsphinx")
    if package is None or package.origin is None:
        raise RequirementMissing("The recogniser pocketsphinx is missing; install it: `uv sync`.")
    if not (Path(package.origin).parent / "model" / model).is_dir():
        raise RequirementMissing(f"pocketsphinx has no model {model}; it brings only en-us.")


class PocketsphinxRecogniser(stt.STT[str]):
    """Recognises one language; a stream is one speaker.

    Open one for each speaker: it remembers their microphone from stream to stream.
    """

    def __init__(
        self, model: str, language: str, settings: Settings, words: Sequence[str] = ()
    ) -> None:
        """`words`: to expect; one that its dictionary lacks is heard by its sounds, or as eSpeak NG
        says it."""
        super().__init__(
            capabilities=stt.STTCapabilities(
                streaming=True,
                interim_results=True,
                aligned_transcript="word",
                offline_recognize=False,
                manual_flush=True,
            )
        )
        self._model = model
        self._language = language
        self._settings = settings
        self.words = [(piece.text, piece.ipa) for word in words for piece in pieces(word)]
        self.means = ""
        """The microphone's mean spectrum as the last stream left it; empty before the first."""

    @property
    def model(self) -> str:
        return self._model

    @property
    def provider(self) -> str:
        return "pocketsphinx"

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        return _Stream(
            recogniser=self,
            conn_options=conn_options,
            language=self._language,
            settings=self._settings,
        )

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        raise NotImplementedError("this recogniser streams: use stream()")


class _Stream(stt.RecognizeStream):
    def __init__(
        self,
        *,
        recogniser: PocketsphinxRecogniser,
        conn_options: APIConnectOptions,
        language: str,
        settings: Settings,
    ) -> None:
        super().__init__(stt=recogniser, conn_options=conn_options, sample_rate=RATE_HZ)
        self._recogniser = recogniser
        self._language = LanguageCode(language)
        self._settings = settings
        self._unanswered = Unanswered()
        self._is_speaking = False

    async def _run(self) -> None:
        path, timeout_s = self._settings.engine_socket_path, self._settings.engine_timeout_s
        try:
            async with connected(path, timeout_s) as connection:
                async with asyncio.timeout(timeout_s):
                    start_s = self._unanswered.start / RATE_HZ
                    await connection.send(
                        "recognise",
                        model=self._recogniser.model,
                        means=self._recogniser.means,
                        words=self._recogniser.words,
                        from_s=start_s,
                    )
                    await connection.receive()  # "ready": a decoder is loaded
                await self._recognise(connection)
        except InterpretationError as error:
            raise APIConnectionError(str(error), retryable=error.retryable) from error
        except (TimeoutError, BadMessage) as error:
            raise APIConnectionError("The recogniser does not answer; try again.") from error

    async def _recognise(self, connection: HostConnection) -> None:
        try:
            async with asyncio.TaskGroup() as group, asyncio.timeout(None) as deadline:
                group.create_task(self._send(connection, deadline), name="recogniser:send")
                await self._receive(connection, deadline)
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures

    async def _send(self, connection: HostConnection, deadline: asyncio.Timeout) -> None:
        for piece in list(self._unanswered):  # said to a decoder that died: nothing is lost
            await self._hand_over(piece, connection, deadline)
        audio = bytearray()
        async for item in self._input_ch:
            is_flush = not isinstance(item, rtc.AudioFrame)
            if isinstance(item, rtc.AudioFrame):
                audio += item.data.cast("B")
            if audio and (is_flush or len(audio) >= _PIECE):
                self._unanswered.add(bytes(audio))
                await self._hand_over(bytes(audio), connection, deadline)
                audio.clear()
            if is_flush:
                self._unanswered.add(FLUSH)
                await self._hand_over(FLUSH, connection, deadline)

    async def _hand_over(
        self, piece: bytes, connection: HostConnection, deadline: asyncio.Timeout
    ) -> None:
        if piece == FLUSH:
            loop = asyncio.get_running_loop()
            deadline.reschedule(loop.time() + self._settings.engine_timeout_s)
            await connection.send("flush")
        else:
            await connection.send("audio", piece)

    async def _receive(self, connection: HostConnection, deadline: asyncio.Timeout) -> None:
        is_ended = False
        while not is_ended:
            message = await connection.receive()
            if message.kind == "hypothesis":
                self._hear(message)
            elif message.kind == "final":
                self._unanswered.drop_before(round(message.number("closed_s") * RATE_HZ))
                self._close_utterance(message)
            elif message.kind == "flushed":
                self._unanswered.drop_flush()
                self._is_speaking = False
                self._emit(stt.SpeechEventType.END_OF_SPEECH)
                if not self._unanswered.has_flush:
                    deadline.reschedule(None)
                # end_input() flushes and closes in one go: its flush is the last to be answered
                is_ended = self._input_ch.closed and self._input_ch.empty()
                is_ended = is_ended and not self._unanswered.has_flush

    def _hear(self, message: Message) -> None:
        words = _timed_words(message, has_confidence=False)
        if words and not self._is_speaking:
            self._is_speaking = True
            self._emit(stt.SpeechEventType.START_OF_SPEECH)
        data = self._speech(words, message.number("heard_s"))
        self._emit(stt.SpeechEventType.INTERIM_TRANSCRIPT, data)

    def _close_utterance(self, message: Message) -> None:
        self._recogniser.means = message.text("means")
        words = _timed_words(message, has_confidence=True)
        if words:
            data = self._speech(words, message.number("closed_s"))
            self._emit(stt.SpeechEventType.FINAL_TRANSCRIPT, data)
        self._event_ch.send_nowait(
            stt.SpeechEvent(
                type=stt.SpeechEventType.RECOGNITION_USAGE,
                recognition_usage=stt.RecognitionUsage(message.number("used_s")),
            )
        )

    def _speech(self, words: list[TimedString], heard_s: float) -> stt.SpeechData:
        sure = [word.confidence for word in words if isinstance(word.confidence, float)]
        return stt.SpeechData(
            language=self._language,
            text=" ".join(words),
            start_time=_time(words[0].start_time) if words else heard_s,
            end_time=_time(words[-1].end_time) if words else heard_s,
            confidence=sum(sure) / len(sure) if sure else 0.0,
            words=words,
            metadata={"heard_s": heard_s},
        )

    def _emit(self, kind: stt.SpeechEventType, *alternatives: stt.SpeechData) -> None:
        self._event_ch.send_nowait(stt.SpeechEvent(type=kind, alternatives=list(alternatives)))


def _timed_words(message: Message, *, has_confidence: bool) -> list[TimedString]:
    return [_timed_word(row, has_confidence) for row in message.rows("words")]


def _timed_word(row: list[object], has_confidence: bool) -> TimedString:
    match row:
        case [str(text), int() | float() as start_s, int() | float() as end_s, float(sure)]:
            confidence = sure if has_confidence else NOT_GIVEN
            return TimedString(text, start_time=start_s, end_time=end_s, confidence=confidence)
    raise BadMessage("a row of words is malformed")


def _time(value: NotGivenOr[float]) -> float:
    return value if isinstance(value, int | float) else 0.0
