"""The engine host's child processes: how one starts, talks and ends; how clients share them.

Every child ends when its standard input ends, so none outlives the host, however the host dies.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from interpreter.engines.framing import BadMessage, Message, read_message
from interpreter.errors import EngineError, EngineUnavailable, RequirementMissing

logger = logging.getLogger(__name__)

_START_S = 20.0
_STOP_S = 3.0


def python_module(module: str, *arguments: str) -> tuple[str, ...]:
    """The command that runs one of our modules with this interpreter."""
    return (sys.executable, "-m", module, *arguments)


class Child:
    """One running engine process and its two pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("a child needs pipes for input and output")
        self._process = process
        self._stdin = process.stdin
        self._stdout = process.stdout
        self._is_killed = False

    @classmethod
    async def start(cls, command: Sequence[str]) -> "Child":
        """Start the process and wait until it is ready; raises what the child says it lacks."""
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        child = cls(process)
        try:
            async with asyncio.timeout(_START_S):
                message = await child.receive()
        except TimeoutError as error:
            await child.stop()
            raise EngineUnavailable("An engine did not start in time; try again.") from error
        except BaseException:
            await child.stop()
            raise
        if message.kind != "ready":
            await child.stop()
            raise failure(message)
        return child

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return not (
            self._is_killed or self._process.returncode is not None or self._stdout.at_eof()
        )

    async def send(self, message: bytes) -> None:
        """Hand over a message; a child that has died shows at the next `receive`."""
        with suppress(ConnectionError):
            self._stdin.write(message)
            await self._stdin.drain()

    async def receive(self) -> Message:
        """The child's next message; raises EngineUnavailable when it has died."""
        try:
            return await read_message(self._stdout)
        except (EOFError, BadMessage, ConnectionError) as error:
            raise EngineUnavailable("An engine process ended unexpectedly; try again.") from error

    def kill(self) -> None:
        self._is_killed = True
        with suppress(ProcessLookupError):
            self._process.kill()

    async def stop(self) -> None:
        """End the process: first by closing its input, then by force."""
        self._stdin.close()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(_STOP_S):
                    await self._process.wait()
        finally:
            if self._process.returncode is None:
                self.kill()
                await self._process.wait()


def failure(message: Message) -> EngineError | RequirementMissing:
    """The error that a `failed` message tells of."""
    sentence = message.text("sentence")
    if message.text("code") == RequirementMissing.code:
        return RequirementMissing(sentence)
    return EngineUnavailable(sentence)


