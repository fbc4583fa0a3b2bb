"""How many jobs this machine runs at once, floors and pairs together, counted from the moment that
one is accepted.

livekit-agents' own limit is switched off: it guesses what an accepted job will cost from the jobs
of its own server, and takes the first for the whole machine. Of two languages that were wanted in
the same moment it refused one, which was dispatched again 20 s later.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from livekit.agents import AgentServer, JobRequest

Accept = Callable[[JobRequest], Coroutine[Any, Any, None]]


class Slots:
    """Of all servers of this process."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._servers: list[AgentServer] = []
        self._coming = 0

    def add(self, server: AgentServer) -> None:
        self._servers.append(server)

    def load(self, _server: AgentServer) -> float:
        """The share of the slots that are taken, by which LiveKit chooses among machines."""
        return self._taken / self._count

    def accepting(self, accept: Accept) -> Accept:
        """The same where a slot is free; else another machine is asked."""

        async def answer(request: JobRequest) -> None:
            if self._taken >= self._count:
                await request.reject(terminate=False)
                return
            self._coming += 1
            try:
                await accept(request)  # returns when the job runs
            finally:
                self._coming -= 1

        return answer

    @property
    def _taken(self) -> int:
        return self._coming + sum(len(server.active_jobs) for server in self._servers)
