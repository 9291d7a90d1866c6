"""The example projects on real data of others: they are valid, account for every row and come to totals taken here without the pipeline."""

import csv
import re
import shutil
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd
import pytest

from migration_pipeline.cleaned.clean import clean
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.ledger import conservation
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.project.load import LoadedProject, load_project
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.raw.archive import Archive
from migration_pipeline.raw.claimed import unclaimed
from migration_pipeline.raw.extract import extract
from migration_pipeline.raw.gather import Places
from migration_pipeline.raw.shared_inputs import shared_store_ids
from migration_pipeline.reconciled.reconcile import ArchivePlace, archived_inputs
from migration_pipeline.reconciled.source_totals import source_totals
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.integration.conftest import ROOT, Command, erp_rows

DATA = {
    "completejourney": "completejourney_sample",
    "northwind": "northwind",
    "sakila": "sakila_two_stores",
    "uci-online-retail": "uci_online_retail_by_day",
}
CENT = Decimal("0.01")
Found = Callable[[Home], Databases]


def test_every_example_is_tested_here() -> None:
    assert {folder.name for folder in (ROOT / "examples").iterdir() if folder.is_dir()} == set(DATA)


@pytest.mark.parametrize("name", DATA)
def test_an_example_is_valid_without_its_data(name: str, tmp_path: Path) -> None:
    """Any folder as data folder: the project file alone is looked at."""
    assert load_project(ROOT / "examples" / name, tmp_path).project.name == name


@pytest.mark.parametrize("name", DATA)
def test_an_example_says_what_becomes_of_every_file(name: str, shared_data: Path) -> None:
    loaded = load_project(ROOT / "examples" / name, shared_data / DATA[name])
    stores = [*loaded.project.stores]
    if found := loaded.project.stores_from:
        stores.append(StoreSpec(id="any", source=found.source))
    assert unclaimed(loaded.project, stores, loaded.data) == []


def copied(name: str, tmp_path: Path) -> Path:
    """The example in a folder of this test's own, so that its state lands there."""
    return Path(shutil.copytree(ROOT / "examples" / name, tmp_path / name, ignore=shutil.ignore_patterns(".store2erp")))


def test_northwind_migrates_in_full(shared_data: Path, tmp_path: Path, store2erp: Command, own_databases: Found) -> None:
    project = copied("northwind", tmp_path)
    ended = store2erp("run", "-p", project, "--data", shared_data / DATA["northwind"], "--json")
    assert (ended.code, ended.json["balanced"], ended.json["unexplained"]) == (0, True, "0.00")
    counts = {name: part["source_rows"] for name, part in ended.json["datasets"].items()}
    assert counts == {"suppliers": 29, "products": 77, "members": 91, "inventory": 77, "sales": 830 + 2155}
    assert ended.json["outcomes"]["loaded"] == sum(counts.values())
    rows = erp_rows(own_databases(Home.of(project)))
    held = {name: rows[name] for name in ("supplier", "item", "member", "opening_stock", "ticket", "ticket_line")}
    assert held == {"supplier": 29, "item": 77, "member": 91, "opening_stock": 77, "ticket": 830, "ticket_line": 2155}
    dump = (shared_data / DATA["northwind"] / "northwind.sql").read_text(encoding="utf-8")
    lines = [_numbers(values) for values in re.findall(r"^INSERT INTO order_details VALUES \((.*?)\);$", dump, re.MULTILINE)]
    assert len(lines) == 2155
    assert Decimal(ended.json["datasets"]["sales"]["money_in"]) == sum(_line_amount(price, many, rate) for *_, price, many, rate in lines)


def _numbers(values: str) -> list[Decimal]:
    return [Decimal(value) for value in values.split(", ")]


def _line_amount(price: Decimal, quantity: Decimal, rate: Decimal) -> Decimal:
    """Prices and rates are float4 there: their digits beyond the fourth are noise."""
    clean_price, clean_rate = (value.quantize(Decimal("0.0001"), ROUND_HALF_UP) for value in (price, rate))
    return (clean_price * quantity * (1 - clean_rate)).quantize(CENT, ROUND_HALF_UP)


