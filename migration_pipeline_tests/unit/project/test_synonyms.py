"""Recognised columns: the dictionary is sound, names mean what they mean in their table, and what is not clear is said, never guessed."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.project.source import Lookup, TableSpec
from migration_pipeline.project.synonyms import HELPER, folded, recognised, resolved, score, synonyms
from migration_pipeline.runtime.errors import BadInputError

NOT_RECOGNISED = {("lines", "discount_rate"): "percent, fraction and 折 look alike; only a person knows the scale"} | {
    (table, column): "comes from the address"
    for table in ("suppliers", "members")
    for column in ("division_code", "division_vintage", "address_confidence")
}
TABLES = [(name, table.name) for name, dataset in DATASETS.items() for table in dataset.tables]


def spec(**more: object) -> TableSpec:
    return TableSpec.model_validate({"inputs": ["any"], "recognise": True, **more})


def columns(dataset: str, table: str, *headers: str, derives_tickets: bool = False, **more: object) -> dict[str, object]:
    return dict(resolved(dataset, spec(**more), table, headers, derives_tickets=derives_tickets).columns)


@pytest.mark.parametrize(("dataset", "table"), TABLES)
def test_no_name_stands_twice_in_a_table(dataset: str, table: str) -> None:
    counted = Counter(folded(name) for names in synonyms()[dataset][table].values() for name in names)
    assert [name for name, times in counted.items() if times > 1] == []
    assert "" not in counted


@pytest.mark.parametrize(("dataset", "table"), TABLES)
def test_every_column_has_names_or_a_reason_why_not(dataset: str, table: str) -> None:
    known = synonyms()[dataset][table]
    wanted = [column for column in DATASETS[dataset].table(table).columns if (table, column) not in NOT_RECOGNISED]
    assert [column for column in wanted if not known.get(column)] == []
    assert [column for column in known if column not in wanted and not column.startswith(HELPER)] == []


def test_the_dictionary_knows_the_tables_of_the_datasets_and_no_others() -> None:
    assert sorted((dataset, table) for dataset, tables in synonyms().items() for table in tables) == sorted(TABLES)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("零售价（元）", "零售价"), ("进价(RMB)", "进价"), ("名称*", "名称"), ("货号（必填）", "货号"), ("金额/元", "金额"),
        ("ＳＫＵ", "sku"),
        (" Item  Code ", "item_code"), ("ItemCode", "item-code"), ("Cost Price:", "cost price"),
        ("E-mail", "email"), ("Order #", "order no"),
        ("重量【kg】", "重量"),
    ],
)  # fmt: skip
def test_width_case_blanks_punctuation_and_units_make_no_difference(written: str, same: str) -> None:
    assert folded(written) == folded(same)


@pytest.mark.parametrize(("one", "other"), [("单价(含税)", "单价"), ("折扣(%)", "折扣"), ("积分1", "积分")])
def test_what_may_mean_something_else_stays_different(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize(
    ("dataset", "table", "headers"),
    [
        ("products", "products", {
            "product_code": "货号", "barcode": "国际条码", "name": "品名", "spec": "规格", "unit": "单位", "cost_price": "进价",
            "sell_price": "零售价", "member_price": "会员价", "category": "类别", "brand": "品牌",
            "supplier_code": "供应商", "status": "状态",
        }),
        ("products", "products", {
            "product_code": "SKU", "barcode": "EAN", "name": "Item Name", "category": "Category", "sell_price": "Unit Price",
            "cost_price": "Cost Price", "supplier_code": "Supplier ID", "unit": "UOM",
        }),
        ("members", "members", {
            "member_code": "卡号", "name": "姓名", "phone": "手机", "gender": "性别", "birthday": "生日", "tier": "等级", "points": "积分",
            "stored_principal": "储值", "opened_on": "开卡日期", "status": "状态",
        }),
        ("suppliers", "suppliers", {
            "supplier_code": "编码", "name": "名称", "contact": "联系人", "phone": "电话", "address": "地址", "tax_id": "税号",
            "balance": "应付余额",
        }),
        ("inventory", "stock", {"product_code": "商品编号", "warehouse": "仓库", "quantity": "库存", "unit_cost": "成本价"}),
        ("sales", "tickets", {
            "ticket_no": "流水号", "sold_at": "销售时间", "cashier": "收银员", "member_code": "会员卡号",
            "total": "实收", "rounding": "抹零",
            "original_ticket_no": "原单号",
        }),
        ("sales", "lines", {
            "ticket_no": "小票号", "product_code": "商品编码", "quantity": "数量", "unit_price": "实售价",
            "discount": "优惠金额", "amount": "小计",
        }),
        ("sales", "payments", {"ticket_no": "单号", "method": "支付方式", "amount": "金额"}),
    ],
)  # fmt: skip
def test_usual_headers_are_recognised(dataset: str, table: str, headers: dict[str, str]) -> None:
    found = recognised(dataset, table, list(headers.values()))
    assert (found.columns, found.ambiguous, found.unknown) == (headers, {}, ())


@given(name=st.sampled_from(synonyms()["products"]["products"]["product_code"]), data=st.data())
def test_a_synonym_is_recognised_however_it_is_written(name: str, data: st.DataObject) -> None:
    """Letters in any case, blanks and stars around and between."""
    cased = "".join(data.draw(st.sampled_from((c.upper(), c.lower()))) for c in name)
    written = data.draw(st.sampled_from((" {}", "{}*", "* {}：", "{}（必填）"))).format(
        cased.replace(" ", data.draw(st.sampled_from("_ -")))
    )
    assert recognised("products", "products", [written]).columns == {"product_code": written}


def test_one_word_means_what_its_table_says() -> None:
    """单价 is a price of a sale line; beside products nobody can say whether it is a buying or a selling price."""
    assert columns("sales", "lines", "单价") == {"unit_price": "单价"}
    assert recognised("products", "products", ["单价"]).unknown == ("单价",)
    assert columns("inventory", "stock", "进价") == {"unit_cost": "进价"}
    assert columns("products", "products", "进价") == {"cost_price": "进价"}


def test_barcode_and_code_go_each_to_its_own_and_a_lone_barcode_is_the_code_as_well() -> None:
    """Without the barcode the item could not be matched across stores; without a code it would have no key."""
    assert columns("products", "products", "条码", "货号") == {"barcode": "条码", "product_code": "货号"}
    assert columns("products", "products", "条码") == {"barcode": "条码", "product_code": "条码"}
    assert columns("sales", "lines", "条码")["product_code"] == "条码"
    assert columns("sales", "lines", "条码", "货号") == {"x_barcode": "条码", "product_code": "货号"}


def test_two_candidates_are_named_and_not_chosen_from() -> None:
    with pytest.raises(BadInputError, match=r"both 货号 and 商品编码 could be product_code") as raised:
        columns("products", "products", "货号", "品名", "商品编码")
    assert raised.value.where == "products.products"
    assert "columns:" in raised.value.fix
    assert recognised("products", "products", ["货号", "商品编码"]).ambiguous == {"product_code": ("货号", "商品编码")}
    assert "product_code" not in recognised("products", "products", ["货号", "商品编码", "条码"]).columns


def test_what_the_project_says_comes_first() -> None:
    """A column written down or archived settles which of two it is."""
    given_one = columns("products", "products", "货号", "商品编码", "品名", columns={"product_code": "商品编码"})
    assert given_one == {"product_code": "商品编码", "name": "品名"}
    assert columns("products", "products", "货号", "商品编码", archive=["货号"]) == {"product_code": "商品编码"}
    assert columns("inventory", "stock", "仓库", "库存", constants={"warehouse": "MAIN"}) == {"quantity": "库存"}


def test_the_constant_of_a_helper_only_stands_in() -> None:
    """Rules of a preset name x_void; most exports have no such column."""
    assert columns("sales", "tickets", "作废", constants={"x_void": ""}) == {"x_void": "作废"}
    assert columns("sales", "tickets", "单号", constants={"x_void": ""}) == {"ticket_no": "单号"}


def test_a_source_column_serves_one_canonical_column() -> None:
    """金额 is mapped as the discount here; taking it as the amount as well would count it twice."""
    assert columns("sales", "lines", "金额", "数量", columns={"discount": "金额"}) == {"discount": "金额", "quantity": "数量"}
    assert columns("sales", "lines", "金额", columns={"x_kept": "金额"}) == {"x_kept": "金额", "amount": "金额"}


def test_a_whole_balance_is_the_principal_only_where_it_stands_alone() -> None:
    """Beside the bonus it may hold the bonus: loading both would count that money twice."""
    assert columns("members", "members", "余额") == {"stored_principal": "余额"}
    assert columns("members", "members", "本金", "赠送", "余额") == {"stored_principal": "本金", "stored_bonus": "赠送"}
    found = recognised("members", "members", ["赠送", "余额"])
    assert (found.columns, found.unknown) == ({"stored_bonus": "赠送"}, ("余额",))


def test_a_description_is_the_name_only_where_there_is_no_other() -> None:
    assert columns("products", "products", "SKU", "Description") == {"product_code": "SKU", "name": "Description"}
    assert recognised("products", "products", ["Item Name", "Description"]).unknown == ("Description",)


def test_lines_speak_of_their_ticket_only_where_there_is_no_table_of_tickets() -> None:
    headers = ("小票号", "销售时间", "收银员", "会员卡号", "单据类型", "货号", "数量", "小计", "抹零")
    of_lines = {"ticket_no": "小票号", "x_kind": "单据类型", "product_code": "货号", "quantity": "数量", "amount": "小计"}
    of_ticket = {"sold_at": "销售时间", "cashier": "收银员", "member_code": "会员卡号", "kind": "单据类型"}
    assert columns("sales", "lines", *headers) == of_lines
    assert columns("sales", "lines", *headers, derives_tickets=True) == of_lines | of_ticket


def test_nothing_happens_unless_asked_for() -> None:
    told = TableSpec(inputs=("any",), columns={"name": "品名"})
    assert resolved("products", told, "products", ["货号", "品名"]) is told


def test_recognising_twice_changes_nothing() -> None:
    """The raw stage, the cleaner and the control totals each resolve the same table."""
    once = resolved("products", spec(), "products", ["货号", "条码", "品名", "产地"])
    assert resolved("products", once, "products", ["货号", "条码", "品名", "产地"]) == once


def test_joined_columns_are_never_recognised() -> None:
    lookups = {"cls": Lookup(input="classes", on={"a": "b"})}
    assert columns("products", "products", "货号", "cls.品名", lookups=lookups) == {"product_code": "货号"}


def test_a_header_row_scores_higher_than_banners_and_data() -> None:
    header = ["序号", "货号*", "条码", "品名", "零售价（元）", None, "我们的列"]
    assert score(header) == 5
    assert score(["岚山生鲜 商品资料", None, ""]) == 0
    assert score(["1", "10001", "6901028075831", "粤泉矿泉水 550ml", "2.00"]) == 0
