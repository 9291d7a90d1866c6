"""How shops write units of measure that the ERP has a word for; used where a source's value map does not name the word.

Belongs here: words that mean one unit everywhere, and how much measures are of each other. Does not belong here: words that shops use
differently (件 is a piece of clothing and a case of beer, 条 a carton of cigarettes, 提 a handle of any number): those need a value map.
"""

import unicodedata
from decimal import Decimal
from types import MappingProxyType

_WRITTEN = {
    "PCS": "个 個 只 隻 支 枚 颗 粒 张 本 把 根 台 pcs pc piece pieces ea each unit units",
    "KG": "千克 公斤 kg kgs kilo kilos kilogram kilograms kilogramme",
    "G": "克 公克 g gr gm gram grams gramme",
    "BOX": "盒 box boxes bx",
    "CASE": "箱 case cases carton cartons ctn ctns",
    "BOTTLE": "瓶 樽 bottle bottles btl btls",
    "BAG": "袋 bag bags",
    "CAN": "听 罐 can cans tin tins",
    "PACK": "包 pack packs packet packets pk pkt",
    "SET": "套 set sets",
    "L": "升 公升 l lt ltr litre litres liter liters",
    "ML": "毫升 ml mls millilitre millilitres milliliter milliliters",
}
UNIT_WORDS = MappingProxyType({word: unit for unit, words in _WRITTEN.items() for word in words.split()})
"""Folded word -> the ERP's unit."""
_MEASURES = {"G": ("mass", "1"), "KG": ("mass", "1000"), "ML": ("volume", "1"), "L": ("volume", "1000"), "PCS": ("count", "1")}
_OTHER_MEASURES = {
    "斤": ("mass", "500"), "市斤": ("mass", "500"), "两": ("mass", "50"), "吨": ("mass", "1000000"), "lb": ("mass", "453.59237"),
    "lbs": ("mass", "453.59237"), "磅": ("mass", "453.59237"), "oz": ("mass", "28.349523125"), "打": ("count", "12"),
    "dozen": ("count", "12"),
}  # fmt: skip
"""Words of everyday trade that no unit of the ERP is: half a kilogram is no kilogram."""


def folded(word: str) -> str:
    """Full-width and upper case made plain, without blanks around it and a dot behind (`Btl.`)."""
    return unicodedata.normalize("NFKC", word).casefold().strip().removesuffix(".")


def known_ratio(word: str, unit: str) -> Decimal | None:
    """How many of an ERP unit one of a shop's word is: 0.5 for 斤 in KG; None where that is nobody's common knowledge (箱 in PCS)."""
    own = _OTHER_MEASURES.get(folded(word)) or _MEASURES.get(UNIT_WORDS.get(folded(word), ""))
    other = _MEASURES.get(unit)
    return Decimal(own[1]) / Decimal(other[1]) if own and other and own[0] == other[0] else None
