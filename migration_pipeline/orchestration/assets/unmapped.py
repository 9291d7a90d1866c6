"""`unmapped_<dataset>`: source words without a meaning in the ERP. Must be empty before the dataset is mapped."""

import dagster as dg

from migration_pipeline.mapped.unmapped import TABLE, unmapped_words
from migration_pipeline.orchestration.metadata import markdown
from migration_pipeline.orchestration.store_stage import Made, StoreStage


def make_unmapped(at: StoreStage) -> Made:
    """List the words."""
    output = unmapped_words(at.dataset.name, at.output_of("cleaned"), at.workspace.source(at.store).value_maps)
    words = output.tables[TABLE]
    return Made(output, {"dagster/row_count": dg.MetadataValue.int(len(words)), "words": dg.MetadataValue.md(markdown(words))})
