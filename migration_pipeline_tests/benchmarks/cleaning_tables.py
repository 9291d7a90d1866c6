"""Raw tables of every dataset to measure cleaning with: a Chinese retailer's rows as text, with about 1 % of the cells damaged.

Belongs here: making rows, whole columns at a time; the same number of rows always gives the same tables. Does not belong here: measuring
(`bench_cleaning.py`, `one_clean.py`).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.fields import Field
from migration_pipeline.project.source import SourceSpec

Numbers = npt.NDArray[np.int64]
DIRTY = 0.01
SHARES = MappingProxyType({"lines": 0.6, "tickets": 0.2, "payments": 0.2})
"""Of sales: three lines to a ticket, one payment. Other tables have all rows of their dataset."""
_GOODS = ("可口可乐", "农夫山泉", "旺旺雪饼", "康师傅红烧牛肉面", "海天生抽酱油", "洁柔面巾纸", "散装红富士苹果", "鲁花花生油")
_FAMILY, _GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红波建国"
_STREETS = ("浙江省杭州市西湖区文三路", "上海市浦东新区张杨路", "广东省东莞市南城街道鸿福路", "湖北省仙桃市沔阳大道", "朝阳区建国路")
_USCC, _USCC_WEIGHTS = "0123456789ABCDEFGHJKLMNPQRTUWXY", (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_AROUND = (" {}", "{}  ", "\u3000{}", "{}\t", "'{}", '="{}"')
_DAMAGE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "code": (*_AROUND, "{}\r\n", "{}.0", "\uff21{}", "8.52E+11", "", "无"),
        "text": (*_AROUND, "{}\U0001f600", "", "-", "NULL"),
        "decimal": (*_AROUND, "¥{}", "{}元", "9%", "({})", "{}-", "1,234.50", "{}000000001", "\uff11\uff12.50", "1,23", "abc", "", "0"),
        "integer": (*_AROUND, "{}.0", "x", ""),
        "date": (*_AROUND, "2026/1/2", "2026年1月2日", "20260102", "13/04/2026", "03/04/2026", "2026-02-30", "1900-01-01", ""),
        "boolean": (*_AROUND, "是", "否", "maybe", ""),
    }
)
_SPARED = ("ticket_no", "line_no", "amount", "total")
"""Columns of sales with blanks only, so that most tickets stay whole."""


def tables(dataset: str, count: int) -> dict[str, pd.DataFrame]:
    """`count` rows of a dataset, all its tables together, as columns of text with `_row_id`."""
    made = {}
    for name, make in _MAKERS[dataset].items():
        n = np.arange(int(count * SHARES.get(name, 1)), dtype=np.int64)
        columns = {column: _dirtied(values, DATASETS[dataset].table(name).field(column)) for column, values in make(n).items()}
        made[name] = pa.table({"_row_id": _code(f"{name}:", n + 2, 1), **columns}).to_pandas()
    return made


def source(dataset: str) -> SourceSpec:
    """A source whose columns are called like the canonical ones, with every built-in rule as it comes."""
    columns = {name: list(make(np.arange(4, dtype=np.int64))) for name, make in _MAKERS[dataset].items()}
    specs = {name: {"inputs": ["any"], "columns": {column: column for column in found}} for name, found in columns.items()}
    return SourceSpec.model_validate({"datasets": {dataset: specs}})


def _dirtied(values: pa.Array, field: Field) -> pa.Array:
    """The column with every kind of damage of its type at places that follow from its name."""
    kinds = _AROUND if field.name in _SPARED else _DAMAGE["date" if field.type == "timestamp" else field.type]
    random = np.random.default_rng(crc32(field.name.encode()))
    places = np.flatnonzero(random.random(len(values)) < DIRTY)
    whole = pc.fill_null(values.take(pa.array(places)), "").to_pylist()
    damaged = [kind.format(text) for kind, text in zip(random.choice(kinds, len(places)), whole, strict=True)]
    mask = np.zeros(len(values), dtype=bool)
    mask[places] = True
    return pc.replace_with_mask(values, pa.array(mask), pa.array(damaged, pa.string()))


def _members(n: Numbers) -> dict[str, pa.Array]:
    code = np.where(n % 500 == 499, n - 1, n)  # a card twice
    return {
        "member_code": _code("80", code, 8),
        "name": _join(_one_of(_FAMILY, n), _one_of(_GIVEN, n * 7 // 16), _one_of(_GIVEN, n * 13 // 512)),
        "phone": _join(_one_of(("138", "159", "186", "177"), n), _code("", n * 7919 % 99_999_989, 8)),
        "gender": _one_of(("男", "女", "女", "男", "女", "男", "男", "女", "女", "未知"), n),
        "birthday": _day(n * 37 % 20_000 - 10_000),
        "address": _join(_one_of(_STREETS, n), _code("", n % 900 + 1, 1), pa.scalar("号"), _code("", n % 2500 + 101, 1), pa.scalar("室")),
        "tier": _one_of(("普通", "银卡", "金卡"), n),
        "points": _decimal(n * 31 % 9_000_00, 2),
        "stored_principal": _decimal(n * 17 % 500_00, 2),
        "stored_bonus": _decimal(n * 5 % 50_00, 2),
        "opened_on": _day(n * 11 % 5000 + 13_000),
        "updated_at": _moment(n),
    }


def _products(n: Numbers) -> dict[str, pa.Array]:
    code = np.where(n % 500 == 499, n - 1, n)
    return {
        "product_code": _code("P", code, 8),
        "barcode": _ean13(690_000_000_000 + code),
        "name": _join(_one_of(_GOODS, n), _code(" ", n % 5000, 1), pa.scalar("号 330ml")),
        "category": _one_of(("饮料", "食品", "粮油", "日化", "生鲜"), n),
        "brand": _one_of(_GOODS, n),
        "spec": _one_of(("330ml*24", "500g", "1.8L", "12支/盒"), n),
        "unit": _one_of(("瓶", "袋", "箱", "盒", "kg"), n),
        "sell_price": _decimal(n * 37 % 90_00 + 100, 2),
        "cost_price": _decimal(n * 37 % 90_00 * 8 // 10 + 80, 2),
        "member_price": _decimal(n * 37 % 90_00 * 9 // 10 + 90, 2),
        "tax_rate": _one_of(("13", "9", "13", "6"), n),
        "supplier_code": _code("S", n % 3000, 5),
        "weighed": _one_of(("0", "0", "0", "0", "1"), n),
        "updated_at": _moment(n),
    }


def _suppliers(n: Numbers) -> dict[str, pa.Array]:
    return {
        "supplier_code": _code("S", np.where(n % 500 == 499, n - 1, n), 7),
        "name": _join(_one_of(("杭州", "上海", "东莞", "武汉"), n), _code("", n, 1), pa.scalar("商贸有限公司")),
        "contact": _join(_one_of(_FAMILY, n), _one_of(_GIVEN, n * 7)),
        "phone": _join(_one_of(("0571-", "021-", "139", "186"), n), _code("", n * 7919 % 99_999_989, 8)),
        "address": _join(_one_of(_STREETS, n), _code("", n % 900 + 1, 1), pa.scalar("号")),
        "tax_id": _uscc(n),
        "balance": _decimal(n * 7919 % 9_000_000_00 - 100_000_00, 2),
        "updated_at": _moment(n),
    }


def _stock(n: Numbers) -> dict[str, pa.Array]:
    return {
        "product_code": _code("P", n // 4, 8),
        "warehouse": _one_of(("主仓", "冷库", "门店", "退货仓"), n),
        "quantity": _decimal(n * 31 % 9_000_000, 3),
        "unit_cost": _decimal(n * 37 % 90_0000 + 10, 4),
    }


def _amounts(line: Numbers) -> Numbers:
    return (line * 37 % 90_00 + 100) * np.where(line // 3 % 50 == 49, -1, 1)


def _tickets(n: Numbers) -> dict[str, pa.Array]:
    total = _amounts(3 * n) + _amounts(3 * n + 1) + _amounts(3 * n + 2)
    back = n % 50 == 49
    return {
        "ticket_no": _code("T2026", n, 9),
        "sold_at": _moment(n),
        "terminal": _one_of(("01", "02", "03"), n),
        "cashier": _code("C", n % 40, 3),
        "member_code": _where(n % 3 == 0, _code("80", n % 90_000, 8)),
        "kind": _one_of(("sale", "return"), back.astype(np.int64)),
        "status": _one_of(("normal", "void"), (n % 200 == 7).astype(np.int64)),
        "original_ticket_no": _where(back, _code("T2026", n - 5, 9)),
        "total": _decimal(total, 2),
    }


def _lines(n: Numbers) -> dict[str, pa.Array]:
    cents, sign = np.abs(_amounts(n)), np.sign(_amounts(n))
    return {
        "ticket_no": _code("T2026", n // 3, 9),
        "line_no": _code("", n % 3 + 1, 1),
        "product_code": _code("P", n * 37 % 9000, 8),
        "quantity": _decimal(sign * 1000, 3),
        "unit_price": _decimal(cents, 2),
        "amount": _decimal(sign * cents, 2),
        "discount": _decimal(n % 7 * 10, 2),
    }


def _payments(n: Numbers) -> dict[str, pa.Array]:
    return {
        "ticket_no": _code("T2026", n, 9),
        "payment_no": _one_of(("1",), n),
        "method": _one_of(("微信", "支付宝", "现金", "银联"), n),
        "amount": _tickets(n)["total"],
    }


_MAKERS: Mapping[str, Mapping[str, Callable[[Numbers], dict[str, pa.Array]]]] = MappingProxyType(
    {
        "members": {"members": _members},
        "products": {"products": _products},
        "suppliers": {"suppliers": _suppliers},
        "inventory": {"stock": _stock},
        "sales": {"tickets": _tickets, "lines": _lines, "payments": _payments},
    }
)


def _code(before: str, numbers: Numbers, width: int) -> pa.Array:
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return _join(pa.scalar(before), digits)


def _join(*parts: Any) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


def _one_of(words: "str | tuple[str, ...]", numbers: Numbers) -> pa.Array:
    return pa.array(list(words)).take(pa.array(numbers % len(words)))


def _where(mask: Any, values: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(mask), values, pa.scalar(None, pa.string()))


def _decimal(units: Numbers, scale: int) -> pa.Array:
    """Whole units of the last place as text: 1250 of scale 2 is 12.50."""
    sign = pc.if_else(pa.array(units < 0), "-", "")
    whole, rest = np.divmod(np.abs(units), 10**scale)
    return _join(sign, _code("", whole, 1), pa.scalar("."), _code("", rest, scale))


def _day(days: Numbers) -> pa.Array:
    return pc.strftime(pa.array(days.astype("datetime64[D]").astype("datetime64[s]")), format="%Y-%m-%d")


def _moment(numbers: Numbers) -> pa.Array:
    """Moments of 2025, a minute and a second apart."""
    return pc.strftime(pa.array((1_735_700_000 + numbers * 61 % 31_000_000).astype("datetime64[s]")), format="%Y-%m-%d %H:%M:%S")


def _ean13(twelve: Numbers) -> pa.Array:
    check = sum((twelve // 10 ** (11 - place) % 10) * (3 if place % 2 else 1) for place in range(12))
    return _code("", twelve * 10 + -check % 10, 13)


def _uscc(numbers: Numbers) -> pa.Array:
    """统一社会信用代码 with right check digits."""
    digits = [9, 1, *(int(d) for d in "330106")]
    places = [np.full_like(numbers, digit) for digit in digits] + [numbers // 10**power % 10 for power in range(8, -1, -1)]
    check = -sum(place * weight for place, weight in zip(places, _USCC_WEIGHTS, strict=True)) % 31
    return _join(*(_one_of(_USCC, place) for place in (*places, check)))
