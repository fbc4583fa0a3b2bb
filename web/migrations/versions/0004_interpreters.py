"""Humans who interpret, and who should be on air in which channel."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "meeting", sa.Column("channel_staff", sa.JSON(), nullable=False, server_default="{}")
    )
    op.create_table(
        "interpreter",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("meeting_id", sa.String(), sa.ForeignKey("meeting.id"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_initialled", sa.Boolean(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("covers", sa.JSON(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_interpreter_meeting_id", "interpreter", ["meeting_id"])
    op.create_table(
        "on_air_wish",
        sa.Column("room_id", sa.String(), sa.ForeignKey("room.id"), primary_key=True),
        sa.Column("language", sa.String(), primary_key=True),
        sa.Column("interpreter_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
    )
    op.create_table(
        "on_air_change",
        sa.Column("room_id", sa.String(), sa.ForeignKey("room.id"), primary_key=True),
        sa.Column("language", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("interpreter_id", sa.String(), nullable=False),
        sa.Column("before_id", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("is_forced", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("on_air_change")
    op.drop_table("on_air_wish")
    op.drop_index("ix_interpreter_meeting_id", "interpreter")
    op.drop_table("interpreter")
    op.drop_column("meeting", "channel_staff")
