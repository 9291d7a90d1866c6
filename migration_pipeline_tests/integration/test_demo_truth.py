"""The demo against its ground truth: every source row, the ERP's content, the history in Dagster; a second run changes nothing."""

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pyarrow.parquet as pq
import pytest

from migration_pipeline.contracts.datasets import DATASETS, STAGES
from migration_pipeline.contracts.policies import SALES_RULES
from migration_pipeline.control.views import read_view
from migration_pipeline.runtime.lake import read_stage
from migration_pipeline_tests.integration.conftest import Demo

KEY = ["store", "dataset", "table", "row_id"]
MEASURES = ["money", "quantity", "points"]
COUNTS = {
    "items": "item", "suppliers": "supplier", "members": "member", "opening_stock": "opening_stock",
    "tickets": "ticket", "ticket_lines": "ticket_line", "payments": "payment",
}  # fmt: skip
TOTALS = {
    "supplier_balance": ("supplier_balance", "balance"), "points": ("member_balance", "points"),
    "stock_value": ("opening_stock", "value"), "stock_quantity": ("opening_stock", "quantity"), "ticket_total": ("ticket", "total"),
    "line_amount": ("ticket_line", "amount"), "payment_amount": ("payment", "amount"),
}  # fmt: skip


@pytest.fixture(scope="module")
def ledger(demo: Demo) -> pd.DataFrame:
    """The complete ledger of all stores, as the truth lists it."""
    lake = demo.workspace.home.lake
    parts = [
        read_stage(lake, "loaded", dataset, store).outcomes.assign(store=store, dataset=dataset)
        for store in demo.truth["stores"]
        for dataset in DATASETS
    ]
    return pd.concat(parts, ignore_index=True).set_index(KEY).sort_index()


@pytest.fixture(scope="module")
def truth(demo: Demo) -> pd.DataFrame:
    """truth/outcomes.parquet, in the same order."""
    frame: pd.DataFrame = pq.read_table(demo.folder / "truth" / "outcomes.parquet").to_pandas()
    return frame.set_index(KEY).sort_index()


def test_every_source_row_has_one_outcome_and_no_other_row_has(ledger: pd.DataFrame, truth: pd.DataFrame) -> None:
    assert ledger.index.is_unique
    assert (truth.index.difference(ledger.index).tolist(), ledger.index.difference(truth.index).tolist()) == ([], [])
    assert len(truth) > 10_000


def test_every_row_ended_where_and_why_the_truth_says(ledger: pd.DataFrame, truth: pd.DataFrame) -> None:
    """Row by row, so that two wrong rows cannot hide each other."""
    both = truth[["outcome", "reason"]].join(ledger[["outcome", "reason", "detail"]].add_suffix("_found"))
    wrong = both[(both["outcome"] != both["outcome_found"]) | (both["reason"] != both["reason_found"])]
    assert wrong.empty, wrong.head(20).to_string()


@pytest.mark.parametrize("measure", MEASURES)
def test_every_row_carries_its_exact_measure(ledger: pd.DataFrame, truth: pd.DataFrame, measure: str) -> None:
    """Money, quantity and points of each row, also of rejected ones: what cannot be read as a number counts 0."""
    expected, found = truth[measure].map(Decimal), ledger[measure].reindex(truth.index).map(Decimal)
    wrong = pd.DataFrame({"expected": expected, "found": found, "reason": truth["reason"]})[expected != found]
    assert wrong.empty, wrong.head(20).to_string()
    assert expected.map(bool).any()


def test_the_erp_holds_what_the_truth_counts(demo: Demo) -> None:
    """Golden records once each, every loaded ticket, line and payment; read from the ERP's tables."""
    found = {name: len(demo.workspace.target.read_back(table)) for name, table in COUNTS.items()}
    assert found == {name: demo.truth["erp"][name] for name in COUNTS}


def test_the_erp_holds_the_true_totals(demo: Demo) -> None:
    """Exact sums; balances of merged records are added, never picked."""
    found = {name: Decimal(demo.workspace.target.read_back(table)[column].sum()) for name, (table, column) in TOTALS.items()}
    assert found == {name: Decimal(demo.truth["erp"][name]) for name in TOTALS}
    balances = demo.workspace.target.read_back("member_balance")
    stored = Decimal(balances["stored_principal"].sum()) + Decimal(balances["stored_bonus"].sum())
    assert stored == Decimal(demo.truth["erp"]["stored_value"])


def test_every_member_has_the_points_and_the_money_of_all_cards(demo: Demo, ledger: pd.DataFrame) -> None:
    """Per golden record: what all its source rows carried is what the ERP holds for it."""
    balances = demo.workspace.target.read_back("member_balance")
    balances["money"] = balances["stored_principal"] + balances["stored_bonus"]
    held: pd.DataFrame = balances.groupby("member_code")[["points", "money"]].sum().map(Decimal)
    rows = ledger.xs("members", level="dataset")
    rows = rows[rows["outcome"].isin(["loaded", "merged"])]
    nameless = rows["target_key"] == ""  # rows that another row of the same key replaced: they carry nothing
    assert not rows.loc[nameless, ["points", "money"]].map(bool).to_numpy().any()
    carried = pd.DataFrame(rows[~nameless].groupby("target_key")[["points", "money"]].sum()).map(Decimal)
    pd.testing.assert_frame_equal(held.sort_index(), carried.sort_index(), check_names=False, check_dtype=False, check_index_type=False)


