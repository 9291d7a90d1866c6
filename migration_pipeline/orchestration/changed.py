"""What `store2erp run --changed` has to run: stores and datasets that are not what they were in their last reconciled run.

Belongs here: that choice and its reasons. Does not belong here: what a result is made of (`versions.py`), running (`migrate.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from migration_pipeline.control.models import RunVersion
from migration_pipeline.control.repository.versions import VersionRepository
from migration_pipeline.orchestration.versions import needed, versions_now
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.versions import KeyChange, Versions, differing

_MOST_CHANGES = 3
Said = Mapping[tuple[str, str], Mapping[str, object]]


@dataclass(frozen=True)
class Plan:
    """What is to be run and why.

    Attributes:
        work: store -> its datasets, in load order; stores in their order.
        why: (store, dataset) -> reasons, for a person.
        unchanged: stores with nothing to do.
    """

    work: dict[str, tuple[str, ...]]
    why: dict[tuple[str, str], tuple[str, ...]]
    unchanged: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """What `run --changed --json` adds."""
        changed = [{"store": store, "dataset": dataset, "why": list(why)} for (store, dataset), why in self.why.items()]
        return {"changed": changed, "unchanged_stores": list(self.unchanged)}


def plan_changed(workspace: Workspace, stores: Sequence[str] | None = None, datasets: Sequence[str] | None = None) -> Plan:
    """Compare every store x dataset (of those given) with its last run; what refers to one that is run again is run again with it.

    A live database cannot be known to be unchanged without reading it, so its datasets are always run.

    Raises:
        BadInputError: an unknown store, or a file of the project that cannot be read.
    """
    wanted = {workspace.store(store).id for store in stores} if stores else set(workspace.stores)
    repository = VersionRepository(workspace.databases)
    before = repository.newest()
    said = repository.contents((kind, about["sha256"]) for one in before.values() for kind, about in one.versions.items())
    why: dict[tuple[str, str], tuple[str, ...]] = {}
    for store in (one for one in workspace.stores if one in wanted):
        for dataset in (one for one in workspace.datasets(store) if datasets is None or one in datasets):
            below = [f"needs {one}/{need}" for one, need in needed(workspace, store, dataset) if (one, need) in why]
            own = _reasons(before.get((store, dataset)), versions_now(workspace, store, dataset, before), said)
            if reasons := tuple(dict.fromkeys((*own, *below))):
                why[store, dataset] = reasons
    work = {store: tuple(d for s, d in why if s == store) for store in dict.fromkeys(s for s, _ in why)}
    return Plan(work, why, tuple(store for store in workspace.stores if store in wanted and store not in work))


def _reasons(last: RunVersion | None, now: Versions, said: Said) -> list[str]:
    if last is None:
        return ["never run"]
    if last.reconciled_at is None:
        return ["its last run did not end"]
    found = [] if last.clean else ["its last run ended with breaks"]
    return [*found, *_told(changes(last.versions, now, said))]


def changes(before: Mapping[str, Mapping[str, str]], now: Versions, said: Said) -> list[KeyChange]:
    """The settings that are not as they were; `needs` by the store and dataset that changed.

    Args:
        before: kind -> {sha256, ...} as recorded.
        now: what is in force.
        said: (kind, hash) -> what that version said.
    """
    found: list[KeyChange] = []
    for part in now.parts:
        old = before.get(part.kind, {}).get("sha256", "")
        if old != part.sha256:
            keys = differing(part.kind, said.get((part.kind, old), {}), part.content)
            found.extend(keys or [KeyChange(part.kind, "all", old, part.sha256)])
    return found


def _told(found: Sequence[KeyChange]) -> list[str]:
    more = [f"and {len(found) - _MOST_CHANGES} more"] if len(found) > _MOST_CHANGES else []
    return [*map(str, found[:_MOST_CHANGES]), *more]
