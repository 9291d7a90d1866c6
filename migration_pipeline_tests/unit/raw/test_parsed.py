"""A file is read once for each way of reading it; what comes from the cache is what the reader gave."""

import gzip
from pathlib import Path

import pytest

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw import parsed as module
from migration_pipeline.raw.parsed import parsed
from migration_pipeline.raw.read import opened, read
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.file_hash import file_hash

SPEC = InputSpec(format="csv", file="*.csv")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files that were really read."""
    seen: list[Path] = []

    def counted(path: Path, spec: InputSpec) -> object:
        seen.append(path)
        return opened(path, spec)

    monkeypatch.setattr(module, "opened", counted)
    return seen


def _file(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(content.encode()) if name.endswith(".gz") else content.encode())
    return path


def _parsed(path: Path, spec: InputSpec = SPEC) -> module.ReadTable:
    return parsed(path.parent / "cache", path, file_hash(path)[0], spec)


@pytest.mark.parametrize("content", ["a,b\n1,\n9\n可乐,x\n", "a\n", "a,b\n1\n"])
def test_the_second_time_gives_the_same_rows_ragged_rows_and_options_without_reading(
    tmp_path: Path, reads: list[Path], content: str
) -> None:
    path = _file(tmp_path, "x.csv", content)
    plain = read(path, SPEC)
    for _ in range(2):
        table = _parsed(path)
        assert table.frame.equals(plain.frame)
        assert table.frame.dtypes.equals(plain.frame.dtypes)
        assert table.ragged.equals(plain.ragged)
        assert table.options == plain.options
    assert reads == [path]


def test_other_content_another_way_of_reading_or_packing_is_read_again(tmp_path: Path, reads: list[Path]) -> None:
    path = _file(tmp_path, "x.csv", "a;b\n1;2\n")
    assert list(_parsed(path).frame.columns) == ["a;b", "_row"]
    assert list(_parsed(path, InputSpec(format="csv", file="*.csv", delimiter=";")).frame.columns) == ["a", "b", "_row"]
    path.write_text("a;b\n1;3\n", encoding="utf-8")
    assert _parsed(path).frame["a;b"].tolist() == ["1;3"]
    assert _parsed(_file(tmp_path, "x.csv.gz", "a;b\n1;4\n")).frame["a;b"].tolist() == ["1;4"]
    assert len(reads) == 4


def test_a_file_under_another_name_or_acceptance_is_not_read_again(tmp_path: Path, reads: list[Path]) -> None:
    _parsed(_file(tmp_path, "x.csv", "a\n1\n"))
    _parsed(_file(tmp_path, "y.csv", "a\n1\n"), InputSpec(format="csv", file="y.csv", accepted={"round_count": "counted by hand"}))
    assert len(reads) == 1


def test_a_file_that_changes_while_it_is_read_is_refused_and_not_kept(tmp_path: Path) -> None:
    path = _file(tmp_path, "x.csv", "a\n1\n")
    with pytest.raises(BadInputError, match="changes while it is read"):
        parsed(tmp_path / "cache", path, "0" * 64, SPEC)
    assert not list((tmp_path / "cache").rglob("*.parquet"))


def test_a_file_that_turns_bad_in_its_middle_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 400_000 + b"\xff,2\n")
    with pytest.raises(BadInputError):
        _parsed(path)
    assert not list((tmp_path / "cache").rglob("*.parquet"))
