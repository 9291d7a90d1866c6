"""Which check catches which fault: plants one fault at a time into a small migration and runs it through Dagster.

Run with `python -m migration_pipeline_tests.benchmarks.fault_matrix [NAME ...]` (only faults with one of these in their name); prints the
table fault x check and writes `build/bench/faults.json`.
Belongs here: the table. Does not belong here: the faults (`integration/fault_list.py`, `seeded_faults.py`).
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from migration_pipeline.orchestration.instance import open_instance
from migration_pipeline.orchestration.run import register_stores, run_store
from migration_pipeline.orchestration.workspace import open_workspace
from migration_pipeline.runtime.embedded_postgres import destroy
from migration_pipeline_tests.integration.fault_list import FAULTS
from migration_pipeline_tests.integration.seeded_faults import BYSTANDER, STORE, Fault, stopped_by
from migration_pipeline_tests.integration.small_project import write_project

FIGURES = Path("build/bench/faults.json")
CHECKS = ("export", "raw shape", "refused", "cleaned shape", "complete", "mapped shape", "conservation", "expectations", "reconciliation")


def check_of(stopper: str) -> str:
    """The column of `<asset>:<check>`."""
    asset, _, check = stopper.partition(":")
    return f"{asset.partition('_')[0]} {check}" if check == "shape" else check


def judged(faults: tuple[Fault, ...]) -> list[dict[str, object]]:
    """One line per fault: what must stop the store, what did."""
    with TemporaryDirectory(prefix="faults-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        project = write_project(folder / "chain", (STORE, BYSTANDER))
        workspace = open_workspace(project.folder)
        try:
            with open_instance(workspace.home, workspace.databases) as instance:
                register_stores(instance, workspace)
                for store in (STORE, BYSTANDER):
                    if not run_store(workspace, instance, store).ok:
                        raise SystemExit("the migration without a fault does not pass")
                lines = [(fault, stopped_by(fault, workspace, instance, project)) for fault in faults]
        finally:
            destroy(workspace.home)
    return [
        {"fault": f.name, "dataset": f.dataset, "wanted": f.caught_by, "stopped by": list(found), "right": [f.caught_by] == list(found)}
        for f, found in lines
    ]


def main() -> None:
    """Plant, print the matrix, keep the figures."""
    lines = judged(tuple(fault for fault in FAULTS if any(words in fault.name for words in sys.argv[1:] or [""])))
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(lines, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    table = Table("fault", "dataset", *CHECKS, title="Fault x check: X the one that must stop the store, ! another, - missed")
    for line in lines:
        found = {check_of(str(one)) for one in line["stopped by"]} if isinstance(line["stopped by"], list) else set()
        wanted = check_of(str(line["wanted"]))
        marks = {
            check: "X" if check in found and check == wanted else "!" if check in found else "-" if check == wanted else ""
            for check in CHECKS
        }
        table.add_row(str(line["fault"]), str(line["dataset"]), *marks.values())
    right = sum(bool(line["right"]) for line in lines)
    Console(width=190).print(table, f"{right} of {len(lines)} faults are stopped by exactly the check that must.")


if __name__ == "__main__":
    main()
