"""The files a store's datasets are read from, as they lie there.

Belongs here: finding them. Does not belong here: reading (`raw/`), what their content says of versions (`versions.py`).
"""

from pathlib import Path

from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.raw.gather import inputs_of_store
from migration_pipeline.raw.inputs import resolve
from migration_pipeline.runtime.errors import BadInputError


def files_of(workspace: Workspace, store: str, *, shared: bool = True) -> list[Path]:
    """The files that a store's inputs mean, its own and those that it shares; one that is not there is left out, the run tells."""
    spec, source, data = workspace.store(store), workspace.source(store), workspace.loaded.data
    found: set[Path] = set()
    for name in inputs_of_store(spec, source):
        about = source.inputs[name]
        if about.format == "database" or (about.shared and not shared):
            continue
        try:
            found.update(resolve(about, data if about.shared else data / spec.path))
        except BadInputError:
            continue
    return sorted(found)
