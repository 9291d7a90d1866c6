"""The dump reader takes one table's rows out of what PostgreSQL, MySQL and SQL Server write, and notices a cut-off dump."""

import time
from pathlib import Path

import pytest

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers import encoding, sql_dump, sql_statements
from migration_pipeline.raw.readers.read_table import ReadTable, whole
from migration_pipeline.runtime.errors import BadInputError

POSTGRES = r"""-- PostgreSQL database dump
SET standard_conforming_strings = on;
CREATE FUNCTION public.f() RETURNS void AS $body$ INSERT INTO item VALUES (9, 'it''s a trap'); $body$ LANGUAGE sql;
CREATE TABLE public.item (
    id integer NOT NULL,
    name character varying(40) DEFAULT 'a,b)'::character varying,
    price numeric(10, 2), -- the price, in yuan
    "odd ""name" text,
    CONSTRAINT item_pkey PRIMARY KEY (id, name)
);
INSERT INTO other VALUES ('INSERT INTO item VALUES (8);
INSERT INTO item VALUES (8, 8, 8, 8);');
COPY public.other (a, b) FROM stdin;
INSERT INTO item VALUES (7)	don't
\.
INSERT INTO public.item VALUES (1, 'O''Reilly; (x), y', 1.50, NULL);
INSERT INTO public.item VALUES (2, 'back\slash', -0.5, E'tab\tquote\''''), (3, '', 1e3, 'line
break');
COPY public.item (name, id, price, "odd ""name") FROM stdin;
t\tab\\x	4	\N	don't
	5	6.00	\\N
\.
-- PostgreSQL database dump complete
"""
MYSQL = r"""-- MySQL dump 10.13  Distrib 8.0
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE `item` (
  `id` int NOT NULL COMMENT 'it''s, (the) id',
  `na``me` varchar(40),
  `flag` bit(1),
  PRIMARY KEY (`id`),
  KEY `k` (`flag`)
) ENGINE=InnoDB;
INSERT INTO `log` VALUES (1,'he said \'INSERT INTO `item` VALUES (9,9,9);\' # not a comment'),(2,"a \" b");
INSERT INTO `item` VALUES (1,'O\'Reilly \"x\"\n\\',b'1'),(2,NULL,0x01),
(3,'100\%; \'\'',_binary '1');
DELIMITER ;;
CREATE PROCEDURE p() BEGIN
INSERT INTO `item` VALUES (new.id, 'x', 1);
END ;;
DELIMITER ;
-- Dump completed on 2024-01-01
"""
TSQL = """USE [siss]
GO
CREATE TABLE [dbo].[t_rm_saleflow]([flow_no] [char](20) NOT NULL, [sale_qnty] [numeric](16, 4) NULL, [oper_date] [datetime] NULL,
 CONSTRAINT [pk] PRIMARY KEY CLUSTERED ([flow_no] ASC))
GO
CREATE PROCEDURE [dbo].[p] AS
INSERT INTO t_rm_saleflow SELECT * FROM x
GO
SET IDENTITY_INSERT [dbo].[t_rm_saleflow] ON
INSERT [dbo].[t_rm_saleflow] ([flow_no], [sale_qnty], [oper_date]) VALUES
 (N'01  ', CAST(1.5000 AS Decimal(16, 4)), CAST(N'2024-01-02T03:04:05.000' AS DateTime))
INSERT [dbo].[t_rm_saleflow] ([oper_date], [flow_no], [sale_qnty]) VALUES (NULL, N'a''b\\', -2)
INSERT INTO [t_rm_saleflow] ([flow_no], [sale_qnty], [oper_date]) VALUES (N'可乐', 3, N'x'), (N'[c]', 4, NULL)
GO
INSERT [dbo].[other] ([a]) VALUES (N'INSERT [dbo].[t_rm_saleflow] VALUES (1, 2, 3)')
"""


def read_all(path: Path, spec: InputSpec) -> ReadTable:
    return whole(sql_dump.read(path, spec))


def _read(folder: Path, content: str | bytes, table: str = "item", encoding: str = "utf-8") -> ReadTable:
    path = folder / "dump.sql"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_all(path, InputSpec(format="sql_dump", file="dump.sql", table=table, encoding=encoding))


