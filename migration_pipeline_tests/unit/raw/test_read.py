"""Whatever the format and the packing, the same call reads it."""

import gzip
import sqlite3
import typing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from migration_pipeline.project.source import InputFormat, InputSpec
from migration_pipeline.raw.read import READERS, read
from migration_pipeline.runtime.errors import BadInputError


def test_every_format_of_the_project_file_has_a_reader() -> None:
    assert set(READERS) == set(typing.get_args(InputFormat))


def _files(folder: Path) -> dict[str, tuple[Path, dict[str, object]]]:
    (folder / "a.csv").write_text("code,qty\n01,2\n", encoding="utf-8")
    book = Workbook()
    for row in (["code", "qty"], ["01", 2]):
        book.worksheets[0].append(row)
    book.save(folder / "a.xlsx")
    (folder / "a.xml").write_text("<r><l><code>01</code><qty>2</qty></l></r>", encoding="utf-8")
    database = sqlite3.connect(folder / "a.db")
    database.execute("CREATE TABLE t AS SELECT '01' AS code, 2 AS qty")
    database.commit()
    database.close()
    (folder / "a.sql").write_text("INSERT INTO t (code, qty) VALUES ('01', 2);", encoding="utf-8")
    (folder / "a.json").write_text('[{"code": "01", "qty": 2}]', encoding="utf-8")
    pq.write_table(pa.table({"code": ["01"], "qty": [2]}), folder / "a.parquet")
    live = {"url": "sqlite://", "table": "t"}
    return {
        "json": (folder / "a.json", {}),
        "parquet": (folder / "a.parquet", {}),
        "database": (folder / "a.parquet", live),
        "csv": (folder / "a.csv", {}),
        "xlsx": (folder / "a.xlsx", {}),
        "xml": (folder / "a.xml", {"rows": "/r/l", "fields": {"code": "code", "qty": "qty"}}),
        "sqlite": (folder / "a.db", {"table": "t"}),
        "sql_dump": (folder / "a.sql", {"table": "t"}),
    }


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kind", sorted({*READERS} - {"xls", "ods"}))
def test_all_formats_give_the_same_frame_packed_or_not(tmp_path: Path, kind: str, packed: bool) -> None:
    path, settings = _files(tmp_path)[kind]
    if packed:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
        path = path.with_name(path.name + ".gz")
    file = {} if kind == "database" else {"file": "a"}
    frame = read(path, InputSpec.model_validate({"format": kind, **file, **settings})).frame
    assert frame[["code", "qty"]].to_numpy().tolist() == [["01", "2"]]
    assert {str(frame["code"].dtype), str(frame["qty"].dtype)} == {"str"}
    assert str(frame["_row"].dtype) == "int64"


def test_errors_inside_a_packed_file_name_the_packed_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n3,\xff\n"))
    with pytest.raises(BadInputError) as caught:
        read(path, InputSpec(format="csv", file="a.csv"))
    assert caught.value.where == f"{path}:3"
