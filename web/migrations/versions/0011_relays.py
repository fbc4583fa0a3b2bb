"""What each channel of a meeting is interpreted from, and how deep a relay may be."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "meeting", sa.Column("channel_sources", sa.JSON(), nullable=False, server_default="{}")
    )
    op.add_column(
        "meeting", sa.Column("relay_depth", sa.Integer(), nullable=False, server_default="1")
    )


def downgrade() -> None:
    op.drop_column("meeting", "relay_depth")
    op.drop_column("meeting", "channel_sources")
