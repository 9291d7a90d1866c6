"""The history of a run tells which rows of the next ended otherwise or have other values, and holds none of the values."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from migration_pipeline.contracts.datasets import PRODUCTS
from migration_pipeline.contracts.ledger import LEDGER_DTYPES
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.reconciled.row_history import ChangedRows, changed_rows, history_file, row_history, write_history

WORDS = {"unit": {"瓶": "BOTTLE"}}


def made(
    names: dict[str, str],
    ended: dict[str, str] | None = None,
    *,
    price: str = "3.50",
    unit: str = "瓶",
    words: dict[str, dict[str, str]] = WORDS,
) -> pa.Table:
    """The history of products: row -> name of those that were loaded, row -> reason of those that were rejected."""
    rows, ended = list(names), ended or {}
    cleaned = pd.DataFrame({"_row_id": rows, "product_code": rows, "name": list(names.values()), "unit": unit, "_money": "1"}, dtype="str")
    ledger = pd.DataFrame(
        [("products", row, "loaded", "loaded", "", f"I{row}") for row in rows]
        + [("products", row, "rejected", reason, "", "") for row, reason in ended.items()],
        columns=["table", "row_id", "outcome", "reason", "detail", "target_key"],
    )
    ledger = ledger.assign(stage="loaded", money="0", quantity="0", points="0").astype(dict.fromkeys(list(LEDGER_DTYPES)[:7], "str"))
    sent = pd.DataFrame({"store_code": "S", "item_code": [f"I{row}" for row in rows], "sell_price": price}, dtype="str")
    prices = sent.assign(cost_price=None, member_price=None)
    return row_history(PRODUCTS, StageOutput("x", {"products": cleaned}), StageOutput("x", {"item_price": prices}, ledger), words)


def compare(folder: Path, *histories: pa.Table) -> list[ChangedRows]:
    """Two histories as files, compared."""
    old, new = (history_file(folder, run, "products", "S") for run in ("one", "two"))
    for path, history in zip((old, new), histories, strict=True):
        write_history(path, history)
    found, comparable = changed_rows(old, new)
    assert comparable
    return found


GOOD = {"p:1": "Tea", "p:2": "Milk"}


def test_the_same_result_has_no_difference(tmp_path: Path) -> None:
    assert compare(tmp_path, made(GOOD), made(dict(reversed(GOOD.items())))) == []


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (made(GOOD | {"p:2": "Soya"}), ("values", "loaded loaded", "loaded loaded", ("name",), 1, ("p:2",))),
        (made(GOOD, unit="BOTTLE"), None),
        (made(GOOD, words={"unit": {"瓶": "PCS"}}), ("values", "loaded loaded", "loaded loaded", ("unit",), 2, ("p:1", "p:2"))),
        (made(GOOD, price="3.60"), ("values", "loaded loaded", "loaded loaded", ("erp",), 2, ("p:1", "p:2"))),
        (made({"p:1": "Tea"}), ("gone", "loaded loaded", "", (), 1, ("p:2",))),
        (made(GOOD | {"p:3": "New"}), ("new", "", "loaded loaded", (), 1, ("p:3",))),
        (made({"p:1": "Tea"}, {"p:2": "no_name"}), ("outcome", "loaded loaded", "rejected no_name", (), 1, ("p:2",))),
    ],
)
def test_each_kind_of_change_is_told_with_its_rows_and_columns(
    new: pa.Table, expected: tuple[str, str, str, tuple[str, ...], int, tuple[str, ...]] | None, tmp_path: Path
) -> None:
    """A unit written otherwise that means the same changes nothing; a value map that means another unit does."""
    assert compare(tmp_path, made(GOOD), new) == ([ChangedRows("products", *expected)] if expected else [])


def test_a_history_holds_hashes_only(tmp_path: Path) -> None:
    path = history_file(tmp_path, "one", "products", "S")
    write_history(path, made({"p:1": "Wang Wu"}))
    assert b"Wang" not in path.read_bytes()
    assert [p.name for p in path.parent.iterdir()] == ["S.parquet"]


def test_row_ids_are_bounded(tmp_path: Path) -> None:
    many = {f"p:{n}": "Tea" for n in range(50)}
    (found,) = compare(tmp_path, made(many), made(dict.fromkeys(many, "Milk")))
    assert (found.rows, len(found.row_ids)) == (50, 20)


def test_histories_of_another_version_of_the_hash_are_not_compared_by_value(tmp_path: Path) -> None:
    """After an upgrade of DuckDB every hash may be another one: outcomes are still compared, values are said not to be."""
    old, new = (history_file(tmp_path, run, "products", "S") for run in ("one", "two"))
    write_history(old, made(GOOD))
    write_history(new, made(GOOD | {"p:1": "Soya"}, {"p:3": "no_name"}).replace_schema_metadata({b"hashed_by": b"another"}))
    found, comparable = changed_rows(old, new)
    assert not comparable
    assert [(one.change, one.row_ids) for one in found] == [("new", ("p:3",))]
