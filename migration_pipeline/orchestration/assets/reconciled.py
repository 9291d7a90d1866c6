"""`reconciled_<dataset>`: the proof, kept in the control database and shown as a report."""

from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.orchestration.accepted import accepted_by
from migration_pipeline.orchestration.kept_proof import keep_proof
from migration_pipeline.orchestration.metadata import reconciliation_metadata
from migration_pipeline.orchestration.said import said_of
from migration_pipeline.orchestration.store_stage import Made, StoreStage
from migration_pipeline.orchestration.surroundings import surroundings_of
from migration_pipeline.orchestration.versions import keep_result
from migration_pipeline.reconciled.reconcile import reconcile


def make_reconciled(at: StoreStage) -> Made:
    """Compare the archive with the ERP as read back."""
    workspace, loaded = at.workspace, at.output_of("loaded")
    said = said_of(CrosswalkRepository(workspace.databases), workspace.home.lake, workspace.stores)
    spec, source, place = workspace.store(at.store), workspace.source(at.store), workspace.archive_place
    accepted, around = accepted_by(workspace), surroundings_of(workspace, at.store)
    proof = reconcile(at.dataset, spec, source, loaded, workspace.target, place, said, accepted, around)
    proof = keep_proof(workspace.records, (at.run_id, at.store, at.dataset.name), loaded, proof)
    keep_result(at, loaded, clean=proof.clean)
    return Made(proof.as_output(loaded, at.run_id), reconciliation_metadata(proof, workspace.report))
