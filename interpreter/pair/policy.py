"""How a pair interprets, by mode: when units close, what may be spoken, how far behind is well."""

from dataclasses import dataclass, replace

NEVER = 1e9
RELAY_S = 3.0
"""About what a relay adds to the lag: a unit must be closed before it is read on."""


@dataclass(frozen=True, slots=True)
class ChunkPolicy:
    """When units close. A huge number switches a rule off."""

    max_words: int = 24
    max_s: float = 9.0
    gap_s: float = 0.3
    """A gap between two words, from `gap_min_words` on; before, twice as long."""
    gap_min_words: int = 3
    clause_min_words: int = 14
    """From here on a clause word closes the unit before it."""
    pause_s: float = 0.0
    """A pause that the floor agent tells closes the unit when it is at least so long."""


@dataclass(frozen=True, slots=True)
class CommitPolicy:
    """What of an open unit may be spoken."""

    speaks_in_turns: bool = False
    """Whether the voice waits until the speaker has stopped."""
    is_open_translated: bool = True
    """Whether a unit is translated before it is closed."""
    step_words: int = 1
    """So many more source words make another translation worth asking for."""
    held_words: int = 3
    """The last target words of an open unit are not spoken."""
    least_words: int = 1
    """Fewer words are not worth opening the mouth for, while the unit is open."""
    agreements: int = 2
    """So many successive translations must agree on what is spoken."""
    first_held_words: int = 1
    first_agreements: int = 1
    """The same for the first words of a unit: who begins to listen waits for them."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One mode."""

    chunk: ChunkPolicy = ChunkPolicy()
    commit: CommitPolicy = CommitPolicy()
    target_lag_s: float = 2.2
    """The voice hurries when it is about to be later."""
    waits_for_final: bool = False
    """Whether only the recogniser's final words are read."""
    may_skip: bool = True
    """Whether queued voice is left out when nobody could follow any more."""
    is_paced: bool = True
    """Whether the voice may speed up to catch up."""

    def after(self, machines: int) -> "Policy":
        """The same for a pair that reads what so many machines have interpreted before it: what
        they took no hurry makes up for."""
        return replace(self, target_lag_s=self.target_lag_s + machines * RELAY_S)


BALANCED = "balanced"
BASELINE = "sentence-final"
POLICIES = {
    "fast": Policy(
        ChunkPolicy(max_words=16, clause_min_words=10),
        CommitPolicy(held_words=1, agreements=1),
        target_lag_s=0.6,
    ),
    BALANCED: Policy(),
    "accurate": Policy(
        commit=CommitPolicy(held_words=1, agreements=1),
        target_lag_s=3.5,
        waits_for_final=True,
    ),
    "consecutive": Policy(
        commit=CommitPolicy(speaks_in_turns=True),
        target_lag_s=3.5,
        may_skip=False,
    ),
    BASELINE: Policy(
        ChunkPolicy(max_words=10_000, max_s=NEVER, gap_s=NEVER, clause_min_words=10_000),
        CommitPolicy(is_open_translated=False),
        waits_for_final=True,
        is_paced=False,
    ),
}
"""`sentence-final`, the baseline: finished utterances alone, spoken one after another at natural
pace."""
MODES = tuple(name for name in POLICIES if name != BASELINE)
"""What people choose from."""


def policy_named(name: str) -> Policy:
    """The mode of this name; an unknown one is a newer version's: the balanced one."""
    return POLICIES.get(name, POLICIES[BALANCED])
