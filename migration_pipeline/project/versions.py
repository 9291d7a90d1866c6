"""What decides the result of one store x dataset besides its data, each part named by the hash of what it says.

Belongs here: mapping, value maps, rules, corrections, decisions, contracts, the ERP's description and the code, as settings and hashes.
Does not belong here: input files and what other datasets are made of (`orchestration/versions.py`), keeping them (`control/`).
A hash is of what is in force, not of a file: a comment or another order of keys changes nothing. Values of persons are never kept: of a
correction its row, its columns and a hash, of lists of people their length and a hash.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache, cached_property
from importlib import resources
from importlib.metadata import version
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from migration_pipeline.contracts.datasets import DATASETS, Dataset
from migration_pipeline.contracts.erp import ErpTable, tables_of
from migration_pipeline.contracts.policies import RULES, policy_of
from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.project.corrections import PlacedCorrection
from migration_pipeline.project.decisions import MERGE, PairRow, decisions_file, read_decisions
from migration_pipeline.project.load import FILE, LoadedProject
from migration_pipeline.project.mapping_files import FOLDER as MAPPINGS
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import SourceSpec, TableSpec
from migration_pipeline.project.target_file import kept_description, target_file
from migration_pipeline.project.value_map_files import value_map_file

Settings = Mapping[str, Any]
"""Dotted name -> JSON value."""
_LENGTH, _MOST_SHOWN = 16, 60
_HASHES = frozenset({"inputs", "needs", "code", "corrections"})
"""Kinds whose settings are hashes, which tell a person nothing."""
_ELSEWHERE = frozenset(
    {"version", "name", "title", "data", "limits", "archive", "sources", "stores", "stores_from", "loading", "alerts", "not_migrated"}
)
"""Keys of the project that change no row, or are told by another part."""
_SOURCE_ELSEWHERE = frozenset({"preset", "title", "inputs", "datasets", "value_maps", "policies"})
_ONLY = {
    "known": ("products",),
    "weighed_barcodes": ("products", "inventory", "sales"),
    **dict.fromkeys(("severities", "business_day", "sales_limits", "cashiers", "terminals"), ("sales",)),
}
"""Keys of a source that only some datasets listen to."""
_PEOPLE = ("cashiers",)
_STORE_KEYS = ("path", "source_id", "warehouses", "connection")
_CODE = ("contracts", "project", "raw", "cleaned", "mapped", "loaded")


@dataclass(frozen=True)
class Version:
    """One part of what decides a result.

    Attributes:
        kind: `mapping`, `value_maps`, `rules`, `corrections`, `decisions`, `contracts`, `target`, `code` ...
        content: what it says; small, and without values of persons.
        files: where a person says so, relative to the project.
    """

    kind: str
    content: Settings
    files: tuple[str, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """The first 16 hex digits of the hash of its content."""
        return short_hash(self.content)


@dataclass(frozen=True)
class Versions:
    """All parts for one store x dataset."""

    parts: tuple[Version, ...]

    @property
    def hashes(self) -> dict[str, str]:
        """Kind -> hash."""
        return {part.kind: part.sha256 for part in self.parts}

    @property
    def digest(self) -> str:
        """One hash over all parts."""
        return short_hash(self.hashes)

    def with_part(self, part: Version) -> "Versions":
        """The same with one part more, or another in its place."""
        return Versions((*(one for one in self.parts if one.kind != part.kind), part))


def versions_of(
    loaded: LoadedProject, store: StoreSpec, source: SourceSpec, dataset: str, corrections: Sequence[PlacedCorrection]
) -> Versions:
    """What is in force for one store x dataset.

    Args:
        loaded: the project.
        store: the store.
        source: what it is read by, with the store's own policies laid over.
        dataset: one of its datasets.
        corrections: those of this store and dataset.

    Raises:
        BadInputError: decisions or the ERP's kept description cannot be read.
    """
    folder = loaded.folder
    said = _present(folder, FILE, f"{MAPPINGS}/{store.source}.{dataset}.yaml")
    preset = (f"preset {source.preset}",) if source.preset else ()
    words = _present(folder, value_map_file(folder, store.source).relative_to(folder).as_posix())
    own = _present(folder, f"expectations/{dataset}.json")
    release = (f"store2erp {_release()}",)
    return Versions(
        (
            Version("mapping", _mapping(loaded, store, source, dataset), said + preset),
            Version("value_maps", _value_maps(source, DATASETS[dataset]), said + preset + words),
            Version("rules", _rules(source, DATASETS[dataset]), said + preset),
            Version("corrections", _corrections(corrections), tuple(dict.fromkeys(placed.file for placed in corrections))),
            Version("decisions", _decisions(folder, store.id, dataset), _present(folder, *_decision_files(folder, dataset))),
            Version("contracts", {**_contracts(dataset), **_file_hashes(folder, own)}, release + own),
            Version("target", _target(folder, dataset), _present(folder, _relative(target_file(folder, "postgres"), folder))),
            Version("code", _code(), release),
        )
    )


def short_hash(value: object) -> str:
    """The first 16 hex digits of the SHA-256 of a JSON value; the order of keys does not count."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:_LENGTH]


