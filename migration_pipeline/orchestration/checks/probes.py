"""`probes`: a product is found by barcode and name, a ticket, a member's points and a stock level are in the ERP as the rows say."""

from dataclasses import asdict

import dagster as dg
import pandas as pd

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.orchestration.checks.store_check import StoreCheck, one_check
from migration_pipeline.orchestration.metadata import markdown
from migration_pipeline.orchestration.said import said_of
from migration_pipeline.orchestration.store_stage import StoreStage
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.reconciled.probes import Probe, probes
from migration_pipeline.runtime.lake import read_stage


def probes_check() -> StoreCheck:
    """The check `probes` of `reconciled_<dataset>`."""

    def judge(at: StoreStage, proof: StageOutput) -> dg.AssetCheckResult:
        done = store_probes(at.workspace, at.store, at.dataset.name)
        failed = [probe for probe in done if not probe.passed]
        # what was changed in the ERP since is the matter of the reconciliation, which a person can accept
        known = len(proof.tables["break_rows"]) > 0
        return dg.AssetCheckResult(
            passed=not failed,
            severity=dg.AssetCheckSeverity.WARN if known else dg.AssetCheckSeverity.ERROR,
            description="rows were changed in the ERP since the load: see `store2erp breaks`" if failed and known else None,
            metadata={
                "probes": dg.MetadataValue.int(len(done)),
                "failed": dg.MetadataValue.int(len(failed)),
                "answers": dg.MetadataValue.md(markdown(pd.DataFrame([asdict(probe) for probe in [*failed, *done][:_SHOWN]]))),
            },
        )

    words = "What a person at the counter would look up is in the ERP. 收银台能查到的，ERP 都能查到。"
    return one_check("probes", words, judge)


def store_probes(workspace: Workspace, store: str, dataset: str) -> list[Probe]:
    """The probes of one store x dataset, asked of the ERP now.

    Raises:
        BadInputError: the dataset was not loaded.
    """
    loaded = read_stage(workspace.home.lake, "loaded", dataset, store)
    said = said_of(CrosswalkRepository(workspace.databases), workspace.home.lake, workspace.stores)
    return probes(dataset, loaded, store, workspace.target.lookups, said)


_SHOWN = 20
