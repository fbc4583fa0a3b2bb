"""Is this process alive, and can it serve."""

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import select

from web.errors import DatabaseAway, MediaServerAway
from web.services import Services, UsesServices

router = APIRouter(tags=["health"])


class Readiness(BaseModel):
    """What works; all of it makes 200, any that does not makes 503."""

    database: bool
    media_server: bool
    supervision: bool


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"model": Readiness}})
async def readyz(services: UsesServices, response: Response) -> Readiness:
    """Database and media server answer, and rooms are looked after."""
    readiness = Readiness(
        database=await _has_database(services),
        media_server=await _has_media_server(services),
        supervision=services.supervisor.is_working,
    )
    if not all(readiness.model_dump().values()):
        response.status_code = 503
    return readiness


async def _has_database(services: Services) -> bool:
    try:
        await services.db.run(lambda session: session.execute(select(1)).scalar_one())
    except DatabaseAway:
        return False
    return True


async def _has_media_server(services: Services) -> bool:
    try:
        await services.rooms.live(["no-such-room"])
    except MediaServerAway:
        return False
    return True
