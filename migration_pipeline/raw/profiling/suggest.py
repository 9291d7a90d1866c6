"""What a project file for some data could say: sources, stores and what is left, from a profile.

Belongs here: choosing tables, columns and value maps. Does not belong here: writing them as YAML (`suggest_yaml.py`), guessing what a
table is (`recognise.py`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import PurePosixPath

from migration_pipeline.contracts.datasets import DATASETS, Table
from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.project.load import preset_names
from migration_pipeline.project.yaml_lines import parse_yaml
from migration_pipeline.raw.profiling.columns import ColumnFigures
from migration_pipeline.raw.profiling.discover import FoundTable
from migration_pipeline.raw.profiling.known_systems import KnownSystem, needed_columns, overrides
from migration_pipeline.raw.profiling.personal import masked
from migration_pipeline.raw.profiling.profile import Profile, TableProfile
from migration_pipeline.raw.profiling.recognise import LENT, LIKELY

_ISO = re.compile(r"%Y-%m-%d(?:[T ]%H:%M(?::%S(?:\.%f)?)?(?:Z|%z)?)?")
_STORE_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_SETTLED = ("encoding", "delimiter", "quote", "header_row", "header_rows")
_LONGEST_WORD = 24


@dataclass
class Note:
    """A value and the remark a person reads behind it."""

    value: object
    remark: str = ""


@dataclass
class TableDraft:
    """A table of a dataset as the project file may describe it."""

    inputs: list[str]
    columns: dict[str, Note] = field(default_factory=dict)
    archive: list[Note] = field(default_factory=list)
    dates: dict[str, Note] = field(default_factory=dict)


@dataclass
class SourceDraft:
    """A source; `stores` are the folders it fits, `words` per vocabulary the source's words with the ERP's (None: nobody knows)."""

    preset: str = ""
    remark: str = ""
    inputs: dict[str, Note] = field(default_factory=dict)
    datasets: dict[str, dict[str, TableDraft]] = field(default_factory=dict)
    words: dict[str, dict[str, str | None]] = field(default_factory=dict)
    stores: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def shape(self) -> object:
        """What must be the same for two stores to share a source: all but remarks and words."""
        tables = {
            (d, t): (
                draft.inputs,
                {c: n.value for c, n in draft.columns.items()},
                [n.value for n in draft.archive],
                {c: n.value for c, n in draft.dates.items()},
            )
            for d, drafts in self.datasets.items()
            for t, draft in drafts.items()
        }
        return self.preset, {name: note.value for name, note in self.inputs.items()}, tables


@dataclass
class Suggestion:
    """Sources by name, files no input reads with the reason, and remarks about tables that are not suggested."""

    sources: dict[str, SourceDraft]
    not_migrated: dict[str, str]
    remarks: list[str]


def suggestion(profile: Profile) -> Suggestion:
    """The project file a profile of unknown files suggests; stores with the same tables share a source."""
    drafts: list[SourceDraft] = []
    used: set[int] = set()
    remarks: list[str] = []
    for unit in dict.fromkeys(t.found.unit for t in profile.tables):
        tables = [t for t in profile.tables if t.found.unit == unit]
        system = profile.systems.get(unit)
        draft = _with_preset(system, tables, used) if system else _own(tables, used, remarks)
        if not draft.datasets and not draft.preset:
            continue
        twin = next((d for d in drafts if d.shape() == draft.shape()), None)
        if twin is None:
            drafts.append(draft)
            twin = draft
        twin.stores[unit] = system.datasets if system and len(system.datasets) < len(system.source.datasets) else ()
        for vocabulary, words in draft.words.items():
            twin.words.setdefault(vocabulary, {}).update(words)
    return Suggestion(_named(drafts), _left(profile, used), remarks)


def store_id(unit: str, number: int) -> str:
    """A store id for a folder: its name where that can be one."""
    return unit if _STORE_ID.fullmatch(unit) else f"S{number:02d}"


def _named(drafts: Sequence[SourceDraft]) -> dict[str, SourceDraft]:
    named: dict[str, SourceDraft] = {}
    for draft in drafts:
        base = draft.preset or "main"
        name, number = base, 2
        while name in named:
            name, number = f"{base}_{number}", number + 1
        named[name] = draft
    return named


def _with_preset(system: KnownSystem, tables: Sequence[TableProfile], used: set[int]) -> SourceDraft:
    """A preset, and what this store's files have differently."""
    draft = SourceDraft(preset=system.preset, remark=f"{system.percent} %: {len(system.tables)} tables are there with their columns")
    profiles = {id(t.found): t for t in tables}
    by_found = {name: profiles[key] for name, found in system.inputs.items() if (key := _key(found, tables)) in profiles}
    for name, table in by_found.items():
        used.add(id(table.found))
        if changed := overrides(system.source.inputs[name], table.found, table.options):
            draft.inputs[name] = Note(changed, f"{table.rows} rows")
    for dataset, name in system.tables:
        spec = system.source.datasets[dataset][name]
        named = needed_columns(spec) | set(spec.archive) | {c for lookup in spec.lookups.values() for c in lookup.on}
        extra = [c for i in spec.inputs for c in _names(by_found.get(i)) if c not in named]
        if extra and "*" not in spec.archive and not spec.recognise and not any(system.source.inputs[i].fields for i in spec.inputs):
            archive = [Note(c) for c in spec.archive] + [
                Note(c, "the preset does not know it: kept, unless a person maps it") for c in extra
            ]
            draft.datasets.setdefault(dataset, {})[name] = TableDraft([], archive=archive)
    return draft


