"""Beyond a link: the ports of this side's own machine lead to the near side's, so that a browser
there opens the same addresses (and may use its microphone, as pages of this machine may).

`python -m tests.live.far_ports PORT …` runs until it is ended.
"""

import asyncio
import sys
from contextlib import AsyncExitStack

from interpreter.local_server import HOST
from tests.live.bad_networks import relay_to
from tests.live.links import NEAR


async def _main(*ports: int) -> None:
    async with AsyncExitStack() as stack:
        for port in ports:
            server = await asyncio.start_server(relay_to(NEAR, port), HOST, port)
            await stack.enter_async_context(server)
        print("ready", flush=True)  # noqa: T201  (who started it waits for this)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(*(int(port) for port in sys.argv[1:])))
