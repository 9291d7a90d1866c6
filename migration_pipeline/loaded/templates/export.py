"""One export: all templates of a tool filled, cut into files, and the books that prove that nothing vanished.

Belongs here: the order of things. Does not belong here: reading the lake and writing to disk (`orchestration/templates.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.loaded.templates.books import TableBooks, table_books
from migration_pipeline.loaded.templates.files import File, files
from migration_pipeline.loaded.templates.fill import Marks, fill
from migration_pipeline.loaded.templates.model import Form, Tool


@dataclass(frozen=True)
class Export:
    """The files in the order of import, and the books of every table."""

    files: tuple[File, ...]
    books: tuple[TableBooks, ...]

    @property
    def ties(self) -> bool:
        """No row and no amount of any table is missing."""
        return all(table.ties for table in self.books)


def export(tool: Tool, tables: Mapping[str, pd.DataFrame], settings: Mapping[str, str], form: Form | None = None) -> Export:
    """The files for a tool.

    Args:
        tool: whose import.
        tables: every ERP table by name, rows of all stores, later ones last; a table of the company may hold one record several times.
        settings: what templates name `{_name}`: company, abbr, currency, date.
        form: the form wished for; where a template does not know it, its best.

    Raises:
        BadInputError: more columns than the form holds.
    """
    unique = {name: _different(name, frame) for name, frame in tables.items()}
    marks = Marks({name: len(frame) for name, frame in unique.items()})
    made: list[File] = []
    for template in tool.templates:
        made += files(fill(template, unique, settings, marks), form or template.forms[0])
    filled_tables = [name for name, about in ERP_TABLES.items() if about.dataset is not None]
    books = [table_books(tool, name, unique[name], len(tables[name]), marks) for name in filled_tables if len(tables[name])]
    return Export(tuple(made), tuple(books))


def _different(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Each record once: the last, for later stores know more; of a record whose owner stays, the first."""
    about = ERP_TABLES[name]
    key = list(about.key)
    again = frame.duplicated(key, keep="first") if about.keep_owner else frame.duplicated(key, keep="last")
    return frame[~again].reset_index(drop=True)
