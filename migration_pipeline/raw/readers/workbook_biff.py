"""Error cells (`#N/A`) of the old .xls, which calamine hands over as empty cells.

Belongs here: walking the records of the Workbook stream (MS-XLS 2.1.4) for errors only. Does not belong here: any other value.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

import olefile

_BOF, _EOF, _SHEET, _ERROR, _FORMULA = 0x0809, 0x000A, 0x0085, 0x0205, 0x0006
_TEXTS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A", 43: "#GETTING_DATA"}


def error_cells(path: Path, sheet: int) -> dict[int, dict[int, str]]:
    """Row (1-based) -> column (0-based) -> text, of the n-th sheet (0-based, chart sheets count)."""
    with olefile.OleFileIO(str(path)) as container:
        stream = container.openstream("Workbook" if container.exists("Workbook") else "Book").read()
    starts = [struct.unpack_from("<I", body)[0] for kind, body in _records(stream, 0) if kind == _SHEET]
    found: dict[int, dict[int, str]] = {}
    for kind, body in _records(stream, starts[sheet]):
        code = _error_code(kind, body)
        if code is not None:
            row, column = struct.unpack_from("<HH", body)
            found.setdefault(row + 1, {})[column] = _TEXTS.get(code, "#ERROR")
    return found


def _error_code(kind: int, body: memoryview) -> int | None:
    if kind == _ERROR:
        return body[6] if body[7] else None
    if kind == _FORMULA and bytes(body[12:14]) == b"\xff\xff" and body[6] == 2:
        return body[8]
    return None


def _records(stream: bytes, start: int) -> Iterator[tuple[int, memoryview]]:
    """Records of one substream, from its BOF to its EOF; charts inside it have their own pair."""
    view, depth = memoryview(stream), 0
    while start + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, start)
        depth += (kind == _BOF) - (kind == _EOF)
        yield kind, view[start + 4 : start + 4 + size]
        if depth == 0:
            return
        start += 4 + size
