"""A process of its own that assigns ERP keys whenever its standard input says so.

Belongs here: what two stores that run at once do. Does not belong here: what must hold afterwards (`test_crosswalk_at_once.py`).
Arguments: the databases' prefix, the store. Each line of input is the name of a round, or `hold NAME` to stop before
the commit; each line of output the ERP keys of that round.
"""

import json
import os
import sys
import time

import pandas as pd

from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.control.repository.crosswalk_staging import Assignment
from migration_pipeline.runtime.databases import CONTROL, URL_VARIABLE, Databases

SHARED, OWN = 40, 5


def records(store: str, round_: str) -> pd.DataFrame:
    """Things that all stores have (one GTIN each) and some of the store's own; codes are running numbers, so that a race would show."""
    names = [*(f"{round_}-{n}" for n in range(SHARED)), *(f"{store}-{round_}-{n}" for n in range(OWN))]
    frame = pd.DataFrame({"source_key": pd.Series([f"{store}/{name}" for name in names], dtype="str")})
    identities = [[("gtin", name)] if place < SHARED else [] for place, name in enumerate(names)]
    nothing = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
    return frame.assign(code_hint="P", code_digits=6, identities=identities, updated_at=nothing, fields='{"name": "n"}')


def main(prefix: str, store: str) -> None:
    """Assign until the input ends."""
    databases = Databases(os.environ[URL_VARIABLE], prefix=prefix, options="sslmode=disable")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in iter(sys.stdin.readline, ""):
        kind, _, name = line.strip().rpartition(" ")
        if kind == "hold":
            with databases.connect(CONTROL) as connection, connection.cursor() as cursor:
                Assignment(cursor, "products", store, name).assign(records(store, name))
                sys.stdout.write("held\n")
                sys.stdout.flush()
                time.sleep(600)
        keys = CrosswalkRepository(databases).assign("products", store, name, records(store, name))["erp_key"]
        sys.stdout.write(json.dumps(keys.tolist()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
