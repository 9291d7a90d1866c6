"""Signing what reconciliation found, and letting a wave start only when those before it are clean and signed.

Belongs here: a store's figures, what keeps them from being signed, whether a signature still stands, the gate. Does not belong here:
reconciling, keeping signatures (`control/repository/approvals.py`), printing (`cli/`).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from migration_pipeline.contracts.audit import canonical_json
from migration_pipeline.control.models import Override
from migration_pipeline.control.models_audit import Approval
from migration_pipeline.control.repository.approvals import ApprovalRepository
from migration_pipeline.control.repository.batches import BatchRepository
from migration_pipeline.control.repository.overrides import WITHOUT_APPROVAL, OverrideRepository
from migration_pipeline.control.repository.syncs import LastChanges, last_changes
from migration_pipeline.control.views import read_view
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.errors import DataError
from migration_pipeline.runtime.person import person

REASON_TAG, WHO_TAG = WITHOUT_APPROVAL, f"{WITHOUT_APPROVAL}_by"
"""Tags of a run: why it may load although an earlier wave is not approved, and who says so."""
_SHOWN = 5
_SIGNED = ("source_rows", "loaded", "merged", "excluded", "rejected", "undone", "money_in", "money_out", "unexplained", "breaks")


@dataclass(frozen=True)
class Standing:
    """How a store stands.

    Attributes:
        problems: what keeps its figures from being signed, in words.
        figures: canonical JSON of what a person signs: the status board's rows, open breaks, the loads they are about.
    """

    store: str
    problems: tuple[str, ...]
    figures: str

    @property
    def sha256(self) -> str:
        """Of the figures, as hex digits."""
        return hashlib.sha256(self.figures.encode()).hexdigest()


@dataclass(frozen=True)
class Signature:
    """The newest approval of a store, and whether it still stands.

    Attributes:
        void: why it does not; empty: it stands.
    """

    approval: Approval
    void: str

    def as_json(self) -> dict[str, str]:
        """As `--json` prints it."""
        names = ("wave", "store", "who", "note", "figures_sha256")
        said = {name: str(getattr(self.approval, name)) for name in names}
        return {**said, "approved_at": self.approval.approved_at.isoformat(), "void": self.void}


def without_approval_tags(reason: str) -> dict[str, str]:
    """Tags of runs that may load before earlier waves are approved, for a reason of the person at work; none without a reason."""
    return {REASON_TAG: reason.strip(), WHO_TAG: person()} if reason.strip() else {}


def standing_of(workspace: Workspace, stores: Iterable[str]) -> dict[str, Standing]:
    """How stores stand now; raises BadInputError for an unknown store."""
    views = {
        name: read_view(workspace.databases, name, ("store", "dataset"))
        for name in ("status_board", "unfinished", "open_break", "load_state")
    }
    return {store: _standing(workspace, workspace.store(store).id, views) for store in stores}


def _standing(workspace: Workspace, store: str, views: Mapping[str, pd.DataFrame]) -> Standing:
    own = {name: {str(row["dataset"]): row for row in rows} for name, rows in _of(store, views).items() if name != "open_break"}
    breaks = _of(store, views)["open_break"]
    problems = []
    for dataset in workspace.datasets(store):
        board, loads = own["status_board"].get(dataset), own["load_state"].get(dataset, {})
        if board is None or dataset in own["unfinished"] or loads.get("under_way"):
            problems.append(f"{dataset} has not come to its end")
        elif board["unexplained"] or board["breaks"]:
            problems.append(f"{dataset}: {board['breaks']} breaks, unexplained {board['unexplained']}")
        elif board["undone"]:
            problems.append(f"{dataset} was taken back")
        elif _after(loads.get("touched_at"), loads.get("measured_at")):
            problems.append(f"{dataset} was not compared since its last load")
    if breaks:
        problems.append(f"{len(breaks)} open breaks: {', '.join(sorted({str(row['reason']) for row in breaks})[:_SHOWN])}")
    rows = {dataset: {name: str(row[name]) for name in _SIGNED} for dataset, row in sorted(own["status_board"].items())}
    loaded = {dataset: row["loads"] for dataset, row in sorted(own["load_state"].items()) if pd.notna(row["loads"])}
    figures = {"store": store, "datasets": rows, "open_breaks": len(breaks), "loads": loaded}
    return Standing(store, tuple(problems), canonical_json(figures))


def _of(store: str, views: Mapping[str, pd.DataFrame]) -> dict[str, list[dict[Any, Any]]]:
    return {name: frame[frame["store"] == store].to_dict("records") for name, frame in views.items()}


def _after(touched: datetime | None, measured: datetime | None) -> bool:
    if touched is None or pd.isna(touched):
        return False
    return measured is None or pd.isna(measured) or touched > measured


def approve(workspace: Workspace, stores: Sequence[str], *, wave: str = "", who: str = "", note: str = "") -> list[Approval]:
    """Sign the figures of stores as they are now.

    Raises:
        DataError: one of them is not reconciled clean, or is not there yet; nothing is signed.
        BadInputError: an unknown store.
    """
    found = standing_of(workspace, stores)
    wrong = [f"{one.store}: {problem}" for one in found.values() for problem in one.problems]
    if wrong:
        more = f"; and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise DataError(
            f"this cannot be approved: {'; '.join(wrong[:_SHOWN])}{more}",
            where=f"wave {wave}" if wave else f"store {', '.join(stores)}",
            fix="look at `store2erp status` and the report, put it right, run these stores again, then approve",
        )
    now = datetime.now(UTC)
    signed = [
        Approval(
            approved_at=now,
            who=who.strip() or person(),
            wave=wave,
            store=one.store,
            note=note,
            figures=one.figures,
            figures_sha256=one.sha256,
        )
        for one in found.values()
    ]
    ApprovalRepository(workspace.databases).record(signed)
    return signed


def signatures_of(workspace: Workspace, stores: Iterable[str] | None = None) -> dict[str, Signature]:
    """The newest approval of each store that has one (of all stores of the project, or of some)."""
    known = set(workspace.stores if stores is None else stores)
    newest = {one.store: one for one in ApprovalRepository(workspace.databases).approvals() if one.store in known}
    standing, changes = standing_of(workspace, newest), last_changes(workspace.databases)
    return {store: Signature(one, _void(one, standing[store], changes.get(store))) for store, one in newest.items()}


def _void(approval: Approval, now: Standing, changes: LastChanges | None) -> str:
    """An approval is about the store as of its cut-over: what syncs brought since does not void it while it reconciles clean."""
    if now.problems:
        return "; ".join(now.problems)
    if approval.figures_sha256 == now.sha256 or (changes and changes.only_synced_since(approval.approved_at)):
        return ""
    return "the figures have changed since: loaded again or taken back"


def unapproved_before(workspace: Workspace, stores: Iterable[str]) -> dict[str, str]:
    """What keeps stores from being loaded: wave before theirs -> why it is not clean and approved; a store in no wave waits for none."""
    places = [place for store in stores if (place := _place(workspace, store)) is not None]
    earlier = {name: workspace.wave(name) for name in list(workspace.project.waves)[: max(places, default=0)]}
    theirs = {store for members in earlier.values() for store in members}
    if not theirs:
        return {}
    signed = signatures_of(workspace, theirs)
    told = {}
    for name, members in earlier.items():
        missing = [store for store in members if store not in signed]
        void = [f"{store}: {signed[store].void}" for store in members if store in signed and signed[store].void]
        words = [f"not approved: {_some(missing)}"] if missing else []
        words += [f"approval void: {_some(void, '; ')}"] if void else []
        if words:
            told[name] = ", ".join(words)
    return told


def _place(workspace: Workspace, store: str) -> int | None:
    """Where the first wave of a store stands in the order of waves."""
    return next((n for n, members in enumerate(workspace.project.waves.values()) if store in members), None)


def _some(names: Sequence[str], between: str = ", ") -> str:
    return between.join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def demand_approved(workspace: Workspace, stores: Sequence[str], tags: Mapping[str, str], run_id: str = "") -> None:
    """Let stores be loaded, or refuse; a sandbox needs no approval, and a store that a run has begun to load is loaded to its end.

    Args:
        workspace: the project.
        stores: what is to be loaded.
        tags: of the run; `without_approval` is a reason to load all the same.
        run_id: the run that loads, under which that is recorded; empty: nothing is loaded yet, nothing is recorded.

    Raises:
        DataError: a wave before one of theirs is not reconciled clean and approved (exit code 1).
    """
    if workspace.sandbox or len(workspace.project.waves) < 2:
        return
    told = unapproved_before(workspace, stores)
    if not told or (run_id and len(BatchRepository(workspace.databases).batches(run_id=run_id))):
        return
    said = "; ".join(f"wave {name} is not clean and approved ({why})" for name, why in told.items())
    reason = tags.get(REASON_TAG, "").strip()
    if not reason:
        raise DataError(
            f"this may not start yet: {said}",
            where=f"store {_some(list(stores))}",
            fix=f"finish that wave and sign it with `store2erp approve --wave {next(iter(told))}`, "
            'or load now with --without-approval "REASON", which is recorded',
        )
    if run_id:
        who, repository = tags.get(WHO_TAG) or person(), OverrideRepository(workspace.databases)
        for store in stores:
            now = datetime.now(UTC)
            repository.record(
                Override(run_id=run_id, store=store, kind=WITHOUT_APPROVAL, overridden_at=now, who=who, reason=reason, told=said)
            )
