"""What protects the pages whoever writes them: headers, forms of our own pages only, clean logs,
and how secrets are compared and made of each other."""

import base64
import hashlib
import hmac
import logging
import re
import secrets
from os import PathLike, stat_result
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.errors import NotAllowed
from web.i18n import N_

_FINGERPRINT = re.compile(r"-[0-9A-Za-z_]{8,}\.\w+$")


def is_same_secret(given: str, known: str) -> bool:
    """Compares in a time that does not tell how much of it is right."""
    return secrets.compare_digest(given.encode(), known.encode())


def derived_secret(secret: str, purpose: str) -> str:
    """A secret for one purpose, made of another that cannot be found from it."""
    digest = hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:18]).decode()


def content_security_policy(livekit_url: str) -> str:
    """Scripts, styles and connections of our own and to the media server, nothing else."""
    parts = urlsplit(livekit_url)
    media = f"ws{'s' if parts.scheme in ('wss', 'https') else ''}://{parts.netloc}"
    return "; ".join(
        [
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "media-src 'self' blob: mediastream:",
            "worker-src 'self' blob:",
            # The browser's SDK asks over HTTP why a WebSocket was refused.
            f"connect-src 'self' {media} {media.replace('ws', 'http', 1)}",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
        ]
    )


class SecureHeaders:
    """Adds security headers to every answer."""

    def __init__(self, app: ASGIApp, livekit_url: str) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": content_security_policy(livekit_url),
            "X-Content-Type-Options": "nosniff",
            # Speakers' links hold a key that no other site may see; `no-referrer` would make
            # browsers say `Origin: null` for our own forms too.
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class CachedStaticFiles(StaticFiles):
    """Files with a fingerprint in their name never change; others are asked for again."""

    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        is_fixed = _FINGERPRINT.search(str(full_path))
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if is_fixed else "no-cache"
        )
        return response


def same_origin(request: Request) -> None:
    """Refuse a form that another site's page sent: browsers say where it came from."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if site is not None and site in ("none", "same-origin"):
        return
    if site is None and (origin is None or urlsplit(origin).netloc == request.url.netloc):
        return
    raise NotAllowed(N_("This form was sent by another site. Open our own page and send it there."))


class WithoutQuery(logging.Filter):
    """Takes query strings out of the access log: speakers' links hold a key."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                value.partition("?")[0] if isinstance(value, str) and value[:1] == "/" else value
                for value in record.args
            )
        return True
