"""Loading a migration project: the YAML, the presets it builds on, and errors that name file and line.

Belongs here: merging and validation. Does not belong here: the schema (`models.py`, `source.py`), reading data (`raw/`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from migration_pipeline.project.mapping_files import MappingFile, MappingText, mapping_texts
from migration_pipeline.project.models import Project
from migration_pipeline.project.value_map_files import value_maps_of
from migration_pipeline.project.yaml_lines import line_of, parse_yaml, read_yaml
from migration_pipeline.runtime.errors import BadInputError

FILE = "migration.yaml"


@dataclass(frozen=True)
class LoadedProject:
    """A valid project and where it and its data lie."""

    project: Project
    folder: Path
    data: Path


def load_project(folder: Path, data: Path | None = None) -> LoadedProject:
    """Read and validate `<folder>/migration.yaml`; `data` overrides the project's data folder.

    Raises:
        BadInputError: with file:line for the first error, and the count of the others.
    """
    path = folder / FILE if folder.is_dir() or not folder.suffix else folder
    values, lines = read_yaml(path)
    merged = _with_presets(path, values, lines)
    sources = merged.get("sources")
    texts = mapping_texts(path.parent, sources) if isinstance(sources, dict) else []
    for text in texts:
        merged = _with_mapping(merged, text)
    merged = _with_words(path.parent, merged)
    try:
        project = Project.model_validate(merged)
    except ValidationError as error:
        raise _in_mapping(texts, error) or as_bad_input(path, lines, error) from error
    data_folder = (data or path.parent / project.data).resolve()
    if not data_folder.is_dir():
        line = line_of(lines, ("data",))
        where = "--data" if data else f"{path}:{line or 1}"
        raise BadInputError(f"the data folder {data_folder} does not exist", where=where, fix="name it with --data PATH")
    return LoadedProject(project, path.parent.resolve(), data_folder)


def preset_names() -> list[str]:
    """Names of the source presets that come with store2erp."""
    folder = resources.files("migration_pipeline.raw") / "presets"
    return sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml"))


def _with_presets(path: Path, values: dict[str, Any], lines: Mapping[tuple[str, ...], int]) -> dict[str, Any]:
    sources = values.get("sources")
    if not isinstance(sources, dict):
        return values
    merged = {}
    for name, source in sources.items():
        preset = source.get("preset") if isinstance(source, dict) else None
        if preset is not None and preset not in preset_names():
            line = line_of(dict(lines), ("sources", name, "preset")) or 1
            known = ", ".join(preset_names())
            raise BadInputError(f"there is no preset {preset!r}", where=f"{path}:{line}", fix=f"use one of {known}")
        merged[name] = deep_merge(_preset(preset), source) if preset else source
    return {**values, "sources": merged}


def _with_mapping(values: dict[str, Any], text: MappingText) -> dict[str, Any]:
    """The project with one mapping file laid over what its source says; the file itself is as `MappingFile` says."""
    source = values["sources"][text.source]
    base = source.get("datasets", {}).get(text.dataset, {}) if isinstance(source, dict) else {}
    whole = deep_merge({"tables": base}, text.values)
    try:
        MappingFile.model_validate(whole)
    except ValidationError as error:
        raise as_bad_input(text.path, text.lines, error, MappingFile) from error
    said = {"datasets": {text.dataset: whole["tables"]}, "value_maps": text.values.get("value_maps", {})}
    return {**values, "sources": {**values["sources"], text.source: deep_merge(source, said)}}


def _with_words(folder: Path, values: dict[str, Any]) -> dict[str, Any]:
    """The project with the value maps that people filled in."""
    sources = values.get("sources")
    if not isinstance(sources, dict):
        return values
    said = {name: {"value_maps": words} for name in sources if (words := value_maps_of(folder, name))}
    return {**values, "sources": deep_merge(sources, said)} if said else values


def _in_mapping(texts: list[MappingText], error: ValidationError) -> BadInputError | None:
    """A contradiction that a mapping file says, with its place in that file."""
    first = error.errors(include_input=False)[0]
    place = _placed(tuple(str(part) for part in first["loc"]), getattr(first.get("ctx", {}).get("error"), "place", ()))
    for text in texts:
        if line := text.line_in(place):
            what = f"{'.'.join(place[3:])}: {first['msg'].removeprefix('Value error, ')}"
            return BadInputError(what, where=f"{text.path}:{line}", fix="correct the value in that line")
    return None


def _preset(name: str) -> dict[str, Any]:
    text = (resources.files("migration_pipeline.raw") / "presets" / f"{name}.yaml").read_text(encoding="utf-8")
    return parse_yaml(text)


def deep_merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid on `base`: mappings merge, an empty value (null) takes the key away, everything else replaces."""
    merged = dict(base)
    for key, value in over.items():
        if value is None:
            merged.pop(key, None)
            continue
        old = merged.get(key)
        merged[key] = deep_merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def as_bad_input(
    path: Path, lines: Mapping[tuple[str, ...], int], error: ValidationError, model: type[BaseModel] = Project
) -> BadInputError:
    """The first error of a YAML file that is not as `model` says, with its line; never with a value of the file."""
    first = min(error.errors(include_input=False), key=lambda found: found["type"] != "extra_forbidden")
    loc = tuple(str(part) for part in first["loc"])
    place = _placed(loc, getattr(first.get("ctx", {}).get("error"), "place", ()))
    line = line_of(dict(lines), place)
    what = f"{'.'.join(place) or 'the file'}: {first['msg'].removeprefix('Value error, ')}"
    more = f" (and {error.error_count() - 1} more errors)" if error.error_count() > 1 else ""
    if first["type"] == "extra_forbidden":
        what = f"there is no key {place[-1]!r} here"
    if first["type"] == "too_long":
        what = f"{'.'.join(place)}: more than {first['ctx']['max_length']:,} entries"
    return BadInputError(what + more, where=f"{path}:{line or 1}", fix=_suggestion(place, first["type"], model))


def _placed(loc: tuple[str, ...], inner: tuple[str, ...]) -> tuple[str, ...]:
    """A contradiction names its path below the model that found it; `Project` stands at the top."""
    return (*loc, *inner) if inner else loc


def _suggestion(place: tuple[str, ...], kind: str, model: type[BaseModel]) -> str:
    if kind == "string_type":
        return "put the value in quotes: it is text, not a number"
    if kind == "too_long":
        return "keep fewer: thousands of codes are no list of words; bring them in as a table of their own, under lookups:"
    if kind != "extra_forbidden":
        return "correct the value in that line"
    known = _known_keys(model, place[:-1])
    near = get_close_matches(place[-1], known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"remove it; keys here are {', '.join(known)}"


def _known_keys(model: type[BaseModel], place: tuple[str, ...]) -> list[str]:
    """Field names of the model found by walking the path; union and container types are looked through."""
    for part in place:
        field = model.model_fields.get(part)
        if field is None:
            continue
        inner = _model_in(field.annotation)
        if inner is None:
            return []
        model = inner
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if (found := _model_in(argument)) is not None:
            return found
    return None
