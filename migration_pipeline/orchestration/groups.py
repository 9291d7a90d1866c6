"""Which stores share a run: neighbours among the partitions with the same datasets; a large store has one to itself.

Belongs here: that choice. Does not belong here: running (`run.py`), how many may share (`partitions.py`).
"""

from collections.abc import Callable, Mapping, Sequence

from migration_pipeline.orchestration.partitions import STORES_PER_RUN
from migration_pipeline.orchestration.source_files import files_of
from migration_pipeline.orchestration.workspace import Workspace

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


def is_large(workspace: Workspace, store: str) -> bool:
    """Whether a store has a run of its own, by the size of its own files."""
    return sum(path.stat().st_size for path in files_of(workspace, store, shared=False)) >= LARGE_BYTES
