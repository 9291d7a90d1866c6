"""Versions of a store's dataset as Dagster's assets see them: what is in force now, what a result was made of, and its data version.

Belongs here: input files and needed datasets as versions, stamping outputs, the record of a run. Does not belong here: what a project says
(`project/versions.py`), comparing runs (`diff.py`), choosing what to run (`changed.py`).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.control.models import RunVersion
from migration_pipeline.control.repository.versions import VersionRepository
from migration_pipeline.orchestration.store_stage import Made, StoreStage
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.versions import Version, Versions, short_hash, versions_of
from migration_pipeline.raw.gather import inputs_of
from migration_pipeline.raw.inputs import resolve
from migration_pipeline.reconciled.row_history import history_file, row_history, write_history
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.file_hash import known_hash
from migration_pipeline.runtime.lake import read_stage, share

FACT, MIGRATION = "versions", "migration"
"""Key of a stage output's facts; tag of the runs that one command or backfill makes."""
LIVE, MISSING = "live", "missing"
_CLEANED = ("mapping", "value_maps", "rules", "corrections", "contracts", "code")
_BY_STAGE: Mapping[str, tuple[str, ...]] = {
    "raw": (),
    "cleaned": _CLEANED,
    "unmapped": _CLEANED,
    "mapped": (*_CLEANED, "decisions", "target", "needs"),
}
"""What a stage's result depends on besides its extract; later stages hand on what was mapped."""


def project_versions(workspace: Workspace, store: str, dataset: str) -> Versions:
    """What the project and the code say about one store x dataset."""
    corrections = workspace.corrections(store, dataset)
    return versions_of(workspace.loaded, workspace.store(store), workspace.source(store), dataset, corrections)


def inputs_now(workspace: Workspace, store: str, dataset: str) -> Version:
    """The files of a dataset as they lie there: `<input>/<path>` -> hash; an input that cannot be found is `missing`, a database `live`."""
    spec, source, data = workspace.store(store), workspace.source(store), workspace.loaded.data
    found: dict[str, str] = {}
    for name in inputs_of(source.datasets[dataset].values()):
        about = source.inputs[name]
        base = data if about.shared else data / spec.path
        try:
            files = resolve(about, base) if about.format != "database" else []
        except BadInputError:
            found[name] = MISSING
            continue
        found.update({f"{name}/{path.relative_to(data).as_posix()}": known_hash(path)[0][:16] for path in files} or {name: LIVE})
    return Version("inputs", found)


def inputs_read(output: StageOutput) -> Version:
    """The files an extract was read from, in the same words."""
    files = output.facts["files"]
    entries = [(name, entry) for name, found in files.items() for entry in found] if isinstance(files, dict) else []
    return Version("inputs", {f"{name}/{entry['path']}": entry["sha256"][:16] for name, entry in entries})


def needed(workspace: Workspace, store: str, dataset: str) -> list[tuple[str, str]]:
    """Store and dataset of what one dataset refers to: the store's own, and head office's."""
    offices = [one.id for one in workspace.stores.values() if one.kind == "head_office" and one.id != store]
    return [(one, need) for need in DATASETS[dataset].needs for one in (store, *offices) if need in workspace.datasets(one)]


def needs_now(workspace: Workspace, store: str, dataset: str, records: Mapping[tuple[str, str], RunVersion]) -> Version:
    """What a dataset refers to, by what that was made of when it ran last: another run of it may give other keys."""
    below = {f"{one}/{need}": records.get((one, need)) for one, need in needed(workspace, store, dataset)}
    made_of = {name: {kind: about["sha256"] for kind, about in record.versions.items()} for name, record in below.items() if record}
    return Version("needs", {name: short_hash(hashes) for name, hashes in made_of.items()})


def versions_now(workspace: Workspace, store: str, dataset: str, records: Mapping[tuple[str, str], RunVersion]) -> Versions:
    """All that decides the result of one store x dataset as it is now, its data too; `records` are the newest of what ran so far."""
    said = project_versions(workspace, store, dataset)
    return said.with_part(inputs_now(workspace, store, dataset)).with_part(needs_now(workspace, store, dataset, records))


def stamped(at: StoreStage, output: StageOutput) -> StageOutput:
    """The output with the versions it was made of in its facts; at `raw` they are also recorded for the run.

    Dagster gets them as the data version of the asset, which is what it tells stale assets by.
    """
    workspace, store, stage, dataset = at.workspace, at.store, at.stage, at.dataset.name
    now = project_versions(workspace, store, dataset)
    if stage == "raw":
        now = now.with_part(inputs_read(output)).with_part(Version("needs", {}))
    if stage == "mapped" and (below := needed(workspace, store, dataset)):
        records = VersionRepository(workspace.databases).newest({one for one, _ in below})
        now = now.with_part(needs_now(workspace, store, dataset, records))
    before = recorded_versions(output)
    parts = {part.kind: part for part in now.parts if stage == "raw" or part.kind in _BY_STAGE[stage]}
    fresh = {kind: {"sha256": part.sha256, "files": list(part.files)} for kind, part in parts.items()}
    output = replace(output, facts={**output.facts, FACT: {**before, **fresh}})
    if {**before, **fresh} != before:
        record = _record(at, output)
        VersionRepository(workspace.databases).record(record, {(k, p.sha256): p.content for k, p in parts.items()})
    return output


def made(at: StoreStage, output: StageOutput, metadata: Mapping[str, dg.MetadataValue]) -> Made:
    """A stage's output stamped, with its versions among what Dagster shows."""
    output = stamped(at, output)
    return Made(output, {**metadata, "versions": dg.MetadataValue.json(recorded_versions(output))})


def recorded_versions(output: StageOutput) -> dict[str, Any]:
    """Kind -> {sha256, files} of what an output was made of; nothing for one of an earlier release."""
    found = output.facts.get(FACT, {})
    return dict(found) if isinstance(found, dict) else {}


def data_version(stage: str, output: StageOutput) -> str:
    """The data version of one stage's output: the same content has the same one."""
    kinds = _BY_STAGE.get(stage, _BY_STAGE["mapped"])
    hashes = {kind: about["sha256"] for kind, about in recorded_versions(output).items() if kind in kinds}
    return f"{output.extract_id}-{short_hash(hashes)}" if hashes else output.extract_id


def keep_result(at: StoreStage, loaded: StageOutput, *, clean: bool) -> None:
    """After reconciliation: what became of every row, and that this is what the run came to."""
    workspace, store, dataset = at.workspace, at.store, at.dataset.name
    cleaned = read_stage(workspace.home.lake, "cleaned", dataset, store)
    history = row_history(DATASETS[dataset], cleaned, loaded, workspace.source(store).value_maps)
    path = history_file(workspace.home.lake, at.run_id, dataset, store)
    write_history(path, history)
    share(workspace.home.lake, path)
    VersionRepository(workspace.databases).record(_record(at, loaded, clean=clean), {})


def _record(at: StoreStage, output: StageOutput, *, clean: bool | None = None) -> RunVersion:
    """What the run is made of so far; with `clean` it was compared with its source."""
    tags, now = at.run.tags, datetime.now(UTC)
    return RunVersion(
        run_id=at.run_id,
        store=at.store,
        dataset=at.dataset.name,
        migration=tags.get(MIGRATION) or tags.get("dagster/backfill") or at.run_id,
        extract_id=output.extract_id,
        recorded_at=now,
        reconciled_at=None if clean is None else now,
        clean=clean,
        versions=recorded_versions(output),
    )
