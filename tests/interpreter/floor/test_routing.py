"""Who speaks and what pairs there are in, what each channel is interpreted from out."""

from dataclasses import replace
from time import thread_time

import pytest

from interpreter.floor.routing import Plan, RelayTrouble, Trouble, Words, plan
from interpreter.floor.supervision import Pair
from interpreter.room import RoomMetadata, Staff, Wanted

EVERYBODY = ("ca", "en", "es", "fr", "pt")
ROOM = RoomMetadata("r", 0.0, ("es", "en", "pt"), EVERYBODY, wanted=Wanted((), ("ca",)))
APERTIUM = "en-ca en-es en-fr en-pt es-en es-pt ca-en ca-fr pt-es"


def pairs_of(text: str) -> frozenset[Pair]:
    """`es-en` reads the floor's line, `es>en-ca` a machine's."""
    return frozenset(Pair(*one.split("-")) for one in text.split())


def planned(
    room: RoomMetadata,
    *floor: str,
    humans: dict[str, int] | None = None,
    supported: str = APERTIUM,
    recognised: tuple[str, ...] = EVERYBODY,
    lost: tuple[str, ...] = (),
) -> Plan:
    known = pairs_of(supported)
    words = Words(frozenset(floor), frozenset(recognised), humans or {}, known, frozenset(lost))
    return plan(room, words)


def wanting(*tags: str, **changes: object) -> RoomMetadata:
    return replace(ROOM, wanted=Wanted((), tags), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "floor", "pairs"),
    [
        pytest.param((), ("en",), "", id="nobody-listens"),
        pytest.param(("es",), ("en",), "en-es", id="a-direct-pair"),
        pytest.param(("es",), (), "", id="nobody-speaks"),
        pytest.param(("es",), ("es",), "", id="its-own-language-is-spoken"),
        pytest.param(("es", "ca"), ("en", "pt"), "en-es pt-es en-ca", id="two-are-spoken"),
        pytest.param(("de",), ("en",), "", id="not-offered"),
        pytest.param(("ca",), ("es",), "es-en es>en-ca", id="over-the-only-one"),
        pytest.param(("ca",), ("es", "en"), "es-en es>en-ca en-ca", id="each-as-it-can"),
        pytest.param(("ca",), ("pt",), "", id="too-far"),
    ],
)
def test_without_a_choice_the_floor_is_read_and_else_another_channel(
    wanted: tuple[str, ...], floor: tuple[str, ...], pairs: str
) -> None:
    assert planned(wanting(*wanted), *floor).pairs == pairs_of(pairs)


@pytest.mark.parametrize(
    ("wanted", "staff", "over"),
    [
        pytest.param(("fr",), {}, "en", id="english"),
        pytest.param(("fr", "ca"), {}, "ca", id="what-somebody-wants-anyway"),
        pytest.param(("fr",), {"pt": Staff()}, "pt", id="what-humans-are-assigned-to"),
    ],
)
def test_of_several_ways_one_is_taken_by_rule(
    wanted: tuple[str, ...], staff: dict[str, Staff], over: str
) -> None:
    known = "es-en es-ca es-pt en-fr ca-fr pt-fr"
    made = planned(wanting(*wanted, staff=staff), "es", supported=known)
    assert [one.source for one in made.pairs if one.target == "fr"] == [f"es>{over}"]


def test_without_english_the_alphabet_decides() -> None:
    made = planned(wanting("fr"), "es", supported="es-pt es-ca ca-fr pt-fr")
    assert made.lines == {"es>ca"}


@pytest.mark.parametrize(
    ("sources", "pairs", "lines"),
    [
        pytest.param({"pt": "es"}, "en-es en>es-pt", {"en>es"}, id="another-channel"),
        pytest.param({"pt": "floor"}, "en-pt", set(), id="the-floor"),
        pytest.param({"pt": "en"}, "en-pt", set(), id="what-is-spoken"),
        pytest.param({"pt": "fr"}, "en-pt", set(), id="nothing-leads-from-there"),
        pytest.param({"pt": "xx"}, "en-pt", set(), id="no-channel-of-ours"),
        pytest.param({"pt": "es", "es": "pt"}, "en-pt", set(), id="a-circle"),
    ],
)
def test_the_organiser_chooses(sources: dict[str, str], pairs: str, lines: set[str]) -> None:
    made = planned(wanting("pt", sources=sources), "en")
    assert made.pairs == pairs_of(pairs)
    assert made.lines == lines


def test_who_wants_no_relay_gets_none_and_is_told_so() -> None:
    made = planned(wanting("ca", sources={"ca": "floor"}), "es")
    assert (made.pairs, "ca" in made.reached) == (frozenset(), False)


@pytest.mark.parametrize(
    ("depth", "pairs", "trouble"),
    [
        pytest.param(1, "pt-es", Trouble(RelayTrouble.TOO_DEEP, "en"), id="not-allowed"),
        pytest.param(2, "pt-es pt>es-en pt>es>en-ca", None, id="allowed"),
    ],
)
def test_a_second_relay_must_be_allowed(depth: int, pairs: str, trouble: Trouble | None) -> None:
    made = planned(wanting("ca", "es", relay_depth=depth), "pt")
    assert made.pairs == pairs_of(pairs)
    assert made.troubles.get("ca") == trouble


