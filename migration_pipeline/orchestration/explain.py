"""What became of one source row, stage by stage: the values before and after, its outcome, the ERP's row.

Belongs here: collecting from the lake and the ERP. Does not belong here: printing (`cli/`). Personal values are masked unless asked for.
"""

from dataclasses import dataclass

import pandas as pd

from migration_pipeline.contracts.datasets import DATASETS, Table
from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.contracts.reasons import REASONS
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.orchestration.metadata import MASK
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.source import TableSpec
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.lake import current_folder, read_stage

_MASTERS = {"suppliers": "supplier", "products": "item", "members": "member"}


@dataclass(frozen=True)
class Step:
    """One stage of a row's way; `values` are text by column, masked where personal."""

    stage: str
    table: str
    values: dict[str, str]
    note: str = ""


@dataclass(frozen=True)
class Explanation:
    """One source row's way; `outcome` is empty if it is still on it, `corrections` says who changed it."""

    row_id: str
    table: str
    steps: tuple[Step, ...]
    outcome: str = ""
    reason: str = ""
    detail: str = ""
    target_key: str = ""
    corrections: tuple[str, ...] = ()


def explain(workspace: Workspace, store: str, dataset_name: str, row: str, *, personal: bool = False) -> list[Explanation]:
    """Everything known of a row id; one explanation per table that was read from that row.

    Raises:
        BadInputError: no such dataset, row id, or the store has not been read yet.
    """
    if dataset_name not in DATASETS:
        raise BadInputError(f"there is no dataset {dataset_name!r}", where="explain", fix=f"datasets are {', '.join(DATASETS)}")
    dataset, lake = DATASETS[dataset_name], workspace.home.lake
    raw = read_stage(lake, "raw", dataset_name, workspace.store(store).id)
    later = {s: read_stage(lake, s, dataset_name, store) for s in ("cleaned", "loaded") if current_folder(lake, s, dataset_name, store)}
    specs = workspace.source(store).datasets[dataset_name]
    cases = [_Case(workspace, store, dataset.table(name), specs[name], personal) for name in raw.tables]
    found = [_way(case, raw, later, row) for case in cases if _has(raw, case.table.name, row)]
    if not found:
        example = next((frame["_row_id"].iloc[0] for frame in raw.tables.values() if len(frame)), "FILE:ROW")
        raise BadInputError(f"{dataset_name} of store {store} has no row {row!r}", where="explain", fix=f"row ids look like {example}")
    return found


@dataclass(frozen=True)
class _Case:
    """Where a row is looked for, and whether personal values are shown."""

    workspace: Workspace
    store: str
    table: Table
    spec: TableSpec
    personal: bool


def _has(raw: StageOutput, table: str, row: str) -> bool:
    ended = raw.outcomes
    return bool((raw.tables[table]["_row_id"] == row).any() or ((ended["table"] == table) & (ended["row_id"] == row)).any())


def _way(case: _Case, raw: StageOutput, later: dict[str, StageOutput], row: str) -> Explanation:
    name = case.table.name
    steps = [Step("raw", name, _values(raw.tables[name], row, _hidden_raw(case, raw.tables[name])))]
    if "cleaned" in later and name in later["cleaned"].tables:
        hidden = {field.name for field in case.table.fields if field.personal and not case.personal}
        steps.append(Step("cleaned", name, _values(later["cleaned"].tables[name], row, hidden)))
    changed = _corrections(later.get("cleaned"), name, row)
    ledger = later.get("loaded", later.get("cleaned", raw)).outcomes
    hit = ledger[(ledger["table"] == name) & (ledger["row_id"] == row)]
    if hit.empty:
        return Explanation(row, name, tuple(step for step in steps if step.values), corrections=changed)
    end = hit.iloc[0]
    if end["target_key"]:
        steps.append(_erp_step(case, str(end["target_key"])))
    reason = REASONS[str(end["reason"])]
    words = f"{reason.en} {reason.zh} [{end['stage']}{', ' + str(end['detail']) if end['detail'] else ''}]"
    shown = tuple(step for step in steps if step.values or step.note)
    return Explanation(row, name, shown, str(end["outcome"]), reason.code, words, str(end["target_key"]), changed)


def _corrections(cleaned: StageOutput | None, table: str, row: str) -> tuple[str, ...]:
    """What people did to the row, from the facts that cleaning left."""
    made = cleaned.facts.get("corrections", []) if cleaned else []
    hits = [one for one in made if (one["table"], one["row"]) == (table, row)] if isinstance(made, list) else []
    words = {"set": "corrected 已更正", "exclude": "excluded 已排除"}
    return tuple(f"{words[hit['action']]} by {hit['who']} on {hit['on']}: {hit['reason']} ({hit['file']}:{hit['line']})" for hit in hits)


def _hidden_raw(case: _Case, raw: pd.DataFrame) -> set[str]:
    """Source columns of persons; in a table that has any also those nobody mapped, for what is in them is not known."""
    personal = {field.name for field in case.table.fields if field.personal}
    if case.personal or not personal:
        return set()
    sources = {name: (s,) if isinstance(s, str) else tuple(s) for name, s in case.spec.columns.items()}
    shown = {column for name, columns in sources.items() if name not in personal for column in columns}
    hidden = {column for name, columns in sources.items() if name in personal for column in columns}
    return hidden | (set(map(str, raw.columns)) - shown)


def _values(frame: pd.DataFrame, row: str, hidden: set[str]) -> dict[str, str]:
    hit = frame[frame["_row_id"] == row]
    if hit.empty:
        return {}
    shown = {str(c): v for c, v in hit.iloc[0].items() if not str(c).startswith("_") and pd.notna(v)}
    return {c: MASK if c in hidden else str(v) for c, v in shown.items()}


def _erp_step(case: _Case, key: str) -> Step:
    """The ERP's row as it is now."""
    name = _MASTERS.get(case.table.name, case.table.erp_table)
    about = erp_table(name)
    frame = case.workspace.target.read_back(name, case.store if about.per_store else None)
    keys = frame[[c for c in about.key if c != "store_code"]].astype("str").agg("|".join, axis=1)
    hit = frame[keys == key]
    if hit.empty:
        return Step("erp", name, {}, "not in the ERP")
    hidden = {column.name for column in about.columns if column.personal and not case.personal}
    return Step("erp", name, {str(c): MASK if c in hidden else str(v) for c, v in hit.iloc[0].items() if pd.notna(v)})
