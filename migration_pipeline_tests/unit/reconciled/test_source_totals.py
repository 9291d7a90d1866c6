"""Control totals of whole tables."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from migration_pipeline.contracts.datasets import INVENTORY, PRODUCTS, SALES
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import ControlTotal, InputSpec, Lookup, SourceSpec, TableSpec, Unpivot
from migration_pipeline.reconciled import source_select as module
from migration_pipeline.reconciled.archived_input import ArchivedInput
from migration_pipeline.reconciled.source_totals import source_totals
from migration_pipeline.runtime.errors import BadInputError

Archive = Callable[..., ArchivedInput]
STORE = StoreSpec(id="S1", source="s")
LINES = {"ticket_no": "t", "quantity": "q", "amount": "a"}


def _sales(control: ControlTotal | None = None, lookups: dict[str, Lookup] | None = None, **inputs: InputSpec) -> SourceSpec:
    lines = TableSpec(inputs=("lines",), columns=LINES, control=control or ControlTotal(), lookups=lookups or {})
    return SourceSpec(inputs={"lines": InputSpec(format="csv", file="x"), **inputs}, datasets={"sales": {"lines": lines}})


def _lines(frame: pd.DataFrame, table: str = "lines") -> tuple[int, Decimal, Decimal, Decimal]:
    row = frame.set_index("table").loc[table]
    return int(row["rows"]), row["money"], row["quantity"], row["points"]


def test_bad_numbers_and_ragged_rows_count_as_rows_with_nothing(archive: Archive) -> None:
    file = archive("a.csv", "t,q,a\n1,2,3.005\n2,x,1.00\n3,1,1.2E+3\n4,5,6,7\n5,\u00a01 ,-3.005\n")
    totals = source_totals(_sales(), SALES, STORE, {"lines": [file]})
    assert _lines(totals) == (5, Decimal("1.00"), Decimal("4.000"), Decimal("0.00"))
    assert list(totals["table"]) == ["tickets", "lines", "payments", "day_totals"]
    assert {name: str(kind) for name, kind in totals.dtypes.items()} == {
        "table": "str", "rows": "int64", "money": "decimal128(38, 2)[pyarrow]", "quantity": "decimal128(38, 3)[pyarrow]",
        "points": "decimal128(38, 2)[pyarrow]",
    }  # fmt: skip


def test_money_is_rounded_per_row_and_then_summed(archive: Archive) -> None:
    file = archive("a.csv", "t,q,a\n" + "1,1,0.005\n" * 3)
    assert _lines(source_totals(_sales(), SALES, STORE, {"lines": [file]}))[1] == Decimal("0.03")


def test_shared_files_give_each_store_its_rows_and_ragged_rows_to_nobody(archive: Archive) -> None:
    file = archive("a.csv", "s,t,q,a\n007 ,1,1,1\n8,1,1,2\n007,1,1,4\n,1,1,8\n007,1,1,16,9\n")
    source = _sales(lines=InputSpec(format="csv", file="x", shared=True, store_column="s"))
    stores = {"007": (2, 5), "8": (1, 2), "9": (0, 0), "": (2, 8)}
    for source_id, expected in stores.items():
        store = StoreSpec(id="S1", source="s", source_id=source_id)
        assert _lines(source_totals(source, SALES, store, {"lines": [file]}))[:2] == expected


def test_a_shared_file_is_read_once_for_all_stores(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    real = module.read_input
    monkeypatch.setattr(module, "read_input", lambda spec, files: read.append(files[0].name) or real(spec, files))
    file = archive("once.csv", "s,t,q,a\n1,1,1,1\n2,1,1,2\n")
    source = _sales(lines=InputSpec(format="csv", file="x", shared=True, store_column="s"))
    money = [_lines(source_totals(source, SALES, StoreSpec(id=i, source="s"), {"lines": [file]}))[1] for i in "12"]
    assert (money, read) == ([1, 2], ["once.csv"])
    changed = archive("once.csv", "s,t,q,a\n1,1,1,7\n")
    assert _lines(source_totals(source, SALES, StoreSpec(id="1", source="s"), {"lines": [changed]}))[1] == 7


def test_lookups_join_trimmed_text_to_the_first_match_and_never_multiply_rows(archive: Archive) -> None:
    lines = archive("l.csv", "t,q,a,p\n1,2,0,A \n2,1,0,B\n3,1,0,\n4,1,0,C\n")
    prices = archive("p.csv", "code,price\n A,1.50\nA,99\nB,2\n,77\n")
    source = _sales(
        ControlTotal(money='num("q") * num("price.price")'),
        {"price": Lookup(input="prices", on={"p": "code"})},
        prices=InputSpec(format="csv", file="x"),
    )
    assert _lines(source_totals(source, SALES, STORE, {"lines": [lines], "prices": [prices]}))[:2] == (4, Decimal("5.00"))
    assert _lines(source_totals(source, SALES, STORE, {"lines": [lines]}))[:2] == (4, 0)


def test_a_lookup_may_use_the_one_before_it(archive: Archive) -> None:
    files = {
        "lines": [archive("l.csv", "t,q,a,p\n1,2,0,A\n")],
        "one": [archive("1.csv", "p,g\nA,G\n")],
        "two": [archive("2.csv", "g,f\nG,3\n")],
    }
    plain = InputSpec(format="csv", file="x")
    lookups = {"o": Lookup(input="one", on={"p": "p"}), "w": Lookup(input="two", on={"o.g": "g"})}
    source = _sales(ControlTotal(money='num("q") * num("w.f")'), lookups, one=plain, two=plain)
    assert _lines(source_totals(source, SALES, STORE, files))[1] == 6


def test_unpivot_counts_one_row_per_filled_cell(archive: Archive) -> None:
    spec = InputSpec(format="csv", file="x", unpivot=Unpivot(columns={"总仓": "MAIN", "分仓": "B"}, key="warehouse", value="qty"))
    stock = TableSpec(inputs=("i",), columns={"product_code": "code", "warehouse": "warehouse", "quantity": "qty", "unit_cost": "cost"})
    source = SourceSpec(inputs={"i": spec}, datasets={"inventory": {"stock": stock}})
    file = archive("a.csv", "code,cost,总仓,分仓\nA,1.005,3,\nB,2,0,1.5\nC,1,1\n")
    assert _lines(source_totals(source, INVENTORY, STORE, {"i": [file]}), "stock") == (4, Decimal("6.02"), Decimal("4.500"), 0)


def test_inputs_of_one_table_add_up_and_one_without_files_has_no_rows(archive: Archive) -> None:
    inputs = {name: InputSpec(format="csv", file="x") for name in "abc"}
    lines = TableSpec(inputs=("a", "b", "c"), columns=LINES)
    source = SourceSpec(inputs=inputs, datasets={"sales": {"lines": lines}})
    files = {"a": [archive("a.csv", "t,q,a\n1,1,1\n")], "b": [archive("b.csv", "a,t,q\n2,1,1\n")], "c": []}
    assert _lines(source_totals(source, SALES, STORE, files))[:2] == (2, 3)
    assert _lines(source_totals(source, SALES, STORE, {}))[0] == 0


def test_recognised_columns_are_summed_like_named_ones(archive: Archive) -> None:
    """The header says where the money is; a column the project names itself is not looked for."""
    file = archive("a.csv", "小票号,数量,单价,小计（元）\n1,2,9.99,3.50\n2,1,9.99,1.25\n")
    lines = TableSpec(inputs=("lines",), recognise=True)
    source = SourceSpec(inputs={"lines": InputSpec(format="csv", file="x")}, datasets={"sales": {"lines": lines}})
    assert _lines(source_totals(source, SALES, STORE, {"lines": [file]})) == (2, Decimal("4.75"), Decimal(3), Decimal(0))
    told = source.model_copy(update={"datasets": {"sales": {"lines": lines.model_copy(update={"columns": {"amount": "单价"}})}}})
    assert _lines(source_totals(told, SALES, STORE, {"lines": [file]}))[1] == Decimal("19.98")


def test_an_expression_can_mean_recognised_columns(archive: Archive) -> None:
    """Returns without a sign are turned, whatever the columns are called; a file without the mark has no returns."""
    signed = "case when {x_kind} like '%退%' and {money} > 0 then -{money} else {money} end"
    lines = TableSpec(inputs=("lines",), recognise=True, constants={"x_kind": ""}, control=ControlTotal(money=signed))
    source = SourceSpec(inputs={"lines": InputSpec(format="csv", file="x")}, datasets={"sales": {"lines": lines}})
    marked = archive("a.csv", "小票号,数量,金额,单据类型\n1,1,5.00,销售\n2,1,2.00, 退货\n3,-1,-1.00,退货\n")
    assert _lines(source_totals(source, SALES, STORE, {"lines": [marked]}))[1] == Decimal("2.00")
    bare = archive("b.csv", "小票号,数量,金额\n1,1,5.00\n")
    assert _lines(source_totals(source, SALES, STORE, {"lines": [bare]}))[1] == Decimal("5.00")


def test_columns_that_could_both_be_the_money_are_not_summed(archive: Archive) -> None:
    file = archive("a.csv", "小票号,应收金额,实收金额\n1,5,4\n")
    tickets = TableSpec(inputs=("tickets",), recognise=True)
    source = SourceSpec(inputs={"tickets": InputSpec(format="csv", file="x")}, datasets={"sales": {"tickets": tickets}})
    with pytest.raises(BadInputError, match="both 应收金额 and 实收金额 could be total"):
        source_totals(source, SALES, STORE, {"tickets": [file]})


def test_a_dataset_the_source_does_not_have_is_all_zero() -> None:
    totals = source_totals(_sales(), PRODUCTS, STORE, {})
    assert list(totals["table"]) == ["products", "packs", "coupons"]
    assert not totals["rows"].any()


@pytest.mark.parametrize(
    ("money", "what"),
    [
        ('num("a") / 2', "not exact"),
        ('CAST("a" AS DOUBLE)', "not exact"),
        ('num("nowhere")', "do not have"),
        ('num("a"', "do not have"),
        ('CAST("t" AS DECIMAL(9, 2))', "fails on the data"),
    ],
)
def test_wrong_control_expressions_are_named_with_their_table(archive: Archive, money: str, what: str) -> None:
    file = archive("a.csv", "t,q,a\nSecret Name,1,1\n")
    with pytest.raises(BadInputError, match=what) as caught:
        source_totals(_sales(ControlTotal(money=money)), SALES, STORE, {"lines": [file]})
    assert caught.value.where == "store S1, sales.lines"
    assert "Secret" not in str(caught.value)


def test_a_control_expression_cannot_read_other_files(archive: Archive, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("x\n1\n", encoding="utf-8")
    money = f"(SELECT count(*) FROM read_csv('{other}'))"  # noqa: S608 - the attack
    with pytest.raises(BadInputError, match="fails on the data"):
        source_totals(_sales(ControlTotal(money=money)), SALES, STORE, {"lines": [archive("a.csv", "t,q,a\n1,1,1\n")]})


def test_uci_online_retail_totals_are_those_of_its_provenance(shared_data: Path) -> None:
    paths = sorted((shared_data / "uci_online_retail_by_day").glob("*.csv"))
    columns = {"ticket_no": "InvoiceNo", "product_code": "StockCode", "quantity": "Quantity", "unit_price": "UnitPrice"}
    lines = TableSpec(inputs=("lines",), columns=columns)
    source = SourceSpec(inputs={"lines": InputSpec(format="csv", file="*.csv")}, datasets={"sales": {"lines": lines}})
    files = [ArchivedInput(path, path.name, path.name) for path in paths]
    assert _lines(source_totals(source, SALES, STORE, {"lines": files})) == (541_909, Decimal("9747747.93"), 5_176_450, 0)
