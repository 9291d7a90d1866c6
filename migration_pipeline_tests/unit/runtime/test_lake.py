"""The lake gives back what it was given, types included, and readers see a whole output or the one before."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from migration_pipeline.contracts.ledger import empty_ledger
from migration_pipeline.contracts.stage_output import PENDING, Finding, StageOutput, findings_frame
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.lake import OUTCOMES, current_folder, read_columns, read_facts, read_stage, write_stage
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, text
from migration_pipeline_tests.unit.mapped.fake_crosswalk import mapped


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": text("001", "茶\n", None),
            "nothing": text(None, None, None),
            "money": pd.Series([Decimal("1.10"), Decimal("-99999999999.99"), None], dtype=pd.ArrowDtype(pa.decimal128(18, 2))),
            "rate": pd.Series([Decimal("13.00"), None, None], dtype=pd.ArrowDtype(pa.decimal128(5, 2))),
            "line_no": pd.Series([1, None, 2**53 + 1], dtype="int64[pyarrow]"),
            "weighed": pd.Series([True, None, False], dtype="bool[pyarrow]"),
            "sold_at": pd.Series(pd.to_datetime(["2026-01-01 23:59:59.997", None, "9999-12-31 00:00:00.000"])).astype("datetime64[us]"),
        }
    )


def write(root: Path, output: StageOutput) -> Path:
    return write_stage(root, "cleaned", "sales", "S1", output)


def read(root: Path) -> StageOutput:
    return read_stage(root, "cleaned", "sales", "S1")


@pytest.mark.parametrize("rows", [3, 0])
def test_frames_come_back_with_values_and_types(tmp_path: Path, rows: int) -> None:
    given = StageOutput("x", {"lines": frame().head(rows)}, facts={"名": [1, "a"]})
    write(tmp_path, given)
    found = read(tmp_path)
    pd.testing.assert_frame_equal(found.tables["lines"], given.tables["lines"])
    pd.testing.assert_frame_equal(found.outcomes, empty_ledger())
    assert (found.extract_id, found.facts, list(found.tables)) == ("x", {"名": [1, "a"]}, ["lines"])


def test_facts_are_read_without_the_tables(tmp_path: Path) -> None:
    """A check that wants the figures only must not read a million lines; a table that is gone does not matter to it."""
    folder = write(tmp_path, StageOutput("x", {"lines": frame()}, facts={"名": [1, "a"]}))
    (folder / "lines.parquet").unlink()
    assert read_facts(tmp_path, "cleaned", "sales", "S1") == {"名": [1, "a"]}
    (folder / "facts.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BadInputError, match="changed after it was written"):
        read_facts(tmp_path, "cleaned", "sales", "S1")
    with pytest.raises(BadInputError, match="has not run"):
        read_facts(tmp_path, "cleaned", "sales", "S2")


def test_a_real_output_comes_back_whole(tmp_path: Path) -> None:
    columns = {"member_code": ["1", "1", None], "points": ["1", "2", "3"], "name": [" a", "b", "c"]}
    given = mapped("members", cleaned("members", {"members": columns}))
    write(tmp_path, given)
    found = read(tmp_path)
    for name in (*given.tables, PENDING):
        pd.testing.assert_frame_equal(found.tables[name], given.tables[name], obj=name)
    pd.testing.assert_frame_equal(found.outcomes, given.outcomes)
    assert found.findings.to_dict("records") == given.findings.to_dict("records")


def test_findings_read_can_be_joined_with_new_ones(tmp_path: Path) -> None:
    new = findings_frame([Finding("t", "r", "trimmed", "fix", 2)])
    write(tmp_path, StageOutput("x", {}, findings=new))
    assert int(pd.concat([read(tmp_path).findings, new])["hits"].sum()) == 4


def test_the_latest_output_is_the_current_one_and_earlier_ones_are_gone(tmp_path: Path) -> None:
    write(tmp_path, StageOutput("one", {"lines": frame()}))
    second = write(tmp_path, StageOutput("two", {}))
    assert read(tmp_path).extract_id == "two"
    assert current_folder(tmp_path, "cleaned", "sales", "S1") == second
    assert sorted(path.name for path in second.parent.iterdir()) == sorted(["CURRENT", second.name])


def test_the_same_extract_can_be_written_again(tmp_path: Path) -> None:
    write(tmp_path, StageOutput("one", {"lines": frame()}))
    write(tmp_path, StageOutput("one", {"lines": frame().head(1)}))
    assert len(read(tmp_path).tables["lines"]) == 1


def test_a_write_that_fails_leaves_the_current_output_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, StageOutput("one", {"lines": frame()}))

    def full(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(OSError, match="disk full"):
        write(tmp_path, StageOutput("two", {"lines": frame()}))
    assert read(tmp_path).extract_id == "one"
    assert len(read(tmp_path).tables["lines"]) == 3


def test_facts_that_cannot_be_written_do_not_change_the_current_output(tmp_path: Path) -> None:
    write(tmp_path, StageOutput("one", {}))
    with pytest.raises(TypeError):
        write(tmp_path, StageOutput("two", {}, facts={"bad": object()}))
    assert read(tmp_path).extract_id == "one"


def test_stores_and_stages_do_not_see_each_other(tmp_path: Path) -> None:
    write(tmp_path, StageOutput("one", {}))
    assert current_folder(tmp_path, "cleaned", "sales", "S2") is None
    for stage, store in (("cleaned", "S2"), ("mapped", "S1")):
        with pytest.raises(BadInputError) as caught:
            read_stage(tmp_path, stage, "sales", store)
        assert store in caught.value.where
        assert f"{stage}_sales" in caught.value.fix


@pytest.mark.parametrize("name", ["lines.parquet", "_outcomes.parquet", "_findings.parquet", "facts.json"])
@pytest.mark.parametrize("damage", ["flip", "cut", "gone"])
def test_one_changed_byte_stops_the_next_stage_with_the_files_name(tmp_path: Path, name: str, damage: str) -> None:
    """Every stage has a manifest of its own: what is read is what was written."""
    path = write(tmp_path, StageOutput("one", {"lines": frame()})) / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(data if damage == "flip" else data[:-1])
    with pytest.raises(BadInputError, match="after it was written") as caught:
        read(tmp_path)
    assert caught.value.where == str(path)
    assert "cleaned_sales for store S1" in caught.value.fix


def test_a_file_of_another_output_is_not_taken_for_this_one(tmp_path: Path) -> None:
    one, other = (write_stage(tmp_path, stage, "sales", "S1", StageOutput("one", {"lines": frame()})) for stage in ("cleaned", "mapped"))
    (other / "lines.parquet").write_bytes((one / "_outcomes.parquet").read_bytes())
    with pytest.raises(BadInputError, match="changed after"):
        read_stage(tmp_path, "mapped", "sales", "S1")
    assert read(tmp_path).extract_id == "one"


def test_what_a_reader_does_to_a_small_table_is_not_seen_by_the_next(tmp_path: Path) -> None:
    """Small tables are decoded once and then handed out again."""
    write(tmp_path, StageOutput("x", {"products": frame()}, empty_ledger()))
    first = read(tmp_path).tables["products"]
    first.loc[first.index[0], first.columns[0]] = None
    first["more"] = 1
    second = read(tmp_path).tables["products"]
    pd.testing.assert_frame_equal(second, frame())


def test_columns_of_a_table_or_of_the_ledger_are_read_without_the_rest(tmp_path: Path) -> None:
    write(tmp_path, StageOutput("e1", {"lines": frame()}))
    place = ("cleaned", "sales", "S1")
    found = read_columns(tmp_path, place, "lines", ("code", "money"))
    assert found is not None
    assert list(found.columns) == ["code", "money"]
    ledger = read_columns(tmp_path, place, OUTCOMES, ("row_id",))
    assert ledger is not None
    assert ledger.empty
    assert read_columns(tmp_path, place, "payments", ("code",)) is None
    assert read_columns(tmp_path, ("loaded", "sales", "S1"), OUTCOMES, ("row_id",)) is None
