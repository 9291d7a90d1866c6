"""What becomes of every column of a source: mapped, used to compute, a key of a lookup, archived or waived; nothing else exists.

Belongs here: saying it, from the extracts of the last runs. Does not belong here: demanding it (`raw/extract.py` refuses a column without
a fate).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.expressions import columns_of, parse_expression
from migration_pipeline.project.source import TableSpec
from migration_pipeline.runtime.lake import current_folder, read_stage


@dataclass(frozen=True)
class Fate:
    """What becomes of one source column.

    Attributes:
        fate: `mapped`, `computed` (an expression reads it), `lookup`, `archived` or `waived`.
        to: canonical columns, or the computed ones that read it.
        why: the reason of a waived one.
        stores: how many stores of the source have the column.
    """

    source: str
    dataset: str
    table: str
    column: str
    fate: str
    to: tuple[str, ...]
    why: str
    stores: int


def column_fates(workspace: Workspace) -> list[Fate]:
    """Every column that the last extracts of all stores had, by source, dataset, table and place in the file."""
    counted: dict[tuple[str, str, str, str], int] = {}
    specs: dict[tuple[str, str, str], TableSpec] = {}
    for store in workspace.stores.values():
        for dataset in workspace.datasets(store.id):
            if current_folder(workspace.home.lake, "raw", dataset, store.id) is None:
                continue
            raw = read_stage(workspace.home.lake, "raw", dataset, store.id)
            for table, frame in raw.tables.items():
                place = (store.source, dataset, table)
                specs[place] = _as_read(workspace.source(store.id).datasets[dataset][table], raw.facts.get("columns"), table)
                for column in frame.columns:
                    if not str(column).startswith("_"):
                        counted[(*place, str(column))] = counted.get((*place, str(column)), 0) + 1
    return [
        Fate(*place, *_fate(specs[place[:3]], place[3]), stores) for place, stores in sorted(counted.items(), key=lambda one: one[0][:3])
    ]


def _as_read(spec: TableSpec, columns: object, table: str) -> TableSpec:
    """The table with the columns it recognised in its files."""
    found = columns.get(table) if isinstance(columns, dict) else None
    return spec.model_copy(update={"columns": found}) if isinstance(found, dict) else spec


def _fate(spec: TableSpec, column: str) -> tuple[str, tuple[str, ...], str]:
    mapped = tuple(name for name, source in spec.columns.items() if column == source or (not isinstance(source, str) and column in source))
    if mapped:
        return "mapped", mapped, ""
    computed = tuple(name for name, text in spec.computed.items() if column in columns_of(parse_expression(text)))
    if computed:
        return "computed", tuple(_targets(spec, computed)), ""
    if looked_up := tuple(name for name, lookup in spec.lookups.items() if column in lookup.on or column.startswith(f"{name}.")):
        return "lookup", looked_up, ""
    if column in spec.waived:
        return "waived", (), spec.waived[column]
    return "archived", (), ""


def _targets(spec: TableSpec, computed: tuple[str, ...]) -> Iterator[str]:
    for made in computed:
        yield from (f"{name} ({made})" for name, source in spec.columns.items() if source == made)
