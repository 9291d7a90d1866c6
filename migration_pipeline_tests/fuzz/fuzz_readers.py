"""The long run: every reader on damaged files for some minutes, and on a few huge ones: `make fuzz [ARGS="--seconds 600 --seed 1"]`.

Writes `build/fuzz/readers.json`, keeps inputs that crash a reader under `build/fuzz/crashes/`, prints a table; ends with 1 if
there are any.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from migration_pipeline_tests.fuzz.good_files import names
from migration_pipeline_tests.fuzz.huge_files import HugeFigures, tried_huge
from migration_pipeline_tests.fuzz.reader_process import Figures, ReaderProcess

FOLDER = Path("build/fuzz")


def main() -> None:
    """Run and report."""
    arguments = _arguments()
    wanted = arguments.formats or names()
    console = Console(width=140)
    figures = list(_fuzzed(wanted, arguments.seconds / len(wanted), arguments.seed))
    huge = list(tried_huge(arguments.huge_mb << 20)) if arguments.huge_mb else []
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = {"seed": arguments.seed, "formats": [one.as_json() for one in figures], "huge": [one.as_json() for one in huge]}
    (FOLDER / "readers.json").write_text(json.dumps(found, indent=2, ensure_ascii=False), encoding="utf-8")
    _show(console, figures, huge)
    sys.exit(any(one.crashes for one in figures) or any(one.crash for one in huge))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fuzz_readers", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="for all formats together, without the huge files")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="another seed, other inputs; the same seed, the same inputs")
    parser.add_argument("--formats", nargs="*", choices=names(), help="only these")
    parser.add_argument("--huge-mb", type=int, default=1024, help="size of the huge files; 0: none")
    return parser.parse_args()


def _fuzzed(wanted: tuple[str, ...] | list[str], seconds: float, seed: int) -> Iterator[Figures]:
    for name in track(wanted, "fuzzing", console=Console(stderr=True)):
        with tempfile.TemporaryDirectory() as folder:
            process = ReaderProcess(Path(folder), keep=FOLDER / "crashes")
            yield process.tried(name, seed, _until(time.monotonic() + seconds))
            process.stop()


def _until(end: float) -> Iterator[int]:
    for index in count():
        if time.monotonic() > end:
            return
        yield index


def _show(console: Console, figures: list[Figures], huge: list[HugeFigures]) -> None:
    table = Table("format", "tried", "read whole", "refused", "crashes", "slowest s", "peak MB", title="Damaged files")
    for f in figures:
        numbers = (f"{f.tried:,}", f"{f.read:,}", f"{f.refused:,}", str(len(f.crashes)))
        table.add_row(f.format, *numbers, f"{f.slowest:.2f}", str(f.peak_mb))
    sums = [sum(values) for values in zip(*((f.tried, f.read, f.refused, len(f.crashes)) for f in figures), strict=True)]
    table.add_row("all", *(f"{value:,}" for value in sums), f"{max(f.slowest for f in figures):.2f}", str(max(f.peak_mb for f in figures)))
    console.print(table)
    if huge:
        table = Table("huge file", "MB", "outcome", "seconds", "peak MB", title="Huge files")
        for one in huge:
            table.add_row(one.name, str(one.mb), one.crash or one.outcome, f"{one.seconds:.1f}", str(one.peak_mb))
        console.print(table)
    for line in [f"{f.format}: {crash}" for f in figures for crash in f.crashes]:
        console.print(line, markup=False, style="red")


if __name__ == "__main__":
    main()
