"""Which human interpreted a segment, and from how many interpretations it was made."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "segment", sa.Column("interpreter", sa.String(), nullable=False, server_default="")
    )
    op.add_column("segment", sa.Column("relay", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("segment", "relay")
    op.drop_column("segment", "interpreter")
