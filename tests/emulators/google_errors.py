"""How Google says no over gRPC: https://cloud.google.com/apis/design/errors."""

import asyncio
from typing import Any

import grpc

from tests.emulators.faults import Fault, Kind

_CODES: dict[Kind, tuple[grpc.StatusCode, str]] = {
    "401": (grpc.StatusCode.UNAUTHENTICATED, "Request had invalid authentication credentials."),
    "429": (grpc.StatusCode.RESOURCE_EXHAUSTED, "Quota exceeded for project 123456."),
    "500": (grpc.StatusCode.INTERNAL, "Internal error encountered."),
    "drop": (grpc.StatusCode.UNAVAILABLE, "Socket closed"),
    "half_frame": (grpc.StatusCode.UNAVAILABLE, "Stream removed"),
    "close": (grpc.StatusCode.ABORTED, "Max duration of 5 minutes reached for stream."),
}


async def go_wrong(fault: Fault | None, context: Any) -> None:
    """Do what was told, if anything was."""
    if fault is None:
        return
    if fault.kind == "stall":
        await asyncio.Event().wait()
    await context.abort(*_CODES[fault.kind])
