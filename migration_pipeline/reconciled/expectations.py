"""Great Expectations on the ERP's loaded tables of one store, evaluated inside PostgreSQL.

Belongs here: which rows are the store's, running suites, their figures. Does not belong here: the suites (`contracts/suites/`), totals
(`compare.py`), Dagster. Results hold counts, never values. GX is imported when the first suite runs: that takes seconds.
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from psycopg import sql
from sqlalchemy import create_engine, event

from migration_pipeline.contracts.erp import ERP_TABLES, ErpTable, erp_table
from migration_pipeline.contracts.expectation_suites import Expectation, Severity, Suite
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.kept_connections import connection_to

_THROUGH: Mapping[str, tuple[str, str]] = {
    "supplier": ("supplier_balance", "supplier_code"),
    "item": ("item_price", "item_code"),
    "item_barcode": ("item_price", "item_code"),
    "member": ("member_balance", "member_code"),
}
"""Company-wide table -> the table that says which of its rows a store has, and the column they share."""
_ROWS = re.compile(r"\{rows:(\w+)\}")
_COUNTS = {"result_format": "SUMMARY", "partial_unexpected_count": 0, "include_unexpected_rows": False}

_QUIET: Any = SimpleNamespace(progress_bars={"globally": False})
"""All that a validator asks a data context for."""


@dataclass(frozen=True)
class Expected:
    """What became of one expectation.

    Attributes:
        checked, unexpected: rows looked at, and rows that are not as expected (None where an expectation is about the whole table).
        origin: the file it comes from.
    """

    table: str
    type: str
    column: str
    severity: Severity
    met: bool
    checked: int | None
    unexpected: int | None
    en: str
    zh: str
    origin: str


def rows_of(table: ErpTable, store: str) -> str:
    """The SELECT of one store's rows of an ERP table, the store's code quoted; company-wide ones by what the store carries.

    All rows of a table that nothing ties to a store.
    """
    name, code = sql.Identifier(table.name), sql.Literal(store)
    if table.per_store:
        query = sql.SQL("SELECT * FROM {} WHERE store_code = {}").format(name, code)
    elif table.name in _THROUGH:
        through, column = _THROUGH[table.name]
        parts = {"table": name, "column": sql.Identifier(column), "through": sql.Identifier(through), "store": code}
        query = sql.SQL("SELECT * FROM {table} WHERE {column} IN (SELECT {column} FROM {through} WHERE store_code = {store})").format(
            **parts
        )
    else:
        query = sql.SQL("SELECT * FROM {}").format(name)
    return query.as_string(None)


def expectations_met(url: str, store: str, suites: Sequence[Suite]) -> list[Expected]:
    """Evaluate every expectation of the suites on one store's rows, table by table.

    Args:
        url: SQLAlchemy URL of the ERP's database.
        store: its code.
        suites: built-in and of the project.

    Raises:
        BadInputError: GX does not know an expectation, or cannot evaluate it; nothing counts as met that was not evaluated.
    """
    by_table: dict[str, list[tuple[Expectation, str]]] = {}
    for suite in suites:
        for expectation in suite.expectations:
            by_table.setdefault(expectation.meta.table, []).append((expectation, suite.origin))
    found = []
    with _Erp(url) as erp:
        for name in (name for name in ERP_TABLES if name in by_table):
            found += erp.evaluated(name, store, by_table[name])
    return found


class _Erp:
    """GX's engine on the ERP, closed when done.

    Tables are validated without GX's data context: it would write its own configuration anew for every table, which costs a small store
    more than the queries.
    """

    def __init__(self, url: str) -> None:
        os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
        from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine

        address = url.replace("postgresql+psycopg", "postgresql", 1)
        self._engine = create_engine("postgresql+psycopg://", creator=lambda: connection_to(address, autocommit=False))
        self._columns_only: set[str] = set()
        event.listen(self._engine, "before_cursor_execute", self._shortened, retval=True)
        self._gx = SqlAlchemyExecutionEngine(engine=self._engine, create_temp_table=False)

    def _shortened(self, _: object, __: object, statement: str, parameters: object, *___: object) -> tuple[str, object]:
        """GX runs a query as it stands only to learn its columns: the rows, perhaps millions, would all come here."""
        return (f"{statement} LIMIT 0" if statement.strip() in self._columns_only else statement), parameters

    def __enter__(self) -> "_Erp":
        return self

    def __exit__(self, *_: object) -> None:
        self._gx.close()
        self._engine.dispose()

    def evaluated(self, table: str, store: str, wanted: Sequence[tuple[Expectation, str]]) -> list[Expected]:
        """All expectations about one table, in their order."""
        from great_expectations.core.batch import Batch, LegacyBatchDefinition
        from great_expectations.core.batch_spec import RuntimeQueryBatchSpec
        from great_expectations.core.id_dict import IDDict
        from great_expectations.validator.validator import Validator

        made = [_configuration(expectation, origin, store, place) for place, (expectation, origin) in enumerate(wanted)]
        rows = rows_of(erp_table(table), store)
        self._columns_only.add(rows)
        data: Any  # GX wants the class of the data there, says its type
        data, markers = self._gx.get_batch_data_and_markers(RuntimeQueryBatchSpec(query=rows))
        batch = Batch(data=data, batch_markers=markers, batch_definition=LegacyBatchDefinition("erp", "erp", table, IDDict()))
        results = Validator(self._gx, data_context=_QUIET, batches=[batch]).graph_validate(made, {"result_format": _COUNTS})
        return [_expected(result, *one) for result, one in zip(sorted(results, key=_place), wanted, strict=True)]


def _place(result: Any) -> int:
    return int(result.expectation_config.meta["place"])


def _configuration(expectation: Expectation, origin: str, store: str, place: int) -> Any:
    from great_expectations.exceptions.exceptions import GreatExpectationsError
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    kwargs = {name: _with_rows(value, store) if isinstance(value, str) else value for name, value in expectation.kwargs.items()}
    made = ExpectationConfiguration(type=expectation.type, kwargs=kwargs, meta={"place": place})
    try:
        made.to_domain_obj()
    except (GreatExpectationsError, ValueError, TypeError) as error:
        what = f"Great Expectations does not take {expectation.type}: {' '.join(str(error).split())}"
        raise BadInputError(what, where=origin, fix="correct its type or kwargs; see the GX gallery of expectations") from error
    return made


def _with_rows(text: str, store: str) -> str:
    """`{rows:payment}` in a query becomes the store's rows of that table; braces in a store's code are doubled, as GX formats the text."""

    def rows(hit: "re.Match[str]") -> str:
        return "(" + rows_of(erp_table(hit[1]), store).replace("{", "{{").replace("}", "}}") + ")"

    return _ROWS.sub(lambda hit: rows(hit) if hit[1] in ERP_TABLES else hit[0], text)


def _expected(result: Any, expectation: Expectation, origin: str) -> Expected:
    raised = result.exception_info
    several = raised.values() if raised and "raised_exception" not in raised else [raised or {}]
    if failed := next((one for one in several if one.get("raised_exception")), None):
        what = f"{expectation.type} on {expectation.meta.table} cannot be evaluated: {_first_line(failed['exception_message'])}"
        raise BadInputError(what, where=origin, fix="correct its columns or query; the tables' columns are in docs/reference.md")
    counts = result.result or {}
    unexpected = counts.get("unexpected_count", counts.get("observed_value"))
    return Expected(
        table=expectation.meta.table,
        type=expectation.type,
        column=", ".join(_columns(expectation)),
        severity=expectation.severity,
        met=bool(result.success),
        checked=counts.get("element_count"),
        unexpected=unexpected if isinstance(unexpected, int) and "expect_table" not in expectation.type else None,
        en=expectation.meta.en,
        zh=expectation.meta.zh,
        origin=origin,
    )


def _columns(expectation: Expectation) -> list[str]:
    named = expectation.kwargs.get("column_list") or expectation.kwargs.get("column") or []
    return [named] if isinstance(named, str) else [str(name) for name in named] if isinstance(named, list) else []


def _first_line(message: object) -> str:
    return str(message).splitlines()[0] if message else "no reason given"
