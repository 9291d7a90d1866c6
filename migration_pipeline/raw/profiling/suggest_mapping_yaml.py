"""A suggested mapping as the text of a mapping file, with the confidence and the reasons behind every line.

Belongs here: YAML with comments. Does not belong here: what is suggested (`suggest_mapping.py`), where files lie (`mapping_files.py`).
"""

from collections.abc import Iterator

from migration_pipeline.raw.profiling.suggest_mapping import ColumnSuggestion, MappingSuggestion, TableSuggestion
from migration_pipeline.raw.profiling.suggest_yaml import scalar

_HEAD = """\
# Suggested by `store2erp map suggest`; no run reads this file. Check every line, then move it to mappings/{name} to confirm it.
# 由 `store2erp map suggest` 建议，任何运行都不读取本文件。逐行核对后移至 mappings/{name} 即为确认。
version: 1
tables:
"""


def mapping_yaml(found: MappingSuggestion) -> str:
    """One file `<source>.<dataset>.yaml`; it loads as it is once it is moved."""
    lines = [line for table in found.tables for line in _table(table)]
    return _HEAD.format(name=f"{found.source}.{found.dataset}.yaml") + "\n".join([*lines, *_words(found)]) + "\n"


def _table(table: TableSuggestion) -> Iterator[str]:
    yield f"  {table.table}:"
    yield f"    inputs: [{', '.join(scalar(name) for name in table.inputs)}]"
    if table.missing:
        yield f"    # missing 缺少: {', '.join(table.missing)}: no column was found for it; a person names one"
    if table.columns:
        yield "    columns:"
        yield from (_column(column) for column in table.columns)
    if table.dates:
        known = table.known.dates if table.known else {}
        yield "    dates:"
        yield from (f"      {column}: {_value(pattern)}" for column, pattern in {**known, **table.dates}.items())
    yield from _left(table)


def _column(column: ColumnSuggestion) -> str:
    marks = {"kept": "kept", "doubtful": "CHECK", "new": ""}
    others = f"; or {', '.join(column.alternatives)}" if column.alternatives else ""
    said = " ".join(part for part in (marks[column.state], f"{column.percent} %: {_one_line(column.why)}{_one_line(others)}") if part)
    return f"      {column.column}: {_value(column.source)}  # {said}"


def _left(table: TableSuggestion) -> Iterator[str]:
    """Columns nobody knows stay in the archive: nothing is lost, and a person may waive them."""
    if not table.left:
        return
    known = table.known.archive if table.known else ()
    yield "    archive:"
    yield from (f"      - {scalar(name)}" for name in known)
    yield from (f"      - {scalar(name)}  # {_one_line(what)}: nobody knows what it is" for name, what in table.left.items())
    yield "    # waived: what nobody needs is written here with the reason, instead of under archive 无人需要的列改写在此并注明理由"
    yield from (f"    #   {scalar(name)}: why nobody needs it" for name in table.left)


def _words(found: MappingSuggestion) -> Iterator[str]:
    if not found.words:
        return
    yield "value_maps:" if any(erp for pairs in found.words.values() for erp in pairs.values()) else "# value_maps:"
    for vocabulary, pairs in found.words.items():
        known = {word: erp for word, erp in pairs.items() if erp}
        yield f"  {vocabulary}:" if known else f"  # {vocabulary}:"
        yield from (f"    {scalar(word)}: {erp}  # 90 %: other systems mean this by it" for word, erp in known.items())
        yield from (f"    # {scalar(word)}: ?  nobody knows this word: a person says what it is" for word in pairs if word not in known)


def _value(value: str | tuple[str, ...]) -> str:
    return scalar(value) if isinstance(value, str) else f"[{', '.join(scalar(one) for one in value)}]"


def _one_line(text: str) -> str:
    return " ".join(text.split())
