"""What Alembic runs for every command: the connection comes from `control/migrate.py`. No settings, no logging set-up."""

from alembic import context

from migration_pipeline.control.models import Base
from migration_pipeline.control.models_alerts import AlertTold
from migration_pipeline.control.models_audit import AuditEntry
from migration_pipeline.control.models_breaks import BreakCase
from migration_pipeline.control.models_runs import RunStop

_ALSO = (AlertTold, AuditEntry, BreakCase, RunStop)
"""Tables of other modules, which must be imported to be known."""

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
