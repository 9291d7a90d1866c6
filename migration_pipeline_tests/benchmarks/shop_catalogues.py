"""Made-up catalogues of several shops with truth: the same goods under other codes, names, sizes, barcodes.

Belongs here: how shops write goods differently. Does not belong here: the goods (`shop_goods.yaml`), measuring (`bench_shops.py`).
"""

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from stdnum import ean

GOODS = Path(__file__).with_name("shop_goods.yaml")
TUNING, UNSEEN = ("usual", "strange"), ("unseen",)
"""Groups of goods: presets may be set on the first; nothing is set on the second."""
_MAKERS = {"usual": 20000, "strange": 50000, "unseen": 70000}
_TRADITIONAL = str.maketrans(
    "师红烧面酸奶乐鲜虾鱼蓝莓饼干纸语抽龙维达泽洁儿无糖饮冰茶绿黄", "師紅燒麵酸奶樂鮮蝦魚藍莓餅乾紙語抽龍維達澤潔兒無糖飲冰茶綠黃"
)
_UNITS = {
    "ml": ("ml", "ML", "毫升", "mL"),
    "L": ("L", "升", "l"),
    "g": ("g", "G", "克"),
    "kg": ("kg", "KG", "千克", "公斤"),
    "cm": ("cm", "CM", "厘米"),
}
_BIGGER = {"g": ("kg", Decimal(1000)), "ml": ("L", Decimal(1000)), "kg": ("g", Decimal("0.001")), "L": ("ml", Decimal("0.001"))}
_PACKED = {"ml": "瓶罐", "L": "瓶桶", "g": "袋包", "kg": "袋", "抽": "包", "支": "盒", "张": "包", "片": "包", "粒": "卡", "cm": "条"}
_WORDS = {
    "饮料": ("饮料", "水饮", "01饮料类", "酒水饮料"),
    "零食": ("零食", "休闲食品", "02休闲"),
    "乳品": ("乳品", "牛奶乳品", "冷藏乳制品"),
}
_NOISE = ("罐装", "瓶装", "袋装", "新品", "特价", "[促销]", "正品", "(新包装)", "家庭装")


@dataclass(frozen=True)
class Good:
    """One article."""

    number: int
    brand: str
    short: str
    product: str
    flavour: str
    amount: str
    unit: str
    pack: int
    price: Decimal
    category: str
    barcode: str
    strange: bool


@dataclass(frozen=True)
class Style:
    """How one shop writes."""

    name: str
    brand_column: float
    brand_place: str
    spec_column: float
    traditional: bool
    wide: float
    noise: float
    short: float
    private: float
    missing: float
    damaged: float
    reused: float


SHOPS = (
    Style(
        "S1", 1.0, "first", 1.0, traditional=False, wide=0.0, noise=0.05, short=0.0, private=0.02, missing=0.02, damaged=0.03, reused=0.0
    ),
    Style("S2", 0.0, "first", 0.0, traditional=False, wide=0.1, noise=0.3, short=0.1, private=0.1, missing=0.1, damaged=0.05, reused=0.02),
    Style(
        "S3", 0.7, "none", 0.9, traditional=False, wide=0.05, noise=0.1, short=0.05, private=0.05, missing=0.15, damaged=0.1, reused=0.01
    ),
    Style("S4", 0.5, "last", 0.3, traditional=False, wide=0.3, noise=0.2, short=0.2, private=0.3, missing=0.2, damaged=0.1, reused=0.02),
    Style("S5", 1.0, "first", 0.5, traditional=True, wide=0.1, noise=0.1, short=0.0, private=0.05, missing=0.3, damaged=0.05, reused=0.0),
    Style("S6", 0.0, "mixed", 0.5, traditional=False, wide=0.1, noise=0.2, short=0.3, private=0.6, missing=0.3, damaged=0.02, reused=0.0),
)


def goods(groups: tuple[str, ...] = TUNING) -> list[Good]:
    """All articles of some groups of the file, numbered."""
    read = yaml.safe_load(GOODS.read_text(encoding="utf-8"))
    made = (good for group in groups for place, brand in enumerate(read[group]) for good in _of_brand(group, place, brand))
    return [replace(good, number=number) for number, good in enumerate(made)]


def _of_brand(group: str, place: int, entry: list[Any]) -> Iterator[Good]:
    """Every product in every flavour, size and pack; siblings have neighbouring barcodes, as in life."""
    brand, short, lines = entry
    articles = [(line, *one) for line in lines for one in product(line[1], line[2], line[3])]
    for serial, (line, flavour, size, pack) in enumerate(articles, start=1):
        digits, base = _digits(size), _digits(line[2][0])
        body = f"69{_MAKERS[group] + place * 37:05d}{serial:05d}"
        scale = max(Decimal(digits) / Decimal(base), Decimal("0.3"))
        price = (Decimal(line[4]) * scale * pack * Decimal("0.95")).quantize(Decimal("0.1"))
        yield Good(
            number=0,
            brand=brand,
            short=short,
            product=line[0],
            flavour=flavour,
            amount=digits,
            unit=size[len(digits) :],
            pack=pack,
            price=max(price, Decimal("0.5")),
            category=line[5],
            barcode=body + ean.calc_check_digit(body),
            strange=group != "usual",
        )


