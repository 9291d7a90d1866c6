"""CSV that a spreadsheet opens right and runs nothing of, and that reads back exactly.

Belongs here: the form. Does not belong here: what is in the files, writing them to disk.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
"""A cell that begins so gets an apostrophe before it, which is taken off again."""


def safe_csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a byte order mark, every cell in quotes, lines end with CR LF."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(map(_neutral, heads))
    writer.writerows(map(_neutral, row) for row in rows)
    return out.getvalue().encode("utf-8-sig")


def rows_of(content: bytes) -> Iterator[dict[str, str]]:
    """The rows of `safe_csv`, each by its headings, cells as they were before."""
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True):
        yield {bare(head): bare(text) for head, text in row.items()}


def _neutral(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def bare(cell: str) -> str:
    """The text of a cell of `safe_csv`."""
    return cell.removeprefix("'")
