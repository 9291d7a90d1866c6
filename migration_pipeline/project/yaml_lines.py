"""YAML with line numbers: the text as plain values, and the line of every path in it.

Belongs here: parsing and positions, duplicate keys. Does not belong here: what the values mean.
"""

import re
from pathlib import Path
from typing import Any

import yaml

from migration_pipeline.runtime.errors import BadInputError


class _Yaml12(yaml.SafeLoader):
    """SafeLoader with YAML 1.2's booleans and no dates: `on:`, `no:` and 2026-01-01 stay text."""


_Yaml12.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"}]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))

Position = dict[tuple[str, ...], int]


def parse_yaml(text: str) -> dict[str, Any]:
    """The mapping in a YAML text that is known to be good."""
    value: dict[str, Any] = yaml.load(text, Loader=_Yaml12)  # noqa: S506 (a SafeLoader)
    return value


def read_yaml(path: Path) -> tuple[dict[str, Any], Position]:
    """The mapping in a YAML file and the 1-based line of each path.

    Raises:
        BadInputError: not readable, not YAML, not a mapping, or a key twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_Yaml12)
        values = parse_yaml(text)
    except FileNotFoundError as error:
        raise BadInputError("there is no such file", where=str(path), fix="name the project's folder with -p DIR") from error
    except UnicodeDecodeError as error:
        raise BadInputError("the file is not UTF-8", where=str(path), fix="save it as UTF-8") from error
    except OSError as error:
        raise BadInputError(f"the file cannot be read ({error.strerror})", where=str(path), fix="check its permissions") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadInputError(
            f"not valid YAML: {getattr(error, 'problem', None) or str(error).splitlines()[0]}",
            where=f"{path}:{mark.line + 1 if mark else 1}",
            fix="check indentation and quotes there",
        ) from error
    if not isinstance(node, yaml.MappingNode):
        raise BadInputError("the file holds no mapping", where=f"{path}:1", fix="start it with 'version: 1'")
    lines: Position = {}
    _walk(path, node, (), lines)
    return values, lines


def line_of(lines: Position, where: tuple[str, ...]) -> int | None:
    """The line of a path, or of its nearest parent that stands in the file."""
    for end in range(len(where), 0, -1):
        if where[:end] in lines:
            return lines[where[:end]]
    return None


def _walk(path: Path, node: yaml.Node, where: tuple[str, ...], lines: Position) -> None:
    lines.setdefault(where, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*where, str(key.value))
            if here in lines:
                raise BadInputError(
                    f"the key {'.'.join(here)!r} comes twice",
                    where=f"{path}:{key.start_mark.line + 1}",
                    fix=f"keep one of them (the other is in line {lines[here]})",
                )
            lines[here] = key.start_mark.line + 1
            _walk(path, value, here, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(path, value, (*where, str(index)), lines)
