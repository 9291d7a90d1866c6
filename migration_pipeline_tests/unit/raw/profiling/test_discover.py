"""Every file is a table or is listed with a reason; daily files are one table, backups are not."""

from pathlib import Path

import pytest

from migration_pipeline.raw.profiling.discover import discover
from migration_pipeline.runtime.errors import BadInputError

ROWS = "".join(f"{n},item {n},{n}.50\n" for n in range(1, 30))


def test_daily_files_with_the_same_columns_are_one_table(tmp_path: Path) -> None:
    for day in ("2026-01-30", "2026-01-31", "2026-02-01"):
        (tmp_path / f"sales_{day}.csv").write_text(f"code,name,price\n{ROWS}")
    (tmp_path / "stock_2026.csv").write_text(f"code,name,quantity\n{ROWS}")
    tables, left = discover(tmp_path)
    assert left == []
    assert [(table.spec.file, len(table.files)) for table in tables] == [("sales_2026-*-*.csv", 3), ("stock_2026.csv", 1)]


def test_a_backup_beside_a_file_is_never_joined_to_it(tmp_path: Path) -> None:
    """One glob over both would double every row."""
    for name in ("items.csv", "items_bak.csv"):
        (tmp_path / name).write_text(f"code,name,price\n{ROWS}")
    assert [table.spec.file for table in discover(tmp_path)[0]] == ["items.csv", "items_bak.csv"]


def test_folders_are_stores_unless_files_lie_beside_them(tmp_path: Path) -> None:
    for store in ("S1", "S2"):
        (tmp_path / store).mkdir()
        (tmp_path / store / "items.csv").write_text(f"code,name,price\n{ROWS}")
    assert [(table.unit, table.spec.file) for table in discover(tmp_path)[0]] == [("S1", "items.csv"), ("S2", "items.csv")]
    (tmp_path / "all.csv").write_text(f"code,name,price\n{ROWS}")
    assert {(table.unit, table.spec.file) for table in discover(tmp_path)[0]} == {
        (".", "all.csv"),
        (".", "S1/items.csv"),
        (".", "S2/items.csv"),
    }


def test_no_file_is_left_unlisted(tmp_path: Path) -> None:
    contents = {
        "items.csv": f"code,name,price\n{ROWS}".encode(),
        "README.md": b"text",
        ".hidden": b"x",
        "~$items.xlsx": b"x",
        "empty.csv": b"",
        "broken.zip": b"PK\3\4",
        "broken.gz": b"\x1f\x8b\x08",
        "a.bak": b"TAPE" + b"\0" * 60,
        "noise": bytes(range(256)),
        "cut.xml": b"<a><b>",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    tables, left = discover(tmp_path)
    listed = {path.name for table in tables for path in table.files} | {unread.path for unread in left}
    assert listed == set(contents)
    assert all(unread.reason for unread in left)


def test_a_file_without_header_does_not_show_its_first_row(tmp_path: Path) -> None:
    """Its first row would stand in reports as if it were names of columns."""
    (tmp_path / "members.csv").write_text("".join(f"张三{n},1380013{n:04d},zhang{n}@example.com\n" for n in range(30)))
    tables, left = discover(tmp_path)
    assert tables == []
    assert "example.com" not in left[0].reason
    assert "13800130000" not in left[0].reason


def test_fields_that_only_some_xml_files_have_do_not_part_them(tmp_path: Path) -> None:
    for month, void in (("01", ""), ("02", ' void="1"')):
        (tmp_path / f"log{month}.xml").write_text(f"<L><T{void}><No>1</No></T><T><No>2</No></T></L>")
    (table,) = discover(tmp_path)[0]
    assert table.spec.file == "log*.xml"
    assert set(table.spec.fields) == {"No", "void"}


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no such folder"):
        discover(tmp_path / "nowhere")
