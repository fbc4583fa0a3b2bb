"""Environment → one frozen WebSettings, read once by `create_app`."""

from functools import cached_property

from pydantic import Field, ValidationError

from interpreter.errors import RequirementMissing
from interpreter.settings import Settings, load_settings


class WebSettings(Settings):
    """What web needs to know of its surroundings; names in the environment as for Settings."""

    public_livekit_url: str = ""
    """Where browsers reach LiveKit; empty means `livekit_url`."""
    base_url: str = ""
    """Where people reach the pages, for links; empty means as the request says."""
    demo_meeting: str = Field("", pattern=r"^[\w-]*$")
    """Id of the meeting that the home page offers as a demo; made at start; empty for none."""
    demo_spoken: tuple[str, ...] = ("en",)
    demo_offered: tuple[str, ...] = ()
    """Empty means every language that the engines of this machine reach."""

    token_ttl_s: float = 6 * 3600.0
    """A page's LiveKit token also opens the JSON endpoints of its room, so it lasts a meeting."""
    empty_room_s: int = 300
    """LiveKit closes a room that nobody joins, or that everybody left, after this time."""
    speakerless_grace_s: float = 300.0
    """A room without any speaker is ended after this time, listeners or not."""
    choice_lapse_s: float = 45.0
    """A choice that was not renewed lapses after this time, if its participant is gone too."""
    wanted_idle_s: float = 30.0
    """A language that nobody wants any more stays wanted for this time."""
    start_hold_s: float = 60.0
    """After a start web removes no wanted language for this time: pages renew first."""
    look_s: float = 2.0
    """Web compares the rooms with the database this often."""
    lease_s: float = 4.0
    """Of several web processes one looks after the rooms; when it dies another does after this."""
    ping_s: float = 1.0
    """Web asks every floor agent this often whether it lives."""
    database_timeout_s: float = 5.0
    """A request that the database does not answer in this time is answered without it."""
    joins_per_minute: int = 1200
    """From one address: all the phones of a hall may share it."""

    @cached_property
    def browser_livekit_url(self) -> str:
        return self.public_livekit_url or self.livekit_url


def load_web_settings() -> WebSettings:
    """Read the environment; raises RequirementMissing that names what is missing or wrong."""
    load_settings()
    try:
        return WebSettings()  # type: ignore[call-arg]
    except ValidationError as error:
        names = ", ".join(
            sorted(f"INTERPRETER_{item['loc'][0]}".upper() for item in error.errors())
        )
        raise RequirementMissing(f"Settings wrong in the environment: {names}.") from error
