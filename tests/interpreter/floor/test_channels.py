"""What is known of pairs and recognisers in, what every page is told out."""

from dataclasses import replace

import pytest

from interpreter.floor.channels import Reach, Relays, channels_of
from interpreter.floor.patience import START_LIMIT_S
from interpreter.floor.routing import RelayTrouble, Trouble
from interpreter.floor.supervision import NO_CAPACITY_S, Pair, Running
from interpreter.line import ReaderMessage
from interpreter.room import RoomMetadata

ROOM = RoomMetadata("r", 0.0, spoken=("en",), offered=("es", "ca"))
EN_ES = Pair("en", "es")


def reported(lag_s: float = 2.0, state: str = "live", lacks: str = "") -> Running:
    message = ReaderMessage("en", 1, 0, -1, lag_s, state, "es", 3, lacks=lacks)
    return Running(3, 10.0, 10.0, "pair-3", reported_s=11.5, last=message, is_taken=True)


def state_of(
    running: Running | None, now_s: float, *, tag: str = "es", deaf: tuple[str, ...] = ()
) -> object:
    pairs = {EN_ES: running} if running is not None else {}
    return channels_of(ROOM, ("en",), deaf, pairs, now_s)[tag]["state"]


@pytest.mark.parametrize(
    ("running", "now_s", "state"),
    [
        pytest.param(None, 1.0, "idle", id="nobody wants it"),
        pytest.param(Running(1, 10.0, 10.0), 11.0, "starting", id="dispatched"),
        pytest.param(
            Running(1, 10.0, 10.0), 10.0 + NO_CAPACITY_S, "no_capacity", id="no worker took it"
        ),
        pytest.param(
            Running(1, 10.0, 10.0, is_taken=True),
            10.0 + NO_CAPACITY_S,
            "starting",
            id="a worker took it",
        ),
        pytest.param(
            Running(1, 10.0, 10.0, is_taken=True),
            10.0 + START_LIMIT_S,
            "failed",
            id="it never came",
        ),
        pytest.param(
            Running(1, 10.0, 10.0, is_taken=True, is_late=True),
            10.0 + START_LIMIT_S,
            "starting",
            id="it comes late on busy machines",
        ),
        pytest.param(reported(), 12.0, "live", id="reporting"),
        pytest.param(reported(lag_s=7.0), 12.0, "behind", id="far behind"),
        pytest.param(reported(state="failed"), 12.0, "failed", id="its engine failed"),
        pytest.param(
            reported(lag_s=7.0, state="failed", lacks="voice"), 12.0, "failed", id="failed, behind"
        ),
        pytest.param(
            replace(reported(state="failed", lacks="voice"), is_late=True),
            12.0,
            "failed",
            id="failed, late on busy machines",
        ),
        pytest.param(reported(), 16.0, "failed", id="silent for too long"),
        pytest.param(replace(reported(), is_late=True), 16.0, "behind", id="kept waiting"),
    ],
)
def test_a_channel_says_how_it_is(running: Running | None, now_s: float, state: str) -> None:
    assert state_of(running, now_s) == state


def test_a_channel_on_busy_machines_says_why_it_is_late() -> None:
    late = replace(reported(lag_s=2.0), is_late=True)
    channel = channels_of(ROOM, ("en",), (), {EN_ES: late}, 15.5)["es"]
    assert (channel["state"], channel["lag_s"], channel["busy"]) == ("behind", 6.0, True)


@pytest.mark.parametrize(
    ("now_s", "deaf", "lacks"),
    [
        pytest.param(12.0, (), "voice", id="it goes on without"),
        pytest.param(16.0, (), None, id="it says nothing any more"),
        pytest.param(12.0, ("en",), "recognition", id="nobody hears the floor either"),
    ],
)
def test_a_failed_channel_says_what_it_goes_on_without(
    now_s: float, deaf: tuple[str, ...], lacks: str | None
) -> None:
    running = reported(state="failed", lacks="voice")
    channel = channels_of(ROOM, ("en",), deaf, {EN_ES: running}, now_s)["es"]
    assert (channel["state"], channel.get("lacks")) == ("failed", lacks)


def test_a_channel_whose_language_is_spoken_is_the_floor() -> None:
    channel = channels_of(ROOM, ("en",), (), {}, 1.0)["en"]
    assert (channel["state"], channel["source"]) == ("live", "floor")


