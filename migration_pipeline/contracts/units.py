"""How shops write units of measure that the ERP has a word for; used where a source's value map does not name the word.

Belongs here: words that mean one unit everywhere. Does not belong here: words that shops use differently (件 is a piece of clothing and a
case of beer, 条 a carton of cigarettes, 斤 half a kilogram): those need a value map.
"""

import unicodedata
from types import MappingProxyType

_WRITTEN = {
    "PCS": "个 只 支 枚 颗 pcs pc piece pieces ea each unit units",
    "KG": "千克 公斤 kg kgs kilo kilogram kilograms",
    "G": "克 g gr gram grams",
    "BOX": "盒 box boxes",
    "CASE": "箱 case cases carton ctn",
    "BOTTLE": "瓶 bottle bottles btl",
    "BAG": "袋 bag bags",
    "CAN": "听 罐 can cans tin",
    "PACK": "包 pack packs packet pk pkt",
    "SET": "套 set sets",
    "L": "升 公升 l ltr litre litres liter liters",
    "ML": "毫升 ml millilitre milliliter",
}
UNIT_WORDS = MappingProxyType({word: unit for unit, words in _WRITTEN.items() for word in words.split()})
"""Folded word -> the ERP's unit."""


def folded(word: str) -> str:
    """Full-width and upper case made plain, without blanks around it and a dot behind (`Btl.`)."""
    return unicodedata.normalize("NFKC", word).casefold().strip().removesuffix(".")
