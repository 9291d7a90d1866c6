"""Closed lists of values the ERP knows. A source value reaches them through a value map; what no map names is rejected, never guessed."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

VOCABULARIES = MappingProxyType(
    {
        "unit": ("PCS", "KG", "G", "BOX", "CASE", "BOTTLE", "BAG", "CAN", "PACK", "SET", "L", "ML"),
        "item_kind": ("goods", "service", "voucher"),
        "item_status": ("active", "inactive"),
        "gender": ("female", "male", "unknown"),
        "member_status": ("active", "inactive", "lost"),
        "ticket_kind": ("sale", "return"),
        "ticket_status": ("normal", "void", "hung", "training"),
        "payment_method": ("cash", "card", "wechat", "alipay", "unionpay", "stored_value", "points", "voucher", "on_account"),
    }
)

CANONICAL = ("ticket_kind", "ticket_status")
"""Vocabularies the cleaning rules themselves rely on; the others are the ERP's and are translated when mapping."""


def translate(values: "pd.Series[str]", vocabulary: str, value_map: Mapping[str, str]) -> "tuple[pd.Series[str], pd.Series[bool]]":
    """ERP words for source words, and the mask of values that neither the map nor the vocabulary knows (they become missing)."""
    words = {word: word for word in VOCABULARIES[vocabulary]} | dict(value_map)
    translated = values.map(words).astype("str")
    return translated, values.notna() & translated.isna()
