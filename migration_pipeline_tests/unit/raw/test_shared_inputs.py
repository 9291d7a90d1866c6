"""A shared file is read once, every store gets its own rows, and no row is lost between the stores."""

import threading
from pathlib import Path

import pandas as pd
import pytest

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw import shared_inputs
from migration_pipeline.raw.inputs import InputTable, read_input
from migration_pipeline.raw.shared_inputs import NO_STORE, shared_rows, shared_store_ids
from migration_pipeline.runtime.errors import BadInputError

SPEC = InputSpec(format="csv", file="sales.csv", shared=True, store_column="store")
ROWS = "store,v\n1,a\n02,b\n1 ,c\n,d\nbad\n../x,e\n1,\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "sales.csv").write_text(ROWS, encoding="utf-8")
    return folder


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the inputs that were really read."""
    seen: list[str] = []

    def counted(name: str, *arguments: object) -> InputTable:
        seen.append(name)
        return read_input(name, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(shared_inputs, "read_input", counted)
    return seen


def test_each_store_gets_its_rows_in_file_order_and_the_file_is_read_once(data: Path, tmp_path: Path, reads: list[str]) -> None:
    cache = tmp_path / "cache"
    one = shared_rows(cache, "sales", SPEC, data, "1")
    assert one.frame["_row_id"].tolist() == ["sales.csv:2", "sales.csv:4", "sales.csv:8"]
    assert one.frame["store"].tolist() == ["1", "1 ", "1"]
    assert one.frame["v"].tolist() == ["a", "c", ""]
    assert {str(dtype) for dtype in one.frame.dtypes} == {"str"}
    assert [(file.path, file.rows) for file in one.files] == [(data / "sales.csv", 7)]
    assert shared_rows(cache, "sales", SPEC, data, "02").frame["v"].tolist() == ["b"]
    assert shared_rows(cache, "sales", SPEC, data, "../x").frame["v"].tolist() == ["e"]
    assert reads == ["sales"]
    assert not [path for path in (cache / "shared").iterdir() if path.name.startswith(".")]


def test_all_rows_are_found_again_under_the_listed_stores(data: Path, tmp_path: Path) -> None:
    """Rows without a store and ragged rows are nobody's, but they are there."""
    ids = shared_store_ids(tmp_path / "cache", "sales", SPEC, data)
    assert ids == [NO_STORE, "../x", "02", "1"]
    tables = [shared_rows(tmp_path / "cache", "sales", SPEC, data, store) for store in ids]
    found = pd.concat([part["_row_id"] for table in tables for part in (table.frame, table.ragged)])
    assert sorted(found) == [f"sales.csv:{n}" for n in range(2, 9)]
    nobody = tables[0]
    assert nobody.frame["v"].tolist() == ["d"]
    assert nobody.ragged["text"].tolist() == ["bad"]


def test_an_unknown_store_has_no_rows_but_the_columns(data: Path, tmp_path: Path) -> None:
    table = shared_rows(tmp_path / "cache", "sales", SPEC, data, "77")
    assert len(table.frame) == 0
    assert list(table.frame.columns) == ["store", "v", "_row_id"]
    assert len(table.ragged) == 0


def test_without_a_store_column_every_store_sees_all_rows(data: Path, tmp_path: Path, reads: list[str]) -> None:
    spec = SPEC.model_copy(update={"store_column": None})
    for store in ("1", "2"):
        table = shared_rows(tmp_path / "cache", "sales", spec, data, store)
        assert (len(table.frame), len(table.ragged)) == (6, 1)
    assert shared_store_ids(tmp_path / "cache", "sales", spec, data) == []
    assert reads == ["sales"]


def test_a_changed_file_or_description_is_read_again(data: Path, tmp_path: Path, reads: list[str]) -> None:
    cache = tmp_path / "cache"
    shared_rows(cache, "sales", SPEC, data, "1")
    (data / "sales.csv").write_text(ROWS + "1,new\n", encoding="utf-8")
    assert shared_rows(cache, "sales", SPEC, data, "1").frame["v"].tolist() == ["a", "c", "", "new"]
    assert shared_rows(cache, "sales", SPEC.model_copy(update={"encoding": "gb18030"}), data, "1").frame["v"].iloc[-1] == "new"
    assert len(reads) == 3


def test_a_missing_store_column_is_named(data: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no column 'shop'; it has 'store', 'v'"):
        shared_rows(tmp_path / "cache", "sales", SPEC.model_copy(update={"store_column": "shop"}), data, "1")
    assert list((tmp_path / "cache" / "shared").iterdir()) == []


def test_very_long_store_names_work(data: Path, tmp_path: Path) -> None:
    long = "门店" * 200
    (data / "sales.csv").write_text(f"store,v\n{long},a\n", encoding="utf-8")
    assert shared_rows(tmp_path / "cache", "sales", SPEC, data, long).frame["v"].tolist() == ["a"]


def test_many_threads_may_ask_at_once(data: Path, tmp_path: Path) -> None:
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(len(shared_rows(tmp_path / "cache", "sales", SPEC, data, "1").frame)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [3] * 8
    assert len(list((tmp_path / "cache" / "shared").iterdir())) == 1


def test_the_grocery_sample_splits_into_293_stores(shared_data: Path, tmp_path: Path) -> None:
    spec = InputSpec(format="csv", file="transactions_sample.csv", shared=True, store_column="store_id")
    folder = shared_data / "completejourney_sample"
    ids = shared_store_ids(tmp_path, "sales", spec, folder)
    assert len(ids) == 293
    assert sum(len(shared_rows(tmp_path, "sales", spec, folder, store).frame) for store in ids) == 75_000
