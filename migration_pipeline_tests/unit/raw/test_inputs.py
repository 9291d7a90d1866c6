"""An input finds its files, gives every row an id that names its place, and says what is there when the file is not."""

import gzip
from pathlib import Path

import pytest
from openpyxl import Workbook

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.inputs import InputTable, read_input, resolve
from migration_pipeline.runtime.errors import BadInputError


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "s1"
    (folder / "day").mkdir(parents=True)
    for day, content in (("02", "a,b\n3,4\n"), ("01", "a,b\n1,2\n9\n5,6\n"), ("10", "b,a\n8,7\n")):
        (folder / "day" / f"{day}.csv").write_text(content, encoding="utf-8")
    return folder


def _spec(file: str, **settings: object) -> InputSpec:
    return InputSpec.model_validate({"format": "csv", "file": file, **settings})


def _read(store: Path, spec: InputSpec) -> InputTable:
    base = store.parent if spec.shared else store
    return read_input("sales", spec, base, resolve(spec, base), store.parent.parent / "cache")


def test_files_of_a_glob_come_sorted_and_rows_in_file_order(store: Path) -> None:
    table = _read(store, _spec("day/*.csv"))
    assert [file.path.name for file in table.files] == ["01.csv", "02.csv", "10.csv"]
    assert table.frame["_row_id"].tolist() == ["day/01.csv:2", "day/01.csv:4", "day/02.csv:2", "day/10.csv:2"]
    assert table.frame["a"].tolist() == ["1", "5", "3", "7"]
    assert list(table.frame.columns) == ["a", "b", "_row_id"]
    assert {str(dtype) for dtype in table.frame.dtypes} == {"str"}


def test_ragged_rows_have_ids_too(store: Path) -> None:
    assert _read(store, _spec("day/*.csv")).ragged.to_numpy().tolist() == [["day/01.csv:3", "9"]]


def test_a_shared_input_lies_in_the_data_folder_and_its_ids_too(store: Path) -> None:
    table = _read(store, _spec("s1/day/02.csv", shared=True))
    assert table.frame["_row_id"].tolist() == ["s1/day/02.csv:2"]


def test_a_packed_file_stands_for_the_plain_one_but_not_beside_it(store: Path) -> None:
    plain = store / "day" / "02.csv"
    plain.with_name("02.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    with pytest.raises(BadInputError, match=r"02\.csv\.gz is there beside 02\.csv"):
        resolve(_spec("day/*.csv"), store)
    plain.unlink()
    table = _read(store, _spec("day/02.csv"))
    assert table.frame["_row_id"].tolist() == ["day/02.csv.gz:2"]


def test_lock_files_of_spreadsheet_programs_are_no_input(store: Path) -> None:
    (store / "day" / "~$01.csv").write_text("junk", encoding="utf-8")
    assert len(resolve(_spec("day/*.csv"), store)) == 3


def test_a_missing_file_names_pattern_folder_and_what_is_there(store: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        resolve(_spec("day/sales*.csv"), store)
    assert "missing file" in caught.value.what
    assert "day/sales*.csv" in caught.value.what
    assert "01.csv, 02.csv, 10.csv" in caught.value.what
    assert caught.value.where == str(store / "day")


def test_a_missing_store_folder_is_named(store: Path) -> None:
    with pytest.raises(BadInputError, match="missing folder"):
        resolve(_spec("x.csv"), store.parent / "s2")


@pytest.mark.parametrize("file", ["../s1/day/01.csv", "/etc/passwd", "day/../../x"])
def test_paths_that_lead_out_of_the_folder_are_refused(store: Path, file: str) -> None:
    with pytest.raises(BadInputError, match="leads out of the data folder"):
        resolve(_spec(file), store)


def test_files_with_different_columns_are_named_both(store: Path) -> None:
    (store / "day" / "03.csv").write_text("a,c\n1,2\n", encoding="utf-8")
    with pytest.raises(BadInputError, match=r"'b' only in 01\.csv, 'c' only in 03\.csv"):
        _read(store, _spec("day/*.csv"))


def test_unpivoted_rows_carry_their_cell_in_the_id(store: Path) -> None:
    book = Workbook()
    for row in (["banner"], ["code", "主仓", "冷库"], ["a", 1, 2], ["b", None, 3]):
        book.worksheets[0].append(row)
    book.save(store / "stock.xlsx")
    unpivot = {"columns": {"主仓": "MAIN", "冷库": "冷"}, "key": "warehouse", "value": "qty"}
    spec = InputSpec.model_validate({"format": "xlsx", "file": "stock.xlsx", "header_row": 2, "unpivot": unpivot})
    table = _read(store, spec)
    assert table.frame["_row_id"].tolist() == ["stock.xlsx:3#MAIN", "stock.xlsx:3#冷", "stock.xlsx:4#冷"]
    assert list(table.frame.columns) == ["code", "warehouse", "qty", "_row_id"]


def test_the_retail_data_of_305_days_is_read_whole(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "uci_online_retail_by_day"
    spec = _spec("*.csv")
    table = read_input("lines", spec, folder, resolve(spec, folder), tmp_path)
    assert (len(table.frame), len(table.ragged), len(table.files)) == (541_909, 0, 305)
    assert table.frame["_row_id"].is_unique
    assert int((table.frame["CustomerID"] == "").sum()) == 135_080
