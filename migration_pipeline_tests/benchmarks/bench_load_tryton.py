"""Loading suppliers into Tryton beside its own client proteus: this module [SUPPLIERS], or `make bench-load-tryton`.

Each way creates the same records (a party with category, address, two contact mechanisms) in the same server, in lists of a hundred; they
alternate, medians of three rounds. Ours is a whole batch: looked up, journalled, created, read back and compared. Proteus only creates, in
a session of its own; it asks the server what follows from each field that is set.
Tryton is brought up in a home of its own; proteus is installed beside it. Writes `build/bench/load_tryton.json`.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.loaded.protocol import Batch, CompanyRow, StoreRow
from migration_pipeline.loaded.targets.tryton.target import TrytonTarget
from migration_pipeline.orchestration import erp_server
from migration_pipeline.runtime.databases import open_databases
from migration_pipeline.runtime.embedded_postgres import destroy
from migration_pipeline.runtime.paths import Home
from migration_pipeline.runtime.tryton_install import cache_folder
from migration_pipeline_tests.integration.target_frames import frame

FIGURES = Path("build/bench/load_tryton.json")
SUPPLIERS, ROUNDS = 500, 3
PROTEUS = "proteus==8.0.0"


def ours(target: TrytonTarget, first: int, count: int) -> float:
    """Seconds of one batch."""
    bare = dict.fromkeys(column.name for column in ERP_TABLES["supplier"].columns)
    rows = [
        bare
        | {"supplier_code": f"V{n:06d}", "name": f"supplier {n}", "address": f"street {n}", "city": "city"}
        | {"phone": f"0755-{n:08d}", "contact": f"contact {n}"}
        for n in range(first, first + count)
    ]
    tables = {"supplier": frame(ERP_TABLES["supplier"], rows)}
    started = time.monotonic()
    target.load_batch(Batch(f"bench-{first}", "bench", "S1", "suppliers"), tables)
    return time.monotonic() - started


def proteus(python: Path, target: TrytonTarget, first: int, count: int) -> float:
    """Seconds that the other client says it took."""
    address = target.address
    url = f"http://{address.host}:{address.port}/{address.database}/rpc/"
    known = os.environ | {"PROTEUS_URL": url, "PROTEUS_USER": address.user, "PROTEUS_PASSWORD": address.password}
    command = [python, Path(__file__).with_name("one_proteus.py"), str(first), str(count)]
    return float(subprocess.run(command, env=known, check=True, stdout=subprocess.PIPE, text=True).stdout)


def installed_proteus() -> Path:
    """The interpreter of an environment with proteus."""
    folder = cache_folder() / "proteus"
    if not (folder / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PROTEUS], check=True)
    return folder / "bin" / "python"


def main(count: int) -> None:
    """Alternate and print."""
    python = installed_proteus()
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch).chmod(0o711)
        home = Home(Path(scratch) / "home")
        home.ensure()
        try:
            databases = open_databases(home)
            erp_server.up(home, databases)
            upgrade(databases)
            target = erp_server.tryton_target(home, databases)
            target.prepare(CompanyRow("HQ", "bench", "CNY"), [StoreRow("S1", "one", {"01": "one"})], VOCABULARIES["unit"])
            ours(target, 10_000_000 - 100, 100)  # the category is there now, the server is warm
            seconds: dict[str, list[float]] = {"ours": [], "proteus": []}
            for number in range(ROUNDS):
                seconds["ours"].append(ours(target, number * count, count))
                seconds["proteus"].append(proteus(python, target, number * count, count))
        finally:
            erp_server.down(home)
            destroy(home)
    rates = {name: round(count / statistics.median(taken), 1) for name, taken in seconds.items()}
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps({"suppliers": count, "per_second": rates, "seconds": seconds}, indent=1), encoding="utf-8")
    Console().print(f"suppliers per second: ours {rates['ours']}, proteus {rates['proteus']}  ({FIGURES})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SUPPLIERS)
