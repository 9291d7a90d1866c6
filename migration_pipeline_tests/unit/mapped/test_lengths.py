"""A text that the ERP's column cannot take ends its row as `too_long`; nothing is cut, and without a description nothing changes."""

from dataclasses import replace

import pandas as pd
import pytest

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.contracts.target_description import Counted
from migration_pipeline.mapped.lengths import OTHERS, too_long
from migration_pipeline.mapped.map import map_to_erp
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, reasons, text
from migration_pipeline_tests.unit.mapped.fake_crosswalk import FakeCrosswalk, context, with_products

GTIN = "6901028075831"
SALE = {
    "tickets": {"ticket_no": ["T1", "T2"], "sold_at": ["2026-01-02 10:00:00"] * 2, "total": ["2", "3"], "cashier": ["小王", "王小明"]},
    "lines": {"ticket_no": ["T1", "T2", "T2"], "line_no": ["1", "1", "2"], "product_code": ["P"] * 3, "quantity": ["1"] * 3}
    | {"amount": ["2", "1", "2"]},
    "payments": {"ticket_no": ["T1", "T2"], "payment_no": ["1", "1"], "method": ["cash", "cash"], "amount": ["2", "3"]},
}


def limited(dataset: str, source: StageOutput, crosswalk: FakeCrosswalk, store: str = "S1", **limits: tuple[int, Counted]) -> StageOutput:
    """Map with limits written `table__column`."""
    lengths: dict[str, dict[str, tuple[int, Counted]]] = {}
    for name, limit in limits.items():
        table, _, column = name.partition("__")
        lengths.setdefault(table, {})[column] = limit
    return map_to_erp(dataset, source, replace(context(crosswalk, store), lengths=lengths))


def details(output: StageOutput) -> dict[str, str]:
    rows = output.outcomes[output.outcomes["reason"] == "too_long"]
    return dict(zip(rows["row_id"], rows["detail"], strict=True))


@pytest.mark.parametrize(
    ("value", "most", "counted", "longer"),
    [
        ("商品名称五", 5, "characters", False),
        ("商品名称五六", 5, "characters", True),
        ("商品名称五", 15, "bytes", False),
        ("商品名称五", 14, "bytes", True),
        ("😀😀", 2, "characters", False),
        ("😀😀", 7, "bytes", True),
        ("abcde", 5, "bytes", False),
        (None, 0, "characters", False),
    ],
)
def test_characters_are_code_points_and_bytes_are_utf8(value: str | None, most: int, counted: Counted, longer: bool) -> None:
    assert too_long(text(value), most, counted).tolist() == [longer]


@pytest.mark.parametrize(("most", "counted"), [(5, "characters"), (15, "bytes")])
def test_a_name_of_chinese_characters_at_the_limit_goes_through_and_one_above_does_not(most: int, counted: Counted) -> None:
    columns: dict[str, list[str | None]] = {"product_code": ["1", "2"], "name": ["康师傅绿茶", "康师傅绿茶饮"]}
    output = limited("products", cleaned("products", {"products": columns}), FakeCrosswalk(), item__name=(most, counted))
    assert output.tables["item"]["name"].tolist() == ["康师傅绿茶"]
    assert details(output) == {"products:2": "name"}
    assert len(output.tables["item_price"]) == 1


def test_without_a_description_nothing_is_too_long() -> None:
    columns: dict[str, list[str | None]] = {"product_code": ["1"], "name": ["长" * 5000]}
    output = map_to_erp("products", cleaned("products", {"products": columns}), context(FakeCrosswalk()))
    assert reasons(output, "products") == {}


@pytest.mark.parametrize("named", ["ticket__cashier", "ticket__ticket_no", "payment__method", "ticket_line__item_code"])
def test_a_ticket_with_one_value_too_long_stays_out_whole(named: str) -> None:
    """Of the ticket whose header, payment or line does not fit, no line and no payment reaches the ERP."""
    most = {"ticket__cashier": 2, "ticket__ticket_no": 1, "payment__method": 3, "ticket_line__item_code": 3}[named]
    limits: dict[str, tuple[int, Counted]] = {named: (most, "characters")}
    output = limited("sales", cleaned("sales", SALE), with_products(P="ITEM"), "S1", **limits)
    kept = output.tables["ticket"]["ticket_no"].tolist()
    assert kept == (["T1"] if named == "ticket__cashier" else [])
    assert set(output.tables["ticket_line"]["ticket_no"]) == set(output.tables["payment"]["ticket_no"]) == set(kept)
    assert set(output.outcomes["reason"]) == {"too_long", "ticket_rejected"}