def _key(found: FoundTable, tables: Sequence[TableProfile]) -> int | None:
    """The profile of a found table (systems were recognised on the same objects)."""
    return next((id(t.found) for t in tables if t.found == found), None)


def _names(table: TableProfile | None) -> tuple[str, ...]:
    return table.found.names if table else ()


def _own(tables: Sequence[TableProfile], used: set[int], remarks: list[str]) -> SourceDraft:
    """A source of its own, from what each table most likely is."""
    draft = SourceDraft()
    for dataset in DATASETS.values():
        chosen = {t.name: found for t in dataset.tables if (found := _candidates(dataset.name, t, tables))}
        if dataset.name == "sales" and not _can_sell(chosen):
            remarks += [
                f"{t.place}: {t.guess.name}, but sales need lines with a time of sale" for several in chosen.values() for t in several
            ]
            continue
        for name, several in chosen.items():
            draft.datasets.setdefault(dataset.name, {})[name] = _draft(draft, dataset.table(name), several, lends="tickets" not in chosen)
            used.update(id(t.found) for t in several)
    for table in tables:
        if id(table.found) not in used and table.guess.table:
            why = f"without {', '.join(table.guess.missing)}" if table.guess.missing else table.guess.why
            remarks.append(f"{table.place}: perhaps {table.guess.name} ({table.guess.percent} %), {why}")
    return draft


def _candidates(dataset: str, table: Table, tables: Sequence[TableProfile]) -> list[TableProfile]:
    """The likeliest table, and others with the same columns (one sheet per month, say)."""
    likely = [
        t
        for t in tables
        if (t.guess.dataset, t.guess.table) == (dataset, table.name)
        and t.guess.percent >= LIKELY
        and not t.guess.missing
        and t.importance.tag != "redundant"
    ]
    if not likely:
        return []
    best = max(likely, key=lambda t: (t.guess.percent, t.rows))
    return [t for t in likely if set(t.found.names) == set(best.found.names)]


def _can_sell(chosen: Mapping[str, Sequence[TableProfile]]) -> bool:
    """Sales need lines; and a time of sale, on the tickets or on the lines themselves."""
    lines = chosen.get("lines")
    return bool(lines) and ("tickets" in chosen or "sold_at" in {m.column for m in lines[0].guess.columns}) if lines else False


def _draft(source: SourceDraft, table: Table, several: Sequence[TableProfile], *, lends: bool) -> TableDraft:
    names = [table.name if not n else f"{table.name}_{n + 1}" for n in range(len(several))]
    for name, part in zip(names, several, strict=True):
        source.inputs[name] = Note(_input(part), f"{part.rows} rows; {part.guess.name} {part.guess.percent} %: {part.guess.why}")
    first = several[0]
    columns = {c.name: c for c in first.columns}
    draft = TableDraft(names)
    for mapped in first.guess.columns:
        if mapped.column not in table.columns and not (lends and mapped.column in LENT):
            continue
        draft.columns[mapped.column] = Note(mapped.source, f"{mapped.percent} %: {mapped.why}")
        if (note := date_note(columns[mapped.source])) and table.name and is_date(table, mapped.column):
            draft.dates[mapped.column] = note
    taken = {note.value for note in draft.columns.values()}
    draft.archive = [Note(name, _unmapped(column, first)) for name, column in columns.items() if name not in taken]
    for part in several:
        _add_words(source, part)
    return draft


