"""The gates between stages let through what the descriptors allow, and stop everything else."""

from decimal import Decimal

import pandas as pd
import pandera.errors
import pytest

from migration_pipeline.cleaned.clean import CLEANERS
from migration_pipeline.contracts.datasets import DATASETS, Table
from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.contracts.schemas import cleaned_schema, erp_schema, raw_schema, reject_mask, row_failures
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.mapped.erp_rows import erp_rows
from migration_pipeline.project.source import SourceSpec
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, raw, source_of, spec, table, text

STOCK = DATASETS["inventory"].table("stock")
MEMBERS = DATASETS["members"].table("members")


def members() -> pd.DataFrame:
    return cleaned("members", {"members": {"member_code": ["1", "2"], "points": ["1", "2"]}}).tables["members"]


def stops(schema_of: Table, frame: pd.DataFrame) -> bool:
    try:
        cleaned_schema(schema_of).validate(frame)
    except pandera.errors.SchemaError:
        return True
    return False


def test_what_cleaning_lets_through_passes() -> None:
    assert not stops(MEMBERS, members())
    assert not stops(MEMBERS, members().iloc[:0])


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("member_code", text("1", "1")),
        ("member_code", text("1", None)),
        ("member_code", text("1", "8.52E+11")),
        ("points", pd.Series([1.5, 2.5])),
        ("points", pd.Series([Decimal(1), Decimal(2)], dtype=decimal_dtype(3))),
        ("birthday", text("2000-01-01", "2000-01-02")),
        ("_money", pd.Series([Decimal(1), None], dtype=decimal_dtype(2))),
    ],
)
def test_a_cleaned_table_that_breaks_its_contract_is_stopped(column: str, values: "pd.Series[object]") -> None:
    assert stops(MEMBERS, members().assign(**{column: values}))


def test_a_missing_column_is_stopped() -> None:
    assert stops(MEMBERS, members().drop(columns="points"))


def test_stock_may_hold_one_item_twice_because_mapping_adds_it_up() -> None:
    frame = cleaned("inventory", {"stock": {"product_code": ["1", "1"], "quantity": ["1", "2"]}}).tables["stock"]
    assert not stops(STOCK, frame)


def test_words_of_the_rules_own_vocabularies_are_closed() -> None:
    tickets = DATASETS["sales"].table("tickets")
    lines = {"ticket_no": ["1"], "product_code": ["P"], "quantity": ["1"], "amount": ["1"], "sold_at": ["2026-01-01"]}
    frame = cleaned("sales", {"lines": lines}).tables["tickets"]
    assert not stops(tickets, frame)
    assert stops(tickets, frame.assign(kind=text("gift")))


def test_raw_tables_are_text_with_unique_row_ids() -> None:
    good = table("t", {"a": ["1", None]})
    raw_schema().validate(good)
    for bad in (good.assign(_row_id=text("x", "x")), good.assign(_row_id=text("x", None)), good.assign(a=[1, 2])):
        with pytest.raises(pandera.errors.SchemaError):
            raw_schema().validate(bad)


def test_erp_rows_must_have_exactly_the_erp_s_columns_keys_and_words() -> None:
    given = {"store_code": "S", "warehouse_code": "MAIN", "item_code": text("A", "B")}
    numbers = {"quantity": Decimal(1), "unit_cost": Decimal(1), "value": Decimal(1)}
    good = erp_rows("opening_stock", given | {k: pd.Series([v, v]) for k, v in numbers.items()}, pd.RangeIndex(2))
    schema = erp_schema(erp_table("opening_stock"))
    schema.validate(good)
    huge = pd.Series([Decimal(10) ** 9, Decimal(1)], dtype=decimal_dtype(3))
    for bad in (good.assign(item_code=text("A", "A")), good.assign(more=1), good.drop(columns="value"), good.assign(quantity=huge)):
        with pytest.raises((pandera.errors.SchemaError, pandera.errors.SchemaErrors)):
            schema.validate(bad)


