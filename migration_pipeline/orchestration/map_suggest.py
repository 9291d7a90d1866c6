"""`store2erp map suggest`: what a project's mappings could say, into files that no run reads until a person has moved them.

Belongs here: profile, choice and files put together. Does not belong here: choosing (`raw/profiling/suggest_mapping.py`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.project.load import LoadedProject, load_project
from migration_pipeline.project.mapping_files import FOLDER
from migration_pipeline.raw.profiling.profile import Watch, profile_project
from migration_pipeline.raw.profiling.suggest_mapping import MappingSuggestion, suggested_mappings, unused_inputs
from migration_pipeline.raw.profiling.suggest_mapping_yaml import mapping_yaml
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.private_file import write_private

SUGGESTED = "suggested"


@dataclass(frozen=True)
class SuggestedFile:
    """One suggestion and the file it stands in."""

    suggestion: MappingSuggestion
    path: Path


@dataclass(frozen=True)
class Suggested:
    """All suggestions of a project; `unused` are inputs per source that nobody knows a table for."""

    files: list[SuggestedFile]
    unused: dict[str, list[str]]


def suggest_mappings(
    project: Path,
    data: Path | None = None,
    sources: Collection[str] | None = None,
    datasets: Collection[str] | None = None,
    watch: Watch | None = None,
) -> Suggested:
    """Write `mappings/suggested/<source>.<dataset>.yaml` for these sources and datasets (default: all), over older suggestions.

    Raises:
        BadInputError: the project is wrong, or has no such source or dataset.
        InfrastructureError: the files cannot be written.
    """
    loaded = load_project(project, data)
    _demand_known(loaded, sources, datasets)
    stores = [store.id for store in loaded.project.stores if not sources or store.source in sources]
    found = suggested_mappings(loaded, profile_project(loaded, stores or None, watch=watch, overlapping=True))
    unused = unused_inputs(loaded, found)
    chosen = [s for s in found if (not sources or s.source in sources) and (not datasets or s.dataset in datasets)]
    files = [SuggestedFile(suggestion, _write(loaded.folder, suggestion)) for suggestion in chosen]
    return Suggested(files, {name: inputs for name, inputs in unused.items() if not sources or name in sources})


def _demand_known(loaded: LoadedProject, sources: Collection[str] | None, datasets: Collection[str] | None) -> None:
    for given, known, option in ((sources, loaded.project.sources, "--source"), (datasets, DATASETS, "--dataset")):
        if unknown := [name for name in given or () if name not in known]:
            raise BadInputError(f"there is no {option[2:]} {unknown[0]!r}", where=option, fix=f"there is {', '.join(known)}")


def _write(folder: Path, suggestion: MappingSuggestion) -> Path:
    path = folder / FOLDER / SUGGESTED / f"{suggestion.source}.{suggestion.dataset}.yaml"
    write_private(path, mapping_yaml(suggestion).encode(), what="the suggestion", fix="check disk and rights")
    return path
