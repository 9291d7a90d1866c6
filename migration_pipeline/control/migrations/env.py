"""What Alembic runs for every command: the connection comes from `control/migrate.py`. No settings, no logging set-up."""

from alembic import context

from migration_pipeline.control.break_models import BreakCase

context.configure(connection=context.config.attributes["connection"], target_metadata=BreakCase.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
