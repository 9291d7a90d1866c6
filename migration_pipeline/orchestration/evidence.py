"""Exporting an evidence pack: which files go into it.

Belongs here: collecting from the control database, the lake and the reports. Does not belong here: the pack (`reconciled/evidence/`).

Left out are keys, fields and journals of persons: the crosswalk, identities, the journals' rows, and reports that a person wrote out with
personal data. Ledgers of members carry keyed hashes instead of the members' keys; row ids lead back to them with `store2erp explain`.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import platformdirs

from migration_pipeline.contracts.audit import GENESIS, Deed
from migration_pipeline.control.repository.audit import AuditLog
from migration_pipeline.control.repository.export import AUDIT, exported_tables
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.reconciled.evidence.keys import Signer, fingerprint
from migration_pipeline.reconciled.evidence.layout import AUDIT as AUDIT_FILE
from migration_pipeline.reconciled.evidence.ledger import KEY, ledger_lines
from migration_pipeline.reconciled.evidence.write import PackWriter, new_pack
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.lake import OUTCOMES, table_file
from migration_pipeline.runtime.person import person

KEY_VARIABLE = "STORE2ERP_EVIDENCE_KEY"
_REPORTS = frozenset({".html", ".xlsx"})
_WITH_PERSONS = frozenset({"crosswalk", "templates"})
"""Folders below the reports that commands fill with personal data."""
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Exported:
    """A pack that was written: where, its root, who signed, how much is in it."""

    path: Path
    root: str
    fingerprint: str
    files: int
    rows: int
    ledger_rows: int


def key_file() -> Path:
    """Where the signing key lies unless one is named: `STORE2ERP_EVIDENCE_KEY`, else the user's own settings, outside of any project."""
    named = os.environ.get(KEY_VARIABLE)
    return Path(named).expanduser() if named else Path(platformdirs.user_config_dir("store2erp")) / "evidence.key"


def demand_outside(workspace: Workspace, key: Path) -> None:
    """Raises BadInputError for a key inside the project or its home: who can change the evidence could sign it then."""
    place = key.resolve()
    if any(place.is_relative_to(folder) for folder in (workspace.loaded.folder, workspace.home.root)):
        raise BadInputError("the private key lies inside the project", where=str(key), fix="keep it elsewhere, best on another medium")


def default_file(workspace: Workspace, now: datetime) -> Path:
    """`evidence/<project>-<time>.zip` in the home."""
    return workspace.home.root / "evidence" / f"{workspace.project.name}-{now:%Y%m%dT%H%M%SZ}.zip"


def export(workspace: Workspace, path: Path | None, signer: Signer) -> Exported:
    """Write a pack and tell the audit log of it; the log's newest entry at that moment is in the signed statement.

    Raises:
        BadInputError: a ledger in the lake is not as it was written.
        InfrastructureError: the pack cannot be written, or the database went away.
    """
    now = datetime.now(UTC)
    target = path or default_file(workspace, now)
    with new_pack(target) as pack:
        entries, head = _add_tables(workspace, pack)
        ledger_rows = _add_ledgers(workspace, pack, signer)
        for file in _reports(workspace):
            pack.add_blob(f"reports/{file.relative_to(workspace.home.reports).as_posix()}", _pieces(file))
        about = {
            "project": workspace.project.name,
            "exported_at": now.isoformat(timespec="seconds"),
            "exported_by": person(),
            "version": version("store2erp"),
            "audit": {"entries": entries, "head": head},
        }
        root = pack.finish(about, signer)
    done = Exported(target, root, fingerprint(signer.public), len(pack.entries), sum(e.rows for e in pack.entries if e.key), ledger_rows)
    said = {"root": done.root, "signer": done.fingerprint, "audit_entries": entries}
    AuditLog(workspace.databases).add(Deed("evidence_exported", subject=target.name, details=said))
    return done


def _add_tables(workspace: Workspace, pack: PackWriter) -> tuple[int, str]:
    """Every table; returns number and hash of the audit log's last entry."""
    anchor = 0, GENESIS
    with exported_tables(workspace.databases) as tables:
        for table in tables:
            if table.name == AUDIT:
                last = _Last(table.rows())
                pack.add_table(AUDIT_FILE, last, table.key)
                anchor = last.anchor()
            else:
                pack.add_table(f"control/{table.name}.jsonl", table.rows(), table.key)
    return anchor


def _add_ledgers(workspace: Workspace, pack: PackWriter, signer: Signer) -> int:
    rows, secret = 0, signer.secret()
    for store in workspace.stores:
        for dataset in workspace.datasets(store):
            if (file := table_file(workspace.home.lake, ("loaded", dataset, store), OUTCOMES)) is not None:
                lines = ledger_lines(file, secret if dataset == "members" else "")
                rows += pack.add_table(f"ledgers/{store}/{dataset}.jsonl", lines, KEY).rows
    return rows


def _reports(workspace: Workspace) -> list[Path]:
    """The reports without a page per store: each is 2 MB of charts over figures that stand in the store's workbook."""
    folder = workspace.home.reports
    pages = folder / "stores"
    kept = (one for one in folder.rglob("*") if one.suffix in _REPORTS and one.is_file())
    found = [one for one in kept if (one.parent, one.suffix) != (pages, ".html")]
    return sorted(file for file in found if not _WITH_PERSONS & set(file.relative_to(folder).parts))


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as content:
        while piece := content.read(_CHUNK):
            yield piece


class _Last:
    """Lines that pass, of which the last is remembered."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines, self._last = lines, b""

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self._last = line
            yield line

    def anchor(self) -> tuple[int, str]:
        """Number and hash of the last entry; of an empty log 0 and what the first one would be chained to."""
        if not self._last:
            return 0, GENESIS
        entry = json.loads(self._last)
        return int(entry["number"]), str(entry["sha256"])
