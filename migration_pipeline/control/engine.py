"""The SQLAlchemy engine of the control database.

Belongs here: making an engine that connects as `Databases` does. Does not belong here: queries, migrations.
"""

from functools import cache

import psycopg
from sqlalchemy import Engine, ExceptionContext, NullPool, create_engine, event

from migration_pipeline.runtime.databases import CONTROL, Databases
from migration_pipeline.runtime.errors import InfrastructureError


@cache
def control_engine(databases: Databases) -> Engine:
    """The engine, one per process and server; it keeps no connection open, so databases can be dropped and processes forked.

    Its connections are made by `Databases.connect`, so a server that is not there is an InfrastructureError here too; so is one that goes
    away or has no room.
    """
    engine = create_engine("postgresql+psycopg://", creator=lambda: databases.connect(CONTROL), poolclass=NullPool)
    event.listen(engine, "handle_error", _explained)
    return engine


def _explained(context: ExceptionContext) -> None:
    error = context.original_exception
    if isinstance(error, psycopg.OperationalError):
        what = f"the control database failed: {type(error).__name__}"
        raise InfrastructureError(what, where=CONTROL, fix="look whether the server runs and has room, then run it again") from None