class IdleTimer:
    """Runs `action` when nothing has been busy for `idle_s`."""

    def __init__(
        self,
        group: asyncio.TaskGroup,
        idle_s: float,
        action: Callable[[], Coroutine[None, None, None]],
    ) -> None:
        self._group = group
        self._idle_s = idle_s
        self._action = action
        self._busy = 0
        self._timer: asyncio.TimerHandle | None = None

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Something uses the children; the idle time starts when the last user has left."""
        self._busy += 1
        self.cancel()
        try:
            yield
        finally:
            self._busy -= 1
            if not self._busy:
                self._timer = asyncio.get_running_loop().call_later(self._idle_s, self._expire)

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _expire(self) -> None:
        self._group.create_task(self._action(), name="idle")


class DecoderPool:
    """Recogniser processes, one a stream, with one spare kept loaded from the first request on."""

    def __init__(self, group: asyncio.TaskGroup, command: Sequence[str], idle_s: float) -> None:
        self._group = group
        self._command = tuple(command)
        self._idle = IdleTimer(group, idle_s, self.stop)
        self._spares: dict[str, Child] = {}
        self._warming: set[str] = set()
        self._leased: set[Child] = set()

    @property
    def pids(self) -> list[int]:
        """Processes in use first, then the spares."""
        return [child.pid for child in (*self._leased, *self._spares.values())]

    @asynccontextmanager
    async def lease(self, model: str, *, only_once: bool = False) -> AsyncIterator[Child]:
        """A decoder for one stream; left without an error, it is idle and fit for the next, unless
        it is to serve `only_once`."""
        with self._idle.busy():
            child = await self._take(model)
            self._leased.add(child)
            self._group.create_task(self._warm(model), name=f"warm:{model}")
            try:
                yield child
            except BaseException:
                child.kill()
                raise
            finally:
                self._leased.discard(child)
                if only_once:
                    await child.stop()
                else:
                    await self._keep_or_stop(model, child)

    async def _take(self, model: str) -> Child:
        spare = self._spares.pop(model, None)
        if spare and spare.is_alive:
            return spare
        if spare:
            await spare.stop()
        return await Child.start([*self._command, model])

    async def _warm(self, model: str) -> None:
        if model in self._warming or model in self._spares:
            return
        self._warming.add(model)
        with self._idle.busy():
            try:
                child = await Child.start([*self._command, model])
            except (EngineError, RequirementMissing):
                return  # the next stream starts its own, and tells its client why that fails
            finally:
                self._warming.discard(model)
            await self._keep_or_stop(model, child)

    async def _keep_or_stop(self, model: str, child: Child) -> None:
        if child.is_alive and model not in self._spares:
            self._spares[model] = child
        else:
            await child.stop()

    async def stop(self) -> None:
        """End the spares; decoders in use end with their streams."""
        self._idle.cancel()
        while self._spares:
            _, child = self._spares.popitem()
            await child.stop()


class Process(Protocol):
    """What can be shared."""

    @property
    def pid(self) -> int: ...

    @property
    def is_alive(self) -> bool: ...

    def kill(self) -> None: ...

    async def stop(self) -> None: ...


Shared = TypeVar("Shared", bound=Process)


@dataclass(frozen=True, slots=True)
class Renewal(Generic[Shared]):
    """A process that grows with each request is replaced after so many, by one that is ready."""

    requests: int
    start_ready: Callable[[], Awaitable[Shared]]


class SharedProcess(Generic[Shared]):
    """One process that serves many clients, one request after the other in the order they came."""

    def __init__(
        self,
        group: asyncio.TaskGroup,
        start: Callable[[], Awaitable[Shared]],
        idle_s: float,
        renewal: Renewal[Shared] | None = None,
    ) -> None:
        self._group = group
        self._start = start
        self._renewal = renewal
        self._served = 0
        self._renewing: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._idle = IdleTimer(group, idle_s, self._stop_idle)
        self._child: Shared | None = None

    @property
    def pids(self) -> list[int]:
        return [self._child.pid] if self._child else []

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Shared]:
        """The process, for one request; a request that breaks off in an error costs the process."""
        async with self._turn:
            with self._idle.busy():
                child = await self._running()
                try:
                    yield child
                except BaseException:
                    child.kill()
                    raise
                self._served += 1
                self._renew_when_due()

    async def _running(self) -> Shared:
        if self._child is None or not self._child.is_alive:
            if self._child:
                await self._child.stop()
                self._child = None
            self._child, self._served = await self._start(), 0
        return self._child

    def _renew_when_due(self) -> None:
        renewal = self._renewal
        if renewal is None or self._served < renewal.requests or self._renewing is not None:
            return
        renewing = self._renew(renewal.start_ready)
        self._renewing = self._group.create_task(renewing, name="renewal")

    async def _renew(self, start_ready: Callable[[], Awaitable[Shared]]) -> None:
        """The old one serves until the new one can; they change between two requests."""
        spare: Shared | None = None
        try:
            spare = await start_ready()
            async with self._turn:
                spare, self._child = self._child, spare
        except (EngineError, OSError):
            logger.warning("a process that has served long is kept", exc_info=True)
        finally:
            self._served, self._renewing = 0, None
            if spare is not None:
                await spare.stop()

    async def _stop_idle(self) -> None:
        async with self._turn:
            await self.stop()

    async def stop(self) -> None:
        """End the process; the next request starts another."""
        self._idle.cancel()
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.wait([self._renewing])
            self._renewing = None  # one that had not begun does not say so itself
        child, self._child = self._child, None
        if child:
            await child.stop()
