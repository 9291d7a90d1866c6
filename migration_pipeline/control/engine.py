"""The SQLAlchemy engine of the control database.

Belongs here: making an engine that connects as `Databases` does. Does not belong here: queries, migrations.
"""

from functools import cache

from sqlalchemy import Engine, NullPool, create_engine

from migration_pipeline.runtime.databases import CONTROL, Databases


@cache
def control_engine(databases: Databases) -> Engine:
    """The engine, one per process and server; it keeps no connection open, so databases can be dropped and processes forked.

    Its connections are made by `Databases.connect`, so a server that is not there is an InfrastructureError here too.
    """
    return create_engine("postgresql+psycopg://", creator=lambda: databases.connect(CONTROL), poolclass=NullPool)
