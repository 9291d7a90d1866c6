"""Undo, store by store, on the demo chain: hash before its load and after its undo, other stores, time; this module [FOLDER].

Every store is taken back and loaded again in turn, by the real commands; at the end all are taken back, and the ERP must be as it was when
it was empty. FOLDER holds a chain that `store2erp demo --dir FOLDER` has migrated, or is made here. Prints a table, writes
`build/bench/undo.json`; ends with code 1 if a hash differs.
"""

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.orchestration.workspace import Workspace, open_workspace
from migration_pipeline.runtime.databases import ERP
from migration_pipeline.runtime.embedded_postgres import destroy
from migration_pipeline.runtime.paths import Home

FIGURES = Path("build/bench/undo.json")


@dataclass(frozen=True)
class Line:
    """One store, or `all`.

    Attributes:
        before: hash of its own rows before its load, as the journal kept it; of `all`: of the empty ERP.
        after: the same after its undo.
        others_changed: other stores whose rows are not what they were.
        kept: rows that stayed, by cause.
        seconds: of the command.
        again: whether loading it anew brought the whole ERP back to what it was.
    """

    store: str
    rows: int
    before: str
    after: str
    others_changed: list[str]
    kept: dict[str, int]
    seconds: int
    again: bool | None = None

    @property
    def right(self) -> bool:
        """Equal hashes, nothing else touched, and a new load as the first."""
        return self.before == self.after != "" and not self.others_changed and self.again is not False


def command(*arguments: object, codes: tuple[int, ...] = (0,)) -> dict[str, Any]:
    """What `store2erp ... --json` prints; ends this program if it ends with another code than expected."""
    line = [sys.executable, "-c", "from migration_pipeline.cli.main import main; main()", *map(str, arguments), "--json"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode not in codes:
        raise SystemExit(f"{' '.join(line)} ended with {done.returncode}: {done.stderr[-2000:]}")
    return dict(json.loads(done.stdout))


def undone(folder: Path, stores: list[str]) -> tuple[dict[str, Any], int]:
    """What the undo of some stores says, and its seconds."""
    begun = time.monotonic()
    chosen = [part for store in stores for part in ("--store", store)]
    told = command("undo", "-p", folder, *chosen, "--yes", codes=(0, 1))
    return told, round(time.monotonic() - begun)


def line(store: str, told: dict[str, Any], seconds: int, again: bool | None = None) -> Line:
    """One line of the table."""
    kept: dict[str, int] = {}
    for batch in told["batches"]:
        for row in batch["kept"]:
            kept[row["why"]] = kept.get(row["why"], 0) + int(row["rows"])
    rows = sum(sum(batch["deleted"].values()) + sum(batch["restored"].values()) for batch in told["batches"])
    return Line(store, rows, told["hash_before_load"], told["hash_after"], told["other_stores_changed"], kept, seconds, again)


def measured(folder: Path) -> list[Line]:
    """Every store in turn, then all together."""
    workspace = open_workspace(folder.resolve())
    target = PostgresTarget(workspace.databases)
    stores = sorted({held.batch.store for held in target.batches()})
    lines, full = [], target.state_hash()
    for store in stores:
        told, seconds = undone(folder, [store])
        command("run", "-p", folder, "--store", store, codes=(0, 1))
        lines.append(line(store, told, seconds, target.state_hash() == full))
        show(lines[-1:])
    told, seconds = undone(folder, stores)
    everything = line("all", told, seconds)
    return [*lines, replace(everything, before=_empty_hash(workspace), after=target.state_hash())]


def _empty_hash(workspace: Workspace) -> str:
    """The hash of an ERP that was set up for this company, and into which nothing was loaded yet."""
    empty = replace(workspace, databases=replace(workspace.databases, prefix="empty_"))
    empty.databases.ensure(ERP)
    empty.described()
    return PostgresTarget(empty.databases).state_hash()


def show(lines: list[Line]) -> None:
    """The table."""
    table = Table(
        "store", "rows", "hash before load", "hash after undo", "others changed", "kept", "seconds", "minutes", "loaded again: equal"
    )
    for one in lines:
        kept = ", ".join(f"{why} {rows}" for why, rows in one.kept.items())
        hashes = one.before[:16], one.after[:16]
        again = {True: "yes", False: "NO", None: ""}[one.again]
        others = ", ".join(one.others_changed) or "none"
        table.add_row(one.store, f"{one.rows:,}", *hashes, others, kept, f"{one.seconds}", f"{one.seconds / 60:.2f}", again)
    Console(width=180).print(table)


def main() -> None:
    """Measure, print, keep."""
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch).chmod(0o711)
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch) / "chain"
        try:
            if not folder.exists():
                command("demo", "--dir", folder)
            lines = measured(folder)
        finally:
            if len(sys.argv) == 1:
                destroy(Home.of(folder))
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps([asdict(one) for one in lines], indent=1), encoding="utf-8")
    show(lines)
    sys.exit(not all(one.right for one in lines))


if __name__ == "__main__":
    main()
