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
    value = frame["stored_principal"] + frame["stored_bonus"]
    return frame.assign(stored_value=rounded(value, 2), phone=_plain_mobile(frame["phone"]))


def _plain_mobile(phones: "pd.Series[str]") -> "pd.Series[str]":
    """Mobile numbers without country code, blanks and dashes; landlines (whose dashes part area and extension) as they are."""
    digits = phones.str.normalize("NFKC").str.replace(r"[\s-]", "", regex=True)
    digits = digits.str.replace(r"^(?:\+86|0086|86)(1[0-9]{10})$", r"\1", regex=True)
    return phones.where(~digits.str.fullmatch(r"1[0-9]{10}", na=False), digits)
