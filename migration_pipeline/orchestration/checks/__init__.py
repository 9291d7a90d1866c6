"""The asset checks, generated from the same registry as the assets.

On raw: export; on raw, cleaned and mapped: shape; on cleaned sales: the audit; then complete, conservation, expectations, reconciliation,
and of all but suppliers the probes.

Each is blocking and partitioned: store B's failing check stops store B only. No figures of persons.
"""

from collections.abc import Sequence

import dagster as dg

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.orchestration.checks.audit import audit_checks
from migration_pipeline.orchestration.checks.conservation import conservation_check
from migration_pipeline.orchestration.checks.expectations import expectations_check
from migration_pipeline.orchestration.checks.export import export_check
from migration_pipeline.orchestration.checks.probes import probes_check
from migration_pipeline.orchestration.checks.reconciliation import reconciliation_check
from migration_pipeline.orchestration.checks.shape import shape_check
from migration_pipeline.orchestration.checks.unmapped import complete_check
from migration_pipeline.reconciled.probes import PROBED


def migration_checks() -> Sequence[dg.AssetChecksDefinition]:
    """Before the load: export, shapes, the audit of sales, words, conservation; after it: expectations, reconciliation and probes."""
    shapes = [shape_check(stage, dataset) for dataset in DATASETS.values() for stage in ("raw", "cleaned", "mapped")]
    others = (export_check, complete_check, conservation_check, expectations_check, reconciliation_check)
    probed = [probes_check(DATASETS[name]) for name in PROBED]
    return [*shapes, audit_checks(), *(check(dataset) for dataset in DATASETS.values() for check in others), *probed]
