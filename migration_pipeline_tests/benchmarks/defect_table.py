"""How many kinds of defects are planted, caught, and wrongly caught: one defect at a time in an otherwise clean store.

Run with `python -m migration_pipeline_tests.benchmarks.defect_table`: prints a table and writes `build/bench/defects.json`.
Belongs here: reading and cleaning such a store, and counting what fires. Does not belong here: the kinds (`simulation/defect_kinds.py`).
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

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
from migration_pipeline.simulation.defect_kinds import DEFECTS, UNREADABLE, Defect, expected
from migration_pipeline.simulation.one_defect import DATASET_OF, Plant, columns_of, write_store

FIGURES = Path("build/bench/defects.json")


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
    return Seen(dict(fired), tables)


def _source(plant: Plant | None) -> SourceSpec:
    reading = {plant.table: dict(plant.reading)} if plant else {}
    inputs = {name: {"format": "csv", "file": f"{name}.csv", **reading.get(name, {})} for name in DATASET_OF}
    datasets: dict[str, dict[str, object]] = {dataset: {} for dataset in DATASETS}
    for name, dataset in DATASET_OF.items():
        datasets[dataset][name] = {"inputs": [name], "columns": {column: column for column in columns_of(name)}}
    return SourceSpec.model_validate({"inputs": inputs, "datasets": datasets})


def figures_of(defect: Defect, folder: Path) -> dict[str, object]:
    """One line of the table: planted, caught (1 if all that must fire did), wrongly caught (codes beyond that)."""
    line: dict[str, object] = {"kind": defect.kind, "caught by": defect.caught, "reason": defect.reason, "policy": defect.policy}
    if defect.plant is None:
        return {**line, "planted": 0, "caught": 0, "wrongly caught": 0, "note": defect.note}
    fired, wanted = Counter(run_store(folder, defect.plant).fired), Counter(expected(defect))
    return {**line, "planted": 1, "caught": int(not wanted - fired), "wrongly caught": (fired - wanted).total(), "note": defect.note}


def main() -> None:
    """Every kind once."""
    lines = []
    for place, defect in enumerate(DEFECTS.values()):
        with TemporaryDirectory(prefix=f"defect{place}-") as folder:
            lines.append(figures_of(defect, Path(folder)))
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(lines, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    frame = pd.DataFrame(lines)
    sums = frame[["planted", "caught", "wrongly caught"]].sum()
    Console(width=180).print(frame.to_string(index=False), sums.to_string(), sep="\n", markup=False, highlight=False)


if __name__ == "__main__":
    main()
