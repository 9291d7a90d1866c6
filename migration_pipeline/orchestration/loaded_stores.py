"""Which stores and datasets have been loaded, so that they can be compared again.

Belongs here: asking the lake. Does not belong here: comparing them (`reconcile_again.py`), when (`schedules.py`).
"""

from collections.abc import Sequence

from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.lake import current_folder


def loaded_datasets(workspace: Workspace, store: str) -> list[str]:
    """The datasets of a store that have been loaded, in load order."""
    return [name for name in workspace.datasets(store) if current_folder(workspace.home.lake, "loaded", name, store) is not None]


def to_compare(workspace: Workspace, stores: Sequence[str] | None, datasets: Sequence[str] | None) -> dict[str, list[str]]:
    """Store -> loaded datasets, of those that were named (None: all).

    Raises:
        BadInputError: nothing of it was ever loaded, or a store is unknown.
    """
    named = [workspace.store(store).id for store in stores] if stores else list(workspace.stores)
    found = {store: [name for name in loaded_datasets(workspace, store) if not datasets or name in datasets] for store in named}
    missing = [store for store in named if not found[store]]
    if missing and (stores or len(missing) == len(named)):
        what = f"nothing to compare: {', '.join(missing[:5])} was not loaded"
        raise BadInputError(what, where="reconcile", fix="run `store2erp run` first; `store2erp status` shows what was loaded")
    return {store: names for store, names in found.items() if names}
