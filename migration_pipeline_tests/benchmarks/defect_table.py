"""How many defects of each kind are planted, caught, and wrongly caught.

Run with `python -m migration_pipeline_tests.benchmarks.defect_table`: one defect at a time in an otherwise clean store; prints a table and
writes `build/bench/defects.json`. With `small` or `large` behind it: many of each kind among the rows of a whole chain, and the same chain
without any; `build/bench/defects_<size>.json`.
Belongs here: reading and cleaning a store with one defect, and the two tables. Does not belong here: the kinds
(`simulation/defect_kinds.py`), the chain's run and comparison (`chain_run.py`, `chain_figures.py`).
"""

import json
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import pandas as pd
from rich.console import Console

from migration_pipeline.cleaned.clean import clean
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import SourceSpec
from migration_pipeline.raw.archive import Archive
from migration_pipeline.raw.extract import extract
from migration_pipeline.raw.gather import Places
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.simulation.defect_chain import simulate_defects
from migration_pipeline.simulation.defect_kinds import DEFECTS, UNREADABLE, Defect, expected
from migration_pipeline.simulation.model import Size
from migration_pipeline.simulation.one_defect import CATEGORIES, DATASET_OF, Plant, columns_of, write_store
from migration_pipeline_tests.benchmarks.chain_figures import tally
from migration_pipeline_tests.benchmarks.chain_run import Found, run_chain

FIGURES = Path("build/bench")
_SUMS = ["planted", "caught", "wrongly caught"]


@dataclass(frozen=True)
class Seen:
    """What one store came to: codes that fired with their number, and the rows that go on, by table."""

    fired: dict[str, int]
    tables: dict[str, pd.DataFrame]


def run_store(folder: Path, plant: Plant | None = None) -> Seen:
    """Write a store with one defect, or with none, and take it through reading and cleaning: with a defect its dataset, else all."""
    write_store(folder / "data", plant)
    source = _source(plant)
    places = Places(data=folder / "data", archive=Archive(folder / "archive"), cache=folder / "read", live=folder / "live")
    fired: Counter[str] = Counter()
    tables: dict[str, pd.DataFrame] = {}
    for dataset in [DATASET_OF[plant.table]] if plant else list(source.datasets):
        try:
            raw = extract(DATASETS[dataset], StoreSpec(id="S1", source="s"), source, places)
        except BadInputError:
            fired[UNREADABLE] += 1
            continue
        output = clean(dataset, raw, source)
        fired.update(output.outcomes["reason"])
        for reason, hits in zip(output.findings["reason"], output.findings["hits"], strict=True):
            fired[reason] += hits
        tables |= output.tables
    del fired["kept_as_evidence"]
    return Seen(dict(fired), tables)


def _source(plant: Plant | None) -> SourceSpec:
    reading = {plant.table: dict(plant.reading)} if plant else {}
    inputs = {name: {"format": "csv", "file": f"{name}.csv", **reading.get(name, {})} for name in DATASET_OF}
    datasets: dict[str, dict[str, object]] = {dataset: {} for dataset in DATASETS}
    for name, dataset in DATASET_OF.items():
        datasets[dataset][name] = {"inputs": [name], "columns": {column: column for column in columns_of(name)}}
    scales = [{"prefix": "20", "layout": "FFPPPPPWWWWWC"}]
    return SourceSpec.model_validate(
        {"known": {"category": CATEGORIES}, "inputs": inputs, "datasets": datasets, "weighed_barcodes": scales}
    )


def figures_of(defect: Defect, folder: Path) -> dict[str, object]:
    """One line of the table: planted, caught (1 if all that must fire did), wrongly caught (codes beyond that)."""
    line: dict[str, object] = {"kind": defect.kind, "caught by": defect.caught, "reason": defect.reason, "policy": defect.policy}
    if defect.plant is None:
        return {**line, "planted": 0, "caught": 0, "wrongly caught": 0, "note": defect.note}
    fired, wanted = Counter(run_store(folder, defect.plant).fired), Counter(expected(defect))
    return {**line, "planted": 1, "caught": int(not wanted - fired), "wrongly caught": (fired - wanted).total(), "note": defect.note}


def chain_figures(folder: Path, size: Size, per_store: int = 3) -> tuple[list[dict[str, object]], dict[str, object]]:
    """The table of a whole chain, and what belongs to it.

    `baseline` counts what the chain without defects flags or ends, by reason; `elsewhere` are the kinds that no row of a chain can have.
    """
    started = time.perf_counter()
    simulate_defects(folder / "clean", size=size, per_store=0)
    truth = simulate_defects(folder / "planted", size=size, per_store=per_store)
    written = time.perf_counter()
    with ProcessPoolExecutor(2) as pool:
        clean, planted = (list(found) for found in pool.map(_run_all, [folder / "clean", folder / "planted"]))
    result = tally(truth, clean, planted)
    lines = list(result.lines())
    return lines, {
        "source_rows": len(truth.outcomes),
        "stores": len(truth.stores),
        "baseline": dict(sum((found.noted() for found in clean), Counter[str]())),
        "seconds": {"write": round(written - started), "run": round(time.perf_counter() - written)},
        "elsewhere": sorted(DEFECTS.keys() - {str(line["kind"]) for line in lines}),
        "missed": result.missed,
        "wrong": result.wrong,
    }


def _run_all(folder: Path) -> list[Found]:
    return list(run_chain(folder))


def _one_by_one() -> list[dict[str, object]]:
    lines = []
    for place, defect in enumerate(DEFECTS.values()):
        with TemporaryDirectory(prefix=f"defect{place}-") as folder:
            lines.append(figures_of(defect, Path(folder)))
    return lines


def main() -> None:
    """Every kind once, or many of each in a chain."""
    size = sys.argv[1] if sys.argv[1:] else ""
    found: dict[str, object] = {}
    if size:
        with TemporaryDirectory(prefix="defects-") as folder:
            lines, found = chain_figures(Path(folder), cast("Size", size))
    else:
        lines = _one_by_one()
    path = FIGURES / f"defects{size and '_'}{size}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"kinds": lines, **found}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    frame = pd.DataFrame(lines)
    shown = [f"{name}: {value}" for name, value in found.items() if name not in {"missed", "wrong"}]
    Console(width=180).print(frame.to_string(index=False), frame[_SUMS].sum().to_string(), *shown, sep="\n", markup=False, highlight=False)


if __name__ == "__main__":
    main()
