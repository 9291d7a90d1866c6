"""The rejected rows themselves: which row of which file, why, and how much money waits with it.

Belongs here: collecting them from the ledgers in the lake. Does not belong here: sums (`dbt_like_sql/models/`), printing (`cli/`).
"""

from collections.abc import Sequence

import pandas as pd

from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.lake import current_folder, read_stage

COLUMNS = ("store", "dataset", "table", "row_id", "reason", "detail", "money")


def rejected_rows(workspace: Workspace, stores: Sequence[str] | None = None, datasets: Sequence[str] | None = None) -> pd.DataFrame:
    """Columns `COLUMNS` of every rejected row of the newest load, `detail` the column or rule; all stores and datasets by default.

    Raises:
        BadInputError: an unknown store.
    """
    parts = [
        _of(workspace, store, dataset)
        for store in ([workspace.store(s).id for s in stores] if stores else workspace.stores)
        for dataset in workspace.datasets(store)
        if not datasets or dataset in datasets
    ]
    return pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=list(COLUMNS))], ignore_index=True)


def _of(workspace: Workspace, store: str, dataset: str) -> pd.DataFrame:
    if current_folder(workspace.home.lake, "loaded", dataset, store) is None:
        return pd.DataFrame(columns=list(COLUMNS))
    ledger = read_stage(workspace.home.lake, "loaded", dataset, store).outcomes
    rejected = ledger[ledger["outcome"] == "rejected"]
    return rejected.assign(store=store, dataset=dataset)[list(COLUMNS)]
