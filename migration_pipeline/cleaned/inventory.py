"""Cleaning stock: quantity, unit cost and their product, the value. Equal items are folded when mapped, where their ERP codes are known."""

import pandas as pd

from migration_pipeline.cleaned.table import CleanTable, clean_table
from migration_pipeline.contracts.datasets import INVENTORY
from migration_pipeline.contracts.money import product
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.project.source import SourceSpec


def clean(raw: StageOutput, source: SourceSpec) -> dict[str, CleanTable]:
    """Typed stock rows; `value` is quantity x unit cost, to the cent."""
    table = INVENTORY.table("stock")
    done = clean_table(table, raw.tables["stock"], source.datasets["inventory"]["stock"], source, derive=_value)
    done = done.marked(done.frame["value"].isna(), "bad_number", "value")
    negative = (done.frame["quantity"] < 0).fillna(False) & done.frame["_reason"].isna()
    return {"stock": done.noted("negative", "negative_stock", int(negative.sum()))}


def _value(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(value=product(frame["quantity"], frame["unit_cost"], 2))
