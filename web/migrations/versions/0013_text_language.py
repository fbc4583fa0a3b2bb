"""What a segment is written in where nobody translated it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "segment", sa.Column("text_language", sa.String(), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("segment", "text_language")
