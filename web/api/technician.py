"""What a console says to the technician, and reads from them; also before it is in the room."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from web import technician
from web.api.meetings import ERRORS
from web.forms import one_line
from web.models import TechnicianCall
from web.permissions import UsesConsole
from web.services import UsesServices
from web.technician import Call, Kind

router = APIRouter(
    prefix="/api/meetings/{meeting_id}/technician/calls", tags=["technician"], responses=ERRORS
)

Asked = Literal[Kind.NO_SOUND, Kind.BAD_SOUND, Kind.CALL_ME, Kind.TEXT, Kind.EMERGENCY]


class CallsTechnician(BaseModel):
    id: Annotated[str, Field(min_length=8, max_length=40, pattern=r"^[\w-]+$")]
    """Random, chosen by the console; the same again is no second call."""
    kind: Asked
    text: Annotated[str, Field(max_length=technician.TEXT_LENGTH)] = ""


class CallState(BaseModel):
    """A call and what became of it; of kind `note` when nobody called and the technician wrote."""

    id: str
    kind: Kind
    text: str
    is_seen: bool
    answer: str
    """Lines; empty: none yet."""


class CallStates(BaseModel):
    calls: list[CallState]
    """The newest first."""


@router.get("")
async def calls(at: UsesConsole, services: UsesServices) -> CallStates:
    """One's own calls of late."""
    found = await services.db.run(lambda s: technician.calls_of(s, at.interpreter.id))
    return CallStates(calls=[_state(row) for row in found])


@router.post("")
async def call(at: UsesConsole, calls: CallsTechnician, services: UsesServices) -> CallState:
    """Call the technician. To be sent again until it is answered; an emergency always passes."""
    if calls.kind != Kind.EMERGENCY:
        services.limits.call(at.interpreter.id)
    wanted = Call(calls.id, calls.kind, one_line(calls.text))
    kept = await services.db.run(lambda s: technician.keep_call(s, at.interpreter, wanted))
    return _state(kept)


def _state(row: TechnicianCall) -> CallState:
    return CallState(
        id=row.id,
        kind=Kind(row.kind),
        text=row.text,
        is_seen=row.seen_at is not None,
        answer=row.answer,
    )
