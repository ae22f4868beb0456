"""Run by Alembic: takes the steps on the connection it is handed, inside that connection's transaction."""

from alembic import context

from bot.storage.tables import metadata

connection = context.config.attributes["connection"]
# render_as_batch: SQLite changes a column by building the table anew. transactional_ddl: our transaction is begun by
# hand (BEGIN IMMEDIATE), so SQLite takes back CREATE and DROP like anything else, which Alembic does not expect of it.
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=True, compare_type=True
)
with context.begin_transaction():
    context.run_migrations()