def copied_rows(dump: Path, table: str) -> Iterator[dict[str, str]]:
    """Rows of one COPY block, read without the pipeline."""
    text = dump.read_text(encoding="utf-8")
    head = re.search(rf"^COPY (?:public\.)?{table} \((.*?)\) FROM stdin;\n(.*?)^\\\.$", text, re.MULTILINE | re.DOTALL | re.IGNORECASE)
    assert head is not None
    columns = [name.strip() for name in head[1].split(",")]
    return (dict(zip(columns, line.split("\t"), strict=True)) for line in head[2].splitlines())


def test_sakila_migrates_in_full(shared_data: Path, tmp_path: Path, store2erp: Command, own_databases: Found) -> None:
    """Two shops out of one dump: 4,581 discs become stock of 1,521 films, each payment a ticket with one line."""
    project, dump = copied("sakila", tmp_path), shared_data / DATA["sakila"] / "postgres-sakila-insert-data-using-copy.sql"
    ended = store2erp("run", "-p", project, "--data", dump.parent, "--json")
    assert (ended.code, ended.json["balanced"], ended.json["unexplained"]) == (0, True, "0.00")
    parts = ended.json["datasets"]
    assert {name: part["source_rows"] for name, part in parts.items()} == {
        "products": 1000, "members": 599, "inventory": 4581, "sales": 2 * 16_049,
    }  # fmt: skip
    rows = erp_rows(own_databases(Home.of(project)))
    held = {name: rows[name] for name in ("item", "member", "opening_stock", "ticket", "ticket_line", "payment")}
    films = {(row["store_id"], row["film_id"]) for row in copied_rows(dump, "inventory")}
    assert held == {"item": 1000, "member": 599, "opening_stock": len(films), "ticket": 16_049, "ticket_line": 16_049, "payment": 16_049}
    assert parts["inventory"]["outcomes"] == {"loaded": len(films), "merged": 4581 - len(films), "excluded": 0, "rejected": 0, "undone": 0}
    assert Decimal(parts["sales"]["money_in"]) == sum(Decimal(row["amount"]) for row in copied_rows(dump, "payment"))
    for number, store in (("1", "SK1"), ("2", "SK2")):
        mine = [row for row in copied_rows(dump, "payment") if row["staff_id"] == number]
        assert erp_rows(own_databases(Home.of(project)), store)["payment"] == len(mine)


class Read:
    """Extracts and control totals of an example, without Dagster and databases."""

    def __init__(self, name: str, data: Path, scratch: Path) -> None:
        self.loaded: LoadedProject = load_project(ROOT / "examples" / name, data)
        self.places = Places(data, Archive(scratch / "archive"), scratch / "cache", scratch / "live")

    def raw(self, dataset: str, store: StoreSpec) -> StageOutput:
        """One extract."""
        return extract(DATASETS[dataset], store, self.loaded.project.sources[store.source], self.places)

    def cleaned(self, dataset: str, store: StoreSpec, raw: StageOutput) -> StageOutput:
        """The extract cleaned; what goes on and what ended are all its rows, or this fails."""
        done = clean(dataset, raw, self.loaded.project.sources[store.source])
        for name, frame in raw.tables.items():
            ended = done.outcomes.loc[done.outcomes["table"] == name, ["table", "row_id"]]
            on = pd.DataFrame({"table": name, "row_id": done.tables[name]["_row_id"]})
            assert conservation(name, frame["_row_id"], pd.concat([ended, on])).holds, name
        return done

    def totals(self, dataset: str, store: StoreSpec, raw: StageOutput) -> pd.DataFrame:
        """Control totals by table, of the archived files."""
        archived = archived_inputs(raw, ArchivePlace(self.places.archive.root))
        source = self.loaded.project.sources[store.source]
        return source_totals(source, DATASETS[dataset], store, archived).set_index("table")


