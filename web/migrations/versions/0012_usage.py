"""What engines used, by room and job."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEYS = ("job", "kind", "engine", "provider", "model", "language")
COUNTS = ("requests", "uncounted", "characters", "input_tokens", "cached_tokens", "output_tokens")


def upgrade() -> None:
    op.create_table(
        "usage",
        sa.Column("room_id", sa.String(), sa.ForeignKey("room.id"), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in KEYS),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ("first_s", "last_s", "audio_s")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("room_id", *KEYS),
    )


def downgrade() -> None:
    op.drop_table("usage")
