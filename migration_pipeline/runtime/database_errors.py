"""What PostgreSQL refuses, said without the values of the refused row.

Belongs here: turning psycopg's errors into ours. Does not belong here: running statements.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from migration_pipeline.runtime.errors import InfrastructureError, RefusedError


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Name the table, column and constraint of a refusal; PostgreSQL's own detail is dropped, it may quote personal data.

    Raises:
        RefusedError: the data breaks a constraint or does not fit a column.
        InfrastructureError: the database is gone, full, locked or set up wrongly.
    """
    try:
        yield
    except (psycopg.IntegrityError, psycopg.DataError, psycopg.errors.CardinalityViolation) as error:
        raise RefusedError(
            f"the database refuses the rows: {_reason(error)}",
            cause=type(error).__name__,
            where=where,
            fix="Nothing was written. Load what the rows refer to first, or correct the rows.",
        ) from None
    except psycopg.Error as error:
        raise InfrastructureError(f"the database failed: {_reason(error)}", where=where, fix="Nothing was written; run it again.") from None


def _reason(error: psycopg.Error) -> str:
    staged = isinstance(error, psycopg.errors.UniqueViolation) and (error.diag.table_name or "").startswith("stage_")
    if staged or isinstance(error, psycopg.errors.CardinalityViolation):
        return "the same key comes twice in one batch"
    diag = error.diag
    places = {"table": diag.table_name, "column": diag.column_name, "constraint": diag.constraint_name}
    named = ", ".join(f"{kind} {name}" for kind, name in places.items() if name)
    return f"{type(error).__name__}{f' ({named})' if named else ''}"
