"""What Alembic runs for every command: the connection comes from `control/migrate.py`. No settings, no logging set-up."""

from alembic import context

from migration_pipeline.control.models_audit import AuditEntry

context.configure(connection=context.config.attributes["connection"], target_metadata=AuditEntry.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
