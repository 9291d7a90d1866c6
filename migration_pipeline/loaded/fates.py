"""Changing where source rows ended after they were mapped: refused by the ERP, or taken back.

Belongs here: the ledger with another outcome for some records. Does not belong here: which records (`refused.py`, undo).
"""

from collections.abc import Mapping

import pandas as pd

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.reasons import REASONS, Outcome
from migration_pipeline.contracts.texts import among, looked_up


def with_fate(ledger: pd.DataFrame, dataset: Dataset, records: Mapping[str, pd.DataFrame], reason: str) -> pd.DataFrame:
    """The ledger with the rows of some records ended by `reason`, in stage `loaded`; rows folded into them end with them.

    Args:
        ledger: outcomes of all source rows.
        dataset: whose rows.
        records: table of the dataset -> frame with `key` (ERP keys as the ledger writes them) and `detail`; only rows that are loaded, or
            merged into one of them, change.
        reason: a reason code that is an outcome.
    """
    detail = pd.Series(index=ledger.index, dtype="str")
    alive = ledger["outcome"].isin([Outcome.LOADED, Outcome.MERGED])
    for table, ended in records.items():
        own = alive & (ledger["table"] == table)
        detail = detail.mask(
            own & among(ledger["target_key"], ended["key"]), looked_up(ledger["target_key"], ended["key"], ended["detail"])
        )
        ids, told = ledger.loc[own & detail.notna(), "row_id"], detail[own & detail.notna()]
        folded = own & (ledger["target_key"] == "") & among(ledger["detail"], ids)
        detail = detail.mask(folded, looked_up(ledger["detail"], ids, told))
    hit = detail.notna()
    fate = {"outcome": str(REASONS[reason].outcome), "reason": reason, "stage": "loaded"}
    changed = {name: ledger[name].mask(hit, value) for name, value in fate.items()}
    return ledger.assign(**changed, detail=ledger["detail"].mask(hit, detail))


def records_of(dataset: Dataset, ledger: pd.DataFrame, detail: str = "") -> dict[str, pd.DataFrame]:
    """Every record that the ledger calls loaded or merged, as `with_fate` wants them."""
    alive = ledger[ledger["outcome"].isin([Outcome.LOADED, Outcome.MERGED]) & (ledger["target_key"] != "")]
    keys = {table.name: alive.loc[alive["table"] == table.name, "target_key"].drop_duplicates() for table in dataset.tables}
    return {name: pd.DataFrame({"key": found, "detail": detail}).astype("str") for name, found in keys.items() if len(found)}
