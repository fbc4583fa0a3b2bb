"""Run by Alembic, with the connection that `web.db` gives it."""

from alembic import context
from sqlmodel import SQLModel

import interpreter.store  # noqa: F401  (its tables stand in the metadata)
import web.models  # noqa: F401

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
