"""What an ERP says about itself (tables, types, lengths, required fields, keys, references, allowed values), and how two such differ.

Belongs here: the closed form of the file `target/<target>.yaml`, differences. Does not belong here: asking an ERP (`loaded/targets/`),
reading and writing the file (`project/target_file.py`).
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Counted = Literal["characters", "bytes"]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnDescription(_Closed):
    """One column.

    Attributes:
        length: most characters or bytes (`counted`) of a text.
        precision, scale: of an exact number.
        values: the only ones allowed; empty for any.
    """

    type: str
    required: bool = False
    length: int | None = None
    counted: Counted = "characters"
    precision: int | None = None
    scale: int | None = None
    values: tuple[str, ...] = ()


class ReferenceDescription(_Closed):
    """Columns that must name a row of another table."""

    columns: tuple[str, ...]
    table: str


class TableDescription(_Closed):
    """One table."""

    columns: dict[str, ColumnDescription]
    key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    references: tuple[ReferenceDescription, ...] = ()


class TargetDescription(_Closed):
    """One ERP as it described itself."""

    target: str
    tables: dict[str, TableDescription] = Field(default_factory=dict)


def differences(kept: TargetDescription, found: TargetDescription) -> list[str]:
    """What has changed since a description was kept, one sentence each, tables and columns by name."""
    changed = [f"table {name} is gone" for name in kept.tables if name not in found.tables]
    changed += [f"table {name} is new" for name in found.tables if name not in kept.tables]
    for name, before in kept.tables.items():
        if name in found.tables:
            changed += _table_differences(name, before, found.tables[name])
    return changed


def _table_differences(name: str, before: TableDescription, after: TableDescription) -> Iterator[str]:
    for column, was in before.columns.items():
        now = after.columns.get(column)
        if now is None:
            yield f"{name}.{column} is gone"
        elif was != now:
            for part in ColumnDescription.model_fields:
                if getattr(was, part) != getattr(now, part):
                    yield f"{name}.{column}: {part} was {_said(getattr(was, part))}, is {_said(getattr(now, part))}"
    yield from (f"{name}.{column} is new" for column in after.columns if column not in before.columns)
    for part in ("key", "unique", "references"):
        if getattr(before, part) != getattr(after, part):
            yield f"{name}: {part} changed"


def _said(value: object) -> str:
    return ", ".join(map(str, value)) or "any" if isinstance(value, tuple) else str(value)
