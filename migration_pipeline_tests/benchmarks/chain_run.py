"""A chain of stores through reading, cleaning and mapping, in this process, without Dagster and without a database.

Belongs here: the run and what it found, row by row. Does not belong here: what it should have found (`defect_table.py`).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from migration_pipeline.cleaned.clean import clean
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.policy_effects import policy_effects
from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.map import map_to_erp
from migration_pipeline.project.load import load_project
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import SourceSpec
from migration_pipeline.raw.archive import Archive
from migration_pipeline.raw.extract import extract
from migration_pipeline.raw.gather import Places
from migration_pipeline_tests.unit.mapped.fake_crosswalk import FakeCrosswalk

ROW = ["dataset", "table", "row_id", "reason"]
_FINE = ("loaded", "same_record", "folded_stock", "kept_as_evidence")


@dataclass(frozen=True)
class Found:
    """What one store came to.

    Attributes:
        outcomes: dataset, table, row_id, reason of every source row; the other two have these columns as well.
        changes: of every cell that cleaning changed.
        flags: of every row that a rule flagged; `row_id` is empty where the finding tells the number of rows only.
    """

    store: str
    outcomes: pd.DataFrame
    changes: pd.DataFrame
    flags: pd.DataFrame

    def noted(self) -> Counter[str]:
        """Reason -> rows that were flagged, excluded or rejected; evidence never goes on, and equal records are no defect."""
        reasons = pd.concat([self.flags["reason"], self.outcomes["reason"]])
        return Counter(reasons[~reasons.isin(_FINE)])


def run_chain(folder: Path) -> Iterator[Found]:
    """What became of each store of a project, in its order."""
    project, crosswalk = load_project(folder).project, FakeCrosswalk()
    places = Places(data=folder / "data", archive=Archive(folder / "archive"), cache=folder / "read", live=folder / "live")
    for store in project.stores:
        source = project.sources[store.source]
        warehouses = tuple(warehouse.code for warehouse in store.warehouses)
        context = MappingContext(store.id, "run", (store.id,), source.value_maps, crosswalk, warehouses)
        yield _found(store, {name: _run(name, store, source, places, context) for name in DATASETS})


def _run(dataset: str, store: StoreSpec, source: SourceSpec, places: Places, context: MappingContext) -> tuple[StageOutput, StageOutput]:
    cleaned = clean(dataset, extract(DATASETS[dataset], store, source, places), source)
    return cleaned, map_to_erp(dataset, cleaned, context)


def _found(store: StoreSpec, outputs: dict[str, tuple[StageOutput, StageOutput]]) -> Found:
    def every(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
        return pd.concat([frame[ROW[1:]].assign(dataset=name) for name, frame in frames.items()], ignore_index=True)[ROW]

    rows = {name: pd.concat([mapped.outcomes, mapped.tables[PENDING]]) for name, (_, mapped) in outputs.items()}
    changes = {name: cleaned.changes for name, (cleaned, _) in outputs.items()}
    return Found(
        store.id, every(rows), every(changes).query("reason != ''"), every({name: _flags(mapped) for name, (_, mapped) in outputs.items()})
    )


def _flags(output: StageOutput) -> pd.DataFrame:
    known = {(effect.table, effect.rule): effect.row_ids for effect in policy_effects(output.facts) if effect.policy == "flag"}
    rows = []
    for finding in output.findings[output.findings["action"] == "flag"].to_dict("records"):
        ids = known.get((finding["table"], finding["rule"]), ())
        without = [""] * (finding["hits"] - len(ids))
        rows += [(finding["table"], row_id, finding["reason"]) for row_id in (*ids, *without)]
    return pd.DataFrame(rows, columns=ROW[1:], dtype="str")
