"""What must be known of an .ods workbook before calamine gets it: it is whole, holds no error cells and does not fill the memory.

Belongs here: one pass over its content.xml. Does not belong here: reading its cells (`workbook_calamine.py`). calamine turns error cells
into empty ones, repeats a row a billion times if the file says so, and never comes back from a table without an end.
"""

import zipfile
from pathlib import Path
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import sax

from migration_pipeline.raw.readers.workbook_book import MOST_CELLS, damage_named
from migration_pipeline.runtime.errors import BadInputError


def refuse_unreadable(path: Path) -> None:
    """Raise BadInputError for a damaged file, one with error cells, or one with more places than calamine may lay out."""
    found = _Content()
    with damage_named(path), zipfile.ZipFile(path) as archive, archive.open("content.xml") as content:
        sax.parse(content, found)
    if found.errors:
        raise BadInputError(
            "the workbook has cells with an error (#N/A, #DIV/0! ...)", where=str(path), fix="correct them, or save it as .xlsx"
        )
    if found.most > MOST_CELLS:
        raise BadInputError(
            f"a sheet has {found.most} places for cells", where=str(path), fix="delete what lies right of and below the table, and save it"
        )


class _Content(ContentHandler):
    """Counts rows and columns up to the last cell with a value; `most` is the area of the largest sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.errors, self.most = False, 0
        self._row = self._column = self._right = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the name SAX calls
        if name == "table:table":
            self._row = self._right = 0
        elif name == "table:table-row":
            self._column = 0
            self._row += int(attrs.get("table:number-rows-repeated", "1"))
        elif name in {"table:table-cell", "table:covered-table-cell"}:
            self._column += int(attrs.get("table:number-columns-repeated", "1"))
            if "office:value-type" in attrs:
                self._right = max(self._right, self._column)
                self.most = max(self.most, self._row * self._right)
            self.errors = self.errors or attrs.get("calcext:value-type") == "error"
