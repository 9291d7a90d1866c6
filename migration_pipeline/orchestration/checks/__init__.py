"""The asset checks, generated from the same registry as the assets.

On raw: export; on raw, cleaned and mapped: shape; on cleaned sales: the audit; then complete, conservation, expectations, reconciliation,
and of all but suppliers the probes.

Each is blocking and partitioned: store B's failing check stops store B only. No figures of persons.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.orchestration.checks.audit import audit_check
from migration_pipeline.orchestration.checks.conservation import conservation_check
from migration_pipeline.orchestration.checks.expectations import expectations_check
from migration_pipeline.orchestration.checks.export import export_check
from migration_pipeline.orchestration.checks.probes import probes_check
from migration_pipeline.orchestration.checks.reconciliation import reconciliation_check
from migration_pipeline.orchestration.checks.shape import shape_check
from migration_pipeline.orchestration.checks.store_check import StoreCheck
from migration_pipeline.orchestration.checks.unmapped import complete_check
from migration_pipeline.reconciled.probes import PROBED

_CHECKS: Mapping[str, tuple[Callable[[], StoreCheck], ...]] = MappingProxyType(
    {
        "raw": (export_check, shape_check),
        "cleaned": (shape_check,),
        "unmapped": (complete_check,),
        "mapped": (shape_check, conservation_check),
        "loaded": (expectations_check,),
        "reconciled": (reconciliation_check,),
    }
)


def checks_of(stage: str, dataset: Dataset) -> Sequence[StoreCheck]:
    """The checks of one stage x dataset, in the order in which they are judged."""
    audit = [audit_check()] if (stage, dataset.name) == ("cleaned", "sales") else []
    probed = [probes_check()] if stage == "reconciled" and dataset.name in PROBED else []
    return [*(check() for check in _CHECKS[stage]), *audit, *probed]
