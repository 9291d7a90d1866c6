"""The whole chain: the same seed gives the same files, and the truth agrees with what plain readers find in them."""

import csv
import hashlib
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from openpyxl import load_workbook

from migration_pipeline.contracts.reasons import REASONS
from migration_pipeline.simulation.chain import simulate
from migration_pipeline.simulation.truth import ChainTruth

PLANTED = {
    "loaded", "same_record", "duplicate_key", "folded_stock", "voided_ticket", "hung_ticket", "training_ticket", "dummy_card", "footer_row",
    "ragged_row", "missing_required", "bad_number", "bad_date", "damaged_code", "unmapped_value", "unknown_product", "orphan_line",
    "header_not_lines", "payments_not_total", "ticket_rejected", "duplicate_ticket",
}  # fmt: skip
Chain = tuple[Path, ChainTruth]


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """The small chain with the default seed."""
    folder = tmp_path_factory.mktemp("chain")
    return folder, simulate(folder)


def _sums(truth: ChainTruth, store: str, dataset: str, table: str) -> dict[str, object]:
    (found,) = [t for t in truth.tables if (t["store"], t["dataset"], t["table"]) == (store, dataset, table)]
    return found


def _number(value: object) -> Decimal:
    """Strict decimal text; anything else (also 8.52E+11) counts as nothing."""
    return Decimal(str(value)) if re.fullmatch(r"-?\d+(\.\d+)?", str(value)) else Decimal(0)


