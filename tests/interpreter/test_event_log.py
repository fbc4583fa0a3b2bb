"""Events in, lines of a file out."""

import logging
from pathlib import Path

import pytest

from interpreter.event_log import EventLog, read_events


def now_s() -> float:
    return 2.5


def test_events_of_all_jobs_come_back_in_order_of_time(tmp_path: Path) -> None:
    one, two = (EventLog.open(tmp_path, "room", job, now_s) for job in ("one", "two"))
    one.write("late", 3.0, text="más tarde")
    two.write("now")
    one.close()
    two.close()
    assert read_events(tmp_path / "room") == [
        {"event": "now", "at_s": 2.5},
        {"event": "late", "at_s": 3.0, "text": "más tarde"},
    ]


def test_a_line_cut_off_by_a_crash_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "job.jsonl").write_text('{"event": "whole", "at_s": 1}\n{"event": "cu')
    assert [event["event"] for event in read_events(tmp_path)] == ["whole"]


def test_a_full_disk_ends_nothing_and_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    log = EventLog(Path("/dev/full").open("wb", buffering=0), now_s)
    log.write("one")
    log.write("two")
    log.close()
    said = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(said) == 1
