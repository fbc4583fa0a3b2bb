"""Glossaries, their terms, and which meetings use them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "glossary",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("bad_rows", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "glossary_entry",
        sa.Column("glossary_id", sa.String(), sa.ForeignKey("glossary.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("entry", sa.JSON(), nullable=False),
    )
    op.create_table(
        "meeting_glossary",
        sa.Column("meeting_id", sa.String(), sa.ForeignKey("meeting.id"), primary_key=True),
        sa.Column("glossary_id", sa.String(), sa.ForeignKey("glossary.id"), primary_key=True),
        sa.Column("is_used", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_meeting_glossary_glossary_id", "meeting_glossary", ["glossary_id"])


def downgrade() -> None:
    op.drop_index("ix_meeting_glossary_glossary_id", "meeting_glossary")
    op.drop_table("meeting_glossary")
    op.drop_table("glossary_entry")
    op.drop_table("glossary")
