"""Cleaning suppliers: one row per supplier code of the store, opening balances added."""

from migration_pipeline.cleaned.folding import fold_by_key
from migration_pipeline.cleaned.table import CleanTable, clean_table
from migration_pipeline.contracts.datasets import SUPPLIERS
from migration_pipeline.contracts.identifiers import is_tax_id
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.project.source import SourceSpec


def clean(raw: StageOutput, source: SourceSpec) -> dict[str, CleanTable]:
    """Typed suppliers with doubtful tax ids flagged."""
    table = SUPPLIERS.table("suppliers")
    done = clean_table(table, raw.tables["suppliers"], source.datasets["suppliers"]["suppliers"], source)
    tax_ids = done.frame["tax_id"]
    done = done.noted("tax_id", "bad_tax_id", int((tax_ids.notna() & ~is_tax_id(tax_ids)).sum()))
    return {"suppliers": fold_by_key(done, table.key, add=("balance",))}
