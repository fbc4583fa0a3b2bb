"""Every step of a handover by agreement."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from web.errors import HandoverOver, NotAllowed, WebError
from web.handover import Answer, Around, Offer, Step, answered, settled

BEGAN = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
MARIA, JOAN, EVA = "maria", "joan", "eva"
NOW = Offer(giver=MARIA, taker=JOAN, by=MARIA, minutes=0, wish=3, offered_at=BEGAN)
IN_TWO = replace(NOW, minutes=2)
IN_ONE = replace(NOW, minutes=1)
ASKED = replace(NOW, by=JOAN)
AGREED = replace(IN_TWO, step=Step.ACCEPTED)


def around(
    after_s: float, *, wish: int = 3, is_taker_here: bool = True, is_over: bool = False
) -> Around:
    return Around(BEGAN + timedelta(seconds=after_s), wish, is_taker_here, is_over)


@pytest.mark.parametrize(
    ("offer", "who", "answer", "now", "step"),
    [
        pytest.param(NOW, JOAN, Answer.ACCEPT, around(5), Step.DONE, id="now"),
        pytest.param(ASKED, MARIA, Answer.ACCEPT, around(5), Step.DONE, id="asked-for"),
        pytest.param(IN_TWO, JOAN, Answer.ACCEPT, around(5), Step.ACCEPTED, id="in-two-minutes"),
        pytest.param(IN_ONE, JOAN, Answer.ACCEPT, around(59.9), Step.ACCEPTED, id="last-moment"),
        pytest.param(AGREED, JOAN, Answer.ACCEPT, around(9), Step.ACCEPTED, id="twice"),
        pytest.param(NOW, JOAN, Answer.DECLINE, around(5), Step.DECLINED, id="no"),
        pytest.param(ASKED, MARIA, Answer.DECLINE, around(5), Step.DECLINED, id="no-to-who-asked"),
        pytest.param(AGREED, JOAN, Answer.DECLINE, around(90), Step.DECLINED, id="yes-then-no"),
        pytest.param(NOW, MARIA, Answer.CANCEL, around(5), Step.CANCELLED, id="taken-back"),
        pytest.param(ASKED, JOAN, Answer.CANCEL, around(5), Step.CANCELLED, id="asks-no-more"),
        pytest.param(AGREED, MARIA, Answer.CANCEL, around(90), Step.CANCELLED, id="late-cancel"),
        pytest.param(
            NOW, JOAN, Answer.ACCEPT, around(5, is_taker_here=False), Step.VANISHED, id="gone"
        ),
        pytest.param(
            IN_TWO,
            JOAN,
            Answer.ACCEPT,
            around(5, is_taker_here=False),
            Step.ACCEPTED,
            id="gone-now",
        ),
    ],
)
def test_an_answer_brings_an_offer_further(
    offer: Offer, who: str, answer: Answer, now: Around, step: Step
) -> None:
    assert answered(offer, who, answer, now).step == step


@pytest.mark.parametrize(
    ("offer", "who", "answer", "now", "error"),
    [
        pytest.param(NOW, MARIA, Answer.ACCEPT, around(5), NotAllowed, id="to-oneself"),
        pytest.param(ASKED, JOAN, Answer.ACCEPT, around(5), NotAllowed, id="asked-by-oneself"),
        pytest.param(NOW, EVA, Answer.ACCEPT, around(5), NotAllowed, id="a-third"),
        pytest.param(NOW, EVA, Answer.CANCEL, around(5), NotAllowed, id="a-third-cancels"),
        pytest.param(NOW, JOAN, Answer.CANCEL, around(5), NotAllowed, id="not-theirs-to-cancel"),
        pytest.param(NOW, MARIA, Answer.DECLINE, around(5), NotAllowed, id="not-theirs-to-decline"),
        pytest.param(NOW, JOAN, Answer.ACCEPT, around(60), HandoverOver, id="too-late"),
        pytest.param(AGREED, MARIA, Answer.CANCEL, around(120), HandoverOver, id="its-moment-came"),
        pytest.param(NOW, JOAN, Answer.ACCEPT, around(5, wish=4), HandoverOver, id="overtaken"),
        pytest.param(
            replace(NOW, step=Step.CANCELLED),
            JOAN,
            Answer.ACCEPT,
            around(5),
            HandoverOver,
            id="cancelled-before",
        ),
        pytest.param(
            replace(NOW, step=Step.DONE), MARIA, Answer.CANCEL, around(5), HandoverOver, id="done"
        ),
    ],
)
def test_what_cannot_be_said_is_refused(
    offer: Offer, who: str, answer: Answer, now: Around, error: type[WebError]
) -> None:
    with pytest.raises(error):
        answered(offer, who, answer, now)


@pytest.mark.parametrize(
    ("offer", "now", "step"),
    [
        pytest.param(NOW, around(59.9), Step.OFFERED, id="may-still-be-answered"),
        pytest.param(NOW, around(60), Step.TIMED_OUT, id="unanswered"),
        pytest.param(IN_TWO, around(60), Step.TIMED_OUT, id="unanswered-before-its-moment"),
        pytest.param(IN_ONE, around(60), Step.TIMED_OUT, id="unanswered-at-its-moment"),
        pytest.param(AGREED, around(119.9), Step.ACCEPTED, id="not-yet"),
        pytest.param(AGREED, around(120), Step.DONE, id="its-moment"),
        pytest.param(AGREED, around(900), Step.DONE, id="web-was-away-at-its-moment"),
        pytest.param(AGREED, around(120, is_taker_here=False), Step.VANISHED, id="partner-gone"),
        pytest.param(AGREED, around(90, is_taker_here=False), Step.ACCEPTED, id="may-come-back"),
        pytest.param(NOW, around(1, wish=4), Step.OVERTAKEN, id="changed-hands"),
        pytest.param(AGREED, around(120, wish=4), Step.OVERTAKEN, id="changed-hands-after-a-yes"),
        pytest.param(AGREED, around(1, is_over=True), Step.OVERTAKEN, id="meeting-over"),
        pytest.param(
            replace(NOW, step=Step.DECLINED), around(99, wish=9), Step.DECLINED, id="ended-stays"
        ),
    ],
)
def test_time_and_the_channel_bring_it_further(offer: Offer, now: Around, step: Step) -> None:
    assert settled(offer, now).step == step
