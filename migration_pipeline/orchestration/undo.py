"""Taking loads back: which batches, in which order, what of other stores must stay, and the proof that the store is as before.

Belongs here: the order of things for one command. Does not belong here: taking one batch back (`loaded/targets/`), printing (`cli/`).
"""

import getpass
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

import dagster as dg
import pandas as pd

from migration_pipeline.contracts.cross_rules import key_text
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.erp import ErpTable, erp_table, tables_of
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.contracts.texts import among
from migration_pipeline.control.models import UndoRecord
from migration_pipeline.control.repository.batches import COMMITTED, STARTED, BatchRepository
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.control.store_locks import undo_turn
from migration_pipeline.loaded.fates import records_of, with_fate
from migration_pipeline.loaded.protocol import Batch, Brought, TargetBatch, UndoResult
from migration_pipeline.orchestration.accepted import accepted_by
from migration_pipeline.orchestration.instance import open_instance
from migration_pipeline.orchestration.kept_proof import keep_proof
from migration_pipeline.orchestration.said import said_of
from migration_pipeline.orchestration.surroundings import surroundings_of
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.reconciled.reconcile import reconcile
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.lake import current_folder, read_columns, read_stage, write_stage

Told = Callable[[UndoResult], None]


@dataclass(frozen=True)
class Undone:
    """What one command took back, or with `planned` would.

    Attributes:
        results: per batch, in the order in which they were taken back: the newest first.
        hash_before_load: of the stores' own rows before the first of these batches; empty where a load was taken back only in part.
        hash_after: the same now; empty for a plan.
        other_stores_changed: stores whose own rows are not what they were before this command; must be empty.
        unexplained: store/dataset whose books do not balance afterwards.
    """

    undo_id: str
    planned: bool
    results: tuple[UndoResult, ...]
    hash_before_load: str = ""
    hash_after: str = ""
    other_stores_changed: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()

    @property
    def as_before(self) -> bool:
        """The stores are what they were before their load, to the row; False where people or later loads changed rows."""
        return self.hash_before_load == self.hash_after != ""

    @property
    def proven(self) -> bool:
        """The stores are as before, or rows of their own that are not are told; and no other store was touched.

        Company-wide rows that stay explain nothing: the hashes are those of the stores' own rows.
        """
        kept = any(row.why != "used_elsewhere" and erp_table(row.table).per_store for result in self.results for row in result.kept)
        return (self.as_before or kept or not self.hash_before_load) and not self.other_stores_changed


def chosen_batches(workspace: Workspace, *, batch: str | None, stores: Sequence[str], run: str | None) -> list[TargetBatch]:
    """The batches to take back, newest first; also those that the ERP took back for a command that died before its books were in order.

    Raises:
        BadInputError: an unknown store or batch, or nothing to take back.
    """
    for store in stores:
        workspace.store(store)
    journal = BatchRepository(workspace.databases).attempted()
    unsettled = set(journal.loc[journal["status"].isin([STARTED, COMMITTED]), "batch_id"])
    found = [
        one
        for one in workspace.target.batches()
        if (one.undone_at is None or one.batch.batch_id in unsettled)
        and (batch is None or one.batch.batch_id == batch)
        and (run is None or one.batch.run_id.startswith(run))
        and (not stores or one.batch.store in stores)
    ]
    if not found:
        fix = "`store2erp batches` lists what was loaded and what is undone"
        raise BadInputError("there is no load to take back", where="undo", fix=fix)
    return found[::-1]


def undo_batches(
    workspace: Workspace, batches: Sequence[TargetBatch], *, plan: bool, reason: str = "", told: Told = lambda _: None
) -> Undone:
    """Take batches back in the order given (newest first), or with `plan` say what each would do; afterwards reconcile what is left.

    The control database's journal comes last: a command that dies before is finished by the next one of the same kind.

    Raises:
        BadInputError: a batch cannot be taken back; what was taken back before stays so. Or somebody else works on one of the stores.
        InfrastructureError: the ERP cannot be reached.
    """
    undo_id, target = f"undo-{uuid4().hex[:12]}", workspace.target
    stores = {one.batch.store for one in batches}
    if plan:
        brought = _brought_by_place(workspace, batches, stores)
        planned = target.plan_undo({o.batch.batch_id: brought[o.batch.store, o.batch.dataset] for o in batches if o.undone_at is None})
        return Undone(undo_id, True, tuple(planned))
    with undo_turn(workspace.databases, stores):
        return _undone(workspace, batches, stores, _Command(undo_id, reason, told))


