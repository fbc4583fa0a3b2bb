"""A worker that is told to stop leaves its jobs to others: until these work, its own go on."""

import asyncio
import logging

from livekit import api
from livekit.agents import AgentServer

from interpreter.room import LEAVING
from interpreter.settings import Settings

logger = logging.getLogger(__name__)


async def leave(servers: list[AgentServer], settings: Settings) -> None:
    """Take no new jobs, mark the running ones as leaving, and wait for others to replace them.

    The floor agent replaces its pairs, web replaces floor agents; each goes when its successor
    works.
    """
    jobs = [job for server in servers for job in server.active_jobs]
    if not jobs or settings.leave_s <= 0:
        return
    drains = [server.drain(timeout=max(int(settings.leave_s), 1)) for server in servers]
    async with api.LiveKitAPI(
        settings.livekit_url, settings.livekit_api_key, settings.livekit_api_secret
    ) as livekit:
        for job in jobs:
            await _mark_leaving(livekit, job.job.room.name, job.accept_arguments.identity)
    for ended in await asyncio.gather(*drains, return_exceptions=True):
        if isinstance(ended, TimeoutError):
            logger.warning("jobs end here: no other worker took them over in time")


async def _mark_leaving(livekit: api.LiveKitAPI, room: str, identity: str) -> None:
    try:
        await livekit.room.update_participant(
            api.UpdateParticipantRequest(room=room, identity=identity, attributes={LEAVING: "1"})
        )
    except (api.TwirpError, OSError):
        logger.warning("a job's room is gone already", exc_info=True)
