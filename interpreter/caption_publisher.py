"""Sends captions so that a lossy data track loses nothing: paced, repeated, with a snapshot.

What goes when is `CaptionSchedule`, pure and fed with times; `CaptionPublisher` waits and pushes.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from livekit.rtc import PushFrameError

from interpreter.captions import CaptionFrame, encode_frame
from interpreter.events import Origin

FRAME_GAP_S = 0.005
"""The SDK's send queue holds one frame and drops the older one without an error."""
RETRY_S = 0.05
REPEATS_S = (0.15, 0.6)
SNAPSHOT_EVERY_S = 1.5
SNAPSHOT_FINALS = 4
SNAPSHOT_FOR_S = 60.0
UNSENT_FINALS = 256
"""About ten minutes of speech that could not be sent; older ones are left to the history."""


class CaptionPacer:
    """Turns for all data tracks of one participant, which share a send queue: 5 ms apart."""

    def __init__(self, gap_s: float = FRAME_GAP_S) -> None:
        self._gap_s = gap_s
        self._lock = asyncio.Lock()
        self._free_at_s = -math.inf

    async def wait_turn(self) -> None:
        """Return when the next frame may go; the caller pushes at once, without awaiting."""
        now_s = asyncio.get_running_loop().time
        async with self._lock:
            await asyncio.sleep(max(0.0, self._free_at_s - now_s()))
            self._free_at_s = now_s() + self._gap_s


class CaptionSchedule:
    """Which frame goes next: a final, an open segment, a repeat, the snapshot.

    All times are monotonic seconds, given by the caller. A frame stays next until `mark_sent`.
    """

    def __init__(self) -> None:
        self._finals: deque[CaptionFrame] = deque(maxlen=UNSENT_FINALS)
        self._open: dict[str, CaptionFrame] = {}
        self._unsent: dict[str, CaptionFrame] = {}
        """Of each open segment only the newest text, the one that waits longest first."""
        self._repeats: list[tuple[float, CaptionFrame]] = []
        self._last_finals: deque[CaptionFrame] = deque(maxlen=SNAPSHOT_FINALS)
        self._snapshot: deque[CaptionFrame] = deque()
        self._snapshot_at_s = -math.inf
        self._snapshot_until_s = -math.inf

    @property
    def has_finals(self) -> bool:
        """Whether a final, or a repeat of one, still has to go."""
        return bool(self._finals or self._repeats)

    def set_open(self, frame: CaptionFrame, now_s: float) -> None:
        """Send this text of an open segment in place of any older one."""
        self._open[frame.segment] = frame
        self._unsent[frame.segment] = frame
        self._keep_snapshots_going(now_s)

    def add_final(self, frame: CaptionFrame, now_s: float) -> None:
        """Send a final now, twice more soon, and in the snapshots."""
        self._open.pop(frame.segment, None)
        self._unsent.pop(frame.segment, None)
        self._finals.append(frame)
        self._keep_snapshots_going(now_s)

    def next_at_s(self) -> float:
        """When the next frame is due: minus infinity for at once, infinity for never."""
        if self._finals or self._unsent or self._snapshot:
            return -math.inf
        repeat_at_s = min((at_s for at_s, _ in self._repeats), default=math.inf)
        has_snapshot = bool(self._last_finals or self._open)
        goes_on = has_snapshot and self._snapshot_at_s <= self._snapshot_until_s
        return min(repeat_at_s, self._snapshot_at_s if goes_on else math.inf)

    def next_frame(self, now_s: float) -> CaptionFrame | None:
        """The frame to send now, if any."""
        if self._finals:
            return self._finals[0]
        if self._unsent:
            return next(iter(self._unsent.values()))
        due = [frame for at_s, frame in self._repeats if at_s <= now_s]
        if due:
            return due[0]
        if not self._snapshot and self._snapshot_at_s <= min(now_s, self._snapshot_until_s):
            self._snapshot.extend((*self._last_finals, *self._open.values()))
            self._snapshot_at_s = now_s + SNAPSHOT_EVERY_S
        while self._snapshot and self._is_overtaken(self._snapshot[0]):
            self._snapshot.popleft()
        return self._snapshot[0] if self._snapshot else None

    def mark_sent(self, frame: CaptionFrame, now_s: float) -> None:
        """The frame that was next has gone out."""
        if self._finals and self._finals[0] is frame:
            self._finals.popleft()
            self._last_finals.append(frame)
            self._repeats += [(now_s + delay_s, frame) for delay_s in REPEATS_S]
            return
        if self._unsent.get(frame.segment) is frame:
            del self._unsent[frame.segment]
            return
        if self._snapshot and self._snapshot[0] is frame:
            self._snapshot.popleft()
            return
        sent = next(index for index, (_, kept) in enumerate(self._repeats) if kept is frame)
        del self._repeats[sent]

    def _is_overtaken(self, frame: CaptionFrame) -> bool:
        return not frame.is_final and self._open.get(frame.segment) is not frame

    def _keep_snapshots_going(self, now_s: float) -> None:
        if now_s > self._snapshot_until_s:
            self._snapshot_at_s = now_s + SNAPSHOT_EVERY_S
        self._snapshot_until_s = now_s + SNAPSHOT_FOR_S


