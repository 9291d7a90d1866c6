"""A first reading of an .xls in a process of its own: of a damaged one calamine may panic, abort for want of memory, or never come back.

Belongs here: the limits of that process, and what its end means. Does not belong here: the reading that counts (`workbook_calamine.py`).
The process runs this file by its path, so it imports nothing of this package.
"""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import python_calamine

SECONDS = 300
MEMORY = 1 << 30
"""Bytes of memory the process may take, and `PER_BYTE` more for each byte of the file."""
PER_BYTE = 20
_KNOWN = 3
"""Exit code where calamine says what is wrong; the reading that counts will say it too."""


def survives(path: Path) -> bool:
    """Whether calamine reads all sheets of a workbook, or refuses it in an orderly way, within `SECONDS` and `MEMORY`."""
    try:
        done = subprocess.run([sys.executable, "-I", __file__, str(path)], capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return False
    return done.returncode in (0, _KNOWN)


def _main(path: Path) -> int:
    _limit(MEMORY + PER_BYTE * path.stat().st_size)
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as workbook:
            for sheet in workbook.sheets_metadata:
                if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
                    for _ in workbook.get_sheet_by_name(sheet.name).iter_rows():
                        pass
    except (python_calamine.CalamineError, OSError, ValueError):
        return _KNOWN
    return 0


def _limit(size: int) -> None:
    with suppress(ImportError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (size, resource.getrlimit(resource.RLIMIT_AS)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1])))
