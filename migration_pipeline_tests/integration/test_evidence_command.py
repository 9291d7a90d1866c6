"""A wave from its first refusal to a signed pack: what an auditor gets, and what the log says of it."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from migration_pipeline.orchestration.evidence import KEY_VARIABLE
from migration_pipeline.reconciled.evidence.container import member
from migration_pipeline_tests.integration.conftest import ROOT, Command, in_a_process
from migration_pipeline_tests.integration.small_project import SmallProject, write_project


@pytest.fixture
def project(tmp_path: Path) -> SmallProject:
    """A moves before B; suppliers only."""
    small = write_project(tmp_path / "shops", ("A", "B"))
    file = small.folder / "migration.yaml"
    text = file.read_text(encoding="utf-8").replace("source: plain", "source: plain, datasets: [suppliers]")
    file.write_text(text + "waves: {pilot: [A], rest: [B]}\n", encoding="utf-8")
    for other in (small.folder / "data").rglob("*.csv"):
        if other.name != "suppliers.csv":
            other.unlink()
    return small


def test_a_wave_is_loaded_signed_exported_and_undone(
    project: SmallProject, tmp_path: Path, store2erp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, key, pack = ("-p", project.folder), tmp_path / "keys" / "k.key", tmp_path / "pack.zip"
    monkeypatch.setenv(KEY_VARIABLE, str(key))
    assert store2erp("evidence", "export", *at).code == 2
    made = store2erp("evidence", "key", "--json").json

    refused = store2erp("run", *at, "--wave", "rest")
    assert (refused.code, "wave pilot is not clean and approved (not approved: A)" in refused.err) == (1, True)
    assert store2erp("run", *at, "--wave", "rest", "--dry-run", "--json").code == 0
    assert store2erp("approve", *at, "--wave", "pilot").code == 1
    assert store2erp("run", *at, "--wave", "pilot", "--json").code == 0
    assert store2erp("approve", *at, "--wave", "pilot", "--as", "王芳", "--note", "go").code == 0
    assert store2erp("status", *at, "--json").json["waves"] == {"pilot": "approved", "rest": "open"}
    assert store2erp("run", *at, "--wave", "rest", "--json").code == 0

    exported = store2erp("evidence", "export", *at, "--out", pack, "--json").json
    assert (exported["fingerprint"], exported["ledger_rows"]) == (made["fingerprint"], 2)
    checked = in_a_process("evidence", "verify", pack, "--key", made["public_key"], "--json", PATH="")
    assert (checked.code, checked.json["known_signer"], checked.json["findings"]) == (0, True, [])

    assert store2erp("undo", *at, "--store", "A", "--yes", "--reason", "wrong day", "--json").code == 0
    assert "pilot approval void 批准失效" in store2erp("approvals", *at).out
    assert "suppliers was taken back" in store2erp("approvals", *at, "--json").json["approvals"][0]["void"]
    entries = store2erp("audit", "list", *at, "--json").json["entries"]
    assert [(one["action"], one["store"], one["why"]) for one in entries] == [
        ("files_changed", "", ""),
        ("run_started", "", ""),
        ("batch_committed", "A", ""),
        ("run_ended", "", ""),
        ("approved", "A", "go"),
        ("run_started", "", ""),
        ("batch_committed", "B", ""),
        ("run_ended", "", ""),
        ("evidence_exported", "", ""),
        ("batch_undone", "A", "wrong day"),
    ]
    assert entries[8]["details"]["root"] == exported["root"]
    verified = store2erp("audit", "verify", *at, "--pack", pack, "--json").json
    assert (verified["ok"], verified["entries"], verified["packs"]) == (True, 10, 1)


def test_verifying_needs_neither_dagster_nor_a_database(tmp_path: Path) -> None:
    """It is quick, and works on a machine that has nothing else."""
    probe = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv = ['store2erp', 'evidence', 'verify', 'absent.zip']\n"
        "from migration_pipeline.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as ended: print(ended.code, sorted({'dagster', 'sqlalchemy', 'duckdb'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", probe], cwd=tmp_path, env={}, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.strip() == "2 []", done.stderr


def test_a_changed_row_is_shown_with_file_and_key(tmp_path: Path, project: SmallProject, store2erp: Command) -> None:
    at, key, pack, bad = ("-p", project.folder), tmp_path / "k.key", tmp_path / "pack.zip", tmp_path / "bad.zip"
    store2erp("evidence", "key", "--out", key)
    assert store2erp("evidence", "export", *at, "--key", project.folder / "k.key").code == 2
    store2erp("run", *at, "--wave", "pilot", "--json")
    assert store2erp("evidence", "export", *at, "--out", pack, "--key", key).code == 0
    with zipfile.ZipFile(pack) as good, zipfile.ZipFile(bad, "w") as made:
        for info in good.infolist():
            content = good.read(info)
            with made.open(member(info.filename), "w", force_zip64=True) as out:
                out.write(content.replace(b"100.10", b"100.20") if info.filename.startswith("ledgers/") else content)
    shown = store2erp("evidence", "verify", bad)
    assert shown.code == 1
    assert "ledgers/A/suppliers.jsonl row 第 1 行 (table suppliers, row_id suppliers.csv:2): was changed" in shown.out
    assert json.loads(store2erp("evidence", "verify", bad, "--json").out)["ok"] is False
