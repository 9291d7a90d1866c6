"""How often each level of a hard Chinese address is right: this splitter beside the library cpca, in one run.

Run with `python -m migration_pipeline_tests.benchmarks.address_accuracy`: prints a table and writes `build/bench/addresses.json`.
The truth is `addresses.csv`: 379 addresses made up by hand before the splitter was written, no real persons. Only every other one (the
first, third ... row) was looked at while tuning; the rest is held out, and its mistakes were never looked at.
Belongs here: comparing. Does not belong here: splitting (`contracts/addresses.py`).
"""

import csv
import importlib.util
import json
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from migration_pipeline.contracts.addresses import split_addresses
from migration_pipeline.contracts.divisions import MUNICIPALITIES

TRUTH = Path(__file__).with_name("addresses.csv")
FIGURES = Path("build/bench/addresses.json")
LEVELS = ("province", "city", "district", "street", "code")
HALVES = {"looked at": 0, "held out": 1}


def truth() -> pd.DataFrame:
    """The addresses and what they say: text, empty where they do not say it; `half` is "looked at" or "held out"."""
    with TRUTH.open(encoding="utf-8", newline="") as lines:
        frame = pd.DataFrame(list(csv.DictReader(lines)), dtype="str")
    return frame.assign(half=[list(HALVES)[place % 2] for place in range(len(frame))])


def ours(addresses: "pd.Series[str]") -> pd.DataFrame:
    """What the splitter says, in the columns of the truth."""
    found = split_addresses(addresses).rename(columns={"division_code": "code"})
    return found[list(LEVELS)].fillna("")


def of_cpca(addresses: "pd.Series[str]") -> pd.DataFrame:
    """What cpca says, its own ways (no city in municipalities, a name for what is directly under a province) made like the truth."""
    import cpca  # type: ignore[import-untyped]  # not installed everywhere; the others are compared without it

    found = (
        cpca.transform(addresses.tolist()).fillna("").rename(columns={"省": "province", "市": "city", "区": "district", "adcode": "code"})
    )
    city = found["city"].where(~found["city"].str.contains("直辖|市辖区"), "")
    municipal = found["code"].str[:2].isin(MUNICIPALITIES)
    levels: pd.DataFrame = found.assign(city=city.where(~municipal, found["province"]), street="")[list(LEVELS)]
    return levels.set_axis(addresses.index)


def accuracy(found: pd.DataFrame, wanted: pd.DataFrame) -> dict[str, float]:
    """Share of addresses in which a level is right, and of those that got a code other than the true one (`wrong code`)."""
    right = {level: float((found[level] == wanted[level]).mean()) for level in LEVELS}
    return right | {"wrong code": float(((found["code"] != "") & (found["code"] != wanted["code"])).mean())}


def figures() -> dict[str, dict[str, float]]:
    """Half and splitter -> accuracy per level."""
    rows = truth()
    ways = {"store2erp": ours} | ({"cpca": of_cpca} if importlib.util.find_spec("cpca") else {})
    results = {name: split(rows["address"]) for name, split in ways.items()}
    return {
        f"{half}, {name}": accuracy(found[rows["half"] == half], rows[rows["half"] == half])
        for half in HALVES
        for name, found in results.items()
    }


def main() -> None:
    """Print the table and write it as JSON."""
    found = figures()
    shown = Table("half, splitter", *LEVELS, "wrong code", title="right, of all addresses (cpca has no streets)")
    for name, line in found.items():
        shown.add_row(name, *(f"{value:.3f}" for value in line.values()))
    Console().print(shown)
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
