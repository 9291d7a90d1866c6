"""A dry run: the same migration on a sandbox, and what it predicts for the real one.

Belongs here: the order of things for one command. Does not belong here: the migration (`migrate.py`), the sandbox (`sandbox.py`).
"""

from collections.abc import Mapping, Sequence

from migration_pipeline.control.repository.results import ResultRepository
from migration_pipeline.orchestration.migrate import Watcher, migrate
from migration_pipeline.orchestration.report import write_report
from migration_pipeline.orchestration.sandbox import sandbox
from migration_pipeline.orchestration.summary import Summary
from migration_pipeline.orchestration.workspace import Workspace


def dry_run(workspace: Workspace, wanted: Mapping[str, Sequence[str] | None], watch: Watcher, *, keep: bool = False) -> Summary:
    """Migrate stores on copies of the ERP and the control database; the real control database only gets what this predicts.

    Its report lies in `<home>/sandbox/reports` until the next dry run.

    Args:
        workspace: the real project.
        wanted: store -> its datasets (None: all), as for `migrate`.
        watch: who wants to know how far it is.
        keep: leave the copies there, to look at them.

    Raises:
        BadInputError: this kind of ERP cannot be copied.
        InfrastructureError: a copy cannot be made, or a database went away.
    """
    with sandbox(workspace, keep=keep) as copy:
        summary = migrate(copy, wanted, watch)
        write_report(copy)
        found = ResultRepository(copy.databases).of_runs(run.run_id for run in summary.runs)
    ResultRepository(workspace.databases).record(*found)
    return summary
