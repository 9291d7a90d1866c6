"""The records of all stores as matching wants them, and what a person is shown of them.

Belongs here: which columns of a cleaned table are matched and how they are shown. Does not belong here: matching (`matching/`), files.
"""

from collections.abc import Hashable, Mapping
from types import MappingProxyType

import pandas as pd

from migration_pipeline.contracts.barcodes import canonical_gtin
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.identifiers import is_mobile, is_nobody, is_tax_id, plain_name
from migration_pipeline.mapped.matching.levels import DIFFERS, MISSING
from migration_pipeline.mapped.matching.shared_codes import other_goods
from migration_pipeline.mapped.matching.spec import Linkage, preset

PRESETS = MappingProxyType({"members": "persons", "suppliers": "organisations", "products": "products"})
"""Dataset -> the linkage that finds its duplicates."""
_SHOWN = MappingProxyType(
    {
        "members": ("name", "phone", "birthday"),
        "suppliers": ("name", "tax_id", "contact", "phone"),
        "products": ("name", "brand", "spec", "unit", "barcode"),
    }
)
_WIDE = 4


def candidates(dataset: str, store: str, cleaned: pd.DataFrame) -> pd.DataFrame:
    """One store's cleaned records: `id` (`<store>/<source key>`), the columns that are matched, `_shown` and `_masked`."""
    table = DATASETS[dataset].table(dataset)
    rows = cleaned[cleaned["_row_id"] != ""]
    texts = pd.DataFrame({name: rows[name].astype("str").where(rows[name].notna()) for name in table.columns}, index=rows.index)
    if dataset == "members":
        texts["birthday"] = texts["birthday"].str[:10]
    shown = [texts[name] for name in _SHOWN[dataset]]
    masked = [_masked(texts[name]) if table.field(name).personal else texts[name] for name in _SHOWN[dataset]]
    usable = _usable(dataset, texts)
    return pd.DataFrame(
        {
            "id": store + "/" + texts[table.key[0]],
            **{name: usable[name] for name in _columns(dataset)},
            "_shown": _line(shown),
            "_masked": _line(masked),
        }
    ).reset_index(drop=True)


def _columns(dataset: str) -> tuple[str, ...]:
    """What is matched, and the identifier by which mapping merges products anyway."""
    columns = preset(PRESETS[dataset]).columns
    return (*columns, "gtin") if dataset == "products" else columns


def representatives(dataset: str, records: pd.DataFrame) -> pd.DataFrame:
    """One record for all that mapping merges by an identifier anyway (GTIN, tax id, phone and name): only the doubtful are compared.

    Of products with one GTIN also those that look like another good: shops give one barcode to two goods.
    """
    certain = _certain(dataset, records)
    return records[certain.isna() | ~certain.duplicated()].reset_index(drop=True)


def twins(dataset: str, records: pd.DataFrame) -> list[tuple[str, str]]:
    """(record, its representative) of all records that are not compared: what was decided about one counts for the other."""
    certain = _certain(dataset, records)
    first = certain.map(records.loc[certain.notna() & ~certain.duplicated(), "id"].set_axis(certain[certain.notna()].unique()))
    others = certain.notna() & certain.duplicated()
    return list(zip(records.loc[others, "id"], first[others], strict=True))


def _certain(dataset: str, records: pd.DataFrame) -> "pd.Series[str]":
    names = plain_name(records["name"])
    if dataset == "products":
        return records["gtin"] + other_goods(records)
    if dataset == "suppliers":
        return records["tax_id"].fillna("name|" + names.where(names != ""))
    return (records["phone"] + "|" + names).where(names != "")


def _usable(dataset: str, texts: pd.DataFrame) -> pd.DataFrame:
    """Identifiers only where they are good enough to tell things apart."""
    if dataset == "products":
        return texts.assign(gtin=canonical_gtin(texts["barcode"]))
    if dataset == "suppliers":
        return texts.assign(tax_id=texts["tax_id"].where(is_tax_id(texts["tax_id"])))
    nobody = is_nobody(texts["name"])  # seven stores' 预开卡, all born on 1990-01-01, are not one person
    return texts.assign(
        phone=texts["phone"].where(is_mobile(texts["phone"])), name=texts["name"].mask(nobody), birthday=texts["birthday"].mask(nobody)
    )


def _masked(values: "pd.Series[str]") -> "pd.Series[str]":
    """The first sign, for long values also the last two, so that a person can tell two values apart without reading them."""
    long = values.str.len() > _WIDE
    return (values.str[:1] + "•••").where(~long, values.str[:1] + "•••" + values.str[-2:])


def _line(columns: list["pd.Series[str]"]) -> "pd.Series[str]":
    joined = pd.concat([column.fillna("·") for column in columns], axis=1)
    return joined.agg(" | ".join, axis=1).astype("str") if len(joined) else pd.Series(dtype="str")


def explanation(pair: Mapping[Hashable, object], spec: Linkage) -> str:
    """What agrees and what differs, in words of both languages."""
    found = {comparison.name: pair[comparison.name] for comparison in spec.comparisons}
    same = [name for name, level in found.items() if level == "same"]
    near = [f"{name} ({level})" for name, level in found.items() if level not in {"same", DIFFERS, MISSING}]
    parts = {
        "same 相同": same,
        "similar 相近": near,
        "differs 不同": [name for name, level in found.items() if level == DIFFERS],
        "unknown 缺": [name for name, level in found.items() if level == MISSING],
    }
    return "; ".join(f"{word}: {', '.join(names)}" for word, names in parts.items() if names)
