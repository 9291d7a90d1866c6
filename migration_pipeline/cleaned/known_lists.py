"""Values of products that no known list has: tax rates, and categories of a list or of the table they are looked up in.

Belongs here: finding such rows. Does not belong here: the lists (`known:` of a source), words the ERP itself closes (`vocabularies.py`).
"""

from decimal import Decimal
from typing import Any

import pandas as pd

from migration_pipeline.cleaned.parsing import trim
from migration_pipeline.cleaned.policies import Mask
from migration_pipeline.project.source import SourceSpec, TableSpec

_ZEROS = "0+"


def masks(raw: pd.DataFrame, source: SourceSpec) -> dict[str, Mask]:
    """Built-in rule -> mask over the products' typed frame, which has the row labels of `raw`."""
    known, spec = source.known, source.datasets["products"]["products"]
    return {
        "unknown_tax_rate": lambda frame: _not_among(frame["tax_rate"], known.tax_rate),
        "unknown_category": lambda frame: _outside(frame["category"], known.category) | _looked_up_in_vain(frame["category"], raw, spec),
    }


def _not_among(rates: "pd.Series[Any]", known: tuple[Decimal, ...]) -> "pd.Series[bool]":
    """Numbers are compared as numbers: 13 is 13.00. Without a list nothing is found."""
    found = rates.notna() & bool(known)
    for rate in known:
        found &= (rates != rate).fillna(False).astype(bool)
    return found


def _outside(categories: "pd.Series[str]", known: tuple[str, ...]) -> "pd.Series[bool]":
    return categories.notna() & ~categories.isin(known) & bool(known)


def _looked_up_in_vain(categories: "pd.Series[str]", raw: pd.DataFrame, spec: TableSpec) -> "pd.Series[bool]":
    """Products without a category though they have a code for it, which the looked-up table does not have."""
    named = spec.columns.get("category", ())
    sources = (named,) if isinstance(named, str) else named
    found = pd.Series(False, index=raw.index, dtype=bool)
    for lookup in {column.split(".")[0] for column in sources} & set(spec.lookups):
        for own, theirs in spec.lookups[lookup].on.items():
            if own in raw and (key := f"{lookup}.{theirs}") in raw:
                code = trim(raw[own])
                found |= code.notna() & ~code.str.fullmatch(_ZEROS, na=False) & raw[key].isna()
    return found & categories.isna()
