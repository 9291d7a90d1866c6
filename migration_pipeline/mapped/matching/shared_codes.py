"""One barcode for two goods: which records of a GTIN look like something else than the first of them.

Belongs here: telling them apart by size and name. Does not belong here: what is merged (`link.py`).
"""

import pandas as pd

from migration_pipeline.mapped.matching.traits import TRAITS


def other_goods(records: pd.DataFrame) -> "pd.Series[str]":
    """Per record of a product (columns of the trait `goods`) nothing, or what tells it from the first record of its GTIN.

    Another size, or a name without one common sign. Records that tell the same share the text.
    """
    goods = TRAITS["goods"].make(records)
    goods = goods.assign(order=range(len(goods)))
    first = goods.dropna(subset=["gtin"]).drop_duplicates("gtin").set_index("gtin")
    of_first = goods["gtin"].map(first["order"])
    repeated = goods["gtin"].notna() & (of_first != goods["order"])
    size, letters = (goods["gtin"].map(first[name]).astype("str") for name in ("size", "letters"))
    sized = repeated & goods["size"].notna() & size.notna() & (goods["size"] != size)
    asked = repeated & goods["letters"].notna() & letters.notna()
    strange = [set(mine).isdisjoint(theirs) for mine, theirs in zip(goods.loc[asked, "letters"], letters[asked], strict=True)]
    named = pd.Series(strange, index=goods.index[asked], dtype=bool).reindex(goods.index, fill_value=False)
    mark = goods["size"].fillna("").where(sized, "") + "|" + goods["letters"].fillna("").where(named, "")
    return mark.where(sized | named, "").astype("str")