@dataclass(frozen=True)
class KeyChange:
    """One setting that differs; None on the side that does not have it."""

    kind: str
    name: str
    old: Any
    new: Any

    def __str__(self) -> str:
        """`rules policies.negative_stock: flag -> reject`; of what is a hash, only whether it is new, gone or changed."""
        if self.kind in _HASHES:
            how = "new" if self.old is None else "gone" if self.new is None else "changed"
            return f"{self.kind} {self.name}: {how}"
        return f"{self.kind} {self.name}: {_shown(self.old)} -> {_shown(self.new)}"


def differing(kind: str, old: Settings, new: Settings) -> list[KeyChange]:
    """The settings of one kind that differ, by name."""
    names = sorted({*old, *new})
    return [KeyChange(kind, name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


def flat(values: Mapping[str, Any], *start: str) -> dict[str, Any]:
    """Nested settings by dotted name; empty ones are left out."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found.update(flat(value, *start, str(name)))
        elif value not in (None, [], ()):
            found[".".join((*start, str(name)))] = value
    return found


def _mapping(loaded: LoadedProject, store: StoreSpec, source: SourceSpec, dataset: str) -> Settings:
    """How the tables are read and what their columns become; rules apart."""
    specs = source.datasets[dataset]
    tables = {name: spec.model_dump(mode="json", exclude={"rules"}) for name, spec in specs.items()}
    inputs = {name: source.inputs[name].model_dump(mode="json", exclude={"accepted"}) for name in _inputs(specs.values())}
    own = store.model_dump(mode="json", include=set(_STORE_KEYS))
    rest = {name: value for name, value in loaded.project.model_dump(mode="json").items() if name not in _ELSEWHERE}
    return flat({"tables": tables, "inputs": inputs, "store": own, **rest})


def _inputs(specs: Iterable[TableSpec]) -> list[str]:
    return sorted({name for spec in specs for name in (*spec.inputs, *(lookup.input for lookup in spec.lookups.values()))})


def _value_maps(source: SourceSpec, dataset: Dataset) -> Settings:
    """The words of those closed lists that the dataset uses."""
    used = sorted({field.vocabulary for table in dataset.tables for field in table.fields if field.vocabulary})
    return {f"{name}.{word}": erp_word for name in used for word, erp_word in source.value_maps.get(name, {}).items()}


def _rules(source: SourceSpec, dataset: Dataset) -> Settings:
    """Built-in rules and what is done with what they find, the project's own rules in their order, and the lists they look at."""
    found: dict[str, Any] = {}
    for rule in RULES.values():
        if rule.dataset == dataset.name:
            found[f"policies.{rule.id}"] = policy_of(rule.id, source.policies)
            found[f"built_in.{rule.id}"] = [rule.table, *rule.columns, rule.reason]
    for name, spec in source.datasets[dataset.name].items():
        own = [rule.model_dump(mode="json", exclude_none=True) for rule in spec.rules]
        found.update((f"rules.{name}.{rule['id']}", rule) for rule in own)
        if own:
            found[f"rules.{name} in order"] = [rule["id"] for rule in own]
    rest = source.model_dump(mode="json", exclude=set(_SOURCE_ELSEWHERE))
    heard = {name: value for name, value in rest.items() if dataset.name in _ONLY.get(name, (dataset.name,))}
    return {**found, **flat({name: _hidden(value) if name in _PEOPLE and value else value for name, value in heard.items()})}


def _hidden(people: Sequence[object]) -> str:
    return f"{len(people)} ({short_hash(people)[:8]})"


def _corrections(placed: Iterable[PlacedCorrection]) -> Settings:
    """By table and row; the cells by their columns and a hash."""
    return _numbered((_about(one), _kept(one)) for one in placed)


def _about(placed: PlacedCorrection) -> str:
    entry = placed.correction
    return f"{entry.table_name} {entry.row or 'where ' + ' '.join(entry.where)}"


def _kept(placed: PlacedCorrection) -> Settings:
    entry = placed.correction
    return {"action": entry.action, "columns": sorted(entry.set), "hash": short_hash(entry.model_dump(mode="json"))[:8]}


def _numbered(pairs: Iterable[tuple[str, Any]]) -> Settings:
    """Names that come again get a number."""
    seen: Counter[str] = Counter()
    found = {}
    for name, value in pairs:
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} ({seen[name]})"] = value
    return found


def _decision_files(folder: Path, dataset: str) -> tuple[str, ...]:
    return (_relative(decisions_file(folder, dataset), folder),)


def _decisions(folder: Path, store: str, dataset: str) -> Settings:
    """What was decided about records of the store, and about all that these decisions are chained to."""
    rows = [row for row in read_decisions(folder, dataset) if row.decision or row.zone == MERGE]
    return {row.pair: row.decision or row.zone for row in _chained(rows, f"{store}/")}


def _chained(rows: Sequence[PairRow], start: str) -> Iterator[PairRow]:
    by_record: dict[str, list[PairRow]] = {}
    for row in rows:
        for record in (row.left, row.right):
            by_record.setdefault(record, []).append(row)
    open_, seen = [record for record in by_record if record.startswith(start)], set[str]()
    while open_:
        record = open_.pop()
        if record not in seen:
            seen.add(record)
            yield from by_record[record]
            open_.extend(other for row in by_record[record] for other in (row.left, row.right))


@cache
def _contracts(dataset: str) -> Settings:
    """The dataset's descriptor, the ERP tables it fills, their words, and the expectations that ship."""
    found: dict[str, Any] = {}
    for table in DATASETS[dataset].tables:
        found[f"tables.{table.name}"] = {f.name: getattr(table, f.name) for f in fields(table) if f.name != "fields"}
        found.update((f"tables.{table.name}.{field.name}", asdict(field)) for field in table.fields)
        found.update((f"words.{f.vocabulary}", VOCABULARIES[f.vocabulary]) for f in table.fields if f.vocabulary)
    for erp in tables_of(dataset):
        found.update(_erp_table(erp))
    suite = resources.files("migration_pipeline.contracts.suites") / f"{dataset}.json"
    plain: Settings = json.loads(json.dumps({**found, "expectations": _hash_of([suite])}, default=str))
    return plain


def _erp_table(table: ErpTable) -> Iterator[tuple[str, Any]]:
    about = {"key": table.key, "references": [asdict(one) for one in table.references], "per_store": table.per_store}
    yield f"erp.{table.name}", {**about, "keep_owner": table.keep_owner}
    yield from ((f"erp.{table.name}.{column.name}", asdict(column)) for column in table.columns)


def _target(folder: Path, dataset: str) -> Settings:
    """What the ERP said of the tables that the dataset fills."""
    kept = kept_description(folder, "postgres")
    names = [table.name for table in tables_of(dataset)]
    tables = {name: table.model_dump(mode="json") for name, table in kept.tables.items() if name in names} if kept else {}
    return flat(tables)


@cache
def _release() -> str:
    return version("store2erp")


@cache
def _code() -> Settings:
    """The release, and one hash per package: whoever changes a module changes what it may do to rows."""
    package, found = resources.files("migration_pipeline"), {"release": _release()}
    for name in _CODE:
        found[name] = _hash_of(_files(package / name, ".py"))
    return {**found, "sql": _hash_of(_files(resources.files("dbt_like_sql"), ".sql"))}


def _files(folder: Traversable, suffix: str) -> Iterator[Traversable]:
    for item in sorted(folder.iterdir(), key=lambda one: one.name):
        if item.is_dir():
            yield from _files(item, suffix)
        elif item.name.endswith(suffix):
            yield item


def _hash_of(files: Iterable[Traversable]) -> str:
    return short_hash([[file.name, hashlib.sha256(file.read_bytes()).hexdigest()] for file in files])


def _file_hashes(folder: Path, names: Iterable[str]) -> Settings:
    return {name: _hash_of([folder / name]) for name in names}


def _present(folder: Path, *names: str) -> tuple[str, ...]:
    return tuple(name for name in names if (folder / name).is_file())


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
