"""Cleaning suppliers: one row per supplier code of the store, opening balances added."""

import pandas as pd

from migration_pipeline.cleaned.address_parts import sealed, unsplit, with_address_parts
from migration_pipeline.cleaned.folding import fold_by_key
from migration_pipeline.cleaned.policies import apply_all
from migration_pipeline.cleaned.table import CleanTable, clean_table
from migration_pipeline.contracts.datasets import SUPPLIERS
from migration_pipeline.contracts.identifiers import is_tax_id
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.project.source import SourceSpec


def clean(raw: StageOutput, source: SourceSpec) -> dict[str, CleanTable]:
    """Typed suppliers, addresses split, with doubtful tax ids and addresses flagged."""
    table = SUPPLIERS.table("suppliers")
    done = clean_table(table, raw.tables["suppliers"], source.datasets["suppliers"]["suppliers"], source, derive=sealed)
    done = apply_all(done, {"bad_tax_id": _bad_tax_id}, source.policies)
    done = with_address_parts(fold_by_key(done, table.key, add=("balance",)))
    return {"suppliers": apply_all(done, {"unsplit_supplier_address": unsplit}, source.policies)}


def _bad_tax_id(frame: pd.DataFrame) -> "pd.Series[bool]":
    return frame["tax_id"].notna() & ~is_tax_id(frame["tax_id"])