def _digits(size: str) -> str:
    return "".join(sign for sign in size if sign.isdigit() or sign == ".")


def catalogues(seed: int = 7, share: float = 0.5, groups: tuple[str, ...] = TUNING) -> pd.DataFrame:
    """`id`, `truth`, `strange` and the columns of cleaned products as text, of all shops; `groups` of the file's goods."""
    draw = random.Random(seed)  # noqa: S311
    every = goods(groups)
    rows = []
    for style in SHOPS:
        for good in every:
            copies = 0 if draw.random() > share else (2 if draw.random() < 0.03 else 1)
            rows += [{"id": f"{style.name}/{good.number:05d}{copy}", **_row(draw, style, good, every)} for copy in range(copies)]
    return pd.DataFrame(rows).astype("str").replace({"": None})


def _row(draw: random.Random, style: Style, good: Good, every: list[Good]) -> dict[str, object]:
    in_column = draw.random() < style.spec_column
    size = _size(draw, good)
    brand = good.short if draw.random() < style.short else good.brand
    name = _named(draw, style, good, brand, "" if in_column else size)
    spec = size if in_column else draw.choice(("", "", size))
    words = _WORDS.get(good.category, (good.category,))
    price = good.price * Decimal(draw.choice((100, 100, 100, 98, 103, 95, 108, 90))) / 100
    unit = "CASE" if good.pack >= 12 else draw.choice(("PCS", "PCS", "BOTTLE" if good.unit in {"ml", "L"} else "BAG"))
    return {
        "truth": str(good.number),
        "strange": str(good.strange),
        "name": _written(draw, style, name),
        "brand": _written(draw, style, good.brand) if draw.random() < style.brand_column else "",
        "spec": _written(draw, style, spec),
        "unit": unit,
        "category": words[(SHOPS.index(style)) % len(words)],
        "sell_price": f"{price:.2f}",
        "barcode": _barcode(draw, style, good, every),
    }


def _named(draw: random.Random, style: Style, good: Good, brand: str, size: str) -> str:
    flavour = good.flavour if draw.random() < 0.8 else good.flavour.removesuffix("味")
    core = draw.choice((flavour + good.product, flavour + good.product, good.product + flavour, f"{good.product}({flavour})"))
    if good.flavour in {"经典", "原味"} and draw.random() < 0.3:
        core = good.product
    place = draw.choice(("first", "last", "none")) if style.brand_place == "mixed" else style.brand_place
    if place == "none" and not style.brand_column and draw.random() < 0.7:
        place = "first"
    parts = {"first": (brand, core, size), "last": (core, size, f"({brand})"), "none": (core, size)}[place]
    name = draw.choice(("", " ")).join(part for part in parts if part)
    if draw.random() < style.noise:
        word = draw.choice(_NOISE)
        name = draw.choice((f"{name}{word}", f"{word}{name}"))
    if draw.random() < 0.01 and len(name) > 4:
        at = draw.randrange(len(name) - 1)
        name = name[:at] + name[at + 1 :]
    return name


def _size(draw: random.Random, good: Good) -> str:
    amount, unit = Decimal(good.amount), good.unit
    if unit in _BIGGER and draw.random() < 0.15:
        unit, factor = _BIGGER[unit]
        amount = amount / factor
    word = draw.choice(_UNITS.get(unit, (unit,)))
    one = f"{amount.normalize():f}{draw.choice(('', '', ' '))}{word}"
    box = draw.choice(_PACKED.get(good.unit, "包"))
    times = draw.choice(("*", "×", "x", "X", " * "))
    if good.pack == 1:
        return draw.choice((one, one, one, f"{one}{times}1", f"1{times}{one}", f"{one}/{box}"))
    return draw.choice(
        (f"{one}{times}{good.pack}", f"{good.pack}{times}{one}", f"{one}{times}{good.pack}{box}", f"{one} {good.pack}{box}装")
    )


def _written(draw: random.Random, style: Style, text: str) -> str:
    if style.traditional and draw.random() < 0.7:
        text = text.translate(_TRADITIONAL)
    if draw.random() < style.wide:
        text = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
    return text if draw.random() > 0.02 else unicodedata.normalize("NFKC", text).upper()


def _barcode(draw: random.Random, style: Style, good: Good, every: list[Good]) -> str:
    chance = draw.random()
    if chance < style.missing:
        return ""
    if (chance := chance - style.missing) < style.private:
        return draw.choice((f"2{draw.randrange(10**11):011d}0", f"{draw.randrange(10**6):06d}"))
    if (chance := chance - style.private) < style.reused:
        return draw.choice(every).barcode
    if chance - style.reused < style.damaged:
        return _damaged(draw, good.barcode)
    return good.barcode


def _damaged(draw: random.Random, code: str) -> str:
    at = draw.randrange(2, 13)
    wrong = code[:at] + str((int(code[at]) + draw.randrange(1, 10)) % 10) + code[at + 1 :]
    return draw.choice((wrong, wrong, code[:-1], code[1:], f"{Decimal(code):.5E}", code[:10]))
