"""`cleaned_<dataset>`: typed and checked rows."""

from migration_pipeline.cleaned.clean import clean
from migration_pipeline.orchestration.metadata import correction_metadata, stage_metadata
from migration_pipeline.orchestration.store_stage import Made, StoreStage
from migration_pipeline.orchestration.versions import made


def make_cleaned(at: StoreStage) -> Made:
    """Type, correct, check by rules and policies."""
    workspace, name = at.workspace, at.dataset.name
    output = clean(name, at.output_of("raw"), workspace.source(at.store), workspace.corrections(at.store, name))
    return made(at, output, {**stage_metadata(at.dataset, output), **correction_metadata(output)})
