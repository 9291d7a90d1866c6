"""`raw_<dataset>`: one extract of one store's dataset."""

from dataclasses import replace

from migration_pipeline.orchestration.metadata import read_since, stage_metadata
from migration_pipeline.orchestration.store_stage import Made, StoreStage
from migration_pipeline.orchestration.versions import made
from migration_pipeline.raw.extract import extract


def make_raw(at: StoreStage) -> Made:
    """Read, archive, list in a manifest."""
    workspace, dataset = at.workspace, at.dataset
    store, source = workspace.store(at.store), workspace.source(at.store)
    output = extract(dataset, store, source, replace(workspace.places, run=at.run_id))
    before = workspace.records.last_manifest(at.store, dataset.name)
    shown = {**stage_metadata(dataset, output, source.datasets[dataset.name]), **read_since(before, output)}
    workspace.records.extract(at.run_id, at.store, dataset.name, output)
    return made(at, output, shown)
