"""What captions say beside words, told in each channel that it is about."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import replace

from interpreter.floor.sound_events import Gap, NotInterpreted, SeveralSpeak
from interpreter.floor.speaker import SpokenLanguage
from interpreter.floor.supervision import Pair, Running
from interpreter.line import LineWriter
from interpreter.room import RoomMetadata

OpenLanguage = Callable[[asyncio.TaskGroup, str], Awaitable[SpokenLanguage]]


class Marks:
    """The marks of one room: `look` several times a second."""

    def __init__(self, open_language: OpenLanguage, now_s: Callable[[], float]) -> None:
        self._open_language = open_language
        self._now_s = now_s
        self._several = SeveralSpeak()
        self._not_interpreted = NotInterpreted()
        self._open: dict[str, tuple[SpokenLanguage, str, Gap]] = {}
        """Channel → its mark that is not final yet: where, under which id, and what it says."""

    async def look(
        self,
        tasks: asyncio.TaskGroup,
        metadata: RoomMetadata,
        speaking: Collection[str],
        pairs: Mapping[Pair, Running],
        lines: Mapping[str, LineWriter],
        others: Collection[str],
    ) -> None:
        """`speaking` are the languages of those who speak now, one each; `others` the channels in
        which no machine is to be heard."""
        now_s = self._now_s()
        since_s = self._several.look(len(speaking), now_s)
        if since_s is not None:
            tags = dict.fromkeys([*speaking, *sorted(metadata.wanted.languages)])
            await self._tell_several(tags, tasks, since_s, now_s)
        gaps = self._not_interpreted.look(metadata, pairs, lines, others, now_s)
        for tag, gap in gaps.items():
            await self._tell_gap(tag, tasks, gap)

    async def _tell_several(
        self, tags: Iterable[str], tasks: asyncio.TaskGroup, since_s: float, now_s: float
    ) -> None:
        said: tuple[str, ...] = ()
        for tag in tags:
            channel = await self._open_language(tasks, tag)
            text, segment = channel.language.several_speak, channel.next_segment()
            channel.mark(segment, text, since_s, now_s, is_final=True, renders=said)
            said = said or (segment,)

    async def _tell_gap(self, tag: str, tasks: asyncio.TaskGroup, gap: Gap) -> None:
        if tag in self._open:
            channel, segment, told = self._open[tag]
        else:
            channel = await self._open_language(tasks, tag)
            segment, told = channel.next_segment(), None
        if told is not None and not gap.is_over and gap.seconds == told.seconds:
            return
        _show(channel, segment, gap)
        self._open[tag] = channel, segment, gap
        if gap.is_over:
            del self._open[tag]

    def close(self) -> None:
        """Nothing more is looked at: what is open is final."""
        for channel, segment, gap in self._open.values():
            _show(channel, segment, replace(gap, is_over=True))
        self._open.clear()


def _show(channel: SpokenLanguage, segment: str, gap: Gap) -> None:
    text = channel.language.not_interpreted.format(seconds=gap.seconds)
    channel.mark(segment, text, gap.since_s, gap.until_s, is_final=gap.is_over)