def hits(output: StageOutput, rule: str) -> int:
    """How often a rule of the project file hit."""
    return int(output.findings.loc[output.findings["rule"] == rule, "hits"].sum())


def ends(output: StageOutput) -> dict[str, int]:
    """Rows by the reason for which they ended."""
    return {str(reason): int(count) for reason, count in output.outcomes["reason"].value_counts().items()}


def rows_of(file: Path) -> list[dict[str, str]]:
    """Rows of a CSV, read without the pipeline."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.slow
def test_uci_comes_to_its_published_total_and_counts(shared_data: Path, tmp_path: Path) -> None:
    """541,909 lines of 305 files; every defect PROVENANCE.md counts is counted here too. No load: that takes minutes."""
    read = Read("uci-online-retail", shared_data / DATA["uci-online-retail"], tmp_path)
    (store,) = read.loaded.project.stores
    raw = read.raw("sales", store)
    assert (len(raw.tables["lines"]), len(raw.facts["files"]["lines"])) == (541_909, 305)  # type: ignore[index]
    totals = read.totals("sales", store, raw).loc["lines"]
    assert (totals["rows"], totals["money"]) == (541_909, Decimal("9747747.93"))
    done = read.cleaned("sales", store, raw)
    reasons = ends(done)
    assert (reasons["stock_adjustment"], reasons["not_a_sale"]) == (1336, 3)
    assert (hits(done, "return_lines"), hits(done, "free"), hits(done, "anonymous")) == (9288, 2515, 135_080)
    outside = done.outcomes.loc[done.outcomes["table"] == "lines", "money"].sum()
    assert done.tables["lines"]["_money"].sum() + outside == Decimal("9747747.93")
    assert sum(1 for t in done.tables["tickets"]["ticket_no"] if t.startswith("C")) == 3836


@pytest.mark.slow
def test_completejourney_masters_have_the_counted_defects(shared_data: Path, tmp_path: Path) -> None:
    """Head office's products, coupons and households, and which stores the sales file knows."""
    read = Read("completejourney", shared_data / DATA["completejourney"], tmp_path)
    (office,) = read.loaded.project.stores
    raw = read.raw("products", office)
    assert {name: len(frame) for name, frame in raw.tables.items()} == {"products": 92_331, "coupons": 116_204}
    done = read.cleaned("products", office, raw)
    assert (hits(done, "no_size"), hits(done, "no_category")) == (30_586, 540)
    # the export wrote product 900000 as 9e+05: once in the products, twice in the coupons
    damaged = [row for name in ("products", "coupons") for row in rows_of(read.places.data / f"{name}.csv") if "9e+05" in row.values()]
    assert ends(done) == {"duplicate_key": 4872, "damaged_code": len(damaged)}
    assert len(damaged) == 3
    spec = read.loaded.project.sources["store"].inputs["transactions"]
    assert len(shared_store_ids(read.places.cache, "transactions", spec, read.places.data)) == 293
    people = read.raw("members", office)
    assert people.tables["members"]["household_id"].nunique() == 2377


def test_completejourney_sales_of_three_stores(shared_data: Path, tmp_path: Path) -> None:
    """Each store gets its own rows of the shared file, all of them, with the money a plain reader finds."""
    data = shared_data / DATA["completejourney"]
    read = Read("completejourney", data, tmp_path)
    rows = rows_of(data / "transactions_sample.csv")
    for value in ("367", "406", "31862"):
        mine = [row for row in rows if row["store_id"] == value]
        store = StoreSpec(id=f"CJ{value}", source="store", source_id=value)
        raw = read.raw("sales", store)
        totals = read.totals("sales", store, raw).loc["lines"]
        assert len(mine) > 0
        assert (totals["rows"], totals["money"]) == (len(mine), sum(Decimal(row["sales_value"]) for row in mine))
        done = read.cleaned("sales", store, raw)
        assert (len(raw.tables["lines"]), hits(done, "free")) == (len(mine), sum(Decimal(row["sales_value"]) == 0 for row in mine))
