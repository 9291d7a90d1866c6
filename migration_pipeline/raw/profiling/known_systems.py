"""Whether the tables of a store are those of a system that a preset already describes.

Belongs here: comparing tables with `raw/presets/*.yaml`. Does not belong here: guessing without a preset (`recognise.py`), writing the
suggestion (`suggest.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from migration_pipeline.project.load import preset_names
from migration_pipeline.project.source import WORKBOOKS, InputSpec, SourceSpec, TableSpec
from migration_pipeline.project.yaml_lines import parse_yaml
from migration_pipeline.raw.profiling.discover import FoundTable

FITS = 60
LEAST_TABLES = 2
_TABLES = ("sqlite", "sql_dump", "database")


@dataclass(frozen=True)
class KnownSystem:
    """A preset that fits a store's tables.

    Attributes:
        inputs: name of the preset's input -> the table that serves it.
        tables: (dataset, table) that all their inputs and columns are there for.
        datasets: datasets of which every table is there; only these can be migrated with the preset as it is.
        percent: share of the preset's tables that are there.
    """

    preset: str
    source: SourceSpec
    inputs: dict[str, FoundTable]
    tables: tuple[tuple[str, str], ...]
    datasets: tuple[str, ...]
    percent: int

    def role(self, table: FoundTable) -> str:
        """`dataset.table` (or `lookup of dataset.table`) a found table plays, empty if none."""
        mine = {name for name, found in self.inputs.items() if found is table}
        for dataset, name in self.tables:
            spec = self.source.datasets[dataset][name]
            if mine & set(spec.inputs):
                return f"{dataset}.{name}"
        for dataset, name in self.tables:
            spec = self.source.datasets[dataset][name]
            if mine & {lookup.input for lookup in spec.lookups.values()}:
                return f"lookup of {dataset}.{name}"
        return ""


def known_system(tables: Sequence[FoundTable]) -> KnownSystem | None:
    """The preset that fits the tables of one store best, if any does."""
    fits = [found for name in preset_names() if (found := _fit(name, _preset(name), tables)) is not None]
    return max(fits, key=lambda found: (found.percent * len(found.tables), found.preset), default=None)


def needed_columns(spec: TableSpec) -> set[str]:
    """Source columns a table of a preset reads itself, lookups aside."""
    named = set(spec.read_columns)
    joined = tuple(f"{name}." for name in spec.lookups)
    return {c for c in named if not c.startswith(joined)} if joined else named


@cache
def _preset(name: str) -> SourceSpec:
    text = (resources.files("migration_pipeline.raw") / "presets" / f"{name}.yaml").read_text(encoding="utf-8")
    return SourceSpec.model_validate(parse_yaml(text))


def _fit(name: str, source: SourceSpec, tables: Sequence[FoundTable]) -> KnownSystem | None:
    inputs: dict[str, FoundTable] = {}
    for input_name, spec in source.inputs.items():
        if (found := _serving(spec, _asked_of(input_name, source), tables)) is not None:
            inputs[input_name] = found
    there = [
        (dataset, table)
        for dataset, specs in source.datasets.items()
        for table, spec in specs.items()
        if all(i in inputs for i in (*spec.inputs, *(lookup.input for lookup in spec.lookups.values())))
    ]
    total = sum(len(specs) for specs in source.datasets.values())
    percent = 100 * len(there) // max(total, 1)
    if percent < FITS or len(there) < LEAST_TABLES:
        return None
    datasets = tuple(d for d, specs in source.datasets.items() if all((d, table) in there for table in specs))
    return KnownSystem(name, source, inputs, tuple(there), datasets, percent) if datasets else None


def _asked_of(input_name: str, source: SourceSpec) -> set[str]:
    """Every column the preset reads from an input; none where it recognises columns by their names."""
    asked: set[str] = set()
    for specs in source.datasets.values():
        for spec in specs.values():
            if input_name in spec.inputs:
                asked |= needed_columns(spec)
            for lookup_name, lookup in spec.lookups.items():
                if lookup.input == input_name:
                    prefix = f"{lookup_name}."
                    named = spec.read_columns
                    asked |= {*lookup.on.values(), *(c.removeprefix(prefix) for c in named if c.startswith(prefix))}
    return asked


def _serving(spec: InputSpec, asked: set[str], tables: Sequence[FoundTable]) -> FoundTable | None:
    """The table that can stand for an input of a preset."""
    if spec.rows:
        return next((t for t in tables if t.spec.format == spec.format and (t.spec.rows or "").strip("/") == spec.rows.strip("/")), None)
    unpivot = spec.unpivot
    made = {unpivot.key, unpivot.value} if unpivot else set[str]()
    wanted = (asked - made) | (set(unpivot.columns) if unpivot else set())
    if not wanted:
        return None
    fitting = [table for table in tables if _same_kind(spec, table) and wanted <= set(table.names)]
    return min(fitting, key=lambda table: (not _same_name(spec, table), len(set(table.names) - wanted)), default=None)


def _same_kind(spec: InputSpec, table: FoundTable) -> bool:
    if spec.format in _TABLES:
        return table.spec.format in _TABLES and (table.spec.table or "").casefold() == (spec.table or "").casefold()
    if spec.format in WORKBOOKS:
        return table.spec.format in WORKBOOKS
    return table.spec.format == spec.format


def _same_name(spec: InputSpec, table: FoundTable) -> bool:
    return spec.file == table.spec.file and spec.sheet in {None, table.spec.sheet}


def overrides(spec: InputSpec, found: FoundTable, settled: Mapping[str, object]) -> dict[str, object]:
    """What an input of a project must say differently from the preset, given what the reader settled on."""
    mine: dict[str, object] = {}
    if found.spec.format != spec.format:
        mine["format"] = found.spec.format
    if found.spec.file != spec.file:
        mine["file"] = found.spec.file
    for key in ("table", "sheet", "member"):
        value = getattr(found.spec, key)
        usual = getattr(spec, key)
        if (
            value != usual
            and not (key == "sheet" and usual is None)
            and not (key == "table" and str(value).casefold() == str(usual).casefold())
        ):
            mine[key] = value
    for key in ("encoding", "delimiter", "header_row"):
        if key in settled and _differs(key, settled[key], getattr(spec, key)):
            mine[key] = settled[key]
    return mine


def _differs(key: str, settled: object, usual: object) -> bool:
    if usual == "auto" or (key == "encoding" and str(settled).startswith("utf-8") and str(usual).startswith("utf-8")):
        return False
    return settled != usual and not (key == "encoding" and settled == "ascii")
