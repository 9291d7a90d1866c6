"""Closed lists of values the ERP knows. A source value reaches them through a value map; what no map names is rejected, never guessed."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from migration_pipeline.contracts.texts import each_word
from migration_pipeline.contracts.units import UNIT_WORDS, folded

VOCABULARIES = MappingProxyType(
    {
        "unit": ("PCS", "KG", "G", "BOX", "CASE", "BOTTLE", "BAG", "CAN", "PACK", "SET", "L", "ML"),
        "item_kind": ("goods", "service", "voucher"),
        "item_status": ("active", "inactive"),
        "coupon_status": ("issued", "locked", "used", "expired"),
        "gender": ("female", "male", "unknown"),
        "member_status": ("active", "inactive", "lost"),
        "ticket_kind": ("sale", "return"),
        "ticket_status": ("normal", "void", "hung", "training"),
        "payment_method": ("cash", "card", "wechat", "alipay", "unionpay", "stored_value", "points", "voucher", "on_account"),
    }
)

CANONICAL = ("ticket_kind", "ticket_status", "coupon_status")
"""Vocabularies the cleaning rules themselves rely on; the others are the ERP's and are translated when mapping."""


def translate(values: "pd.Series[str]", vocabulary: str, value_map: Mapping[str, str]) -> "tuple[pd.Series[str], pd.Series[bool]]":
    """ERP words for source words, and the mask of values that nothing knows (they become missing).

    The map decides, then the vocabulary's own words, then for units the words every shop uses (`units.py`).
    """
    words = {word: word for word in VOCABULARIES[vocabulary]} | dict(value_map)

    def meaning(written: str) -> str | None:
        word = written.removeprefix("'")
        return words.get(word, UNIT_WORDS.get(folded(word)) if vocabulary == "unit" else None)

    translated = each_word(values, meaning)
    return translated, values.notna() & translated.isna()
