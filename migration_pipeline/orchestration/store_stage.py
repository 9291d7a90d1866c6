"""One stage of one dataset of one store in one run: what an asset's body is given, and what it gives back.

Belongs here: these two. Does not belong here: bodies (`assets/`), how a step goes through its stores (`assets/store_step.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import dagster as dg

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.lake import read_stage


@dataclass(frozen=True)
class StoreStage:
    """One stage of one dataset of one store in one run."""

    workspace: Workspace
    run: dg.DagsterRun
    stage: str
    dataset: Dataset
    store: str

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.run.run_id

    def output_of(self, stage: str) -> StageOutput:
        """What an earlier stage made of the dataset.

        Raises:
            BadInputError: it has not run, or a file of the archive or of the lake is not what it was.
        """
        output = read_stage(self.workspace.home.lake, stage, self.dataset.name, self.store)
        self.workspace.verify_manifest(output, self.store, self.dataset.name)
        return output


@dataclass(frozen=True)
class Made:
    """What a stage made for one store, and what Dagster shows beside it."""

    output: StageOutput
    metadata: Mapping[str, dg.MetadataValue]
