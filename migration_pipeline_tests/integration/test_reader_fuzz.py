"""Every reader on some hundred damaged files: each is read whole or refused with a reason, in a process that would show anything else.

The same inputs in every run; `make fuzz` tries others, for as long as one likes.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from migration_pipeline_tests.fuzz.good_files import ROWS, good_file, names
from migration_pipeline_tests.fuzz.mutations import mutated
from migration_pipeline_tests.fuzz.one_input import judged, refusal_fault
from migration_pipeline_tests.fuzz.reader_process import ReaderProcess

SEED = 20_260_101
INPUTS = 120
SLOW = {"xls": 40}
"""An .xls is tried in a process of its own."""


@pytest.fixture(scope="module")
def reader_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReaderProcess]:
    process = ReaderProcess(tmp_path_factory.mktemp("fuzz"))
    yield process
    process.stop()


@pytest.mark.parametrize("name", names())
def test_a_damaged_file_is_read_whole_or_refused(reader_process: ReaderProcess, name: str) -> None:
    """Never a traceback, a hang, a warning, a lost row or a value in a message."""
    figures = reader_process.tried(name, SEED, range(SLOW.get(name, INPUTS)))
    assert figures.crashes == []
    assert figures.read + figures.refused == figures.tried == SLOW.get(name, INPUTS)
    assert figures.read > 0, "nothing was read: the good file is none"
    assert figures.refused > 0, "nothing was refused: the damage is none"


def test_the_judge_sees_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that loses a row, fails, or shows a value does not get past it."""
    from migration_pipeline.raw import read
    from migration_pipeline.raw.readers import delimited
    from migration_pipeline.runtime.errors import BadInputError, InfrastructureError

    good = good_file("csv unquoted")
    file = mutated(good, SEED, 1)
    assert judged(tmp_path / good.file, good, file).outcome == "read"

    def reads(reader: object) -> str:
        monkeypatch.setattr(read, "READERS", {"csv": reader})
        return judged(tmp_path / good.file, good, file).detail

    def loses(path: Path, spec: object) -> object:
        path.write_bytes(path.read_bytes()[: path.read_bytes().rindex(b"T0000")])
        return delimited.read(path, spec)  # type: ignore[arg-type]

    def fails(error: BaseException) -> object:
        def reader(path: Path, spec: object) -> object:
            raise error

        return reader

    assert "rows were read and nothing was said" in reads(loses)
    for error in (RecursionError("x"), MemoryError(), UnicodeError("x"), InfrastructureError("x"), SystemExit(1)):
        with pytest.raises(type(error)):  # the process ends, which is a crash, see below
            reads(fails(error))
    where = str(tmp_path / good.file)
    for what, fault in (
        ("bad", "refused though"),
        ("农夫山泉 1 号 is bad", "shows a value"),
        ("a\ufeffb", "unprintable"),
        ("x" * 9999, "very long"),
    ):
        assert fault in reads(fails(BadInputError(what, where=where, fix="x")))
    assert "lacks" in refusal_fault(BadInputError("bad", where=where), tmp_path / good.file, good)


def test_the_same_seed_gives_the_same_damage() -> None:
    """Only so can a crash be looked into."""
    good = good_file("csv")
    assert [mutated(good, 7, n).content for n in range(40)] == [mutated(good, 7, n).content for n in range(40)]
    assert mutated(good, 7, 2).content != mutated(good, 8, 2).content


def test_a_process_that_dies_or_hangs_is_a_crash_of_that_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next input gets a new one."""
    from migration_pipeline_tests.fuzz import reader_process as module

    monkeypatch.setattr(module, "PATIENCE", 5.0)
    process = ReaderProcess(tmp_path, keep=tmp_path / "crashes")
    try:
        assert process.tried("csv", SEED, range(2)).crashes == []
        assert process._process is not None
        process._process.kill()
        process._process.wait()
        figures = process.tried("csv", SEED, range(3))
        assert (figures.tried, len(figures.crashes)) == (3, 1)
        assert "died" in figures.crashes[0]
        assert len(list((tmp_path / "crashes").iterdir())) == 1
    finally:
        process.stop()


def test_good_files_are_read_whole(tmp_path: Path) -> None:
    from migration_pipeline.raw.read import read

    for name in names():
        good = good_file(name)
        path = tmp_path / good.file
        path.write_bytes(good.content)
        table = read(path, good.spec)
        assert (len(table.frame), len(table.ragged)) == (ROWS, 0), name
