"""How the columns of a project's sources could be mapped: by names, by what values look like, by values that other tables' keys have.

Belongs here: choosing, with a confidence and reasons, and checking what is mapped already. Does not belong here: writing it
(`suggest_mapping_yaml.py`), projects for unknown folders (`suggest.py`), guessing what a table is (`recognise.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from migration_pipeline.contracts.datasets import DATASETS, Table
from migration_pipeline.contracts.units import UNIT_WORDS, folded
from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.project.load import LoadedProject
from migration_pipeline.project.source import SourceSpec, TableSpec
from migration_pipeline.raw.profiling.columns import ColumnFigures
from migration_pipeline.raw.profiling.personal import masked
from migration_pipeline.raw.profiling.profile import Profile, TableProfile
from migration_pipeline.raw.profiling.recognise import LENT, LIKELY, Guess, as_table, doubt_of
from migration_pipeline.raw.profiling.suggest import date_note, is_date, known_words

State = Literal["new", "kept", "doubtful"]
FOUND, LITTLE = 80, 50
"""Percent of a column's values that must be in another table's key to name it, and below which a mapping is doubted."""
_SURE, _WORN, _PERHAPS = 99, 25, 20
_LONGEST_WORD = 24
_REFERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "product_code": ("products.products", "product_code"),
        "member_code": ("members.members", "member_code"),
        "supplier_code": ("suppliers.suppliers", "supplier_code"),
        "ticket_no": ("sales.tickets", "ticket_no"),
        "original_ticket_no": ("sales.tickets", "ticket_no"),
    }
)
"""Canonical column -> the table and column whose values it has, everywhere but there."""


@dataclass(frozen=True)
class ColumnSuggestion:
    """One canonical column.

    Attributes:
        source: the source column, or several of which the first filled one counts.
        percent: how sure; of a column that the project maps already, 100 unless its values contradict.
        alternatives: other source columns that could be it.
    """

    column: str
    source: str | tuple[str, ...]
    percent: int
    why: str
    alternatives: tuple[str, ...] = ()
    state: State = "new"


@dataclass
class TableSuggestion:
    """One table; `left` are source columns nobody knows with what they hold, `dates` patterns of new columns."""

    table: str
    inputs: tuple[str, ...]
    columns: list[ColumnSuggestion] = field(default_factory=list)
    dates: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    known: TableSpec | None = None


@dataclass
class MappingSuggestion:
    """One source x dataset; `words` per vocabulary the source's words with the ERP's (None: nobody knows)."""

    source: str
    dataset: str
    tables: list[TableSuggestion] = field(default_factory=list)
    words: dict[str, dict[str, str | None]] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether every table has the columns it must have."""
        return not any(table.missing for table in self.tables)


@dataclass(frozen=True)
class _Part:
    """A table of the contracts and the profile of the input that is read for it."""

    dataset: str
    table: Table
    inputs: tuple[str, ...]
    profile: TableProfile
    known: TableSpec | None
    guess: Guess

    @property
    def name(self) -> str:
        return f"{self.dataset}.{self.table.name}"


def suggested_mappings(loaded: LoadedProject, profile: Profile) -> list[MappingSuggestion]:
    """What each source's datasets could say, from a profile with overlaps; columns that are mapped are kept and checked.

    A table that only perhaps is one of the contracts is suggested if its values make up for what its names do not say.
    """
    found = []
    for name, source in loaded.project.sources.items():
        parts = _parts(loaded, name, source, profile)
        keys = _keys(parts)
        for dataset in dict.fromkeys(part.dataset for part in parts):
            suggestion = MappingSuggestion(name, dataset)
            for part in (part for part in parts if part.dataset == dataset):
                table = _table(part, keys, profile, lends="tickets" not in {p.table.name for p in parts})
                if part.known or part.guess.percent >= LIKELY or _made_up_for(part, table):
                    suggestion.tables.append(table)
                    _add_words(suggestion, table, part, source)
            if suggestion.tables:
                found.append(suggestion)
    return found


def unused_inputs(loaded: LoadedProject, found: Sequence[MappingSuggestion]) -> dict[str, list[str]]:
    """Source -> its inputs that neither the project nor a suggestion uses."""
    left = {}
    for name, source in loaded.project.sources.items():
        used = _used(source) | {i for s in found if s.source == name for table in s.tables for i in table.inputs}
        if unused := [i for i in source.inputs if i not in used]:
            left[name] = unused
    return left


def _made_up_for(part: _Part, table: TableSuggestion) -> bool:
    """Whether values say what names do not: nothing is missing, and a column was found by what it holds."""
    named = {m.column for m in part.guess.columns}
    return not table.missing and any(c.column not in named for c in table.columns)


def _used(source: SourceSpec) -> set[str]:
    tables = [spec for specs in source.datasets.values() for spec in specs.values()]
    return {i for spec in tables for i in (*spec.inputs, *(lookup.input for lookup in spec.lookups.values()))}


