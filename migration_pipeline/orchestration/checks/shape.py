"""`shape`: the tables of a stage are what `contracts/schemas.py` and `contracts/cross_rules.py` say (pandera, lazy).

Belongs here: running those rules for a store, and which source rows break them. Does not belong here: the rules. All failures are counted,
row ids are named, no value is shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg
import pandas as pd
import pandera.pandas as pa

from migration_pipeline.contracts import cross_rules
from migration_pipeline.contracts.correction_amounts import UNIT_CONVERSION
from migration_pipeline.contracts.cross_rules import CLEANED, MAPPED, Broken, Surroundings
from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.contracts.schemas import cleaned_schema, erp_schema, places_of, raw_schema, row_failures
from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.orchestration.checks.store_check import StoreCheck, one_check
from migration_pipeline.orchestration.store_stage import StoreStage
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.source import SourceSpec
from migration_pipeline.runtime.lake import read_stage

_MOST_SHOWN, _ROWS_SHOWN = 20, 5
_NONE = pd.DataFrame({name: pd.Series(dtype="str") for name in ("table", "column", "check")} | {"place": pd.Series(dtype="int64")})


def shape_check() -> StoreCheck:
    """The check `shape` of `<stage>_<dataset>`."""

    def judge(at: StoreStage, output: StageOutput) -> dg.AssetCheckResult:
        cleaned = read_stage(at.workspace.home.lake, "cleaned", at.dataset.name, at.store) if at.stage == "mapped" else None
        staged = Staged(at.stage, at.dataset, output, cleaned)
        return shape_result(staged, at.workspace.source(at.store), surroundings(at.workspace, at.store))

    words = "Columns, types, required values, keys, words, and rows that fit each other (pandera). 列、类型、必填、主键、取值与行间关系。"
    return one_check("shape", words, judge)


def surroundings(workspace: Workspace, store: str) -> Surroundings:
    """The store as its mapped tables may refer to it; the crosswalk is asked only for codes that are not among them."""
    crosswalk = CrosswalkRepository(workspace.databases)
    others = [other for other in workspace.stores if other != store]

    def known(dataset: str, codes: "pd.Series[str]") -> "pd.Series[str]":
        return crosswalk.golden(dataset, codes.tolist())["erp_key"].astype("str")

    def elsewhere(dataset: str, codes: "pd.Series[str]") -> "pd.Series[str]":
        keys = crosswalk.lookup(dataset, others)["erp_key"].astype("str")
        return keys[keys.isin(codes)]

    return Surroundings(store, tuple(warehouse.code for warehouse in workspace.store(store).warehouses), known, elsewhere)


@dataclass(frozen=True)
class Staged:
    """One stage's output of a dataset; with a mapped one the cleaned output it was made of."""

    stage: str
    dataset: Dataset
    output: StageOutput
    cleaned: StageOutput | None = None

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """Its tables, without the ledger of those that wait."""
        return {name: frame for name, frame in self.output.tables.items() if name != PENDING}

    def schema(self, name: str, source: SourceSpec) -> pa.DataFrameSchema:
        """What one of its tables must be."""
        if self.stage == "raw":
            return raw_schema()
        return cleaned_schema(self.dataset.table(name), source.policies) if self.stage == "cleaned" else erp_schema(erp_table(name))

    def broken(self, around: Surroundings) -> Iterator[Broken]:
        """The rules between its tables, and between them and what they were made of."""
        if self.stage == "cleaned":
            yield from cross_rules.broken_tickets(CLEANED, self.frames)
        if self.cleaned is None:
            return
        pending, ended = self.output.tables[PENDING], self.output.outcomes
        found = self.output.findings
        packs = set(found.loc[found["reason"] == UNIT_CONVERSION, "table"])
        yield from cross_rules.broken_tickets(MAPPED, self.frames)
        yield from cross_rules.broken_nets(self.frames)
        yield from cross_rules.broken_references(self.frames, around)
        yield Broken(PENDING, "target_key", "is_in_its_table", cross_rules.absent_rows(self.dataset, self.frames, pending))
        ledger = pd.concat([pending, ended[ended["target_key"] != ""]])
        yield from cross_rules.broken_copies(self.dataset, self.frames, ledger, self.cleaned, packs)
        yield from cross_rules.cut_names(self.dataset, self.frames, ledger, self.cleaned, around)


def shape_result(staged: Staged, source: SourceSpec, around: Surroundings) -> dg.AssetCheckResult:
    """Validate every table by itself, and the tables beside each other where each has its columns and types."""
    frames = staged.frames
    parts = [row_failures(staged.schema(name, source), frame).assign(table=name) for name, frame in frames.items()]
    if all((part["place"] >= 0).all() for part in parts):
        parts += [places_of(broken).assign(table=broken.table) for broken in staged.broken(around)]
    failures = pd.concat([*parts, _NONE], ignore_index=True)
    rows = [_counted(key, part, staged) for key, part in failures.groupby(["table", "column", "check"])]
    return dg.AssetCheckResult(
        passed=failures.empty,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={
            "rows": dg.MetadataValue.int(sum(len(frame) for frame in frames.values())),
            "tables": dg.MetadataValue.text(", ".join(frames)),
            "failures": dg.MetadataValue.json(rows[:_MOST_SHOWN]),
        },
    )


def _counted(key: object, failures: pd.DataFrame, staged: Staged) -> dict[str, object]:
    """One line of the check's figures: what is broken, in how many rows, and which source rows those are."""
    table, column, check = key if isinstance(key, tuple) else ("", "", "")
    places = failures.loc[failures["place"] >= 0, "place"]
    ids = cross_rules.row_ids(staged.dataset, str(table), staged.output, places.head(_ROWS_SHOWN).tolist())
    return {"table": table, "column": column, "check": check, "rows": len(failures), "row_ids": ids}
