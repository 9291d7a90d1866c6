"""Records cut into files: never more lines than the tool takes, never a record in two files, no cell that a spreadsheet would run.

Belongs here: which record goes into which file, in which form. Does not belong here: filling records (`fill.py`), bytes (`forms.py`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from migration_pipeline.loaded.templates.cells import runs
from migration_pipeline.loaded.templates.fill import Filled
from migration_pipeline.loaded.templates.forms import FORMS
from migration_pipeline.loaded.templates.model import Form, Template

_UNSAFE = re.compile(r"[^\w-]")


@dataclass(frozen=True)
class File:
    """One file, ready to be written.

    Attributes:
        name: with its ending; no other dot, for jshERP takes all behind the first one for the ending.
        into: what the tool calls the records.
        rows: lines below the headings.
    """

    name: str
    into: str
    form: Form
    records: int
    rows: int
    content: bytes


def files(filled: Filled, form: Form) -> Iterator[File]:
    """The template's files in a form, or where the tool does not take that in its best.

    Records with a cell that a spreadsheet would run as a formula stand in a workbook beside the CSV file, as text: there the value is
    exact and nothing runs. A template that knows no workbook
    has no such record: `fill` refuses them.
    """
    template = filled.template
    form = form if form in template.forms else template.forms[0]
    for name, records in filled.names.groupby(filled.names, sort=True):
        lines = filled.lines[filled.lines.index.get_level_values(0).isin(records.index)]
        used = lines if template.pivot is None else _used(lines, template)
        risky = _risky(used) if form == "csv" else pd.Index([])
        safe = ~used.index.get_level_values(0).isin(risky)
        yield from _cut(template, f"{template.name}{_UNSAFE.sub('_', str(name))}", used[safe], form)
        if len(risky):
            yield from _cut(template, f"{template.name}{_UNSAFE.sub('_', str(name))}-text", used[~safe], "xlsx")


def _used(lines: pd.DataFrame, template: Template) -> pd.DataFrame:
    """Without columns of the pivot that this file has nothing in."""
    extra = [head for head in lines.columns if head not in template.heads and lines[head].isna().all()]
    return lines.drop(columns=extra)


def _risky(lines: pd.DataFrame) -> pd.Index:
    """Numbers of the records with a cell that a spreadsheet would run."""
    hit = pd.Series(False, index=lines.index)
    for column in lines.columns:
        hit |= pd.Series([runs(text) for text in lines[column]], index=lines.index, dtype=bool)
    return lines.index.get_level_values(0)[hit].unique()


def _cut(template: Template, name: str, lines: pd.DataFrame, form: Form) -> Iterator[File]:
    parts = list(_parts(lines, template.limit))
    width = max(2, len(str(len(parts))))
    for number, part in enumerate(parts, start=1):
        heads = [str(head) for head in part.columns]
        rows = [[None if pd.isna(text) else str(text) for text in row] for row in part.itertuples(index=False, name=None)]
        content = FORMS[form]([*template.above, heads, *template.below, *rows])
        tail = f"-{number:0{width}d}" if len(parts) > 1 else ""
        yield File(f"{name}{tail}.{form}", template.into, form, part.index.get_level_values(0).nunique(), len(part), content)


def _parts(lines: pd.DataFrame, limit: int) -> Iterator[pd.DataFrame]:
    """Whole records, as many as stay within the limit; one that is longer stands alone."""
    if lines.empty:
        return
    sizes = lines.groupby(level=0, sort=False).size()
    start = at = 0
    for size in sizes:
        if at > start and at + size - start > limit:
            yield lines.iloc[start:at]
            start = at
        at += size
    yield lines.iloc[start:at]
