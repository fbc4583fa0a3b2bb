"""What web says of a room's humans arrives as it was said, also from the version before."""

import json

import pytest

from interpreter.room import Handover, RoomMetadata, Staff, decode_metadata

OFFER = Handover(3, "offered", "interpreter-1", "interpreter-2", "interpreter-1", 5, 60.5, 300.5)


def metadata(staff: Staff) -> RoomMetadata:
    return RoomMetadata("r1", 1.5, ("en",), ("es",), staff={"es": staff})


@pytest.mark.parametrize(
    "staff",
    [
        pytest.param(Staff(), id="nobody"),
        pytest.param(Staff("interpreter-1", 2, True, 30, 12.25), id="a-shift"),
        pytest.param(Staff("interpreter-1", 2, handover=OFFER), id="an-offer"),
    ],
)
def test_what_is_said_of_a_channel_is_read(staff: Staff) -> None:
    assert decode_metadata(metadata(staff).encode()) == metadata(staff)


def test_what_the_version_before_says_of_a_channel_is_read() -> None:
    said = json.loads(metadata(Staff()).encode())
    said["staff"] = {"es": {"human": "interpreter-1", "number": 2, "is_only": True}}
    assert decode_metadata(json.dumps(said)) == metadata(Staff("interpreter-1", 2, True))


def test_a_room_says_which_glossaries_hold_and_which_version_of_them() -> None:
    said = RoomMetadata("r1", 1.5, ("en",), ("es",), glossaries={"g1": 3, "g2": 1})
    assert decode_metadata(said.encode()) == said
