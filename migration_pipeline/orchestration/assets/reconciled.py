"""`reconciled_<dataset>`: the proof, kept in the control database and shown as a report."""

import dagster as dg

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.orchestration.accepted import accepted_by
from migration_pipeline.orchestration.assets.grammar import stage_asset
from migration_pipeline.orchestration.failures import as_failures
from migration_pipeline.orchestration.kept_proof import keep_proof
from migration_pipeline.orchestration.metadata import reconciliation_metadata
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.orchestration.said import said_of
from migration_pipeline.orchestration.surroundings import surroundings_of
from migration_pipeline.orchestration.versions import keep_result
from migration_pipeline.reconciled.reconcile import reconcile


def reconciled_asset(dataset: Dataset) -> dg.AssetsDefinition:
    """Build `reconciled_<dataset>`."""

    @stage_asset("reconciled", dataset, source="loaded")
    def reconciled(context: dg.AssetExecutionContext, migration: MigrationResource, loaded: StageOutput) -> StageOutput:
        with as_failures():
            workspace = migration.workspace()
            workspace.verify_manifest(loaded, context.partition_key, dataset.name)
            store = context.partition_key
            said = said_of(CrosswalkRepository(workspace.databases))
            spec, source, place, accepted = workspace.store(store), workspace.source(store), workspace.archive_place, accepted_by(workspace)
            around = surroundings_of(workspace, store)
            proof = reconcile(dataset, spec, source, loaded, workspace.target, place, said, accepted, around)
            proof = keep_proof(workspace.records, (context.run.run_id, store, dataset.name), loaded, proof)
            context.add_output_metadata(reconciliation_metadata(proof, workspace.report))
            keep_result(context, workspace, dataset.name, loaded, clean=proof.clean)
            return proof.as_output(loaded, context.run.run_id)

    return reconciled