def _parts(loaded: LoadedProject, name: str, source: SourceSpec, profile: Profile) -> list[_Part]:
    """The tables the source declares, and those that inputs nobody uses most likely are; of several stores the one with most rows."""
    profiles = {i: found for i in source.inputs if (found := _profile_of(loaded, name, i, source, profile)) is not None}
    parts = [
        _Part(
            dataset,
            DATASETS[dataset].table(table),
            spec.inputs,
            profiles[spec.inputs[0]],
            spec,
            _as(dataset, table, profiles[spec.inputs[0]]),
        )
        for dataset, tables in source.datasets.items()
        for table, spec in tables.items()
        if spec.inputs and spec.inputs[0] in profiles
    ]
    taken = {part.name for part in parts}
    guesses = {i: _best(found) for i, found in profiles.items() if i not in _used(source)}
    for i, guess in sorted(guesses.items(), key=lambda pair: -pair[1].percent):
        if guess.table and guess.percent >= _PERHAPS and guess.name not in taken:
            parts.append(_Part(guess.dataset, DATASETS[guess.dataset].table(guess.table), (i,), profiles[i], None, guess))
            taken.add(guess.name)
    order = {f"{d.name}.{t.name}": place for place, (d, t) in enumerate((d, t) for d in DATASETS.values() for t in d.tables)}
    return sorted(parts, key=lambda part: order[part.name])


def _profile_of(loaded: LoadedProject, name: str, i: str, source: SourceSpec, profile: Profile) -> TableProfile | None:
    units = {".", "all", *(store.id for store in loaded.project.stores if store.source == name)}
    there = [t for t in profile.tables if t.found.spec == source.inputs[i] and t.found.unit in units]
    return max(there, key=lambda t: t.rows, default=None)


def _best(found: TableProfile) -> Guess:
    """The likeliest table, however unlikely."""
    if found.guess.table:
        return found.guess
    return max((_as(d.name, t.name, found) for d in DATASETS.values() for t in d.tables), key=lambda guess: guess.percent)


def _as(dataset: str, table: str, found: TableProfile) -> Guess:
    return as_table(dataset, DATASETS[dataset].table(table), found.place, {c.name: c for c in found.columns})


def _keys(parts: Sequence[_Part]) -> dict[str, tuple[str, str]]:
    """Table of the contracts -> place and source column of its key, where it is mapped or guessed."""
    keys: dict[str, tuple[str, str]] = {}
    for part in parts:
        for name, column in _REFERS.values():
            if part.name == name and (source := _source_of(part, column)):
                keys[name] = (part.profile.place, source)
    return keys


def _source_of(part: _Part, column: str) -> str | None:
    if part.known and (known := part.known.columns.get(column)):
        return known if isinstance(known, str) else known[0]
    return next((m.source for m in part.guess.columns if m.column == column), None)


def _table(part: _Part, keys: Mapping[str, tuple[str, str]], profile: Profile, *, lends: bool) -> TableSuggestion:
    figures = {c.name: c for c in part.profile.columns}
    done = TableSuggestion(part.table.name, part.inputs, known=part.known)
    shared = _shares(part, keys, profile)
    done.columns = list(_kept(part, figures, shared))
    wanted = [c for c in (*part.table.columns, *(LENT if part.table.name == "lines" and lends else ())) if c not in _said(part)]
    for suggestion in (*_by_name(part, wanted, shared), *_by_values(part, wanted, figures, shared)):
        if suggestion.column not in {c.column for c in done.columns} and not _sources(done.columns) & {suggestion.source}:
            done.columns.append(suggestion)
    for suggestion in done.columns:
        about = figures.get(suggestion.source) if isinstance(suggestion.source, str) and suggestion.state == "new" else None
        if about and is_date(part.table, suggestion.column) and (note := date_note(about)):
            done.dates[suggestion.column] = str(note.value)
    done.left = {name: f"{c.kind}, {c.distinct} different" for name, c in figures.items() if name not in _named(part, done)}
    found = {*_said(part), *(c.column for c in done.columns)}
    recognises = part.known is not None and part.known.recognise
    done.missing = () if recognises else tuple(_missing(part.table, found))
    return done


def _missing(table: Table, found: set[str]) -> Iterator[str]:
    """Required columns without a source; the amount of a line can be computed from its price."""
    for about in table.fields:
        computable = table.name == "lines" and about.name == "amount" and "unit_price" in found
        if about.required and about.default is None and about.name not in found and not computable:
            yield about.name


def _said(part: _Part) -> set[str]:
    return {*part.known.columns, *part.known.constants} if part.known else set()


def _sources(columns: Sequence[ColumnSuggestion]) -> set[str]:
    return {name for c in columns for name in ((c.source,) if isinstance(c.source, str) else c.source)}


def _named(part: _Part, done: TableSuggestion) -> set[str]:
    """Source columns that need no more words."""
    named = _sources(done.columns)
    if part.known:
        known = part.known
        everything = {c.name for c in part.profile.columns} if "*" in known.archive or known.recognise else set()
        named |= {*known.read_columns, *known.archive, *known.waived, *everything, *(c for u in known.lookups.values() for c in u.on)}
    return named


def _decided(part: _Part) -> set[str]:
    """Source columns that the project maps, keeps or waives by name."""
    return {*part.known.read_columns, *part.known.archive, *part.known.waived} if part.known else set()