@pytest.mark.parametrize(
    ("captioned", "deaf", "unrecognised", "expected"),
    [
        pytest.param(False, ("es",), (), ("failed", "captions"), id="their-recogniser-fails"),
        pytest.param(True, ("es",), (), ("idle", None), id="their-words-come-again"),
        pytest.param(False, (), (), ("idle", None), id="they-have-just-begun"),
        pytest.param(False, ("en",), (), ("idle", None), id="the-floors-fails-not-theirs"),
        pytest.param(False, (), ("es",), ("unrecognised", None), id="nobody-recognises-it"),
    ],
)
def test_where_humans_alone_interpret_readers_are_told_of_missing_captions(
    captioned: bool,
    deaf: tuple[str, ...],
    unrecognised: tuple[str, ...],
    expected: tuple[str, str | None],
) -> None:
    human = {"source": "human", "who": "maria", "captioned": captioned}
    reach = Reach(unrecognised)

    channel = channels_of(ROOM, ("en",), deaf, {}, 12.0, {"es": human}, reach)["es"]

    assert (channel["state"], channel.get("lacks")) == expected


def test_beside_a_human_the_machines_captions_go_on() -> None:
    human = {"source": "human", "who": "maria", "captioned": False}

    channels = channels_of(ROOM, ("en",), ("es",), {EN_ES: reported()}, 12.0, {"es": human})

    assert channels["es"]["state"] == "live"


def test_a_deaf_floor_fails_its_own_channel_and_the_pairs_behind_it() -> None:
    channels = channels_of(ROOM, ("en",), ("en",), {EN_ES: reported()}, 12.0)
    told = {tag: (one["state"], one.get("lacks")) for tag, one in channels.items()}
    failed = ("failed", "recognition")
    assert told == {"en": failed, "es": failed, "ca": ("idle", None)}


@pytest.mark.parametrize(
    ("typing", "state"),
    [
        pytest.param({"en": "Cora"}, "live", id="somebody-types-it"),
        pytest.param({}, "failed", id="they-pause"),
    ],
)
def test_a_deaf_floor_is_read_only_while_somebody_types(typing: dict[str, str], state: str) -> None:
    channels = channels_of(ROOM, ("en",), ("en",), {EN_ES: reported()}, 12.0, typing=typing)
    assert {channels[tag]["state"] for tag in ("en", "es")} == {state}


@pytest.mark.parametrize(
    ("tag", "targets", "state", "source"),
    [
        pytest.param("en", (), "unrecognised", "floor", id="spoken-without-captions"),
        pytest.param("es", (), "no_machine", "none", id="no-pair-leads-there"),
        pytest.param("es", ("es",), "idle", "none", id="another-speaker-is-recognised"),
    ],
)
def test_what_no_machine_reaches_says_so(
    tag: str, targets: tuple[str, ...], state: str, source: str
) -> None:
    channel = channels_of(ROOM, ("en",), (), {}, 1.0, reach=Reach(("en",), targets))[tag]
    assert (channel["state"], channel["source"]) == (state, source)


def test_a_pair_that_reads_a_human_reaches_what_the_floor_does_not() -> None:
    reach = Reach(("en",), ())
    channel = channels_of(ROOM, ("en",), (), {EN_ES: reported()}, 12.0, reach=reach)["es"]
    assert (channel["state"], channel["source"]) == ("live", "machine")


def test_while_nobody_speaks_no_channel_is_out_of_reach() -> None:
    assert channels_of(ROOM, (), (), {}, 1.0, reach=Reach((), ()))["es"]["state"] == "idle"


def test_a_channel_that_is_interpreted_says_how_deep_a_relay_it_is() -> None:
    channels = channels_of(
        ROOM, ("en",), (), {EN_ES: reported()}, 12.0, relays=Relays({"es": 1, "en": 0, "pt": 2})
    )
    assert channels["es"]["relay"] == 1
    assert "relay" not in channels["en"]  # nobody interprets what is spoken
    assert "pt" not in channels


def test_a_relay_says_from_which_channel_it_is_made() -> None:
    relays = Relays({"es": 1})
    pairs = {Pair("en>ca", "es"): reported(), EN_ES: Running(1, 0.0, 0.0, unwanted_since_s=11.0)}
    channel = channels_of(ROOM, ("en",), (), pairs, 12.0, relays=relays)["es"]
    assert (channel["from"], channel["relay"], channel["state"]) == ("ca", 1, "live")
    assert "from" not in channels_of(ROOM, ("en",), (), {EN_ES: reported()}, 12.0)["es"]


def test_a_channel_says_what_is_wrong_with_its_relay() -> None:
    relays = Relays(troubles={"es": Trouble(RelayTrouble.LOST, "ca")})
    reach = Reach((), ())
    alone = channels_of(ROOM, ("en",), (), {}, 12.0, reach=reach, relays=relays)["es"]
    assert (alone["state"], alone["relay_trouble"], alone["over"]) == ("no_machine", "lost", "ca")
    fallen_back = channels_of(ROOM, ("en",), (), {EN_ES: reported()}, 12.0, relays=relays)["es"]
    assert (fallen_back["state"], fallen_back["relay_trouble"]) == ("live", "lost")
