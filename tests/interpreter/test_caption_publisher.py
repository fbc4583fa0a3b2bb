"""The caption publisher: what goes out when, on a track that fails now and then."""

import asyncio
from collections.abc import Callable
from itertools import pairwise

from livekit.rtc import PushFrameError

from interpreter.caption_publisher import CaptionPacer, CaptionPublisher
from interpreter.captions import CaptionFrame, decode_frame
from interpreter.events import Origin
from tests.virtual_time import run_in_virtual_time


class Track:
    """A data track that notes what is pushed and when; the first `failures` pushes fail."""

    def __init__(self, failures: int = 0) -> None:
        self.sent: list[tuple[float, CaptionFrame]] = []
        self._failures = failures

    def push(self, payload: bytes) -> None:
        if self._failures:
            self._failures -= 1
            raise PushFrameError("queue is full")
        frame = decode_frame(payload)
        assert frame is not None
        self.sent.append((asyncio.get_running_loop().time(), frame))

    def times_of(self, text: str) -> list[float]:
        return [round(at_s, 3) for at_s, frame in self.sent if frame.text == text]

    def texts(self) -> list[str]:
        return [frame.text for _, frame in self.sent]


def _publisher(track: Track, pacer: CaptionPacer | None = None) -> CaptionPublisher:
    return CaptionPublisher(
        pacer or CaptionPacer(),
        "es",
        Origin.MACHINE,
        1,
        track.push,
        lambda: asyncio.get_running_loop().time() + 100,
    )


def _run_for(seconds: float, track: Track, act: Callable[[CaptionPublisher], None]) -> None:
    async def main() -> None:
        publisher = _publisher(track)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(publisher.run())
            act(publisher)
            await asyncio.sleep(seconds)
            running.cancel()

    run_in_virtual_time(main())


def _open(publisher: CaptionPublisher, text: str, segment: str = "en-es.1.0") -> None:
    publisher.update(segment, text, 1.0, 2.0, "Ana")


def _final(publisher: CaptionPublisher, text: str, segment: str = "en-es.1.0") -> None:
    publisher.finish(segment, text, 1.0, 2.0, "Ana", ("en.1.0",))


def test_a_final_goes_at_once_and_twice_more_soon() -> None:
    track = Track()

    _run_for(1.0, track, lambda publisher: _final(publisher, "Hola."))

    assert track.times_of("Hola.") == [0.0, 0.15, 0.6]


def test_the_last_four_finals_go_round_for_a_minute() -> None:
    track = Track()

    def act(publisher: CaptionPublisher) -> None:
        for number in range(6):
            _final(publisher, f"frase {number}", f"en-es.1.{number}")

    _run_for(200, track, act)

    rounds = [at_s for at_s in track.times_of("frase 5") if at_s > 1]
    assert len(rounds) == 40
    assert rounds[0] < 1.6
    assert rounds[-1] <= 60.2
    assert max(track.times_of("frase 1")) < 1


def test_of_an_open_segment_only_the_newest_text_goes_out() -> None:
    track = Track()

    def act(publisher: CaptionPublisher) -> None:
        _open(publisher, "La")
        _open(publisher, "La ciudad")
        _open(publisher, "La ciudad crece")

    _run_for(0.5, track, act)

    assert track.texts() == ["La ciudad crece"]
    assert track.sent[0][1].revision == 2


def test_a_final_overtakes_the_hypotheses_that_wait() -> None:
    track = Track()

    def act(publisher: CaptionPublisher) -> None:
        _open(publisher, "otro", "en-es.1.1")
        _open(publisher, "La ciudad")
        _final(publisher, "La ciudad crece.")

    _run_for(0.1, track, act)

    assert track.texts() == ["La ciudad crece.", "otro"]
    assert track.sent[0][1].stable_length == len("La ciudad crece.")


def test_an_unchanged_text_costs_no_frame() -> None:
    track = Track()

    def act(publisher: CaptionPublisher) -> None:
        _open(publisher, "La")
        _open(publisher, "La")

    _run_for(1.0, track, act)

    assert track.texts() == ["La"]


def test_a_late_listener_sees_the_open_segment_within_a_snapshot() -> None:
    track = Track()

    _run_for(2.0, track, lambda publisher: _open(publisher, "La ciudad"))

    assert track.times_of("La ciudad") == [0.0, 1.5]


def test_a_final_survives_a_track_that_refuses_it() -> None:
    track = Track(failures=30)

    _run_for(5.0, track, lambda publisher: _final(publisher, "Hola."))

    assert track.texts()[0] == "Hola."
    assert 1.4 < track.sent[0][0] < 2.0


def test_no_number_is_spent_on_a_frame_that_was_refused() -> None:
    track = Track(failures=3)

    _run_for(1.0, track, lambda publisher: _final(publisher, "Hola."))

    assert [frame.seq for _, frame in track.sent] == [0, 1, 2]


def test_every_frame_says_when_it_was_sent_on_the_rooms_clock() -> None:
    track = Track()

    _run_for(1.0, track, lambda publisher: _final(publisher, "Hola."))

    assert [round(frame.sent_s, 2) for _, frame in track.sent] == [100.0, 100.15, 100.6]


def test_two_languages_of_one_participant_take_turns() -> None:
    track = Track()

    async def main() -> None:
        pacer = CaptionPacer()
        spanish, english = _publisher(track, pacer), _publisher(track, pacer)
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(one.run()) for one in (spanish, english)]
            for number in range(20):
                _final(spanish, f"es {number}", f"en-es.1.{number}")
                _final(english, f"en {number}", f"en.1.{number}")
            await asyncio.sleep(2)
            [task.cancel() for task in running]

    run_in_virtual_time(main())

    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(track.sent)]
    assert min(gaps) >= 0.0049
    assert set(track.texts()) == {f"{tag} {number}" for tag in ("es", "en") for number in range(20)}


def test_the_end_waits_for_the_repeats_of_the_last_final() -> None:
    track = Track()

    async def main() -> float:
        publisher = _publisher(track)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(publisher.run())
            _final(publisher, "Adiós.")
            publisher.end_input()
        return asyncio.get_running_loop().time()

    ended_s = run_in_virtual_time(main())

    assert track.times_of("Adiós.") == [0.0, 0.15, 0.6]
    assert ended_s < 0.7
