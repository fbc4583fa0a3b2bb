"""One TLS context for all HTTP clients of a process, and of those that are forked from it.

A context holds every certificate authority that the machine trusts. httpx makes one for each
client: 11 MB and 50 ms for a job's first, 3.5 MB more for its second (measured). A context may be
shared between clients, threads and loops; livekit-agents does so with that of its own client.
Imported where jobs are forked from, after the plugins; what plugins ask for otherwise (another
authority, a certificate of their own, no verification) is made as ever.
"""

import ssl
import sys
from collections.abc import Callable
from functools import cache, wraps

Create = Callable[..., ssl.SSLContext]

_MAKERS = ("httpx._transports.default", "httpx2._transports.default")
_NAME = "create_ssl_context"


def shared(create: Create) -> Create:
    """The same, but one context for all that ask for the usual one."""

    @cache
    def usual(trust_env: bool) -> ssl.SSLContext:
        return create(verify=True, cert=None, trust_env=trust_env)

    @wraps(create)
    def created(
        verify: object = True, cert: object = None, trust_env: bool = True
    ) -> ssl.SSLContext:
        if verify is True and cert is None:
            return usual(trust_env)
        return create(verify=verify, cert=cert, trust_env=trust_env)

    return created


def _share() -> None:
    for name in _MAKERS:
        module = sys.modules.get(name)
        create: Create | None = getattr(module, _NAME, None)
        if module is not None and create is not None and not hasattr(create, "__wrapped__"):
            setattr(module, _NAME, shared(create))
            getattr(module, _NAME)()


_share()