def _input(table: TableProfile) -> dict[str, object]:
    """How to read it, with what the reader settled on instead of `auto`."""
    spec = table.found.spec
    keys: dict[str, object] = {"format": spec.format, "file": spec.file}
    keys |= {key: value for key in ("member", "sheet", "table", "rows") if (value := getattr(spec, key)) is not None}
    for key in _SETTLED:
        value, usual = table.options.get(key, getattr(spec, key)), type(spec).model_fields[key].default
        if value is not None and value != usual and not (key == "encoding" and value == "ascii"):
            keys[key] = value
    if spec.fields:
        keys["fields"] = dict(spec.fields)
    return keys


def is_date(table: Table, column: str) -> bool:
    """Whether a canonical column holds dates; lines may have those of their tickets."""
    tickets = DATASETS["sales"].table("tickets")
    return (table.field(column) if column in table.columns else tickets.field(column)).type in {"date", "timestamp"}


def date_note(column: ColumnFigures) -> Note | None:
    """The pattern, where it is not ISO 8601."""
    if column.date is None or _ISO.fullmatch(column.date.pattern):
        return None
    doubt = f"day and month cannot be told apart: or {column.date.other}" if column.date.ambiguous else ""
    return Note(column.date.pattern, doubt)


def _unmapped(column: ColumnFigures, table: TableProfile) -> str:
    several = next((c for c, sources in table.guess.undecided.items() if column.name in sources), "")
    what = f"could be {several} as well" if several else "nobody knows what it is"
    return f"{column.kind}, {column.distinct} different: {what}; kept, unless a person maps it"


def _add_words(source: SourceDraft, table: TableProfile) -> None:
    fields = {f.name: f for t in DATASETS[table.guess.dataset].tables for f in t.fields if f.vocabulary}
    sources = {m.column: m.source for m in table.guess.columns}
    for column, words in table.words.items():
        vocabulary = fields[column].vocabulary or ""
        if sources[column] in table.personal:
            continue
        for word, _ in words:
            if word not in VOCABULARIES[vocabulary] and len(word) <= _LONGEST_WORD and masked(word, None) == word:
                source.words.setdefault(vocabulary, {})[word] = known_words()[vocabulary].get(word)


@cache
def known_words() -> dict[str, dict[str, str]]:
    """What the presets translate, per vocabulary; a word two presets translate differently is no known word."""
    known: dict[str, dict[str, str]] = {name: {} for name in VOCABULARIES}
    doubtful: set[tuple[str, str]] = set()
    for preset in preset_names():
        text = (resources.files("migration_pipeline.raw") / "presets" / f"{preset}.yaml").read_text(encoding="utf-8")
        for vocabulary, words in parse_yaml(text).get("value_maps", {}).items():
            for word, erp in words.items():
                if known[vocabulary].setdefault(word, erp) != erp:
                    doubtful.add((vocabulary, word))
    for vocabulary, word in doubtful:
        del known[vocabulary][word]
    return known


def _left(profile: Profile, used: set[int]) -> dict[str, str]:
    """Files of which no table is suggested, relative to the data folder, with the reason."""
    claimed = {path for t in profile.tables if id(t.found) in used for path in t.found.files}
    left: dict[str, str] = {}
    for table in profile.tables:
        if not claimed & set(table.found.files):
            path = PurePosixPath(table.found.unit) / table.found.spec.file
            left[str(path)] = f"{table.importance.tag}: {table.importance.en}" if not table.guess.table else f"perhaps {table.guess.name}"
    for unread in profile.unclassified:
        file = profile.data / unread.path
        hidden = any(part.startswith((".", "~$")) for part in PurePosixPath(unread.path).parts)
        if file.is_file() and file not in claimed and unread.reason != "documentation" and not hidden:
            left.setdefault(unread.path, unread.reason)
    return left
