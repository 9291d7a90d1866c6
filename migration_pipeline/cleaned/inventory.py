"""Cleaning stock: quantity, unit cost and their product, the value. Equal items are folded when mapped, where their ERP codes are known."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

import pandas as pd

from migration_pipeline.cleaned.policies import Mask, apply_all
from migration_pipeline.cleaned.table import CleanTable, clean_table
from migration_pipeline.cleaned.weighed_barcodes import with_weighed_items
from migration_pipeline.contracts.datasets import INVENTORY
from migration_pipeline.contracts.money import product
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.project.source import SourceSpec

_LARGE = Decimal(1_000_000)
_MASKS: Mapping[str, Mask] = MappingProxyType(
    {
        "negative_stock": lambda frame: frame["quantity"] < 0,
        "large_stock": lambda frame: frame["quantity"] >= _LARGE,
        "negative_cost": lambda frame: frame["unit_cost"] < 0,
    }
)


def clean(raw: StageOutput, source: SourceSpec) -> dict[str, CleanTable]:
    """Typed stock rows; `value` is quantity x unit cost, to the cent."""
    table = INVENTORY.table("stock")
    done = clean_table(table, raw.tables["stock"], source.datasets["inventory"]["stock"], source, derive=_value)
    done = with_weighed_items(done.marked(done.frame["value"].isna(), "bad_number", "value"), source)
    return {"stock": apply_all(done, _MASKS, source.policies)}


def _value(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(value=product(frame["quantity"], frame["unit_cost"], 2))
