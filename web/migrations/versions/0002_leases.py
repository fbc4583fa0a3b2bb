"""One web process looks after the rooms; a meeting has one session at a time; floor agents are
counted; webhooks may come in any order."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
    )
    # Until now two web processes could begin a session each; the older one was left behind.
    op.execute(
        "UPDATE room SET ended_at = started_at WHERE ended_at IS NULL AND EXISTS (SELECT 1 "
        "FROM room AS newer WHERE newer.meeting_id = room.meeting_id AND newer.ended_at IS NULL "
        "AND (newer.started_at, newer.id) > (room.started_at, room.id))"
    )
    op.create_index(
        "one_open_room",
        "room",
        ["meeting_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.add_column(
        "room", sa.Column("floor_epoch", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "participant", sa.Column("connection", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "participant",
        sa.Column("connected_ms", sa.BigInteger(), nullable=False, server_default="0"),
    )
    op.execute("DELETE FROM participant WHERE role = 'listener' AND language = ''")


def downgrade() -> None:
    op.drop_column("participant", "connected_ms")
    op.drop_column("participant", "connection")
    op.drop_column("room", "floor_epoch")
    op.drop_index("one_open_room", "room")
    op.drop_table("lease")
