"""Tryton's server in a virtual environment of its own, made once per machine account.

Apart from ours: Tryton is licensed under the GPL and runs as a program of its own that is spoken to over its network protocol; its
dependencies never meet ours; and nobody who does not want it has it. pip takes the packages from wherever the machine's pip is told to.

Belongs here: which packages, where they lie. Does not belong here: running the server (`tryton_server.py`).
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from platformdirs import user_cache_path

from migration_pipeline.runtime.errors import InfrastructureError
from migration_pipeline.runtime.file_lock import locked

CACHE_VARIABLE = "STORE2ERP_CACHE"
MODULES = ("account_product", "product_price_list", "purchase", "sale")
"""Activated in the database, with all they depend on (party, product, stock, account, company, currency ...)."""
PACKAGES = (
    "trytond[postgresql]==8.0.12",
    "trytond_account==8.0.4",
    "trytond_account_invoice==8.0.2",
    "trytond_account_invoice_stock==8.0.0",
    "trytond_account_product==8.0.1",
    "trytond_company==8.0.1",
    "trytond_country==8.0.0",
    "trytond_currency==8.0.0",
    "trytond_party==8.0.4",
    "trytond_product==8.0.2",
    "trytond_product_price_list==8.0.0",
    "trytond_purchase==8.0.3",
    "trytond_sale==8.0.5",
    "trytond_stock==8.0.5",
    "psycopg[binary,pool]>=3.2",
)
_SECONDS = 900
_STAMP = ".installed"


def cache_folder() -> Path:
    """Where what can be made again lies: `STORE2ERP_CACHE`, else the account's cache folder."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen).expanduser() if chosen else user_cache_path("store2erp")


def versions() -> str:
    """A short name for the packages, modules and Python that the server is made of."""
    told = repr((PACKAGES, MODULES, sys.version_info[:2]))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def environment() -> Path:
    """Where the virtual environment lies, or will."""
    return cache_folder() / f"tryton-{versions()}"


def is_installed() -> bool:
    """True if it is there and complete."""
    return (environment() / _STAMP).exists()


def install() -> Path:
    """The environment; made if need be (about 10 s and 120 MB).

    Raises:
        InfrastructureError: it cannot be made; carries pip's last words.
    """
    folder = environment()
    if not is_installed():
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(folder.parent / "tryton.lock", seconds=_SECONDS, held_by="another installation"):
            if not is_installed():
                shutil.rmtree(folder, ignore_errors=True)
                _run(sys.executable, "-m", "venv", str(folder))
                _run(str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES)
                (folder / _STAMP).touch()
    return folder


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_SECONDS)  # noqa: S603 - fixed programs, no shell
    except (OSError, subprocess.SubprocessError) as error:
        said = error.stderr.strip().splitlines() if isinstance(error, subprocess.CalledProcessError) and error.stderr else [str(error)]
        raise InfrastructureError(
            f"Tryton cannot be installed: {said[-1] if said else type(error).__name__}",
            where=str(environment()),
            fix="check that pip reaches its package index and that the disk has room",
        ) from None