@pytest.fixture(params=[1 << 20, 97, 7, 1], ids=lambda size: f"chunks-of-{size}")
def chunk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same answer wherever the text is cut into chunks; dialects are told from the first one, so it stays complete."""
    size: int = request.param
    original = encoding.file_chunks

    def chunks(path: Path) -> object:
        data = b"".join(original(path))
        first = min(len(data), 64)
        yield data[:first]
        yield from (data[start : start + size] for start in range(first, len(data), size))

    monkeypatch.setattr(encoding, "file_chunks", chunks)


@pytest.mark.usefixtures("chunk")
def test_postgres_rows_of_insert_and_copy(tmp_path: Path) -> None:
    """Strings, escapes, nulls, other tables' text that looks like ours, functions, columns in another order."""
    frame = _read(tmp_path, POSTGRES).frame
    assert list(frame.columns) == ["id", "name", "price", 'odd "name', "_row"]
    assert frame["id"].tolist() == ["1", "2", "3", "4", "5"]
    assert frame["name"].tolist() == ["O'Reilly; (x), y", "back\\slash", "", "t\tab\\x", ""]
    assert frame["price"].fillna("?").tolist() == ["1.50", "-0.5", "1e3", "?", "6.00"]
    assert frame['odd "name'].fillna("?").tolist() == ["?", "tab\tquote''", "line\nbreak", "don't", "\\N"]
    assert frame["_row"].tolist() == [1, 2, 3, 4, 5]


@pytest.mark.usefixtures("chunk")
def test_mysql_rows(tmp_path: Path) -> None:
    frame = _read(tmp_path, MYSQL).frame
    assert list(frame.columns) == ["id", "na`me", "flag", "_row"]
    assert frame["id"].tolist() == ["1", "2", "3"]
    assert frame.iloc[:, 1].fillna("?").tolist() == ['O\'Reilly "x"\n\\', "?", "100\\%; ''"]
    assert frame["flag"].tolist() == ["1", "0x01", "1"]


@pytest.mark.usefixtures("chunk")
def test_sql_server_rows(tmp_path: Path) -> None:
    """No semicolons, brackets, N'', CAST, columns in another order, procedures that are not data."""
    frame = _read(tmp_path, TSQL, "t_rm_saleflow").frame
    assert list(frame.columns) == ["flow_no", "sale_qnty", "oper_date", "_row"]
    assert frame["flow_no"].tolist() == ["01  ", "a'b\\", "可乐", "[c]"]
    assert frame["sale_qnty"].tolist() == ["1.5000", "-2", "3", "4"]
    assert frame["oper_date"].fillna("?").tolist() == ["2024-01-02T03:04:05.000", "?", "x", "?"]


def test_sql_server_scripts_in_utf16_are_read_as_declared(tmp_path: Path) -> None:
    assert len(_read(tmp_path, TSQL.replace("\n", "\r\n").encode("utf-16"), "t_rm_saleflow", "utf-16").frame) == 4
    with pytest.raises(BadInputError, match="byte order mark of utf-16"):
        _read(tmp_path, TSQL.encode("utf-16"), "t_rm_saleflow")


def test_windows_line_ends_do_not_stick_to_values(tmp_path: Path) -> None:
    frame = _read(tmp_path, "COPY item (a, b) FROM stdin;\r\n1\t2\r\n\\.\r\n").frame
    assert frame["b"].tolist() == ["2"]


@pytest.mark.parametrize("table", ["item", "public.item", "ITEM"])
def test_the_table_is_found_with_and_without_schema(tmp_path: Path, table: str) -> None:
    assert len(_read(tmp_path, POSTGRES, table).frame) == 5
    with pytest.raises(BadInputError, match=r"no table 'sales\.item'"):
        _read(tmp_path, POSTGRES, "sales.item")


def test_one_name_in_two_schemas_is_not_mixed(tmp_path: Path) -> None:
    content = "INSERT INTO a.t (x) VALUES (1);\nINSERT INTO b.t (x) VALUES (2);\n"
    assert _read(tmp_path, content, "b.t").frame["x"].tolist() == ["2"]
    with pytest.raises(BadInputError, match=r"two tables have that name, a\.t and b\.t"):
        _read(tmp_path, content, "t")


