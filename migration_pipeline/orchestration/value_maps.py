"""What nobody has mapped yet, over all stores, for people to fill in; and entries of value maps that nobody uses.

Belongs here: gathering from the lake, the project's CSV files. Does not belong here: finding a store's words (`mapped/unmapped.py`).
"""

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.units import UNIT_WORDS, folded
from migration_pipeline.contracts.unmapped import joined_words
from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.mapped.unmapped import TABLE
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.project.value_map_files import WordRow, add_words, duplicates, read_words, value_map_file
from migration_pipeline.runtime.lake import current_folder, read_stage


@dataclass(frozen=True)
class Unmapped:
    """What one source has without a meaning.

    Attributes:
        new: how many words were written into the file now.
        open: how many of its rows still wait for a person.
        repeated: lines that say again what an earlier one says.
        unused: vocabulary and word of entries that no row of any store has.
    """

    source: str
    file: Path
    new: int
    open: int
    repeated: tuple[int, ...]
    unused: tuple[tuple[str, str], ...]


def write_unmapped(workspace: Workspace) -> list[Unmapped]:
    """Write the words that the last runs found into `value_maps/<source>.csv`, one file per source that has any."""
    sources = dict.fromkeys(store.source for store in workspace.stores.values())
    return [found for source in sources if (found := _of_source(workspace, source)) is not None]


def _of_source(workspace: Workspace, source: str) -> Unmapped | None:
    stores = [store.id for store in workspace.stores.values() if store.source == source]
    path = value_map_file(workspace.loaded.folder, source)
    new = add_words(path, _words(workspace, stores))
    rows = read_words(path)
    unused = _unused(workspace, source, stores)
    if not rows and not unused:
        return None
    waiting = sum(1 for row in rows if not row.erp_word)
    return Unmapped(source, path, new, waiting, tuple(row.line for row in duplicates(rows)), tuple(unused))


def _words(workspace: Workspace, stores: list[str]) -> list[WordRow]:
    """All unmapped words of some stores, rows added up, the most frequent first."""
    lake = workspace.home.lake
    places = [(dataset, store) for store in stores for dataset in workspace.datasets(store)]
    parts = [read_stage(lake, "unmapped", *place).tables[TABLE] for place in places if current_folder(lake, "unmapped", *place)]
    words = joined_words(parts)
    sums = words.groupby(["vocabulary", "word"])[["rows"]].sum().reset_index().sort_values("rows", ascending=False, kind="stable")
    return [
        WordRow(vocabulary, word, rows=rows, suggested=suggestion(vocabulary, word))
        for vocabulary, word, rows in zip(sums["vocabulary"], sums["word"], sums["rows"].tolist(), strict=True)
    ]


def suggestion(vocabulary: str, word: str) -> str:
    """An ERP word that looks or sounds like the source word; empty if none does."""
    if vocabulary == "unit" and (unit := UNIT_WORDS.get(folded(word))):
        return unit
    lower = {known.lower(): known for known in VOCABULARIES[vocabulary]}
    near = get_close_matches(word.lower(), lower, n=1, cutoff=0.75)
    return lower[near[0]] if near else ""


def _unused(workspace: Workspace, source: str, stores: list[str]) -> list[tuple[str, str]]:
    """Entries of the source's value maps whose word stands in no row that cleaning kept or ended, over all its stores that have run."""
    maps = workspace.project.sources[source].value_maps
    used: dict[str, set[str]] = {vocabulary: set() for vocabulary in maps}
    for store in stores:
        for dataset in workspace.datasets(store):
            if current_folder(workspace.home.lake, "raw", dataset, store) is None:
                return []
            _note_used(used, workspace, store, dataset)
    return [(vocabulary, word) for vocabulary, words in maps.items() for word in words if word not in used[vocabulary]]


def _note_used(used: dict[str, set[str]], workspace: Workspace, store: str, dataset: str) -> None:
    raw = read_stage(workspace.home.lake, "raw", dataset, store)
    for name, spec in workspace.source(store).datasets[dataset].items():
        fields = [field for table in DATASETS[dataset].tables for field in table.fields if field.vocabulary in used]
        for field in fields:
            for column in _sources(spec.columns.get(field.name)):
                if column in raw.tables[name]:
                    used[str(field.vocabulary)] |= set(raw.tables[name][column].dropna().str.strip().unique())


def _sources(named: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if named is None else (named,) if isinstance(named, str) else named