def test_a_golden_record_that_another_store_made_too_long_is_not_loaded() -> None:
    """Store A put its name into the crosswalk before there were limits; B's fitting row must not carry A's name into the ERP."""
    crosswalk = FakeCrosswalk()
    for store, name, day in (("A", "极长的商品名称", "2026-01-02"), ("B", "短名", "2026-01-01")):
        columns: dict[str, list[str | None]] = {"product_code": ["1"], "name": [name], "barcode": [GTIN], "updated_at": [day]}
        given = cleaned("products", {"products": columns})
        limits: dict[str, tuple[int, Counted]] = {} if store == "A" else {"item__name": (5, "characters")}
        output = limited("products", given, crosswalk, store, **limits)
    assert [len(output.tables[name]) for name in ("item", "item_barcode", "item_price")] == [0, 0, 0]
    assert details(output) == {"products:1": f"name: {OTHERS}"}


def test_a_value_too_long_never_enters_the_crosswalk_so_other_stores_go_on() -> None:
    crosswalk = FakeCrosswalk()
    for store, name in (("A", "极长的商品名称"), ("B", "短名")):
        columns: dict[str, list[str | None]] = {"product_code": ["1"], "name": [name], "barcode": [GTIN]}
        output = limited("products", cleaned("products", {"products": columns}), crosswalk, store, item__name=(5, "characters"))
    assert output.tables["item"]["name"].tolist() == ["短名"]


def test_names_addresses_and_cards_of_members_and_names_of_suppliers_are_measured() -> None:
    member: dict[str, list[str | None]] = {"member_code": ["1", "2", "30000"], "name": ["张三", "李四光", "王五"]}
    output = limited(
        "members",
        cleaned("members", {"members": member}),
        FakeCrosswalk(),
        member__name=(2, "characters"),
        member_card__card_no=(4, "bytes"),
    )
    assert details(output) == {"members:2": "name", "members:3": "card_no"}
    assert len(output.tables["member_balance"]) == 1
    supplier: dict[str, list[str | None]] = {"supplier_code": ["1", "2"], "name": ["甲公司", "甲乙公司"], "balance": ["1", "2"]}
    output = limited("suppliers", cleaned("suppliers", {"suppliers": supplier}), FakeCrosswalk(), supplier__name=(9, "bytes"))
    assert details(output) == {"suppliers:2": "name"}
    assert len(output.tables["supplier"]) == 1


def test_an_erp_key_that_is_too_long_is_told_as_the_key() -> None:
    columns: dict[str, list[str | None]] = {"product_code": ["1"], "name": ["a"], "barcode": [GTIN]}
    output = limited("products", cleaned("products", {"products": columns}), FakeCrosswalk(), item__item_code=(5, "characters"))
    assert details(output) == {"products:1": "item_code"}
    assert isinstance(output.tables["item"], pd.DataFrame)
    assert output.tables["item"].empty


def test_what_names_an_item_that_the_erp_cannot_hold_stays_out_with_it() -> None:
    """The item came into the crosswalk before there were limits; its stock and sales must not reach an ERP without it."""
    crosswalk = FakeCrosswalk()
    columns: dict[str, list[str | None]] = {"product_code": ["P"], "name": ["极长的商品名称"]}
    map_to_erp("products", cleaned("products", {"products": columns}), context(crosswalk))
    sales = limited("sales", cleaned("sales", SALE), crosswalk, item__name=(5, "characters"))
    assert [len(sales.tables[name]) for name in ("ticket", "ticket_line", "payment")] == [0, 0, 0]
    assert set(details(sales).values()) == {"item_code: name of that record"}
    stock: dict[str, list[str | None]] = {"product_code": ["P"], "quantity": ["1"], "unit_cost": ["2"]}
    found = limited("inventory", cleaned("inventory", {"stock": stock}), crosswalk, item__name=(5, "characters"))
    assert len(found.tables["opening_stock"]) == 0
    assert details(found) == {"stock:1": "item_code: name of that record"}
