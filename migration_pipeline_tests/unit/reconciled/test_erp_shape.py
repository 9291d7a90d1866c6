"""The first rung: an ERP whose tables are not what was loaded for is found before any sum is compared."""

from collections.abc import Callable

import pytest

from migration_pipeline.contracts.erp import tables_of
from migration_pipeline.contracts.target_description import ColumnDescription, TableDescription, TargetDescription
from migration_pipeline.reconciled.erp_shape import schema_rung

Columns = dict[str, ColumnDescription]


def described(
    change: Callable[[Columns], None] = lambda _: None, key: tuple[str, ...] | None = None, target: str = "postgres"
) -> TargetDescription:
    """The tables of suppliers as they should be, but for what is changed in the first."""
    tables = {}
    for table in tables_of("suppliers"):
        columns: Columns = {}
        for c in table.columns:
            exact = {"precision": c.precision, "scale": c.scale} if c.type == "numeric" else {}
            columns[c.name] = ColumnDescription(type=c.type, required=not c.nullable, **exact)
        if not tables:
            change(columns)
        own = key if key is not None and not tables else table.key
        tables[table.name] = TableDescription(columns=columns, key=own)
    return TargetDescription(target=target, tables=tables)


def breaks(found: TargetDescription, kept: TargetDescription | None = None) -> dict[str, list[object]]:
    return {one.metric: list(one.sample) for one in schema_rung("suppliers", found, kept) if one.status == "break"}


def narrower(columns: Columns) -> None:
    columns["name"] = ColumnDescription(type="character", length=40)


def test_tables_as_they_should_be_are_equal() -> None:
    assert {one.status for one in schema_rung("suppliers", described())} == {"equal"}


@pytest.mark.parametrize(
    ("change", "metric", "said"),
    [
        (lambda c: c.pop("phone"), "supplier.columns", "phone is gone"),
        (lambda c: c.update(vat=ColumnDescription(type="text", required=True)), "supplier.columns", "vat is new and required"),
        (lambda c: c.update(phone=ColumnDescription(type="text", required=True)), "supplier.columns", "phone has become required"),
        (lambda c: c.update(phone=ColumnDescription(type="bigint")), "supplier.types", "phone is bigint"),
        (narrower, "supplier.types", "name is character"),
    ],
)
def test_every_difference_is_a_break_that_names_it(change: Callable[[Columns], None], metric: str, said: str) -> None:
    assert breaks(described(change)) == {metric: [said]}


def test_another_key_is_a_break_and_a_missing_table_too() -> None:
    assert breaks(described(key=("name",))) == {"supplier.key": ["the key is name, not supplier_code"]}
    assert len(breaks(TargetDescription(target="postgres"))) == 4, "columns and keys of both tables"


def test_what_a_person_has_accepted_is_no_break() -> None:
    assert breaks(described(narrower), described(narrower)) == {}
    assert breaks(described(narrower), described()) == {"supplier.types": ["name is character"]}


def test_a_limit_on_a_text_is_no_break_for_what_does_not_fit_is_refused() -> None:
    assert breaks(described(lambda c: c.update(name=ColumnDescription(type="character varying", length=40)))) == {}


def test_types_of_an_erp_of_another_kind_are_not_called_equal() -> None:
    statuses = {one.metric: one.status for one in schema_rung("suppliers", described(target="tryton"))}
    assert (statuses["supplier.types"], statuses["supplier.columns"]) == ("not_measurable", "equal")
