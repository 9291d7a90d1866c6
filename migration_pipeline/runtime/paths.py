"""Where store2erp keeps its state: one folder per migration project.

Belongs here: names and creation of those folders. Does not belong here: what lies inside them, a project's own files.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from migration_pipeline.runtime.account import server_account
from migration_pipeline.runtime.errors import InfrastructureError

HOME_VARIABLE = "STORE2ERP_HOME"
HOME_FOLDER = ".store2erp"


@dataclass(frozen=True)
class Home:
    """The state folder of one migration project; `root` is absolute.

    With `sandbox`, what a run makes (lake, reports, Dagster's files) lies in a folder of its own, so that a dry run changes nothing of the
    real one; what is named by its content or belongs to the machine (archive, server, logs) is shared.
    """

    root: Path
    sandbox: bool = False

    @classmethod
    def of(cls, project_dir: Path) -> "Home":
        """`STORE2ERP_HOME` if set, else `.store2erp` in the project folder."""
        chosen = os.environ.get(HOME_VARIABLE)
        folder = Path(chosen).expanduser() if chosen else project_dir / HOME_FOLDER
        return cls(folder.resolve())

    @property
    def made(self) -> Path:
        """Where the outputs of runs lie."""
        return self.root / "sandbox" if self.sandbox else self.root

    @property
    def lake(self) -> Path:
        """Parquet of all stages."""
        return self.made / "lake"

    @property
    def archive(self) -> Path:
        """Untouched copies of source files."""
        return self.root / "archive"

    @property
    def reports(self) -> Path:
        """HTML reports and evidence."""
        return self.made / "reports"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME."""
        return self.made / "dagster"

    @property
    def postgres(self) -> Path:
        """State and, where possible, data of the embedded server."""
        return self.root / "postgres"

    @property
    def logs(self) -> Path:
        """Logs of the command line."""
        return self.root / "logs"

    def ensure(self) -> None:
        """Create what is missing, readable by the owner only; folders that exist stay as they are.

        As root, `root` and `postgres` also let the database server's account pass (0710, not list), so that its data can lie inside.

        Raises:
            InfrastructureError: a folder cannot be created or is not ours.
        """
        passages = [folder for folder in (self.root, self.postgres) if not folder.exists()]
        try:
            for folder in (self.root, self.made, self.lake, self.archive, self.reports, self.dagster, self.postgres, self.logs):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._open_passages(passages)
        except OSError as error:
            raise InfrastructureError(
                f"the state folder cannot be created or written: {error.strerror}",
                where=str(self.root),
                fix=f"use a folder you own, e.g. {HOME_VARIABLE}=~/store2erp-home",
            ) from error
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise InfrastructureError("the state folder belongs to another user", where=str(self.root), fix="run as its owner")

    @staticmethod
    def _open_passages(created: list[Path]) -> None:
        if created and (account := server_account()):
            for folder in created:
                os.chown(folder, -1, account.gid)
                folder.chmod(0o710)
