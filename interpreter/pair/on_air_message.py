"""What the floor agent tells a pair of its channel: whether its voice and its captions go out."""

import json
from dataclasses import dataclass
from typing import Any

VERSION = 1


@dataclass(frozen=True, slots=True)
class OnAirMessage:
    """Of two, the one of the higher epoch and number counts."""

    target: str
    epoch: int
    """The floor agent's."""
    number: int
    has_voice: bool = True
    has_captions: bool = True

    @property
    def place(self) -> tuple[int, int]:
        return self.epoch, self.number


def encode_on_air(message: OnAirMessage) -> bytes:
    return json.dumps(
        {
            "v": VERSION,
            "target": message.target,
            "epoch": message.epoch,
            "number": message.number,
            "voice": message.has_voice,
            "captions": message.has_captions,
        }
    ).encode()


def decode_on_air(payload: bytes) -> OnAirMessage | None:
    """Read a message of this version; None for anything else."""
    try:
        data: dict[str, Any] = json.loads(payload)
        if data["v"] != VERSION:
            return None
        return OnAirMessage(
            str(data["target"]),
            int(data["epoch"]),
            int(data["number"]),
            bool(data["voice"]),
            bool(data["captions"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
