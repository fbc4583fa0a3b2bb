"""What interpreters call the technician for."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "technician_call",
        sa.Column("interpreter_id", sa.String(), sa.ForeignKey("interpreter.id"), primary_key=True),
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("meeting_id", sa.String(), sa.ForeignKey("meeting.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_technician_call_meeting_id", "technician_call", ["meeting_id"])


def downgrade() -> None:
    op.drop_index("ix_technician_call_meeting_id", "technician_call")
    op.drop_table("technician_call")
