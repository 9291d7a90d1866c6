"""Which column of one table refers to the key of another, with the rows that refer to nothing.

Belongs here: inclusion by value, plausibility by name. Does not belong here: keys (`keys.py`), what tables are (`recognise.py`).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import duckdb

from migration_pipeline.raw.profiling.columns import ColumnFigures
from migration_pipeline.runtime.sql_files import sql_text

INCLUDED = 50
"""Of the different values of a column so many percent must be in the other table."""
LONG_NAME = 3
PLAUSIBLE, PLAUSIBLE_BY_NAME = 55, 70
"""From how many percent on a relation is shown; more where the values prove nothing, because they are small or consecutive numbers."""
ALL_BUT_A_FEW = 98
"""So many percent speak for themselves, whatever the names."""
_ENDING = re.compile(r"(_?(id|no|code|num|number|key|uid)|编号|编码|代码|号)$")


@dataclass(frozen=True)
class KeyColumn:
    """A column of a table whose different values stand in the relation `values` (`columns.values_of`)."""

    table: str
    column: ColumnFigures
    values: str


@dataclass(frozen=True)
class Relation:
    """One column refers to another table's key.

    Attributes:
        plausible: 0 to 100, from the share of values found and from the names.
        orphans: rows with a value the other table does not have; `orphan_values`: different ones of these.
        included: percent of the different values that the other table has.
    """

    child: str
    child_column: str
    parent: str
    parent_column: str
    plausible: int
    included: int
    rows: int
    orphans: int
    orphan_values: int


@dataclass(frozen=True)
class Overlap:
    """Percent of the different values of a column that a key of another table has, whatever the names."""

    child: str
    child_column: str
    parent: str
    parent_column: str
    included: int


def overlaps(database: duckdb.DuckDBPyConnection, columns: Sequence[KeyColumn]) -> list[Overlap]:
    """Every column of the same data that shares values with the key of another table."""
    return [
        Overlap(child.table, child.column.name, parent.table, parent.column.name, 100 * hits // child.column.distinct)
        for child, parent, hits, _ in _inclusions(database, columns)
        if child.table != parent.table
    ]


def relations(database: duckdb.DuckDBPyConnection, columns: Sequence[KeyColumn]) -> list[Relation]:
    """All plausible references between tables of the same data, the best for each column, most plausible first."""
    found: dict[tuple[str, str], list[Relation]] = {}
    for child, parent, hits, rows in _inclusions(database, columns):
        if relation := _judged(child, parent, hits, rows):
            found.setdefault((relation.child, relation.child_column), []).append(relation)
    best = [max(several, key=lambda relation: (relation.plausible, -relation.orphans)) for several in found.values()]
    widths = Counter(key.table for key in columns)
    best = [relation for relation in best if not _backwards(relation, best, widths)]
    return sorted(best, key=lambda relation: (-relation.plausible, relation.child, relation.child_column))


def _inclusions(database: duckdb.DuckDBPyConnection, columns: Sequence[KeyColumn]) -> Iterator[tuple[KeyColumn, KeyColumn, int, int]]:
    """Every two columns that share values, with the different values and the rows of the first found in the second: one join for all."""
    parents = [place for place, key in enumerate(columns) if _is_key(key.column)]
    children = [place for place, key in enumerate(columns) if _may_refer(key.column)]
    if not parents or not children:
        return
    wanted = sorted({*parents, *children})
    texts = "\nUNION ALL ".join(f"SELECT {place} AS k, t, n FROM {columns[place].values} WHERE filled" for place in wanted)  # noqa: S608
    sql = sql_text("profile/inclusion.sql").format(
        texts=texts, children=", ".join(map(str, children)), parents=", ".join(map(str, parents))
    )
    for child, parent, hits, rows in database.execute(sql).fetchall():
        yield columns[child], columns[parent], int(hits), int(rows)


def _backwards(relation: Relation, others: Sequence[Relation], widths: Mapping[str, int]) -> bool:
    """Where two keys hold the same values: the less plausible way round; else the one in which the wider table refers to the narrower."""
    ends = (relation.parent, relation.parent_column, relation.child, relation.child_column)
    turned = next((r for r in others if (r.child, r.child_column, r.parent, r.parent_column) == ends), None)
    if turned is None:
        return False
    mine, its = (widths[relation.parent], relation.child), (widths[turned.parent], turned.child)
    return (relation.plausible, mine) < (turned.plausible, its)


def _is_key(column: ColumnFigures) -> bool:
    """Nearly unique will do: one doubled product must not hide that lines refer to products."""
    return column.kind in {"integer", "code", "text"} and column.distinct > 1 and 100 * column.distinct >= 95 * column.rows


def _may_refer(column: ColumnFigures) -> bool:
    return column.kind in {"integer", "code", "text"} and column.distinct > 1 and column.counts["longest"] <= 40


def _judged(child: KeyColumn, parent: KeyColumn, hits: int, rows: int) -> Relation | None:
    """The relation, if values and names together make it plausible."""
    included = 100 * hits // child.column.distinct
    if parent.table == child.table or included < INCLUDED:
        return None
    names, weak = _alike(child.column.name, parent), _numbering(child.column) or _dense(parent.column)
    plausible = included * (40 + names * 6 // 10) // 100
    if plausible < (PLAUSIBLE_BY_NAME if weak else PLAUSIBLE) and (weak or included < ALL_BUT_A_FEW):
        return None
    where = (child.table, child.column.name, parent.table, parent.column.name)
    return Relation(*where, plausible, included, child.column.filled, child.column.filled - rows, child.column.distinct - hits)


def _numbering(column: ColumnFigures) -> bool:
    """A column of small numbers or short codes: 1, 2, 3 ... is included in every other such column."""
    return bool(column.counts["longest"] <= (5 if column.kind == "integer" else 3))


def _dense(column: ColumnFigures) -> bool:
    """Nearly all whole numbers from the first ones on: any other number is likely among them."""
    if column.kind != "integer":
        return False
    least, most = column.counts["least"], column.counts["most"]
    return bool(most - least < column.distinct * 6 // 5 and least <= column.distinct)


def _alike(child: str, parent: KeyColumn) -> int:
    """How well the names fit, 0 to 100: the same name, the parent's name in the child's, or the parent's table in it."""
    a, b = _stem(child), _stem(parent.column.name)
    table = _stem(re.split(r"[/ ]", parent.table)[-1].split(".")[0])
    if a and a == b:
        return 100 if a in table or not table else 97
    if len(table) >= LONG_NAME and a.endswith(table) and _ENDING.search(child.casefold()):
        return 90
    if a and b and (a.endswith(b) or b.endswith(a) or _same_but_for_a_side(child, parent.column.name)):
        return 80
    return int(100 * SequenceMatcher(None, a or child, b or parent.column.name).ratio()) * 6 // 10


def _same_but_for_a_side(child: str, parent: str) -> bool:
    """`unique_id_l` and `unique_id`."""
    return re.fullmatch(re.escape(parent.casefold()) + r"[_ ]?\w{1,2}", child.casefold()) is not None


def _stem(name: str) -> str:
    """A name without case, separators and its `_id`."""
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).casefold().strip()
    return re.sub(r"[\W_]", "", _ENDING.sub("", plain)).removesuffix("s")
