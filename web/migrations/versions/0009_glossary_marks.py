"""How each segment keeps to the glossary."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS = ("glossary_hits", "glossary_misses", "repairs", "false_copies")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("segment", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("segment", name)