@dataclass(frozen=True)
class _Command:
    """One undo: its id, why, and who is told of each batch."""

    undo_id: str
    reason: str
    told: Told


def _undone(workspace: Workspace, batches: Sequence[TargetBatch], stores: set[str], command: _Command) -> Undone:
    target = workspace.target
    undo_id = command.undo_id
    brought = _brought_by_place(workspace, batches, stores)
    others = {store: value for store, value in target.store_hashes().items() if store not in stores}
    results = []
    for one in batches:
        results.append(_back(workspace, one, brought[one.batch.store, one.batch.dataset]))
        command.told(results[-1])
    proofs = {place: _Proof.of(workspace, place, batches) for place in _places(batches)}
    breaks = [f"{store}/{dataset}" for store, dataset in proofs if not _settle(workspace, undo_id, store, dataset)]
    _tell_dagster(workspace, undo_id, results)
    BatchRepository(workspace.databases).record_undone(
        [_record(undo_id, r, proofs[r.batch.store, r.batch.dataset], command.reason) for r in results]
    )
    now = target.store_hashes()
    return Undone(
        undo_id,
        False,
        tuple(results),
        hash_before_load=_together([proof.before for proof in proofs.values()]),
        hash_after=_together([proof.after for proof in proofs.values()]),
        other_stores_changed=tuple(store for store in sorted({*others, *now} - stores) if others.get(store) != now.get(store)),
        unexplained=tuple(breaks),
    )


@dataclass(frozen=True)
class _Proof:
    """State hashes of a store's own rows of one dataset: before the first of the batches that were taken back, and now.

    `before` is empty if nobody knows it, or if a batch since then stays, so that it cannot be reached.
    """

    before: str
    after: str

    @classmethod
    def of(cls, workspace: Workspace, place: tuple[str, str], batches: Sequence[TargetBatch]) -> "_Proof":
        store, dataset = place
        first = next(one.batch for one in reversed(batches) if (one.batch.store, one.batch.dataset) == place)
        journal = BatchRepository(workspace.databases).attempted(store=store, dataset=dataset)
        hit = journal.loc[journal["batch_id"] == first.batch_id, "hash_before"]
        reachable = len(hit) and not stays_since(first, workspace.target.batches(store))
        return cls(str(hit.iloc[0]) if reachable else "", workspace.target.state_hash(store, dataset))


def stays_since(first: Batch, held: Sequence[TargetBatch]) -> bool:
    """Whether the target (its batches, oldest first) still has rows that a batch of this store and dataset wrote after `first`."""
    same = [one for one in held if (one.batch.store, one.batch.dataset) == (first.store, first.dataset)]
    later = same[next((place for place, one in enumerate(same) if one.batch == first), 0) :]
    return any(one.undone_at is None and one.result.changed_rows for one in later)


def _brought_by_place(workspace: Workspace, batches: Sequence[TargetBatch], stores: set[str]) -> dict[tuple[str, str], Brought]:
    by_dataset = {dataset: _brought(workspace, dataset, stores) for dataset in {one.batch.dataset for one in batches}}
    return {place: by_dataset[place[1]] for place in _places(batches)}


def _back(workspace: Workspace, one: TargetBatch, brought: Brought) -> UndoResult:
    """What the ERP did; nothing is known of what it did for a command that died."""
    return workspace.target.undo_batch(one.batch.batch_id, brought) if one.undone_at is None else UndoResult(one.batch, {}, {})


def _together(hashes: Sequence[str]) -> str:
    """One hash over several in order; none if one of them is not known."""
    return hashlib.sha256("".join(hashes).encode()).hexdigest() if all(hashes) else ""


def _places(batches: Sequence[TargetBatch]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((one.batch.store, one.batch.dataset) for one in batches))


def _brought(workspace: Workspace, dataset: str, undone: set[str]) -> Brought:
    """Company-wide ERP table -> keys that a loaded store brought whose loads are not taken back now.

    Also keys that the undone stores never had: rows that an earlier undo of another store left over go with any undo, if nobody has them.
    """
    found: dict[str, set[str]] = {}
    for table in tables_of(dataset):
        for other in () if table.per_store else (store for store in workspace.stores if store not in undone):
            theirs = _keys(workspace, other, dataset, table)
            if theirs is not None:
                found.setdefault(table.name, set()).update(theirs)
    return found


