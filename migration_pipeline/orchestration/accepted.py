"""What people have accepted of a reconciliation, from the project's files.

Belongs here: collecting it. Does not belong here: judging by it (`reconciled/`).
"""

from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.target_file import kept_description
from migration_pipeline.reconciled.reconcile import Accepted


def accepted_by(workspace: Workspace) -> Accepted:
    """The project's tolerances and the kept description of its ERP."""
    project = workspace.project
    return Accepted(project.reconciliation.tolerance, kept_description(workspace.loaded.folder, project.target))
