"""`mapped_<dataset>`: rows in the ERP's shape."""

from migration_pipeline.mapped.map import map_to_erp
from migration_pipeline.orchestration.metadata import stage_metadata
from migration_pipeline.orchestration.store_stage import Made, StoreStage
from migration_pipeline.orchestration.versions import made


def make_mapped(at: StoreStage) -> Made:
    """Give every row its ERP columns and keys."""
    output = map_to_erp(at.dataset.name, at.output_of("cleaned"), at.workspace.mapping_context(at.store, at.run_id))
    return made(at, output, stage_metadata(at.dataset, output))
