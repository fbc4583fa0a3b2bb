"""Handovers by agreement, and how long a shift is."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "on_air_wish", sa.Column("shift_minutes", sa.Integer(), nullable=False, server_default="20")
    )
    op.add_column(
        "on_air_change", sa.Column("handover", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_table(
        "handover",
        sa.Column("room_id", sa.String(), sa.ForeignKey("room.id"), primary_key=True),
        sa.Column("language", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("giver_id", sa.String(), nullable=False),
        sa.Column("taker_id", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("wish_number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_handover_ended_at", "handover", ["ended_at"])


def downgrade() -> None:
    op.drop_index("ix_handover_ended_at", "handover")
    op.drop_table("handover")
    op.drop_column("on_air_change", "handover")
    op.drop_column("on_air_wish", "shift_minutes")
