"""What the interpreters of one channel write to each other during a session: kept and numbered.

Numbers are web's, so that everybody reads the same order; a console that is not sure whether its
message came through sends it again under the same id, and it is there once.
"""

from dataclasses import dataclass

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from interpreter.store import Interpreter, Room
from web import queries
from web.errors import MessageEmpty, MessageTooLong
from web.forms import one_line
from web.models import BoothMessage

MESSAGE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Written:
    """A message, and who wrote it."""

    message: BoothMessage
    author: Interpreter


def read_message(text: str) -> str:
    """One line of plain text; raises MessageEmpty and MessageTooLong."""
    text = one_line(text)
    if not text:
        raise MessageEmpty
    if len(text) > MESSAGE_LENGTH:
        raise MessageTooLong(most=str(MESSAGE_LENGTH))
    return text


def write_message(
    session: Session, room_id: str, language: str, author: Interpreter, client_id: str, text: str
) -> tuple[Written, bool]:
    """Keep a message under the next number; and whether it is new."""
    its_row = update(Room).where(col(Room.id) == room_id)
    session.execute(its_row.values(id=room_id))  # who comes second waits here
    in_booth = (BoothMessage.room_id == room_id, BoothMessage.language == language)
    known = session.exec(
        select(BoothMessage).where(
            *in_booth,
            BoothMessage.interpreter_id == author.id,
            BoothMessage.client_id == client_id,
        )
    ).first()
    if known is not None:
        return Written(known, author), False
    last = session.exec(select(func.max(BoothMessage.number)).where(*in_booth)).one()
    message = BoothMessage(
        room_id=room_id,
        language=language,
        number=(last or 0) + 1,
        interpreter_id=author.id,
        client_id=client_id,
        text=text,
        at=queries.now(session),
    )
    session.add(message)
    session.flush()
    return Written(message, author), True


def messages_after(session: Session, room_id: str, language: str, number: int) -> list[Written]:
    """What was written in a booth since the message of this number; since 0: all of it."""
    found = session.exec(
        select(BoothMessage, Interpreter)
        .where(
            BoothMessage.interpreter_id == Interpreter.id,
            BoothMessage.room_id == room_id,
            BoothMessage.language == language,
            BoothMessage.number > number,
        )
        .order_by(col(BoothMessage.number))
    )
    return [Written(message, author) for message, author in found]
