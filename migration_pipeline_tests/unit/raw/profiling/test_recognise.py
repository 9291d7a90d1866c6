"""Every table of the contracts is recognised by its columns, and other tables are not taken for one."""

from typing import Any

import pytest

from migration_pipeline.raw.profiling.recognise import LIKELY, SURE, guess

CODES = [f"10{n:04d}" for n in range(30)]
PRICES = [f"{n}.50" for n in range(30)]
TABLES: dict[str, dict[str, list[str]]] = {
    "products.products": {"货号": CODES, "品名": [f"茶{n}" for n in CODES], "零售价": PRICES, "单位": ["个"] * 30},
    "members.members": {"卡号": CODES, "姓名": ["张三"] * 30, "手机": ["13812345678"] * 30, "积分": PRICES},
    "suppliers.suppliers": {"供应商编码": CODES, "供应商名称": [f"厂{n}" for n in CODES], "联系人": ["李四"] * 30, "电话": ["0571"] * 30},
    "inventory.stock": {"仓库": ["01"] * 30, "商品编码": CODES, "库存数量": PRICES, "成本价": PRICES},
    "sales.tickets": {"小票号": CODES, "销售时间": ["2026-01-02 10:00:00"] * 30, "收银员": ["1"] * 30, "应收金额": PRICES},
    "sales.lines": {"小票号": CODES[:10] * 3, "行号": ["1"] * 30, "商品编码": CODES, "数量": PRICES, "单价": PRICES, "小计": PRICES},
    "sales.payments": {"小票号": CODES, "支付方式": ["现金"] * 30, "金额": PRICES},
    "products.coupons": {"coupon_upc": CODES, "product_id": CODES, "campaign_id": ["1"] * 30},
    "members.point_entries": {"卡号": CODES[:10] * 3, "变动时间": ["2026-01-02 10:00:00"] * 30, "积分变动": PRICES},
    "members.stored_value_entries": {"卡号": CODES[:10] * 3, "时间": ["2026-01-02 10:00:00"] * 30, "充值本金": PRICES, "赠送金额": PRICES},
    "members.liabilities": {"科目编码": CODES, "科目名称": ["预收"] * 30, "期末余额": PRICES},
}


@pytest.mark.parametrize("name", list(TABLES))
def test_every_table_of_the_contracts_is_recognised_by_its_columns(counted: Any, name: str) -> None:
    found = guess("export.csv", counted(TABLES[name]))
    assert found.name == name
    assert found.percent >= SURE
    assert found.missing == ()


@pytest.mark.parametrize(
    "columns",
    [
        {"code": CODES, "name": ["北京市"] * 30},
        {"id": CODES, "name": ["x"] * 30, "last_update": ["2026-01-02 10:00:00"] * 30},
        {"household_id": CODES, "age": ["45-54"] * 30, "income": ["50-74K"] * 30},
    ],
)
def test_other_tables_are_not_taken_for_one(counted: Any, columns: dict[str, list[str]]) -> None:
    found = guess("things.csv", counted(columns))
    assert found.name == "other"
    assert found.why


def test_contents_that_contradict_a_name_do_not_count(counted: Any) -> None:
    """A column named 数量 that holds words is no quantity."""
    found = guess("x.csv", counted({**TABLES["sales.lines"], "数量": ["很多"] * 30}))
    assert "quantity" not in {mapped.column for mapped in found.columns}


def test_similar_names_count_less(counted: Any) -> None:
    columns = {
        "basket_id": CODES[:10] * 3,
        "product_id": CODES,
        "quantity": PRICES,
        "sales_value": PRICES,
        "transaction_timestamp": ["2026-01-02 10:00:00"] * 30,
    }
    found = guess("transactions.csv", counted(columns))
    assert found.name == "sales.lines"
    percents = {mapped.column: mapped.percent for mapped in found.columns}
    assert percents["ticket_no"] < percents["product_code"]
    assert percents["sold_at"] < 95


def test_several_candidates_for_a_required_column_are_named(counted: Any) -> None:
    found = guess("vip", counted({"card_id": CODES, "card_no": CODES, "姓名": ["张三"] * 30, "手机": ["1"] * 30, "积分": PRICES}))
    (code,) = [mapped for mapped in found.columns if mapped.column == "member_code"]
    assert code.percent < LIKELY
    assert "card_id, card_no" in code.why


def test_the_amount_of_a_line_may_be_computed(counted: Any) -> None:
    columns = {name: values for name, values in TABLES["sales.lines"].items() if name != "小计"}
    assert guess("x.csv", counted(columns)).missing == ()
