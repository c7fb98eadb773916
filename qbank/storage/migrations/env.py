"""How Alembic runs our migrations: on the connection it is handed, in one transaction, with the triggers made anew."""

from __future__ import annotations

from alembic import context

from qbank.storage import models, triggers
from qbank.storage.db import Base

__all__ = ["models"]

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    triggers.drop(connection)
    context.run_migrations()
    triggers.create(connection)
    if context.get_context().get_current_revision() == context.get_head_revision():
        triggers.must_be_complete(connection)
