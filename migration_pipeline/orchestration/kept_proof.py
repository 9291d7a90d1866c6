"""Keeping a proof: its breaks meet those of earlier runs and what people decided about them, and the result is judged by that.

Belongs here: the order of these steps. Does not belong here: any of them (`control/`, `reconciled/`).
"""

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.control.records import Records
from migration_pipeline.reconciled.reconcile import Reconciliation


def keep_proof(records: Records, place: tuple[str, str, str], loaded: StageOutput, proof: Reconciliation) -> Reconciliation:
    """Keep the proof of one run, store and dataset (`place`) and return it as it is judged: a break that a person accepted is none."""
    judged = proof.judged(records.breaks_seen(*place, proof.cases))
    records.reconciliation(*place, loaded, judged)
    return judged
