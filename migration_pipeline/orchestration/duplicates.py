"""Finding duplicates over all stores before loading, for a person to decide about.

Belongs here: collecting records, matching them, keeping the file of decisions. Does not belong here: matching (`mapped/matching/`), the
file's form (`project/decisions.py`), printing (`cli/`).
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from migration_pipeline.cleaned.clean import clean
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.mapped.candidates import PRESETS, candidates, explanation, representatives, twins
from migration_pipeline.mapped.matching.blocking import Crowd
from migration_pipeline.mapped.matching.link import link
from migration_pipeline.mapped.matching.spec import preset
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.decisions import (
    DISTINCT,
    MERGE,
    SAME,
    PairRow,
    pair_name,
    read_decisions,
    remembered,
    write_decisions,
)
from migration_pipeline.raw.extract import extract
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.lake import current_folder, read_stage

APART = "already loaded apart 已分别导入"
ONE_CODE = "one barcode, merged in loading unless distinct 同条码异物"
TOGETHER = "already one record in the ERP 已合并"


@dataclass(frozen=True)
class Found:
    """What was found of one dataset: records compared, all pairs in the file, where it lies, values too frequent to compare by."""

    dataset: str
    records: int
    rows: tuple[PairRow, ...]
    file: Path
    crowds: tuple[Crowd, ...] = ()


def find_duplicates(workspace: Workspace, dataset: str, *, personal: bool = False) -> Found:
    """Match the records of all stores and write `decisions/duplicates-<dataset>.csv`, keeping what was decided before.

    Raises:
        BadInputError: a dataset without duplicates to look for, sources or decisions that cannot be used.
    """
    if dataset not in PRESETS:
        raise BadInputError(f"duplicates are not looked for in {dataset!r}", where="--dataset", fix=f"choose one of {', '.join(PRESETS)}")
    earlier, spec = read_decisions(workspace.loaded.folder, dataset), preset(PRESETS[dataset])
    records = pd.concat(list(_records(workspace, dataset)) or [pd.DataFrame(columns=["id", *spec.columns, "_shown", "_masked"])])
    records = records.drop_duplicates("id").sort_values("id", ignore_index=True)
    same, apart = ([(row.left, row.right) for row in earlier if row.decision == word] for word in (SAME, DISTINCT))
    linked = link(representatives(dataset, records), spec, apart=apart, same=[*same, *twins(dataset, records)])
    codes: Mapping[Hashable, str] = records.set_index("id")["gtin"].dropna().to_dict() if dataset == "products" else {}
    shown = records.set_index("id")["_shown" if personal else "_masked"].to_dict()
    loaded = _loaded(workspace, dataset)
    rows = [
        PairRow(
            pair_name(pair["left"], pair["right"]),
            pair["zone"],
            f"{pair['probability']:.4f}",
            pair["left"],
            pair["right"],
            shown[pair["left"]],
            shown[pair["right"]],
            explanation(pair, spec),
            _note(loaded.get(pair["left"]), loaded.get(pair["right"])) or _one_code(pair, codes),
        )
        for pair in linked.pairs.to_dict("records")
    ]
    kept = remembered(rows, earlier)
    return Found(dataset, len(records), tuple(kept), write_decisions(workspace.loaded.folder, dataset, kept), linked.crowds)


def _records(workspace: Workspace, dataset: str) -> Iterator[pd.DataFrame]:
    """Per store its cleaned records: as the lake has them, else read now."""
    for store in workspace.stores:
        if dataset not in workspace.datasets(store):
            continue
        if current_folder(workspace.home.lake, "cleaned", dataset, store) is not None:
            output = read_stage(workspace.home.lake, "cleaned", dataset, store)
        else:
            raw = extract(DATASETS[dataset], workspace.store(store), workspace.source(store), workspace.places)
            output = clean(dataset, raw, workspace.source(store), workspace.corrections(store, dataset))
        if dataset in output.tables:
            yield candidates(dataset, store, output.tables[dataset])


def _loaded(workspace: Workspace, dataset: str) -> dict[str, str]:
    """`<store>/<source key>` -> ERP key of what the crosswalk knows."""
    crosswalk = CrosswalkRepository(workspace.databases)
    known: dict[str, str] = {}
    for store in workspace.stores:
        found = crosswalk.lookup(dataset, [store])
        known |= dict(zip(store + "/" + found["source_key"], found["erp_key"], strict=True))
    return known


def _note(left: str | None, right: str | None) -> str:
    if left is None or right is None:
        return ""
    return TOGETHER if left == right else APART


def _one_code(pair: Mapping[Hashable, Any], codes: Mapping[Hashable, str]) -> str:
    """Loading goes by the barcode: two goods with one become one item unless a person says that they are distinct."""
    same = codes.get(pair["left"], "") == codes.get(pair["right"], "-")
    return ONE_CODE if same and pair["zone"] != MERGE else ""


def crowd_texts(crowds: tuple[Crowd, ...]) -> list[str]:
    """What was left out, without any value: `phone: 2 values of 5,310 records`."""
    return [f"{crowd.block}: {crowd.values:,} values of {crowd.records:,} records" for crowd in crowds]


def zone_counts(rows: tuple[PairRow, ...]) -> dict[str, int]:
    """How many pairs merge by themselves, wait for a person, and are decided."""
    return {
        "merge": sum(row.zone == MERGE and not row.decision for row in rows),
        "review": sum(row.zone != MERGE and not row.decision for row in rows),
        "decided": sum(bool(row.decision) for row in rows),
    }