def _files(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_same_seed_gives_the_same_bytes(chain: Chain, tmp_path: Path) -> None:
    """A second demo must find nothing new, also in workbooks (which carry the moment of writing by default)."""
    simulate(tmp_path)
    assert _files(tmp_path) == _files(chain[0])


def test_another_seed_gives_another_chain(chain: Chain, tmp_path: Path) -> None:
    """A seed that is not used everywhere would hide itself."""
    simulate(tmp_path, seed=2)
    old, new = _files(chain[0]), _files(tmp_path)
    assert not {name for name in old.keys() & new.keys() if name.startswith("data/") and old[name] == new[name]}


def test_every_declared_reason_is_planted(chain: Chain) -> None:
    """A reason that is nowhere planted is nowhere tested."""
    rows = Counter(chain[1].outcomes.column("reason").to_pylist())
    assert set(rows) == PLANTED
    assert all(REASONS[reason].outcome is not None for reason in rows)


def test_row_ids_are_unique_per_table(chain: Chain) -> None:
    """Two rows with one id could not be told apart in the ledger."""
    parts = chain[1].outcomes.select(["store", "dataset", "table", "row_id"]).to_pylist()
    assert len({tuple(part.values()) for part in parts}) == len(parts)


def test_every_golden_key_has_one_owner(chain: Chain) -> None:
    """ERP records are exactly the rows that are loaded; every merged row adds a key to one of them."""
    _, truth = chain
    for kind, records in truth.golden.items():
        rows = Counter(row["reason"] for row in truth.outcomes.to_pylist() if row["dataset"] == kind)
        keys = [key for record in records for key in list(record["keys"])]  # type: ignore[call-overload]
        assert (len(records), len(keys)) == (rows["loaded"], rows["loaded"] + rows["same_record"])
        assert rows["same_record"] > 0


@pytest.mark.parametrize("store", ["S01", "S02"])
def test_sqlite_store_agrees_with_the_truth(chain: Chain, store: str) -> None:
    """Rows and money read with plain SQL; in these stores returns have no sign."""
    folder, truth = chain
    connection = sqlite3.connect(folder / "data" / store / "hbpos.db")
    lines = connection.execute("SELECT rtrim(sell_way), sale_money, sale_qnty FROM t_rm_saleflow").fetchall()
    stock = connection.execute("SELECT count(*) FROM t_im_branch_stock").fetchone()
    connection.close()
    sign = {"A": 1, "B": -1}
    found = _sums(truth, store, "sales", "lines")
    assert found["source_rows"] == len(lines)
    assert Decimal(str(found["money"])) == sum(sign[way] * _number(money) for way, money, _ in lines)
    assert Decimal(str(found["quantity"])) == sum(sign[way] * _number(quantity) for way, _, quantity in lines)
    assert all(_number(money) >= 0 for _, money, _ in lines)
    assert _sums(truth, store, "inventory", "stock")["source_rows"] == stock[0]


def test_dump_store_agrees_with_the_truth(chain: Chain) -> None:
    """Rows of the dump are counted line by line; its returns are negative."""
    folder, truth = chain
    text = (folder / "data" / "S03" / "hbpos.sql").read_text(encoding="utf-8")
    for table, (dataset, name) in {"t_rm_saleflow": ("sales", "lines"), "t_rm_vip_info": ("members", "members")}.items():
        inserts = re.findall(rf"^INSERT INTO `{table}` .*? VALUES\n(.*?);$", text, re.MULTILINE | re.DOTALL)
        rows = [line for block in inserts for line in block.split("\n") if line.startswith("(")]
        assert _sums(truth, "S03", dataset, name)["source_rows"] == len(rows)
    assert re.search(r",-\d+\.\d\d,0\.00,NULL,'B'", text)


def _csv(path: Path, encoding: str) -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("store", ["S04", "S05"])
def test_csv_store_agrees_with_the_truth(chain: Chain, store: str) -> None:
    """Rows and money read with the csv module."""
    folder, truth = chain
    here = folder / "data" / store
    files = {
        ("suppliers", "suppliers"): ("供应商.csv", "应付余额"), ("products", "products"): ("商品.csv", None),
        ("sales", "tickets"): ("小票.csv", "应收金额"), ("sales", "lines"): ("小票明细.csv", "小计"),
        ("sales", "payments"): ("付款.csv", "金额"),
    }  # fmt: skip
    for (dataset, table), (file, money) in files.items():
        rows, found = _csv(here / file, "gb18030"), _sums(truth, store, dataset, table)
        assert found["source_rows"] == len(rows)
        if money:
            assert Decimal(str(found["money"])) == sum(_number(row[money]) for row in rows)
        assert len((here / file).read_bytes().splitlines()) == len(rows) + 1


def _sheet(path: Path, sheet: str, header: int) -> Iterator[dict[str, object]]:
    book = load_workbook(path, read_only=True)
    rows = list(book[sheet].iter_rows(values_only=True))
    book.close()
    return (dict(zip(map(str, rows[header - 1]), row, strict=True)) for row in rows[header:])


def test_workbook_store_agrees_with_the_truth(chain: Chain) -> None:
    """Two stock columns make two stock rows per product row, the total row among them."""
    folder, truth = chain
    here = folder / "data" / "S06"
    products = list(_sheet(here / "商品.xlsx", "商品", 2))
    found = _sums(truth, "S06", "inventory", "stock")
    assert found["source_rows"] == 2 * len(products) == 2 * int(str(_sums(truth, "S06", "products", "products")["source_rows"]))
    assert Decimal(str(found["quantity"])) == sum(_number(row[name]) for row in products for name in ("总仓", "前场"))
    assert products[-1]["编码*"] == "合计"
    assert any(isinstance(row["条码"], int) for row in products)
    lines = list(_sheet(here / "销售.xlsx", "明细", 1))
    assert Decimal(str(_sums(truth, "S06", "sales", "lines")["money"])) == sum(_number(row["金额"]) for row in lines)


def test_poslog_store_agrees_with_the_truth(chain: Chain) -> None:
    """Rows and money over all monthly files."""
    folder, truth = chain
    paths = {"tickets": ".", "lines": "RetailTransaction/LineItem", "payments": "RetailTransaction/Tender"}
    amount = {"tickets": "RetailTransaction/TotalAmount", "lines": "Amount", "payments": "Amount"}
    roots = [ET.parse(path).getroot() for path in sorted((folder / "data" / "S07" / "poslog").glob("*.xml"))]  # noqa: S314 - written above
    assert len(roots) > 1
    for table, path in paths.items():
        rows = [row for root in roots for transaction in root for row in transaction.findall(path)]
        found = _sums(truth, "S07", "sales", table)
        assert found["source_rows"] == len(rows)
        assert Decimal(str(found["money"])) == sum(_number(row.findtext(amount[table])) for row in rows)


def test_limit_is_the_number_of_planted_rejects(chain: Chain) -> None:
    """One reject more than planted must make the demo fail."""
    folder, truth = chain
    rejected = truth.outcomes.column("outcome").to_pylist().count("rejected")
    assert f"rejected_rows: {rejected}\n" in (folder / "migration.yaml").read_text(encoding="utf-8")


def test_row_id_names_the_line_of_the_file(chain: Chain) -> None:
    """`explain` leads a person to the line; an id off by one leads to the wrong one."""
    folder, truth = chain
    damaged = [
        row for row in truth.outcomes.to_pylist()
        if row["store"] == "S04" and row["table"] == "products" and row["reason"] == "damaged_code"
    ]  # fmt: skip
    file, line = damaged[0]["row_id"].split(":")
    assert "6.90E+12" in (folder / "data" / "S04" / file).read_text(encoding="gb18030").splitlines()[int(line) - 1]