def _shares(part: _Part, keys: Mapping[str, tuple[str, str]], profile: Profile) -> dict[tuple[str, str], int]:
    """(canonical column, source column) -> percent of its values that the key the canonical column refers to has."""
    places = {place: (column, name) for column, (name, _) in _REFERS.items() if name != part.name and (place := keys.get(name))}
    shares = {}
    for overlap in profile.overlaps:
        if overlap.child == part.profile.place and (overlap.parent, overlap.parent_column) in places:
            for column, (name, _) in _REFERS.items():
                if keys.get(name) == (overlap.parent, overlap.parent_column) and name != part.name:
                    shares[column, overlap.child_column] = overlap.included
    return shares


def _told(column: str, included: int) -> str:
    name, key = _REFERS[column]
    return f"{included} % of its values are in {name.partition('.')[2]}.{key}"


def _kept(part: _Part, figures: Mapping[str, ColumnFigures], shared: Mapping[tuple[str, str], int]) -> Iterator[ColumnSuggestion]:
    """What the project says, checked: contents that cannot be what it says, codes that the other table does not have."""
    computed = part.known.computed if part.known else {}
    for column, source in (part.known.columns if part.known else {}).items():
        alone = source if isinstance(source, str) and source in figures and source not in computed else None
        doubt = doubt_of(part.table.field(column), figures[alone]) if alone and column in part.table.columns else ""
        included = shared.get((column, alone or ""))
        told = ["mapped by the project", *([doubt] if doubt else []), *([_told(column, included)] if included is not None else [])]
        doubtful = doubt == "impossible" or (included is not None and included < LITTLE)
        yield ColumnSuggestion(column, source, _WORN if doubtful else 100, "; ".join(told), state="doubtful" if doubtful else "kept")


def _by_name(part: _Part, wanted: Sequence[str], shared: Mapping[tuple[str, str], int]) -> Iterator[ColumnSuggestion]:
    taken = _decided(part)
    for mapped in part.guess.columns:
        if mapped.column not in wanted or mapped.source in taken:
            continue
        others = tuple(s for s in part.guess.undecided.get(mapped.column, ()) if s != mapped.source)
        percent, why = mapped.percent, "a usual name of it" if mapped.why == "name" else mapped.why
        if (included := shared.get((mapped.column, mapped.source))) is not None:
            percent = _SURE if included >= FOUND else percent - _WORN if included < LITTLE else percent
            why = f"{why}; {_told(mapped.column, included)}"
        if mapped.column == "barcode":
            ean = next(c.ean_percent for c in part.profile.columns if c.name == mapped.source)
            percent, why = (_SURE if ean >= FOUND else percent), f"{why}; {ean} % look like a GTIN"
        yield ColumnSuggestion(mapped.column, mapped.source, max(percent, 1), why, others)


def _by_values(
    part: _Part, wanted: Sequence[str], figures: Mapping[str, ColumnFigures], shared: Mapping[tuple[str, str], int]
) -> Iterator[ColumnSuggestion]:
    """Where no name helps: the column whose values another key has, that look like a GTIN, or that are words for units."""
    named = {m.source for m in part.guess.columns} | _decided(part)
    free = {name: c for name, c in figures.items() if name not in named and c.filled}
    for column in wanted:
        hits = {name: included for (c, name), included in shared.items() if c == column and name in free and included >= FOUND}
        why = {name: _told(column, included) for name, included in hits.items()}
        if column == "barcode":
            hits = {name: c.ean_percent for name, c in free.items() if c.ean_percent >= FOUND}
            why = {name: f"{percent} % look like a GTIN" for name, percent in hits.items()}
        if column == "unit":
            hits = {name: FOUND for name, c in free.items() if c.samples and all(folded(word) in UNIT_WORDS for word in c.samples)}
            why = dict.fromkeys(hits, "its commonest values are words for units")
        if hits:
            best = max(hits, key=lambda name: hits[name])
            yield ColumnSuggestion(column, best, hits[best] - 10, why[best], tuple(name for name in hits if name != best))


def _add_words(suggestion: MappingSuggestion, table: TableSuggestion, part: _Part, source: SourceSpec) -> None:
    """Words of the source that stand for a closed list and that its value maps do not name yet; never words of personal columns."""
    vocabularies = {f.name: f.vocabulary for t in DATASETS[part.dataset].tables for f in t.fields if f.vocabulary}
    chosen = {c.column: c.source for c in table.columns}
    guessed = {m.column: m.source for m in part.profile.guess.columns}
    for column, words in part.profile.words.items():
        vocabulary = vocabularies.get(column)
        if vocabulary is None or chosen.get(column) != guessed.get(column) or guessed[column] in part.profile.personal:
            continue
        said = {*source.value_maps.get(vocabulary, {}), *VOCABULARIES[vocabulary]}
        for word, _ in words:
            if word not in said and len(word) <= _LONGEST_WORD and masked(word, None) == word:
                erp = known_words()[vocabulary].get(word) or (UNIT_WORDS.get(folded(word)) if vocabulary == "unit" else None)
                suggestion.words.setdefault(vocabulary, {})[word] = erp