def _keys(workspace: Workspace, store: str, dataset: str, table: ErpTable) -> "pd.Series[str] | None":
    """Keys of the rows that a store's last load sent to a table, and that were not taken back."""
    sent = read_columns(workspace.home.lake, ("loaded", dataset, store), table.name, table.key)
    return None if sent is None else key_text(table, sent)


def _record(undo_id: str, result: UndoResult, proof: _Proof, reason: str) -> UndoRecord:
    kept: dict[str, int] = {}
    for row in result.kept:
        kept[row.why] = kept.get(row.why, 0) + (int(row.other) if row.why == "gone" else 1)
    return UndoRecord(
        undo_id=undo_id,
        batch_id=result.batch.batch_id,
        store=result.batch.store,
        dataset=result.batch.dataset,
        undone_at=datetime.now(UTC),
        undone_by=getpass.getuser(),
        reason=reason,
        figures={"deleted": dict(result.deleted), "restored": dict(result.restored), "kept": kept},
        hash_before_load=proof.before,
        hash_after=proof.after,
    )


def _settle(workspace: Workspace, undo_id: str, store: str, dataset: str) -> bool:
    """Ledger, lake and measurements of one store x dataset as they are now; False if something is unexplained."""
    lake = workspace.home.lake
    if current_folder(lake, "loaded", dataset, store) is None:
        return True
    whole = not any(one.undone_at is None and one.batch.dataset == dataset for one in workspace.target.batches(store))
    if whole:
        CrosswalkRepository(workspace.databases).retire(dataset, store)
    loaded = _taken_back(workspace, store, dataset, read_stage(lake, "loaded", dataset, store), whole=whole)
    write_stage(lake, "loaded", dataset, store, loaded)
    where, accepted = workspace.archive_place, accepted_by(workspace)
    said = said_of(CrosswalkRepository(workspace.databases), workspace.home.lake, workspace.stores)
    spec, source, around = workspace.store(store), workspace.source(store), surroundings_of(workspace, store)
    proof = reconcile(DATASETS[dataset], spec, source, loaded, workspace.target, where, said, accepted, around)
    proof = keep_proof(workspace.records, (undo_id, store, dataset), loaded, proof)
    write_stage(lake, "reconciled", dataset, store, proof.as_output(loaded, undo_id))
    return proof.clean


def _taken_back(workspace: Workspace, store: str, dataset: str, loaded: StageOutput, *, whole: bool) -> StageOutput:
    """Rows of the store's own tables that are in the ERP no more, and of shared tables if all of the load was taken back, are `undone`."""
    tables, records = dict(loaded.tables), records_of(DATASETS[dataset], loaded.outcomes)
    for name, sent in loaded.tables.items():
        table = erp_table(name)
        if whole and not table.per_store:
            tables[name] = sent.iloc[:0]
            continue
        keys = key_text(table, sent)
        there = among(keys, key_text(table, workspace.target.read_back(name, store if table.per_store else None)))
        tables[name] = sent[there].reset_index(drop=True)
        for about in (one for one in DATASETS[dataset].tables if one.erp_table == name and one.name in records):
            still = records[about.name]
            records[about.name] = still[~among(still["key"], keys[there])]
    return replace(loaded, tables=tables, outcomes=with_fate(loaded.outcomes, DATASETS[dataset], records, "undone"))


def _tell_dagster(workspace: Workspace, undo_id: str, results: Sequence[UndoResult]) -> None:
    """The UI shows at `loaded_<dataset>` of the store that its load was taken back."""
    with open_instance(workspace.home, workspace.databases) as instance:
        for event in _events(undo_id, results):
            instance.report_runless_asset_event(event)


def _events(undo_id: str, results: Sequence[UndoResult]) -> Iterator[dg.AssetMaterialization]:
    for store, dataset in dict.fromkeys((result.batch.store, result.batch.dataset) for result in results):
        own = [result for result in results if (result.batch.store, result.batch.dataset) == (store, dataset)]
        figures = {
            "batches": len(own),
            "deleted": sum(sum(result.deleted.values()) for result in own),
            "restored": sum(sum(result.restored.values()) for result in own),
            "kept": sum(len(result.kept) for result in own),
        }
        yield dg.AssetMaterialization(
            f"loaded_{dataset}",
            description=f"Taken back ({undo_id}). 已撤销导入。",
            partition=store,
            metadata={"undo": undo_id, **figures},
        )
