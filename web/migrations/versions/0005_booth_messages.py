"""What interpreters of a booth write to each other."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "booth_message",
        sa.Column("room_id", sa.String(), sa.ForeignKey("room.id"), primary_key=True),
        sa.Column("language", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("interpreter_id", sa.String(), sa.ForeignKey("interpreter.id"), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("room_id", "language", "interpreter_id", "client_id"),
    )


def downgrade() -> None:
    op.drop_table("booth_message")
