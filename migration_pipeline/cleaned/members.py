"""Cleaning members: one row per card of the store, points and stored value added up."""

import pandas as pd

from migration_pipeline.cleaned.folding import fold_by_key
from migration_pipeline.cleaned.table import CleanTable, clean_table
from migration_pipeline.contracts.datasets import MEMBERS
from migration_pipeline.contracts.money import rounded
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.project.source import SourceSpec


def clean(raw: StageOutput, source: SourceSpec) -> dict[str, CleanTable]:
    """Typed members; `stored_value` is principal plus bonus."""
    table = MEMBERS.table("members")
    done = clean_table(table, raw.tables["members"], source.datasets["members"]["members"], source, derive=_stored_value)
    return {"members": fold_by_key(done, table.key, add=("points", "stored_principal", "stored_bonus", "stored_value"))}


def _stored_value(frame: pd.DataFrame) -> pd.DataFrame:
    value = frame["stored_principal"].fillna(0) + frame["stored_bonus"].fillna(0)
    phone = frame["phone"].str.normalize("NFKC").str.replace(r"^(\+?86|0086)?[\s-]*", "", regex=True).str.replace(r"[\s-]", "", regex=True)
    return frame.assign(stored_value=rounded(value, 2), phone=phone)
