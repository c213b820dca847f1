"""Alembic's entry: runs the scripts on the connection it is given, inside that connection's transaction."""

from alembic import context

from ioc.warehouse.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
