"""What Dagster knows a run about one or several stores by.

Belongs here: tags. Does not belong here: running (`run.py`), asking for runs (`sync_sensor.py`).
"""

from collections.abc import Sequence

from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG, PARTITION_NAME_TAG

from migration_pipeline.orchestration.workspace import Workspace


def run_tags(workspace: Workspace, stores: Sequence[str]) -> dict[str, str]:
    """What Dagster knows a run by: its partitions, and for people its stores and sources."""
    sources = dict.fromkeys(workspace.store(store).source for store in stores)
    about = {"store": stores[0]} if len(stores) == 1 else {"stores": ", ".join(stores)}
    partitions = (
        {PARTITION_NAME_TAG: stores[0]}
        if len(stores) == 1
        else {ASSET_PARTITION_RANGE_START_TAG: stores[0], ASSET_PARTITION_RANGE_END_TAG: stores[-1]}
    )
    return {**partitions, **about, "source": ", ".join(sources)}
