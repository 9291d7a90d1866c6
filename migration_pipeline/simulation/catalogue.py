"""Products and suppliers of the chain, and how one store writes them.

Belongs here: golden records and a store's view of them (own codes, other spellings).
Does not belong here: defects (`defects.py`), stock (`stock.py`).
"""

from dataclasses import dataclass
from random import Random

from migration_pipeline.simulation.identifiers import credit_code, ean13
from migration_pipeline.simulation.model import Row, StorePlan, fixed

_BASES = (
    ("矿泉水", "饮料", "BOTTLE", "550ml"), ("绿茶", "饮料", "BOTTLE", "500ml"), ("橙汁", "饮料", "BOTTLE", "1L"),
    ("汽水", "饮料", "CAN", "330ml"),
    ("纯牛奶", "乳品", "BOX", "250ml"), ("酸奶", "乳品", "PACK", "100g*8"), ("方便面", "粮油", "BAG", "105g"),
    ("大米", "粮油", "BAG", "5kg"),
    ("菜籽油", "粮油", "BOTTLE", "5L"), ("酱油", "调味", "BOTTLE", "500ml"), ("陈醋", "调味", "BOTTLE", "420ml"),
    ("食盐", "调味", "BAG", "400g"),
    ("薯片", "零食", "BAG", "70g"), ("饼干", "零食", "PACK", "200g"), ("瓜子", "零食", "BAG", "260g"), ("巧克力", "零食", "PCS", "43g"),
    ("洗衣液", "日化", "BOTTLE", "2kg"), ("抽纸", "日化", "PACK", "3包"), ("牙膏", "日化", "PCS", "120g"),
    ("洗发水", "日化", "BOTTLE", "400ml"),
    ("电池", "百货", "SET", "4粒"), ("毛巾", "百货", "PCS", "33*72cm"),
)  # fmt: skip
_FRESH = ("苹果", "香蕉", "西红柿", "土豆", "五花肉", "鸡胸肉", "鲫鱼", "白菜", "黄瓜", "葡萄", "橙子", "排骨")
CATEGORIES = (*dict.fromkeys(category for _, category, *_ in _BASES), "生鲜")
_BRANDS = ("山泉谷", "晨禾", "金穗坊", "小海豚", "悦果园", "禾田里", "康木", "百味居", "青石桥", "云上", "老街口", "星野")
_TOWNS = ("杭州", "成都", "上海", "武汉", "广州", "西安", "南京", "长沙", "青岛", "福州", "郑州", "昆明")
_TRADES = ("食品", "饮料", "贸易", "日化", "粮油", "商贸")


@dataclass(frozen=True)
class GoldenProduct:
    """A product as the whole chain knows it; price in 1/100, cost in 1/10000. Without `barcode` no store recognises it."""

    id: str
    name: str
    brand: str
    spec: str
    unit: str
    category: str
    barcode: str
    weighed: bool
    price: int
    cost: int
    supplier: int


@dataclass(frozen=True)
class GoldenSupplier:
    """A supplier as the whole chain knows it: recognised by its tax id, or by name where it has none."""

    id: str
    town: str
    brand: str
    trade: str
    tax_id: str


def golden_products(rng: Random, count: int, suppliers: int) -> list[GoldenProduct]:
    """`count` products: 1 in 11 weighed with in-store codes, 1 in 11 without a barcode, the rest with a valid EAN-13."""
    return [_product(rng, number, suppliers) for number in range(count)]