@pytest.mark.parametrize(
    ("dataset", "name", "columns", "change", "rule"),
    [
        ("members", "members", {"member_code": ["1", "2"], "stored_principal": ["5", "6"]}, "stored_value", "principal_plus_bonus"),
        (
            "inventory",
            "stock",
            {"product_code": ["1", "2"], "quantity": ["1", "2"], "unit_cost": ["3", "4"]},
            "value",
            "quantity_times_cost",
        ),
        ("products", "packs", {"product_code": ["1", "2"], "unit": ["箱", "箱"], "ratio": ["6", "12"]}, "ratio", "more_than_nothing"),
    ],
)
def test_columns_that_do_not_fit_each_other_are_found_with_their_row(
    dataset: str, name: str, columns: dict[str, list[str | None]], change: str, rule: str
) -> None:
    frame = cleaned(dataset, {name: columns}).tables[name]
    schema = cleaned_schema(DATASETS[dataset].table(name))
    assert row_failures(schema, frame).empty
    values = frame[change].copy()
    values.iloc[1] = Decimal(-1)
    wrong = frame.assign(**{change: values})
    assert row_failures(schema, wrong).to_dict("records") == [{"column": "", "check": rule, "place": 1}]
    assert reject_mask(schema, wrong).tolist() == [False, True]
    with pytest.raises(pandera.errors.SchemaError):
        schema.validate(wrong)


def test_signs_are_demanded_only_where_the_project_rejects_their_contradiction() -> None:
    lines = {"ticket_no": ["1"], "product_code": ["P"], "quantity": ["1"], "amount": ["1"], "sold_at": ["2026-01-01"]}
    frame = cleaned("sales", {"lines": lines}).tables["tickets"].assign(kind=text("return"))
    table = DATASETS["sales"].table("tickets")
    assert row_failures(cleaned_schema(table), frame).empty
    assert row_failures(cleaned_schema(table, {"sign_contradiction": "reject"}), frame)["check"].tolist() == ["sign_of_kind"]


def test_all_failures_of_a_frame_are_found_at_once_and_none_shows_its_value() -> None:
    frame = members().assign(member_code=text("1", "1"), name=text("Zhang San", "Li Si"))
    frame = frame.assign(gender=text("x", "y"), _money=pd.Series([Decimal(1), None], dtype=decimal_dtype(2)))
    found = row_failures(cleaned_schema(MEMBERS), frame)
    assert {(row["column"], row["place"]) for row in found.to_dict("records")} == {("member_code", 0), ("member_code", 1), ("_money", 1)}
    assert list(found) == ["column", "check", "place"]


def test_a_column_that_is_wrong_as_a_whole_fails_every_row() -> None:
    schema, absent = cleaned_schema(MEMBERS), members().drop(columns="points")
    assert row_failures(schema, absent)[["column", "place"]].to_numpy().tolist() == [["points", -1]]
    assert row_failures(schema, members().assign(points=1.5))["place"].tolist() == [-1]
    assert reject_mask(schema, absent).all()
    assert not reject_mask(schema, members()).any()


@pytest.mark.parametrize(
    ("dataset", "name", "columns"),
    [
        ("members", "point_entries", {"member_code": ["1"], "at": ["2026-01-01"], "points": ["5"]}),
        ("members", "stored_value_entries", {"member_code": ["1"], "at": ["2026-01-01"], "principal": ["5"], "bonus": ["1"]}),
        ("members", "liabilities", {"account": ["1"], "principal": ["5"]}),
        ("sales", "day_totals", {"business_date": ["2026-01-01"], "amount": ["5"], "tickets": ["1"]}),
    ],
)
def test_evidence_has_a_schema_too(dataset: str, name: str, columns: dict[str, list[str | None]]) -> None:
    frame = CLEANERS[dataset](*evidence(dataset, name, columns))[name].frame
    schema = cleaned_schema(DATASETS[dataset].table(name))
    assert row_failures(schema, frame).empty
    assert set(row_failures(schema, frame.assign(_money=None))["column"]) == {"_money"}


def evidence(dataset: str, name: str, columns: dict[str, list[str | None]]) -> tuple[StageOutput, SourceSpec]:
    """An evidence table beside the least that its dataset must have."""
    least: dict[str, dict[str, list[str | None]]] = {
        "members": {"members": {"member_code": ["1"]}},
        "sales": {"lines": {"ticket_no": ["1"], "product_code": ["P"], "quantity": ["1"], "amount": ["1"], "sold_at": ["2026-01-01"]}},
    }
    tables = {**least[dataset], name: columns}
    return raw(tables), source_of(dataset, {table_name: spec(list(given)) for table_name, given in tables.items()})
