"""`loaded_<dataset>`: committed to the ERP."""

import dagster as dg

from migration_pipeline.loaded.load import load
from migration_pipeline.orchestration.load_gate import load_gate
from migration_pipeline.orchestration.metadata import stage_metadata
from migration_pipeline.orchestration.store_stage import Made, StoreStage

_FIGURES = ("inserted", "updated", "unchanged", "kept", "refused", "batches")


def make_loaded(at: StoreStage) -> Made:
    """Load in batches, when the store may be loaded."""
    mapped = at.output_of("mapped")
    with load_gate(at.workspace, at.store, at.run) as gate:
        place = {"store": at.store, "run_id": at.run_id}
        output = load(at.dataset.name, mapped, at.workspace.target, at.workspace.records, **place, settings=gate.settings)
    figures = {name: dg.MetadataValue.int(int(str(output.facts[name]))) for name in _FIGURES}
    return Made(output, {**stage_metadata(at.dataset, output), **figures})
