"""The figures of the import report: the newest load per dataset, exact time and money, causes with hints; and its page and workbook."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from migration_pipeline.project.models import Text
from migration_pipeline.reconciled.import_page import page
from migration_pipeline.reconciled.import_report import BATCH_COLUMNS, CAUSE_COLUMNS, ImportFigures, arranged, in_seconds
from migration_pipeline.reconciled.import_workbook import workbook

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def batch(number: int, **more: Any) -> dict[str, Any]:
    """A batch of the products' newest load, half a second after the one before."""
    start = START + timedelta(seconds=number)
    usual = {
        "batch_id": f"r2-S01-products-{number}", "run_id": "r2", "dataset": "products", "number": number, "started_at": start,
        "ended_at": start + timedelta(milliseconds=500), "rows": 100, "inserted": 60, "updated": 30, "unchanged": 10,
        "money": Decimal("10.10"), "attempts": 1, "status": "committed",
    }  # fmt: skip
    return usual | more


def figures(batches: list[dict[str, Any]], **more: Any) -> ImportFigures:
    """The figures of a store with rejected rows, a check that warned and a load that stopped."""
    outcomes = [
        ("products", "products", "loaded", "loaded", 90, Decimal(0)),
        ("products", "products", "rejected", "missing_required", 7, Decimal(0)),
        ("products", "products", "rejected", "refused_by_target", 3, Decimal(0)),
        ("sales", "lines", "rejected", "missing_required", 2, Decimal("5.50")),
    ]
    causes = [
        ("products", "rejected", "missing_required", 7, "empty", "空", "fill it in", "请补全"),
        ("sales", "rejected", "missing_required", 2, "empty", "空", "fill it in", "请补全"),
        ("products", "check", "loaded_products.expectations", 1, "<b>told</b>", "<b>told</b>", "look", "查看"),
        ("sales", "stopped", "unfinished", 1, "stopped", "中断", "run again", "重跑"),
    ]
    return ImportFigures(
        title=Text(en="Chain", zh="连锁"), project="chain", currency="CNY", version="0", written_at=START, store="S01",
        store_name=Text(en="Shop", zh="店"), batches=pd.DataFrame(batches, columns=list(BATCH_COLUMNS)),
        outcomes=pd.DataFrame(outcomes, columns=["dataset", "table_name", "outcome", "reason", "rows", "money"]),
        causes=pd.DataFrame(causes, columns=list(CAUSE_COLUMNS)),
        row_ids={("products", "products", "missing_required"): ("p.csv:3", "p.csv:9")}, **more,
    )  # fmt: skip


def test_only_the_newest_load_of_a_dataset_counts_and_the_others_are_listed_as_earlier() -> None:
    old = batch(1, batch_id="r1-S01-products-1", run_id="r1", started_at=START - timedelta(days=1), ended_at=START, rows=999)
    report = arranged(figures([batch(2), old, batch(1)]))
    assert [(line.run_id, line.batches, line.rows) for line in report.loads] == [("r2", 2, 200)]
    assert [line.number for line in report.batches] == [1, 2]
    assert [(line.run_id, line.rows) for line in report.earlier] == [("r1", 999)]


def test_time_money_and_retries_are_added_exactly() -> None:
    (load,) = arranged(figures([batch(1, attempts=3), batch(2, money=Decimal("0.05"))])).loads
    assert (load.seconds, load.money, load.retries) == (Decimal("1.000"), Decimal("10.15"), 2)
    assert load.rows_per_second == 200
    assert (load.inserted, load.updated, load.unchanged) == (120, 60, 20)


def test_a_batch_that_never_ended_leaves_the_load_without_an_end() -> None:
    report = arranged(figures([batch(1), batch(2, ended_at=pd.NaT, status="open")]))
    assert report.loads[0].ended_at is None
    assert report.batches[1].seconds is None
    assert report.loads[0].seconds == Decimal("0.500")
    assert "never ended" in page(report)


def test_batches_that_were_taken_back_are_told() -> None:
    report = arranged(figures([batch(1), batch(2, status="undone")]))
    assert report.loads[0].undone == 1
    assert "1 of them undone" in page(report)


def test_causes_come_worst_first_and_refused_rows_are_counted_apart() -> None:
    report = arranged(figures([batch(1)]))
    assert [(line.kind, line.datasets, line.rows) for line in report.causes] == [
        ("stopped", ("sales",), 1),
        ("check", ("products",), 1),
        ("rejected", ("products", "sales"), 9),
    ]
    assert report.refused == 3
    assert (report.rejected[0].reason, report.rejected[0].row_ids) == ("missing_required", ("p.csv:3", "p.csv:9"))


def test_source_rows_are_the_sum_of_their_outcomes() -> None:
    lines = arranged(figures([batch(1)])).tables
    assert [(line.table, line.rows, dict(line.outcomes)) for line in lines] == [
        ("products", 100, {"loaded": 90, "merged": 0, "excluded": 0, "rejected": 10, "undone": 0}),
        ("lines", 2, {"loaded": 0, "merged": 0, "excluded": 0, "rejected": 2, "undone": 0}),
    ]


@pytest.mark.parametrize(("span", "seconds"), [(timedelta(microseconds=1500), "0.002"), (timedelta(days=1), "86400.000")])
def test_seconds_are_exact_to_the_millisecond(span: timedelta, seconds: str) -> None:
    assert in_seconds(span) == Decimal(seconds)


def test_the_page_says_everything_in_both_languages_and_runs_nothing_that_was_told() -> None:
    text = page(arranged(figures([batch(1), batch(2)], report="../index.html")))
    for word in ("Import report", "导入报告", "r2-S01-products-2", "fill it in", "请补全", "p.csv:9", "20.20", "../index.html"):
        assert word in text
    assert "<b>told</b>" not in text
    assert "&lt;b&gt;told" in text


def test_a_store_without_loads_has_a_page_too() -> None:
    report = arranged(figures([]))
    assert report.seconds == 0
    assert "Nothing was loaded yet" in page(report)


def test_the_workbook_and_the_json_say_the_same_as_the_report() -> None:
    report = arranged(figures([batch(1), batch(2)]))
    book = load_workbook(BytesIO(workbook(report)), read_only=True)
    assert [sheet.title for sheet in book] == [
        "loads 导入",
        "batches 批次",
        "outcomes 去向",
        "rejected 隔离",
        "causes 起因",
        "earlier loads 早前导入",
    ]
    loads = list(book["loads 导入"].iter_rows(values_only=True))
    assert loads[1][0] == "products"
    assert len(list(book["batches 批次"].iter_rows())) == 3
    told = json.loads(json.dumps(report.as_dict()))
    assert (told["rows"], told["seconds"], told["loads"][0]["money"], told["batches"][0]["seconds"]) == (200, "1.000", "20.20", "0.500")
    assert told["causes"][2]["hint"] == {"en": "fill it in", "zh": "请补全"}
