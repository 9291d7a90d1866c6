"""The asset checks, generated from the same registry as the assets: export, shape, conservation, reconciliation.

Each is blocking and partitioned: store B's failing check stops store B only. No figures of persons.
"""

from collections.abc import Sequence

import dagster as dg

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.orchestration.checks.conservation import conservation_check
from migration_pipeline.orchestration.checks.export import export_check
from migration_pipeline.orchestration.checks.reconciliation import reconciliation_check
from migration_pipeline.orchestration.checks.shape import shape_check


def migration_checks() -> Sequence[dg.AssetChecksDefinition]:
    """Is the export whole; shape of raw, cleaned and mapped; conservation before the load; reconciliation after it."""
    shapes = [shape_check(stage, dataset) for dataset in DATASETS.values() for stage in ("raw", "cleaned", "mapped")]
    books = [check(dataset) for dataset in DATASETS.values() for check in (export_check, conservation_check, reconciliation_check)]
    return [*shapes, *books]
