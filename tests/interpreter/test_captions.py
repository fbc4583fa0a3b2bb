"""Captions on a lossy track: the shared table of healing cases, and what a frame may hold."""

import json
from pathlib import Path
from typing import Any

import pytest

from interpreter.captions import (
    CaptionFrame,
    CaptionReceiver,
    decode_frame,
    encode_frame,
    is_caption_source,
)
from interpreter.events import Origin

TABLE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data" / "captions_cases.json").read_text(encoding="utf-8")
)


def _payload(step: dict[str, Any]) -> bytes:
    if "payload" in step:
        return str(step["payload"]).encode()
    return json.dumps({**TABLE["defaults"], **step["frame"]}).encode()


def _play(receiver: CaptionReceiver, step: dict[str, Any]) -> None:
    if "gone" in step:
        receiver.forget_publisher(step["gone"])
    elif "history" in step:
        payloads = [_payload({"frame": {**item, "final": True}}) for item in step["history"]]
        frames = [decode_frame(payload) for payload in payloads]
        receiver.add_history([frame for frame in frames if frame is not None])
    else:
        frame = decode_frame(_payload(step))
        if frame is not None:
            receiver.receive(step["from"], frame)


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"])
def test_a_receiver_heals(case: dict[str, Any]) -> None:
    receiver = CaptionReceiver(case.get("keeps", 500))

    for step in case["steps"]:
        _play(receiver, step)

    assert [frame.text for frame in receiver.finals] == case["finals"]
    assert [frame.text for frame in receiver.open] == case["open"]
    assert receiver.lost_frames == case.get("lost", 0)


@pytest.mark.parametrize("case", TABLE["trust"], ids=lambda case: case["name"])
def test_only_agents_with_a_server_written_role_are_believed(case: dict[str, Any]) -> None:
    believed = is_caption_source(case["is_agent"], case["attributes"], case["track"])

    assert believed is case["is_believed"]


def _frame(text: str, **changes: Any) -> CaptionFrame:
    values: dict[str, Any] = {
        "segment": "en-es.1.7",
        "revision": 2,
        "seq": 9,
        "is_final": False,
        "language": "es",
        "origin": Origin.MACHINE,
        "speaker": "Ana",
        "start_s": 1.5,
        "end_s": 2.25,
        "sent_s": 3.125,
        "text": text,
        "epoch": 1,
        "source_segments": ("en.1.3",),
        "glossary_hits": ("plant",),
        "stable_length": 4,
    }
    return CaptionFrame(**{**values, **changes})


@pytest.mark.parametrize("text", ["agua", "<b>&amp; --> \u202e", "水 🚰", "", "\ud800 alone"])
def test_a_frame_reads_back_as_it_was_written(text: str) -> None:
    frame = _frame(text)

    read = decode_frame(encode_frame(frame))

    assert read == _frame(text.replace("\ud800", "?"))


def test_a_frame_says_what_its_words_are_written_in() -> None:
    assert decode_frame(encode_frame(_frame("water", text_language="en"))) == _frame(
        "water", text_language="en"
    )


def test_a_long_segment_goes_whole_and_leaves_its_extras_behind() -> None:
    frame = _frame("ц" * 700)

    read = decode_frame(encode_frame(frame))

    assert read == _frame("ц" * 700, source_segments=(), glossary_hits=())