def test_a_table_without_rows_gives_its_columns(tmp_path: Path) -> None:
    frame = _read(tmp_path, "CREATE TABLE item (a int, b text);").frame
    assert list(frame.columns) == ["a", "b", "_row"]
    assert len(frame) == 0


def test_rows_of_another_width_are_ragged(tmp_path: Path) -> None:
    table = _read(tmp_path, "COPY item (a, b) FROM stdin;\n1\t2\n3\n4\t5\n\\.\nINSERT INTO item (a, b) VALUES (6, 7, 8);")
    assert table.frame["_row"].tolist() == [1, 3]
    assert table.ragged.to_numpy().tolist() == [[2, "3"], [4, "(6, 7, 8)"]]


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        ("\nCOPY item (a) FROM stdin;\n1\n2\n", "COPY that begins before line 3 is cut off", None),
        ("COPY item (a) FROM '/x.copy';\n", "COPY from a file", 1),
        ("COPY item (a) FROM stdin WITH (FORMAT csv);\n1\n\\.\n", "COPY with options", 1),
        ("INSERT INTO item (a) VALUES (1),\n(2),\n", "the INSERT is cut off", None),
        ("INSERT INTO item (a) VALUES (1),\n(2", "the INSERT is cut off", 2),
        ("INSERT INTO item (a) VALUES (1),\n('abc, d)\n", "the INSERT is cut off", 2),
        ("INSERT INTO item (a) VALUES (1)\n", "the INSERT is cut off", None),
        ("INSERT INTO item (a) VALUES (1)\n(2);", "no comma or semicolon", 2),
        ("INSERT INTO item (a) VALUES (now());", "not a literal", 1),
        ("INSERT INTO item (a) SELECT 1;", "no VALUES", 1),
        ("INSERT INTO item VALUES (1);", "names its columns", 1),
        ("INSERT INTO item (a) VALUES (1);\nINSERT INTO item (b) VALUES (1);", "different columns", 2),
        ("INSERT INTO item (a) VALUES (1);\nINSERT INTO x VALUES ('abc\n", "never closed", 2),
        ("-- PostgreSQL database dump\n\nINSERT INTO item (a) VALUES (1);\n", "closing comment is missing", None),
        ("-- MySQL dump 10.13\nINSERT INTO `item` (a) VALUES (1);\n", "closing comment is missing", None),
        ("INSERT INTO item (a, a) VALUES (1, 2);", "more than once", None),
        ("SELECT 1;\nINSERT INTO x (a) VALUES (1);", "no table 'item' in the dump; there is x", None),
        ("", "empty", None),
        ("INSERT INTO item (a) VALUES ('\0');", "NUL", 1),
    ],
)
def test_dumps_that_cannot_be_read_completely_are_refused(tmp_path: Path, content: str, message: str, line: int | None) -> None:
    with pytest.raises(BadInputError, match=message) as caught:
        _read(tmp_path, content)
    assert "dump.sql" in caught.value.where
    if line:
        assert caught.value.where.endswith(f"dump.sql:{line}")


@pytest.mark.parametrize("dump", [POSTGRES, MYSQL], ids=["postgres", "mysql"])
def test_a_dump_cut_anywhere_never_gives_fewer_rows_without_an_error(tmp_path: Path, dump: str) -> None:
    """The promise that nothing vanishes, for every possible place where a copy may have stopped."""
    complete = _read(tmp_path, dump).frame
    for end in range(30, len(dump.rstrip()) - 22):
        try:
            part = _read(tmp_path, dump[:end]).frame
        except BadInputError:
            continue
        assert part.equals(complete), f"cut at {end}"


