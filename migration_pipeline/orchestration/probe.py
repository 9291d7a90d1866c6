"""Probing stores: questions to the real ERP, and a test sale with its return on a copy of it.

Belongs here: the order of these. Does not belong here: the questions (`reconciled/probes.py`), the sale (`trial_sale.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from migration_pipeline.orchestration.checks.probes import store_probes
from migration_pipeline.orchestration.sandbox import sandbox
from migration_pipeline.orchestration.trial_sale import trial_sale
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.reconciled.probes import PROBED, Probe
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.lake import current_folder


@dataclass(frozen=True)
class StoreProbed:
    """One store's answers: of the real ERP, and of its copy."""

    store: str
    asked: tuple[Probe, ...]
    sold: tuple[Probe, ...] = field(default=())

    @property
    def failed(self) -> tuple[Probe, ...]:
        """Those that went wrong."""
        return tuple(probe for probe in (*self.asked, *self.sold) if not probe.passed)


def probe_stores(workspace: Workspace, stores: Sequence[str], *, sale: bool) -> list[StoreProbed]:
    """Ask the real ERP, which is only read; then, if wanted, sell on a copy of it that is thrown away.

    Raises:
        BadInputError: none of the stores is loaded, or this kind of ERP cannot be copied.
        InfrastructureError: a copy cannot be made.
    """
    lake = workspace.home.lake
    had = {store: [name for name in PROBED if current_folder(lake, "loaded", name, store)] for store in stores}
    if not any(had.values()):
        raise BadInputError("nothing is loaded of these stores", where="probe", fix="run `store2erp run` first")
    asked = {s: tuple(probe for name in names for probe in store_probes(workspace, s, name)) for s, names in had.items() if names}
    if not sale:
        return [StoreProbed(store, answers) for store, answers in asked.items()]
    real = {store: workspace.target.state_hash(store) for store in asked}
    with sandbox(workspace) as copy:
        sold = {store: trial_sale(workspace, copy, store) for store in asked}
    untouched = {store: _untouched(workspace, store, before) for store, before in real.items()}
    return [StoreProbed(store, answers, (*sold[store], untouched[store])) for store, answers in asked.items()]


def _untouched(workspace: Workspace, store: str, before: str) -> Probe:
    after = workspace.target.state_hash(store)
    return Probe("real_erp_untouched", store, before[:12], after[:12], before == after)
