"""What the comparison by groups needs of a store besides the dataset: its catalogue, head office's, and what cleaning changed.

Belongs here: finding it in the lake, only when it is asked for. Does not belong here: comparing (`reconciled/`).
"""

import pandas as pd

from migration_pipeline.contracts.stage_output import empty_changes
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.reconciled.group_rung import Surroundings
from migration_pipeline.reconciled.reconcile import inputs_of_manifest
from migration_pipeline.reconciled.source_rows import StoreSource
from migration_pipeline.runtime.lake import current_folder, read_columns, read_facts

_CHANGES = ("table", "row_id", "column", "new")


def surroundings_of(workspace: Workspace, store: str) -> Surroundings:
    """Of one store; a dataset that never got that far has no catalogue and no changes."""
    lake = workspace.home.lake

    def catalogues() -> list[StoreSource]:
        offices = [one.id for one in workspace.stores.values() if one.kind == "head_office" and one.id != store]
        return [_catalogue(workspace, one) for one in (store, *offices) if current_folder(lake, "raw", "products", one) is not None]

    def changes(dataset: str) -> pd.DataFrame:
        found = read_columns(lake, ("cleaned", dataset, store), "_changes", _CHANGES)
        return empty_changes()[list(_CHANGES)] if found is None else found

    return Surroundings(catalogues, changes)


def _catalogue(workspace: Workspace, store: str) -> StoreSource:
    files = read_facts(workspace.home.lake, "raw", "products", store)["files"]
    return StoreSource(workspace.source(store), workspace.store(store), inputs_of_manifest(files, workspace.archive_place))