def test_a_chosen_way_that_is_too_deep_is_the_floor_s_and_says_why() -> None:
    made = planned(
        wanting("fr", sources={"fr": "ca", "ca": "es"}), "en", supported=f"{APERTIUM} es-ca"
    )
    assert Pair("en", "fr") in made.pairs
    assert made.troubles["fr"] == Trouble(RelayTrouble.TOO_DEEP, "ca")


def test_a_chosen_way_of_many_steps_is_too_deep_and_no_missing_pair() -> None:
    sources = {"fr": "ca", "ca": "es", "es": "pt"}
    made = planned(wanting("fr", sources=sources), "en", supported="en-pt pt-es es-ca ca-fr")
    assert made.troubles["fr"].kind is RelayTrouble.TOO_DEEP


def test_a_lost_relay_is_the_floor_s_where_a_pair_exists_and_its_machine_is_still_wanted() -> None:
    room = wanting("pt", sources={"pt": "es"})
    made = planned(room, "en", lost=("en>es",))
    assert (made.pairs, made.lines) == (pairs_of("en-es en-pt"), frozenset())
    assert made.troubles == {"pt": Trouble(RelayTrouble.LOST, "es")}
    assert made.relays == {"en>es": Pair("en", "es")}


def test_a_lost_relay_without_a_direct_pair_takes_the_next_way_or_says_why() -> None:
    alone = planned(wanting("ca"), "es", lost=("es>en",))
    assert alone.pairs == pairs_of("es-en")
    assert "ca" not in alone.reached
    assert alone.troubles["ca"] == Trouble(RelayTrouble.LOST, "en")
    other = planned(wanting("fr"), "es", supported="es-en es-ca en-fr ca-fr", lost=("es>en",))
    assert other.pairs == pairs_of("es-en es-ca es>ca-fr")
    assert "fr" not in other.troubles


def test_a_way_whose_first_step_is_lost_stays_lost_until_that_is_back() -> None:
    made = planned(wanting("ca", relay_depth=2), "pt", lost=("pt>es",))
    assert made.relays == {"pt>es": Pair("pt", "es")}
    assert made.troubles["ca"] == Trouble(RelayTrouble.LOST, "es")


def test_where_nothing_leads_nothing_is_wrong_with_a_relay() -> None:
    assert planned(wanting("ca"), "fr", supported="en-ca").troubles == {}


def test_a_channel_for_humans_alone_is_no_machine_s_relay() -> None:
    staff = {"es": Staff(is_only=True)}
    room = wanting("pt", sources={"pt": "es"}, staff=staff)
    assert planned(room, "en").relays == {"en>es": None}
    assert planned(room, "en").pairs == frozenset()  # for some seconds: then it is lost
    assert planned(room, "en", lost=("en>es",)).pairs == pairs_of("en-pt")
    assert planned(room, "en", humans={"es": 0}).pairs == pairs_of("es-pt")


@pytest.mark.parametrize(
    ("wanted", "floor", "humans", "supported", "pairs"),
    [
        pytest.param(
            ("en", "es", "fr"), ("en",), {"es": 0}, "en-fr en-es es-fr es-en", "en-es en-fr",
            id="only-where-nobody-else-is-heard",
        ),
        pytest.param(("en", "es", "fr"), ("es",), {"en": 0}, "en-fr en-es", "en-fr", id="a-human"),
        pytest.param(("fr",), ("es",), {"en": 1}, "en-fr", "", id="who-is-a-relay-herself"),
        pytest.param(
            ("fr",), ("es",), {"ca": 0}, "es-en en-fr ca-fr", "ca-fr", id="before-a-machine"
        ),
    ],
)  # fmt: skip
def test_a_humans_words_are_read(
    wanted: tuple[str, ...],
    floor: tuple[str, ...],
    humans: dict[str, int],
    supported: str,
    pairs: str,
) -> None:
    made = planned(wanting(*wanted), *floor, humans=humans, supported=supported)
    assert made.pairs == pairs_of(pairs)


def test_no_pair_reads_what_nobody_recognises() -> None:
    made = planned(wanting("en", "ca"), "es", recognised=("en",))
    assert (made.pairs, made.reached) == (frozenset(), frozenset())


def test_a_machine_stands_by_for_a_human() -> None:
    room = wanting(staff={"es": Staff("maria"), "fr": Staff(is_only=True)})
    assert planned(room, "en").pairs == pairs_of("en-es")


def test_many_languages_with_few_pairs_are_planned_for_in_time() -> None:
    tags = tuple(f"l{number:02}" for number in range(24))
    known = " ".join(
        f"{one}-{tags[(i * 7 + k) % 24]}" for i, one in enumerate(tags) for k in (1, 3)
    )
    room = RoomMetadata("r", 0.0, tags[:3], tags, wanted=Wanted((), tags), relay_depth=3)
    begun_s = thread_time()
    made = planned(room, *tags[:3], supported=known, recognised=tags)
    assert thread_time() - begun_s < 1.0  # 10 ms; without a memory, minutes
    assert made.lines
