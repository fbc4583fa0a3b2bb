"""How Google says no over gRPC: https://cloud.google.com/apis/design/errors."""

import asyncio
from typing import Any

import grpc
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status

from tests.emulators.faults import Fault, Kind

_CODES: dict[Kind, tuple[grpc.StatusCode, str]] = {
    "401": (grpc.StatusCode.UNAUTHENTICATED, "Request had invalid authentication credentials."),
    "429": (grpc.StatusCode.RESOURCE_EXHAUSTED, "Quota exceeded for project 123456."),
    "500": (grpc.StatusCode.INTERNAL, "Internal error encountered."),
    "drop": (grpc.StatusCode.UNAVAILABLE, "Socket closed"),
    "half_frame": (grpc.StatusCode.UNAVAILABLE, "Stream removed"),
    "close": (grpc.StatusCode.ABORTED, "Max duration of 5 minutes reached for stream."),
}


RETRY = "retry"
_SAYS: dict[str, tuple[grpc.StatusCode, str]] = {
    RETRY: _CODES["429"],
    "language": (
        grpc.StatusCode.INVALID_ARGUMENT,
        "Invalid recognition 'config': bad language code.",
    ),
    "unknown": (grpc.StatusCode.UNKNOWN, ""),
    "loss": (grpc.StatusCode.DATA_LOSS, "Unrecoverable data loss or corruption."),
    "invalid": (grpc.StatusCode.INVALID_ARGUMENT, "Request contains an invalid argument."),
    "voice": (grpc.StatusCode.INVALID_ARGUMENT, "Voice 'es-ES-Nobody' does not exist."),
    "region": (
        grpc.StatusCode.INVALID_ARGUMENT,
        "Expected resource location to be global, but found us-central1 in resource name.",
    ),
    "disabled": (
        grpc.StatusCode.PERMISSION_DENIED,
        "Cloud Speech-to-Text API has not been used in project 123456 before or it is disabled.",
    ),
    "billing": (
        grpc.StatusCode.PERMISSION_DENIED,
        "This API method requires billing to be enabled on project 123456.",
    ),
    "core": (grpc.StatusCode.INTERNAL, "Internal error from Core"),
}
"""What a refusal may be about, or how a stream ends, by a fault's `says`; `RETRY` also says how
long to wait."""


async def go_wrong(fault: Fault | None, context: Any) -> None:
    """Do what was told, if anything was."""
    if fault is None:
        return
    if fault.kind == "stall":
        await asyncio.Event().wait()
    if fault.kind == "slow":
        await asyncio.sleep(fault.wait_s)
        return
    code, says = _SAYS.get(fault.says, _CODES[fault.kind])
    await context.abort(code, says, _waits(fault, code, says) if fault.says == RETRY else ())


def _waits(fault: Fault, code: grpc.StatusCode, says: str) -> tuple[tuple[str, bytes], ...]:
    """How long it wants to be left alone, where errors have their details."""
    info, status = RetryInfo(), Status(code=code.value[0], message=says)
    info.retry_delay.FromMilliseconds(round(fault.wait_s * 1000))
    status.details.add().Pack(info)
    return (("grpc-status-details-bin", status.SerializeToString()),)
