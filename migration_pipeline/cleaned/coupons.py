"""Cleaning coupons: those that are used up do not go on, those whose validity is over are found.

Belongs here: status and validity of a coupon. Does not belong here: which product a coupon is for (`mapped/products.py`).
"""

from collections.abc import Mapping

import pandas as pd

from migration_pipeline.cleaned.folding import fold_by_key
from migration_pipeline.cleaned.policies import Mask, apply_all
from migration_pipeline.cleaned.table import CleanTable, clean_table
from migration_pipeline.contracts.datasets import PRODUCTS
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.project.source import SourceSpec

_COUPONS = PRODUCTS.table("coupons")
_SPENT, _ACTIVE = ("used", "expired"), ("issued", "locked")
_DAY, _SECOND = pd.Timedelta(days=1), pd.Timedelta(seconds=1)


def clean_coupons(raw: StageOutput, source: SourceSpec) -> CleanTable:
    """Typed coupons, one row per key. A key of which any row is used up is used up: no older row brings it back."""
    done = clean_table(_COUPONS, raw.tables["coupons"], source.datasets["products"]["coupons"], source)
    written = written_at(raw)
    masks: Mapping[str, Mask] = {
        "used_coupon": _used,
        "expired_coupon": lambda frame: frame["status"].isin(_ACTIVE) & (_end(frame["valid_until"]) <= written),
    }
    return fold_by_key(apply_all(done, masks, source.policies), _COUPONS.key)


def written_at(raw: StageOutput) -> pd.Timestamp:
    """When the newest of the extract's files was written (UTC, without zone); now, where the extract does not say."""
    files = raw.facts.get("files")
    entries = [entry for found in files.values() for entry in found] if isinstance(files, dict) else []
    times = [pd.Timestamp(entry["modified"]) for entry in entries if "modified" in entry]
    return max(times, default=pd.Timestamp.now("UTC")).tz_convert("UTC").tz_localize(None)


def _used(frame: pd.DataFrame) -> "pd.Series[bool]":
    spent = frame.loc[frame["status"].isin(_SPENT), list(_COUPONS.key)]
    keys = pd.MultiIndex.from_frame(frame[list(_COUPONS.key)])
    return pd.Series(keys.isin(pd.MultiIndex.from_frame(spent)), index=frame.index)


def _end(until: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    """The first moment a coupon is void; a day alone and 23:59:59.997 (SQL Server's last tick) mean all of that day."""
    midnight = until.dt.normalize()
    all_day = (until == midnight) | (until + _SECOND >= midnight + _DAY)
    return until.where(~all_day, midnight + _DAY)
