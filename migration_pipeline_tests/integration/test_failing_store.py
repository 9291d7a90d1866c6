"""A store that fails leaves nothing of itself in the ERP and never stops another; put right, it goes through."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from migration_pipeline.cleaned import clean as cleaning
from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.project.source import SourceSpec
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.conftest import Command, erp_rows
from migration_pipeline_tests.integration.small_project import PER_STORE, SmallProject, write_project

STORES = ("A", "B", "C")
OF_STORES = PER_STORE | {"member_balance": 1, "member_card": 1, "supplier_balance": 1}
Found = Callable[[Home], Databases]


@pytest.fixture
def chain(tmp_path: Path) -> SmallProject:
    """Three good stores."""
    return write_project(tmp_path / "chain", STORES)


@pytest.fixture
def shop(tmp_path: Path) -> SmallProject:
    """One good store."""
    return write_project(tmp_path / "shop")


def of_store(project: SmallProject, own_databases: Found, store: str) -> dict[str, int]:
    """Rows of one store in the ERP, without tables that have none."""
    return {name: rows for name, rows in erp_rows(own_databases(Home.of(project.folder)), store).items() if rows}


def test_a_store_without_its_sales_file_stops_itself_only(chain: SmallProject, own_databases: Found, store2erp: Command) -> None:
    """Exit code 2, the others complete and balanced; with the file back, the store completes and the others stay as they are.

    The first store's suppliers are known to the crosswalk but never came to the ERP, and the item all share must not fail the others by
    naming one of them; the last store's failure leaves the one before it.
    """
    texts = {store: chain.file(store, "lines").read_text(encoding="utf-8") for store in "AC"}
    for store in texts:
        chain.file(store, "lines").unlink()
    ended = store2erp("run", "-p", chain.folder, "--json")
    assert ended.code == 2
    failures = [(failure["store"], failure["step"], failure["exit_code"]) for failure in ended.json["failures"]]
    assert failures == [("A", "raw_sales", 2), ("C", "raw_sales", 2)]
    assert ended.json["balanced"] is False
    assert {store: of_store(chain, own_databases, store) for store in STORES} == {"A": {}, "B": OF_STORES, "C": {}}
    status = store2erp("status", "-p", chain.folder, "--json").json
    assert ({row["store"] for row in status["stores"]}, {left.split()[0] for left in status["not_reconciled"]}) == ({"B"}, {"A", "C"})
    assert ended.json["unexplained"] == "0.00"

    chain.file("A", "lines").write_text(texts["A"], encoding="utf-8")
    again = store2erp("run", "-p", chain.folder, "--store", "A", "--json")
    assert (again.code, again.json["balanced"], again.json["failures"]) == (0, True, [])
    assert {store: of_store(chain, own_databases, store) for store in STORES} == {"A": OF_STORES, "B": OF_STORES, "C": {}}
    assert again.json["erp_changed_rows"] < 2 * sum(OF_STORES.values()), "only the store that was missing is new"

    chain.file("C", "lines").write_text(texts["C"], encoding="utf-8")
    whole = store2erp("run", "-p", chain.folder, "--json")
    assert (whole.code, whole.json["balanced"], whole.json["failures"]) == (0, True, [])
    assert {store: of_store(chain, own_databases, store) for store in STORES} == dict.fromkeys(STORES, OF_STORES)
    assert whole.json["erp_changed_rows"] < 2 * sum(OF_STORES.values())
    assert store2erp("run", "-p", chain.folder, "--store", "A", "--json").json["erp_changed_rows"] == 0


def losing_cleaner(original: cleaning.Cleaner) -> cleaning.Cleaner:
    """A cleaner that drops the last stock row without a word."""

    def clean(raw: StageOutput, source: SourceSpec) -> dict[str, CleanTable]:
        return original(StageOutput(raw.extract_id, {"stock": raw.tables["stock"].iloc[:2]}, raw.outcomes), source)

    return clean


def test_a_row_lost_in_cleaning_stops_the_load(
    shop: SmallProject, own_databases: Found, store2erp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The conservation check can fail, and when it does nothing of the store is loaded: exit code 1."""
    monkeypatch.setattr(cleaning, "CLEANERS", {**cleaning.CLEANERS, "inventory": losing_cleaner(cleaning.CLEANERS["inventory"])})
    ended = store2erp("run", "-p", shop.folder, "--json")
    assert ended.code == 1
    assert ended.json["failed_checks"] == [{"store": "A", "asset": "mapped_inventory", "check": "conservation", "detail": ""}]
    assert ended.json["failures"] == []
    assert of_store(shop, own_databases, "A") == {}


def test_money_lost_in_the_erp_fails_the_reconciliation(
    shop: SmallProject, own_databases: Found, store2erp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One cent less in the ERP than in the source is a break, named by store and dataset: exit code 1."""
    stream = PostgresTarget.stream

    def short(target: PostgresTarget, table: str, store: str | None = None) -> pa.RecordBatchReader:
        rows = stream(target, table, store)
        if table != "ticket_line" or store != "A":
            return rows
        read = rows.read_all()
        place = read.column_names.index("amount")
        amounts = [read["amount"][0].as_py() - Decimal("0.01"), *read["amount"].to_pylist()[1:]]
        return read.set_column(place, read.field("amount"), pa.array(amounts, read.field("amount").type)).to_reader()

    monkeypatch.setattr(PostgresTarget, "stream", short)
    ended = store2erp("run", "-p", shop.folder, "--json")
    assert ended.code == 1
    assert ended.json["failed_checks"] == [
        {"store": "A", "asset": "reconciled_sales", "check": "reconciliation", "detail": "unexplained in ticket_line.rows"}
    ]


def test_a_crash_of_ours_is_one_line_and_no_half_load(
    shop: SmallProject, own_databases: Found, store2erp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error nobody foresaw (a bug) ends the store with exit code 3 and without a traceback on the terminal."""

    def broken(raw: StageOutput, source: SourceSpec) -> dict[str, CleanTable]:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(cleaning, "CLEANERS", {**cleaning.CLEANERS, "inventory": broken})
    ended = store2erp("run", "-p", shop.folder)
    assert ended.code == 3
    assert "Traceback" not in ended.text
    assert "a bug" in ended.text
    assert of_store(shop, own_databases, "A") == {}
