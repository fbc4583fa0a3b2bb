"""How a meeting is interpreted, and single channels of it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "meeting", sa.Column("mode", sa.String(), nullable=False, server_default="balanced")
    )
    op.add_column(
        "meeting", sa.Column("channel_modes", sa.JSON(), nullable=False, server_default="{}")
    )


def downgrade() -> None:
    op.drop_column("meeting", "channel_modes")
    op.drop_column("meeting", "mode")
