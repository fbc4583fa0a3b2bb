"""Web's own tables; what agents share stands in `interpreter.store`."""

from sqlmodel import Field, SQLModel


class LeaseRow(SQLModel, table=True):
    """Which web process holds a lease: see `web.lease`."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    """What is held."""
    holder: str = ""
    """Id of a process; empty when it was given back."""
    beat: int = 0
    """Counted at each renewal; a lease whose beat stands still has lapsed."""
