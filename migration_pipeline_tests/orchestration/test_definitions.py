"""Dagster can load the definitions anywhere: no environment, a working folder that cannot be written, and from `workspace.yaml`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IMPORT = "import sys; sys.path.insert(0, sys.argv[1]); from migration_pipeline.definitions import defs; print(len(list(defs.assets or ())))"


def test_definitions_need_no_environment_and_leave_nothing_behind(tmp_path: Path) -> None:
    """Code servers start in strange places; the folder is also looked at afterwards, because root may write anywhere."""
    tmp_path.chmod(0o500)
    done = subprocess.run(
        [sys.executable, "-B", "-c", IMPORT, str(ROOT)], env={}, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "30"), done.stderr
    assert list(tmp_path.iterdir()) == []


def validated(workspace: Path, dagster_home: Path) -> subprocess.CompletedProcess[str]:
    """`dagster definitions validate` from the repository's root, with nothing but a home of its own."""
    command = [sys.executable, "-m", "dagster", "definitions", "validate", "-w", str(workspace)]
    environment = {"DAGSTER_HOME": str(dagster_home), "PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_dagster_accepts_the_workspace(tmp_path: Path) -> None:
    """Plain `dagster dev` in the root finds everything."""
    done = validated(ROOT / "workspace.yaml", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "store2erp" in done.stdout + done.stderr


@pytest.mark.slow
def test_a_broken_workspace_is_refused(tmp_path: Path) -> None:
    """The test above would be worth nothing if the validation never failed."""
    broken = tmp_path / "workspace.yaml"
    broken.write_text("load_from:\n  - python_module: migration_pipeline.definitoins\n", encoding="utf-8")
    assert validated(broken, tmp_path).returncode != 0
