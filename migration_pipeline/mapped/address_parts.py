"""The parts of one address stay together in a golden record: they travel through the crosswalk as one field.

Belongs here: packing and unpacking. Does not belong here: splitting addresses (`contracts/addresses.py`), choosing the newest (`control/`).
"""

import json

import pandas as pd

from migration_pipeline.mapped.records import as_fields

PACKED = "whole_address"
"""The field of a source record that holds its address and the parts of it, as JSON."""
PARTS = ("address", "province", "city", "district", "street", "division_code")
"""The columns of a row and of the ERP that it holds."""


def packed(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the column `PACKED`; missing where a row has no address."""
    there = rows[list(PARTS)].notna().any(axis=1)
    return rows.assign(**{PACKED: as_fields(rows, PARTS).where(there)})


def unpacked(golden: pd.DataFrame) -> pd.DataFrame:
    """Golden records with the columns of an address instead of `PACKED`; one contributed before there were parts has its text only."""
    if PACKED not in golden:
        return golden
    known = golden[PACKED].dropna()
    parts = pd.DataFrame([json.loads(text) for text in known], index=known.index, columns=list(PARTS), dtype="str").reindex(golden.index)
    if "address" in golden:
        parts["address"] = parts["address"].where(golden[PACKED].notna(), golden["address"])
    return golden.drop(columns=[PACKED, "address"], errors="ignore").join(parts, validate="1:1")