class CaptionPublisher:
    """Publishes one language's captions: `update` while a segment is open, `finish` once."""

    def __init__(
        self,
        pacer: CaptionPacer,
        language: str,
        origin: Origin,
        epoch: int,
        push: Callable[[bytes], None],
        now_s: Callable[[], float],
    ) -> None:
        """`push` hands one payload to the data track or raises PushFrameError.

        `now_s` is the room's clock.
        """
        self._pacer = pacer
        self._language = language
        self._origin = origin
        self._epoch = epoch
        self._push = push
        self._now_s = now_s
        self._schedule = CaptionSchedule()
        self._open: dict[str, CaptionFrame] = {}
        self._seq = 0
        self._news = asyncio.Event()
        self._is_ending = False

    def update(
        self,
        segment_id: str,
        text: str,
        start_s: float,
        end_s: float,
        speaker: str,
        stable_length: int = 0,
        source_segments: tuple[str, ...] = (),
        origin: Origin | None = None,
        glossary_hits: tuple[str, ...] = (),
        text_language: str = "",
    ) -> None:
        """Show this text of an open segment; a text that waits to be sent is replaced.

        `origin` and `text_language` where they are not the publisher's.
        """
        before = self._open.get(segment_id)
        if before is not None and (before.text, before.stable_length) == (text, stable_length):
            return
        frame = self._frame(segment_id, text, start_s, end_s, speaker, source_segments)
        frame = replace(
            frame,
            stable_length=stable_length,
            origin=origin or self._origin,
            glossary_hits=glossary_hits,
            text_language=text_language,
        )
        self._open[segment_id] = frame
        self._schedule.set_open(frame, asyncio.get_running_loop().time())
        self._news.set()

    def finish(
        self,
        segment_id: str,
        text: str,
        start_s: float,
        end_s: float,
        speaker: str,
        source_segments: tuple[str, ...] = (),
        origin: Origin | None = None,
        glossary_hits: tuple[str, ...] = (),
        text_language: str = "",
    ) -> None:
        """Send the final text of a segment, once; an empty text withdraws what was shown of it."""
        frame = self._frame(segment_id, text, start_s, end_s, speaker, source_segments)
        frame = replace(
            frame,
            is_final=True,
            stable_length=len(text),
            origin=origin or self._origin,
            glossary_hits=glossary_hits,
            text_language=text_language,
        )
        self._open.pop(segment_id, None)
        self._schedule.add_final(frame, asyncio.get_running_loop().time())
        self._news.set()

    def end_input(self) -> None:
        """Nothing more comes: `run` returns when every final and its repeats have gone out."""
        self._is_ending = True
        self._news.set()

    async def run(self) -> None:
        """Send until `end_input` or cancellation."""
        while not self._is_ending or self._schedule.has_finals:
            await self._wait_due()
            await self._pacer.wait_turn()
            if not self._send_next():
                await asyncio.sleep(RETRY_S)

    async def _wait_due(self) -> None:
        loop = asyncio.get_running_loop()
        self._news.clear()
        wait_s = self._schedule.next_at_s() - loop.time()
        if wait_s <= 0 or (self._is_ending and not self._schedule.has_finals):
            return
        try:
            async with asyncio.timeout(None if math.isinf(wait_s) else wait_s):
                await self._news.wait()
        except TimeoutError:
            return

    def _send_next(self) -> bool:
        """Whether the next frame went out, or none was due; a frame that failed stays next."""
        now_s = asyncio.get_running_loop().time()
        frame = self._schedule.next_frame(now_s)
        if frame is None:
            return True
        stamped = replace(frame, seq=self._seq, sent_s=self._now_s())
        try:
            self._push(encode_frame(stamped))
        except PushFrameError:
            return False
        self._seq += 1
        self._schedule.mark_sent(frame, now_s)
        return True

    def _frame(
        self,
        segment_id: str,
        text: str,
        start_s: float,
        end_s: float,
        speaker: str,
        source_segments: tuple[str, ...],
    ) -> CaptionFrame:
        before = self._open.get(segment_id)
        return CaptionFrame(
            segment=segment_id,
            revision=0 if before is None else before.revision + 1,
            seq=0,
            is_final=False,
            language=self._language,
            origin=self._origin,
            speaker=speaker,
            start_s=start_s,
            end_s=end_s,
            sent_s=0.0,
            text=text,
            epoch=self._epoch,
            source_segments=source_segments,
        )
