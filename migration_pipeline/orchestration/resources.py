"""Dagster resources: which migration project this code location works on.

Belongs here: settings that reach assets. Does not belong here: what is behind them (`workspace.py`).
"""

import os
from pathlib import Path

import dagster as dg

from migration_pipeline.orchestration.workspace import Workspace, open_workspace
from migration_pipeline.runtime.kept_connections import keep, release

PROJECT_VARIABLE, DATA_VARIABLE = "STORE2ERP_PROJECT", "STORE2ERP_DATA"
DEFAULT_PROJECT = ".store2erp/demo"


class MigrationResource(dg.ConfigurableResource[Workspace]):
    """One migration project.

    Attributes:
        project_dir: its folder; empty: `STORE2ERP_PROJECT`, else the demo's.
        data: its data folder; empty: `STORE2ERP_DATA`, else what the project file says.
        sandbox: name of the sandbox that dry runs work on; empty: the real ERP.
    """

    project_dir: str = ""
    data: str = ""
    sandbox: str = ""

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """A run begins: its steps use the same connections."""
        keep()

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """It has ended, however it did."""
        release()

    def workspace(self) -> Workspace:
        """The opened project, opened once per process; nothing happens before the first call."""
        folder = self.project_dir or os.environ.get(PROJECT_VARIABLE) or DEFAULT_PROJECT
        data = self.data or os.environ.get(DATA_VARIABLE)
        place = Path(folder).resolve(), Path(data).resolve() if data else None
        return open_workspace(*place, self.sandbox) if self.sandbox else open_workspace(*place)
