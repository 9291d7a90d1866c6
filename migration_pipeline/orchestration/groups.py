"""Which stores share a run: neighbours among the partitions with the same datasets; a large store has one to itself.

Belongs here: that choice. Does not belong here: running (`run.py`), how many may share (`partitions.py`).
"""

from collections.abc import Callable, Mapping, Sequence

from migration_pipeline.orchestration.partitions import STORES_PER_RUN
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.raw.gather import inputs_of
from migration_pipeline.raw.inputs import resolve
from migration_pipeline.runtime.errors import BadInputError

LARGE_BYTES = 16 * 1024**2
"""From here on a store's work is much longer than the start of a run, and others should not wait for it."""
Wanted = Mapping[str, Sequence[str] | None]


def groups_of(wanted: Wanted, partitions: Sequence[str], is_large: Callable[[str], bool], most: int = STORES_PER_RUN) -> list[list[str]]:
    """Stores in the order given, cut into runs.

    Args:
        wanted: store -> its datasets; None: all.
        partitions: all stores in the order in which Dagster knows them; a run is about a stretch of them.
        is_large: whether a store has a run of its own.
        most: how many stores may share a run.
    """
    place = {store: number for number, store in enumerate(partitions)}
    groups: list[list[str]] = []
    alone = True
    for store, datasets in wanted.items():
        large = is_large(store)
        last = groups[-1][-1] if groups else ""
        if not (alone or large) and place[store] == place[last] + 1 and datasets == wanted[last] and len(groups[-1]) < most:
            groups[-1].append(store)
        else:
            groups.append([store])
        alone = large
    return groups


def source_bytes(workspace: Workspace, store: str) -> int:
    """How much lies in a store's own files; what cannot be found counts nothing here, reading it tells."""
    spec, source = workspace.store(store), workspace.source(store)
    specs = [spec for dataset in workspace.datasets(store) for spec in source.datasets[dataset].values()]
    found = 0
    for name in dict.fromkeys(inputs_of(specs)):
        about = source.inputs[name]
        if about.shared or about.format == "database":
            continue
        try:
            found += sum(path.stat().st_size for path in resolve(about, workspace.loaded.data / spec.path))
        except BadInputError:
            continue
    return found


def is_large(workspace: Workspace, store: str) -> bool:
    """Whether a store has a run of its own."""
    return source_bytes(workspace, store) >= LARGE_BYTES
