"""Mapping specs in files of their own: `mappings/<source>.<dataset>.yaml` of the migration project.

Belongs here: finding and reading them, laying them over what the source says, and where an error of theirs stands. Does not belong here:
the schema of a table (`source.py`), the project file (`load.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.project.source import Closed, TableSpec
from migration_pipeline.project.yaml_lines import Position, line_of, read_yaml
from migration_pipeline.runtime.errors import BadInputError

FOLDER = "mappings"


class MappingFile(Closed):
    """How the tables of one dataset are taken from one source.

    Attributes:
        version: of this form.
        revision: the project's own count or date, shown beside the file's hash.
    """

    version: Literal[1]
    revision: str = ""
    tables: dict[str, TableSpec] = Field(min_length=1)
    value_maps: dict[str, dict[str, str]] = Field(default_factory=dict)


@dataclass(frozen=True)
class MappingText:
    """One mapping file as it was read."""

    path: Path
    source: str
    dataset: str
    values: dict[str, Any]
    lines: Position

    def line_in(self, place: tuple[str, ...]) -> int | None:
        """The line of a path of the project that this file says; None if it says nothing about it."""
        start = ("sources", self.source, "datasets", self.dataset)
        words = ("sources", self.source, "value_maps")
        if place[: len(start)] == start:
            return line_of(self.lines, ("tables", *place[len(start) :])) or 1
        if place[: len(words)] == words and ("value_maps", *place[len(words) :]) in self.lines:
            return self.lines["value_maps", *place[len(words) :]]
        return None


def mapping_texts(folder: Path, sources: Mapping[str, Any]) -> list[MappingText]:
    """The mapping files of a project, by name.

    Raises:
        BadInputError: a file is named after no source or dataset, is no YAML, or has unknown keys at its top.
    """
    return [_read(path, sources) for path in sorted((folder / FOLDER).glob("*.yaml"))]


def _read(path: Path, sources: Mapping[str, Any]) -> MappingText:
    source, _, dataset = path.stem.rpartition(".")
    if source not in sources or dataset not in DATASETS:
        known = f"sources are {', '.join(sources)}, datasets {', '.join(DATASETS)}"
        raise BadInputError("no mapping file is named like this", where=str(path), fix=f"name it <source>.<dataset>.yaml; {known}")
    values, lines = read_yaml(path)
    for key in values:
        if key not in MappingFile.model_fields:
            where = f"{path}:{line_of(lines, (key,)) or 1}"
            raise BadInputError(f"there is no key {key!r} here", where=where, fix=f"keys here are {', '.join(MappingFile.model_fields)}")
    return MappingText(path, source, dataset, values, lines)