def test_a_wrong_encoding_deep_in_a_dump_names_line_and_alternative(tmp_path: Path) -> None:
    lines = [f"INSERT INTO item (a) VALUES ('{n}');" for n in range(60_000)]  # noqa: S608 - never executed
    lines[50_000] = "INSERT INTO item (a) VALUES ('可口可乐饮料');"
    with pytest.raises(BadInputError) as caught:
        _read(tmp_path, "\n".join(lines).encode("gb18030"))
    assert caught.value.where.endswith("dump.sql:50001")
    assert "gb18030" in caught.value.fix
    assert _read(tmp_path, "\n".join(lines).encode("gb18030"), encoding="gb18030").frame["a"][50_000] == "可口可乐饮料"


@pytest.mark.parametrize(
    ("table", "rows"), [("suppliers", 29), ("products", 77), ("customers", 91), ("orders", 830), ("order_details", 2155)]
)
def test_northwind_has_the_rows_its_provenance_counts(shared_data: Path, table: str, rows: int) -> None:
    read_table = read_all(shared_data / "northwind" / "northwind.sql", InputSpec(format="sql_dump", file="x", table=table))
    assert (len(read_table.frame), len(read_table.ragged)) == (rows, 0)


@pytest.mark.parametrize(
    ("table", "rows"), [("inventory", 4581), ("customer", 599), ("rental", 16044), ("payment", 16049), ("public.address", 603)]
)
def test_sakila_has_the_rows_its_provenance_counts(shared_data: Path, table: str, rows: int) -> None:
    path = shared_data / "sakila_two_stores" / "postgres-sakila-insert-data-using-copy.sql"
    read_table = read_all(path, InputSpec(format="sql_dump", file="x", table=table))
    assert (len(read_table.frame), len(read_table.ragged)) == (rows, 0)
    assert read_table.frame["last_update" if table != "payment" else "payment_date"].notna().all()


def test_a_column_without_a_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.sql"
    path.write_text("CREATE TABLE item (a int, '', b int);\nINSERT INTO item VALUES (1, 2);\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="has no name"):
        whole(sql_dump.read(path, InputSpec(format="sql_dump", file="a.sql", table="item")))


@pytest.mark.parametrize(
    "long", ["7" * 300_000, "_" + "a" * 300_000, " " * 300_000, "CAST(" + " " * 300_000, "'a'::" + " a" * 150_000, "0." + "1" * 300_000]
)
@pytest.mark.parametrize("dialect", ["", "-- MySQL dump 10.13\n", "USE [a]\nGO\n"])
def test_a_very_long_literal_without_an_end_is_refused_at_once(tmp_path: Path, dialect: str, long: str) -> None:
    path = tmp_path / "a.sql"
    path.write_text(f"{dialect}INSERT INTO item (a) VALUES ({long}?);\n", encoding="utf-8")  # noqa: S608 - a file, run by nobody
    begun = time.process_time()
    with pytest.raises(BadInputError, match=r"not a literal|cut off"):
        whole(sql_dump.read(path, InputSpec(format="sql_dump", file="a.sql", table="item")))
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("dump", "message"),
    [
        ("SELECT '" + "x" * 3000, "does not end within"),
        ("COPY item (a) FROM stdin;\n" + "x" * 100_000, "a line of the COPY is longer than"),
        ("USE [a]\nGO\nCREATE PROCEDURE p AS\n" + "x\n" * 1500, "does not end within"),
    ],
)
def test_what_never_ends_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dump: str, message: str
) -> None:
    monkeypatch.setattr(encoding, "CHUNK", 500)
    for module in (sql_dump, sql_statements):
        monkeypatch.setattr(module, "LONGEST_VALUE", 1000)
    (tmp_path / "a.sql").write_text(dump, encoding="utf-8")
    with pytest.raises(BadInputError, match=message):
        whole(sql_dump.read(tmp_path / "a.sql", InputSpec(format="sql_dump", file="a.sql", table="item")))


@pytest.mark.parametrize("opened", ["/*", "["])
def test_a_table_of_comments_that_never_end_takes_no_time(tmp_path: Path, opened: str) -> None:
    (tmp_path / "a.sql").write_text("CREATE TABLE item (a int, b " + opened * 100_000 + "\n", encoding="utf-8")
    begun = time.process_time()
    with pytest.raises(BadInputError):
        whole(sql_dump.read(tmp_path / "a.sql", InputSpec(format="sql_dump", file="a.sql", table="item")))
    assert time.process_time() - begun < 5