def _product(rng: Random, number: int, suppliers: int) -> GoldenProduct:
    weighed = number % 11 == 5
    brand = _BRANDS[(number // len(_BASES)) % len(_BRANDS)]
    series = number // (len(_BASES) * len(_BRANDS))
    base, category, unit, spec = (_FRESH[number // 11 % len(_FRESH)], "生鲜", "KG", "散装") if weighed else _BASES[number % len(_BASES)]
    name = f"{brand}{base}{series or ''}"
    barcode = "" if weighed or number % 11 == 8 else ean13(f"69{number % 10}{rng.randrange(10**4):04d}{number:05d}")
    price = rng.randrange(150, 9900, 10)
    cost = price * rng.randrange(55, 85)
    return GoldenProduct(f"P{number:05d}", name, brand, spec, unit, category, barcode, weighed, price, cost, rng.randrange(suppliers))


def golden_suppliers(count: int) -> list[GoldenSupplier]:
    """`count` suppliers; every fifth has no tax id."""
    return [
        GoldenSupplier(
            f"V{n:04d}", _TOWNS[n % 12], f"{_BRANDS[n * 5 % 12]}{n // 12 or ''}", _TRADES[n % 6], "" if n % 5 == 4 else credit_code(n + 1)
        )
        for n in range(count)
    ]


def spelling(supplier: GoldenSupplier, way: int) -> str:
    """One of the ways stores write a supplier's name; all are the same after NFKC and without blanks and brackets."""
    town, brand, trade = supplier.town, supplier.brand, supplier.trade
    ways = (
        f"{town}{brand}{trade}有限公司",
        f"{town}{brand}{trade}（有限）公司",
        f"{town} {brand} {trade}有限公司",
        f"{town}({brand}){trade}有限公司",
        f"{town}{brand}{trade}\u3000有限公司",
    )
    return ways[way % len(ways)]


def code_of(plan: StorePlan, kind: str, number: int) -> str:
    """The store's own code of its `number`-th supplier, product or member: another one in each store."""
    shifted = number + plan.number * 1000
    if plan.system in {"siss_sqlite", "siss_dump"}:
        return {
            "supplier": f"{number + 1:04d}",
            "product": f"{plan.number % 10}{number + 101:05d}",
            "member": f"88{plan.number:02d}{number:06d}",
        }[kind]
    if plan.system == "csv_zh":
        return {"supplier": f"GYS{number + 1:03d}", "product": f"SP{shifted:06d}", "member": f"VIP{shifted:07d}"}[kind]
    if plan.system == "workbook":
        return {"supplier": f"V-{number + 1:02d}", "product": f"00{shifted:06d}", "member": f"6{shifted:011d}"}[kind]
    return {"supplier": f"SUP{number + 1:02d}", "product": f"ITM-{shifted:05d}", "member": f"M-{shifted:06d}"}[kind]


def store_suppliers(rng: Random, plan: StorePlan, golden: list[GoldenSupplier]) -> dict[int, Row]:
    """The golden suppliers this store buys from, by golden number."""
    chosen = sorted(rng.sample(range(len(golden)), k=max(8, len(golden) * 3 // 4)))
    return {number: _supplier_row(rng, plan, golden[number], place) for place, number in enumerate(chosen)}


def _supplier_row(rng: Random, plan: StorePlan, golden: GoldenSupplier, place: int) -> Row:
    balance = rng.randrange(0, 900_000)
    fields = {
        "supplier_code": code_of(plan, "supplier", place),
        "name": spelling(golden, plan.number + place),
        "contact": f"联系人{place + 1}",
        "phone": f"0571-8{rng.randrange(10**7):07d}",
        "address": f"{golden.town}市演示路{rng.randrange(1, 300)}号",
        "tax_id": golden.tax_id,
        "balance": fixed(balance, 2),
        "updated_at": stamp(rng, 2024),
    }
    return Row(fields, money=balance, identity=golden.id)


def store_products(rng: Random, plan: StorePlan, golden: list[GoldenProduct], suppliers: dict[int, Row]) -> list[Row]:
    """The products this store sells, under its own codes; `x_price` and `x_cost` carry the exact integers."""
    chosen = rng.sample(golden, k=len(golden) * 3 // 4)
    return [product_row(rng, plan, item, place, suppliers) for place, item in enumerate(chosen)]


def product_row(rng: Random, plan: StorePlan, golden: GoldenProduct, place: int, suppliers: dict[int, Row]) -> Row:
    """One product under the store's `place`-th code."""
    barcode = golden.barcode or (ean13(f"2{plan.number % 10}{place:010d}") if golden.weighed else "")
    supplier = suppliers.get(golden.supplier)
    price = golden.price + rng.choice((0, 0, 0, 10, 50))
    fields = {
        "product_code": code_of(plan, "product", place),
        "barcode": barcode,
        "name": golden.name if rng.random() < 0.8 else f"{golden.name} {golden.spec}",
        "category": golden.category,
        "brand": golden.brand,
        "spec": golden.spec,
        "unit": golden.unit,
        "sell_price": fixed(price, 2),
        "cost_price": fixed(golden.cost, 4),
        "member_price": fixed(price - price // 200 * 10, 2),
        "tax_rate": "9" if golden.category in {"粮油", "生鲜", "乳品"} else "13",
        "supplier_code": supplier.fields["supplier_code"] if supplier else "",
        "weighed": "1" if golden.weighed else "0",
        "status": "inactive" if rng.random() < 0.03 else "active",
        "updated_at": stamp(rng, 2025),
        "x_price": str(price),
        "x_cost": str(golden.cost),
    }
    return Row(fields, identity=golden.id if golden.barcode else "")


def stamp(rng: Random, year: int) -> str:
    """A moment in the year, to the second."""
    month, day = rng.randrange(1, 13), rng.randrange(1, 29)
    return f"{year}-{month:02d}-{day:02d} {rng.randrange(8, 22):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}"
