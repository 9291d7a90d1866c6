"""XML read with the standard library's element tree and a small subset of XPath, apart from `raw`'s lxml.

Belongs here: walking to the rows, `@no`, `Total`, `../Header/No`, `../../@no`. Does not belong here: predicates, functions, other formats.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import parse

from migration_pipeline.project.source import InputSpec
from migration_pipeline.reconciled.archived_input import ArchivedInput, opened
from migration_pipeline.runtime.errors import BadInputError

Path = tuple[Element, ...]


def xml_rows(spec: InputSpec, file: ArchivedInput) -> tuple[list[str], list[list[str | None]]]:
    """Column names and one row per element at `spec.rows`; namespaces are ignored.

    Raises:
        BadInputError: a field uses more of XPath than this reader knows.
        ParseError: the file is not well-formed.
    """
    fields = {name: _steps(path) for name, path in spec.fields.items()}
    with opened(file) as raw:
        root = parse(raw).getroot()
    if root is None:
        return list(fields), []
    first, *rest = [_local(step) for step in str(spec.rows).strip("/").split("/")]
    paths = _walk((root,), rest) if _local(root.tag) == first else iter(())
    return list(fields), [[_value(path, steps) for steps in fields.values()] for path in paths]


def _steps(path: str) -> list[str]:
    if any(sign in path for sign in "[]()*|") or "//" in path or "::" in path:
        raise BadInputError(f"the control totals cannot follow {path!r}", fix="use names, @attributes and .. only")
    return [step for step in path.split("/") if step != "."]


def _local(tag: object) -> str:
    """The name without its namespace; comments and instructions have none."""
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def _walk(path: Path, names: list[str]) -> Iterator[Path]:
    if not names:
        yield path
        return
    for child in path[-1]:
        if _local(child.tag) == names[0]:
            yield from _walk((*path, child), names[1:])


def _value(path: Path, steps: list[str]) -> str | None:
    """Text of the first match, or None."""
    if not steps:
        return "".join(path[-1].itertext())
    step, rest = steps[0], steps[1:]
    if step == "..":
        return _value(path[:-1], rest) if len(path) > 1 else None
    if step.startswith("@"):
        return next((value for name, value in path[-1].attrib.items() if _local(name) == _local(step[1:])), None)
    found = (_value((*path, child), rest) for child in path[-1] if _local(child.tag) == _local(step))
    return next((value for value in found if value is not None), None)
