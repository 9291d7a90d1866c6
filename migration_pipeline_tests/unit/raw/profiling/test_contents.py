"""Every table inside a file is found, packed or not."""

import gzip
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from migration_pipeline.raw.profiling.contents import Part, contents, dumped_tables
from migration_pipeline.raw.profiling.formats import Refusal


def parts(path: Path) -> list[tuple[str, str]]:
    return [(part.label, part.format) for part in contents(path) if isinstance(part, Part)]


def test_every_table_of_a_database_is_found_and_views_are_listed(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop")) as database:
        database.execute("CREATE TABLE items (a)")
        database.execute("CREATE TABLE sales (a)")
        database.execute("CREATE VIEW v AS SELECT * FROM items")
    assert parts(tmp_path / "shop") == [("items", "sqlite"), ("sales", "sqlite")]
    assert [content.reason for content in contents(tmp_path / "shop") if isinstance(content, Refusal)] == [
        "v: a view, computed from tables that are listed themselves"
    ]


def test_packed_files_are_looked_into(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.csv.gz", "wb") as file:
        file.write(b"a,b\n1,2\n")
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("x.csv", "a,b\n1,2\n")
        archive.writestr("y.pdf", "%PDF-1.4")
    assert parts(tmp_path / "a.csv.gz") == [("", "csv")]
    assert parts(tmp_path / "two.zip") == [("x.csv", "csv")]
    inside = contents(tmp_path / "two.zip")
    assert isinstance(inside[0], Part)
    assert inside[0].keys["member"] == "x.csv"
    assert isinstance(inside[1], Refusal)
    assert inside[1].reason.startswith("y.pdf: a PDF")


def test_the_tables_of_a_dump_are_found_in_every_dialect(tmp_path: Path) -> None:
    text = (
        'CREATE TABLE public.a (x int);\nINSERT INTO `b` VALUES (1);\nCOPY "c" (x) FROM stdin;\n1\n\\.\nINSERT INTO [dbo].[d] VALUES (1);\n'
    )
    (tmp_path / "d.sql").write_text(text)
    assert dumped_tables(tmp_path / "d.sql") == ["a", "b", "c", "d"]


def test_a_damaged_archive_is_listed(tmp_path: Path) -> None:
    """Also one whose directory is damaged, which the standard library notices only when it reads it."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x.csv", "a,b\n1,2\n")
    good = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(good.replace(b"PK\1\2", b"PK\1\3"))
    assert [type(content) for content in contents(tmp_path / "a.zip")] == [Refusal]


def test_a_file_without_any_table_is_still_listed(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "empty.db")) as database:
        database.execute("CREATE TABLE a (x)")
        database.execute("DROP TABLE a")
        database.commit()
    assert [type(content) for content in contents(tmp_path / "empty.db")] == [Refusal]
