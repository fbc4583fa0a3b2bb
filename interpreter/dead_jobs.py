"""A job's process that has died leaves its participant in the room for 20 s: LiveKit waits for it
to reconnect. Its worker, or the one that is started after it, knows better, and takes it out.

What tells is the lock on the job's journal, which nothing but the death of the process releases
before the job has ended in order (journal.py).
"""

import asyncio
import logging
from pathlib import Path

from livekit import api

from interpreter.journal import dead_journals
from interpreter.participants import remove_participant
from interpreter.settings import Settings

logger = logging.getLogger(__name__)

LOOK_S = 0.25
FLOOR_IDENTITY = "floor-{job}"
PAIR_IDENTITY = "pair-{job}"


class DeadJobs:
    """Takes the participants of dead jobs out of their rooms, each once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._removed: set[Path] = set()

    def is_removed(self, journal: Path) -> bool:
        """Whether this dead job's participant has been dealt with; then its journal may go."""
        return journal in self._removed

    async def run(self) -> None:
        """Look four times a second, until cancelled."""
        settings = self._settings
        async with api.LiveKitAPI(
            settings.livekit_url, settings.livekit_api_key, settings.livekit_api_secret
        ) as livekit:
            while True:
                dead = await asyncio.to_thread(dead_journals, settings.journal_dir)
                for path in dead - self._removed:
                    await _remove(livekit, path, settings.api_timeout_s)
                self._removed = dead
                await asyncio.sleep(LOOK_S)


async def _remove(livekit: api.LiveKitAPI, journal: Path, limit_s: float) -> None:
    """Either identity: the journal does not say which agent it was."""
    for identity in (FLOOR_IDENTITY, PAIR_IDENTITY):
        dead = identity.format(job=journal.stem)
        if await remove_participant(livekit, journal.parent.name, dead, limit_s):
            logger.warning("a job's process has died; its participant is removed")