@pytest.mark.parametrize(("dataset", "table"), [("members", "members"), ("products", "products"), ("suppliers", "suppliers")])
def test_source_keys_meet_in_the_golden_records_of_the_truth(demo: Demo, ledger: pd.DataFrame, dataset: str, table: str) -> None:
    """Same thing, same ERP key; different things, different keys: as sets of source keys, both ways."""
    keys = _source_keys(demo, ledger, dataset, table)
    found = {frozenset(group) for group in keys.groupby(keys).groups.values()}
    expected = {frozenset((store, key) for store, key in record["keys"]) for record in demo.truth["golden"][dataset]}
    assert (expected - found, found - expected) == (set(), set())


def _source_keys(demo: Demo, ledger: pd.DataFrame, dataset: str, table: str) -> "pd.Series[str]":
    """ERP key by (store, source key), from the cleaned rows that became or joined a record."""
    column, parts = DATASETS[dataset].table(table).key[0], []
    for store in demo.truth["stores"]:
        rows = read_stage(demo.workspace.home.lake, "cleaned", dataset, store).tables[table][["_row_id", column]]
        ended = ledger.xs((store, dataset, table), level=KEY[:3]).reindex(rows["_row_id"])
        kept = ended["reason"].isin(["loaded", "same_record"]).to_numpy()
        parts.append(pd.Series(ended["target_key"].to_numpy()[kept], index=[(store, key) for key in rows[column][kept]]))
    return pd.concat(parts)


def test_the_board_shows_the_true_rows_and_money(demo: Demo) -> None:
    """Money in is that of the untouched source, per store x dataset; nothing is unexplained."""
    board = read_view(demo.workspace.databases, "status_board", ("store", "dataset")).set_index(["store", "dataset"])
    expected: dict[tuple[str, str], tuple[int, Decimal]] = {}
    for part in demo.truth["tables"]:
        place = (part["store"], part["dataset"])
        rows, money = expected.get(place, (0, Decimal(0)))
        counts = part["table"] == DATASETS[part["dataset"]].money_table
        expected[place] = (rows + part["source_rows"], money + (Decimal(part["money"]) if counts else 0))
    found = {place: (int(row["source_rows"]), Decimal(row["money_in"])) for place, row in board.to_dict("index").items()}
    assert found == expected
    assert (int(board["breaks"].sum()), Decimal(board["unexplained"].sum())) == (0, Decimal(0))


def test_the_summary_is_balanced_and_adds_up(demo: Demo) -> None:
    """`--json` of the command: what scripts and the closing note rely on."""
    first = demo.first
    assert first["balanced"] is True
    assert (first["unexplained"], first["breaks"], first["failures"], first["failed_checks"]) == ("0.00", 0, [], [])
    assert first["stores"] == demo.truth["stores"]
    assert sum(first["outcomes"].values()) == first["source_rows"] == sum(part["source_rows"] for part in demo.truth["tables"])
    assert list(first["datasets"]) == list(DATASETS)
    assert Decimal(first["money_in"]) == sum(Decimal(part["money_in"]) for part in first["datasets"].values())
    assert first["erp_changed_rows"] > 10_000


def test_a_second_run_changes_nothing(demo: Demo) -> None:
    """Idempotent: not a row of the ERP is written again, and its state is the same to the bit."""
    assert demo.second["erp_changed_rows"] == 0
    assert demo.hashes[0] == demo.hashes[1]
    same: dict[str, Any] = {key: value for key, value in demo.first.items() if key != "erp_changed_rows"}
    assert {key: value for key, value in demo.second.items() if key != "erp_changed_rows"} == same


def test_the_report_is_there_for_the_owner_only(demo: Demo) -> None:
    report = Path(demo.first["report"])
    assert report == demo.workspace.report
    assert (report.stat().st_mode & 0o077, "<html" in report.read_text(encoding="utf-8")) == (0, True)


def test_dagster_has_the_history_of_every_store(demo: Demo, demo_instance: dg.DagsterInstance) -> None:
    """What the command line ran is what `store2erp ui` shows: runs, materialisations and check results, by store."""
    stores = demo.truth["stores"]
    assert set(demo_instance.get_dynamic_partitions("store")) == set(stores)
    for name in (f"{stage}_{dataset}" for stage in STAGES for dataset in DATASETS):
        assert set(demo_instance.get_materialized_partitions(dg.AssetKey(name))) == set(stores), name
    runs = demo_instance.get_runs()
    assert {run.status for run in runs} == {dg.DagsterRunStatus.SUCCESS}
    assert Counter(store for run in runs for store in run.tags["stores"].split(", ")) == dict.fromkeys(stores, 2)
    newest = {store: run.run_id for run in reversed(runs) for store in run.tags["stores"].split(", ")}
    checks = [result for run_id in set(newest.values()) for result in _check_results(demo_instance, run_id)]
    assert {result.severity for result in checks if not result.passed} <= {dg.AssetCheckSeverity.WARN}
    assert Counter(result.partition for result in checks) == dict.fromkeys(stores, 44 + len(SALES_RULES))


def _check_results(instance: dg.DagsterInstance, run_id: str) -> list[dg.AssetCheckEvaluation]:
    of_type = dg.DagsterEventType.ASSET_CHECK_EVALUATION
    events = instance.get_records_for_run(run_id, of_type=of_type).records
    found = [record.event_log_entry.dagster_event for record in events]
    return [event.asset_check_evaluation_data for event in found if event is not None]
