"""Run by Alembic: migrates over the connection it is handed, inside the caller's transaction."""

from alembic import context

from storage.migrate import SCHEMA

context.configure(connection=context.config.attributes["connection"], target_metadata=SCHEMA, transactional_ddl=True)
context.run_migrations()
