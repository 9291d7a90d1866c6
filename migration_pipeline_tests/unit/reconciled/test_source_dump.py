"""SQL dumps through regular expressions."""

from collections.abc import Callable
from pathlib import Path

import pytest

from migration_pipeline.project.source import InputSpec
from migration_pipeline.reconciled.archived_input import ArchivedInput
from migration_pipeline.reconciled.source_readers import read_input
from migration_pipeline.runtime.errors import BadInputError

Archive = Callable[..., ArchivedInput]

COPY = r"""
COPY public.other (a) FROM stdin;
INSERT INTO t VALUES (9, 'no', 'no');
\.
COPY public.t (a, "B c", d) FROM stdin;
1	x\ty	\N
2	it's -- fine\\n	z\
w
\.
""".replace("z\\\nw", "z\\nw")
PG_INSERT = """-- INSERT INTO t VALUES (8, 'no', 'no');
CREATE TABLE public.t (
    a integer DEFAULT nextval('s'::regclass) NOT NULL,
    "B c" character varying(40) DEFAULT 'x,y',
    d numeric(10,2),
    CONSTRAINT pk PRIMARY KEY (a)
);
INSERT INTO other VALUES (1, 'INSERT INTO t VALUES (7, 1, 1);');
INSERT INTO t VALUES (1, 'x''y);(', NULL);
INSERT INTO public.t VALUES (2, E'tab\\there', -1.50), (3, 'C:\\', 1e3), (4, 'd'::text, .5);
"""
MYSQL = r"""-- MySQL dump 10.13
CREATE TABLE `t` (`a` int(11) NOT NULL COMMENT 'a, (b)', `B c` varchar(9), `d` decimal(9,2),
PRIMARY KEY (`a`), KEY `k` (`d`)) ENGINE=InnoDB;
/*!40000 ALTER TABLE `t` DISABLE KEYS */;
INSERT INTO `t` VALUES (1,'it\'s; \\ \n',NULL),(2,_utf8mb4'a''b',-1.50);
"""
TSQL = """SET IDENTITY_INSERT [dbo].[t] ON
INSERT [dbo].[t] ([a], [B c], [d]) VALUES (1, N'单价(元)', CAST(1.50 AS Decimal(18, 2)))
GO
INSERT INTO [dbo].[t] ([a], [d], [B c]) VALUES (2, NULL, N'O''Neil')
GO
"""


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (COPY, [("1", "x\ty", None), ("2", "it's -- fine\\n", "z\nw")]),
        (PG_INSERT, [("1", "x'y);(", None), ("2", "tab\there", "-1.50"), ("3", "C:\\", "1e3"), ("4", "d", ".5")]),
        (MYSQL, [("1", "it's; \\ \n", None), ("2", "a'b", "-1.50")]),
    ],
)
def test_every_dialect_gives_the_same_table(archive: Archive, text: str, rows: list[tuple[str, ...]]) -> None:
    _same(archive("a.sql", text), "public.T", "utf-8", rows)


def test_t_sql_scripts_in_utf_16_and_columns_in_another_order(archive: Archive) -> None:
    rows = [("1", "单价(元)", "1.50"), ("2", "O'Neil", None)]
    _same(archive("a.sql", TSQL.replace("\n", "\r\n"), "utf-16"), "t", "utf-16", rows)


def _same(file: ArchivedInput, table: str, encoding: str, rows: list[tuple[str | None, ...]]) -> None:
    spec = InputSpec(format="sql_dump", file="x", table=table, encoding=encoding)
    found = read_input(spec, [file])
    assert found.column_names == ["a", "B c", "d", "_ragged"]
    assert [tuple(row.values())[:3] for row in found.to_pylist()] == rows
    assert not any(found["_ragged"].to_pylist())


def test_a_row_with_too_few_values_is_ragged(archive: Archive) -> None:
    spec = InputSpec(format="sql_dump", file="x", table="t")
    assert read_input(spec, [archive("a.sql", "INSERT INTO t (a, b) VALUES (1, 2), (3);")])["_ragged"].to_pylist() == [False, True]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("COPY t (a) FROM stdin;\n1\n2\n", "ends inside a COPY"),
        ("INSERT INTO t (a) VALUES (1), (2", "cannot be read"),
        ("INSERT INTO t (a) VALUES (1), ('cut off", "cannot be read"),
        ("CREATE TABLE other (a int);", "no table 't'"),
    ],
)
def test_a_cut_off_dump_is_an_error_and_never_a_smaller_table(archive: Archive, text: str, what: str) -> None:
    with pytest.raises(BadInputError, match=what):
        read_input(InputSpec(format="sql_dump", file="x", table="t"), [archive("a.sql", text)])


@pytest.mark.parametrize(
    ("table", "rows"), [("suppliers", 29), ("products", 77), ("customers", 91), ("orders", 830), ("order_details", 2155)]
)
def test_northwind_has_the_rows_its_provenance_names(shared_data: Path, table: str, rows: int) -> None:
    file = ArchivedInput(shared_data / "northwind" / "northwind.sql", "northwind.sql", "")
    found = read_input(InputSpec(format="sql_dump", file="x", table=table), [file])
    assert (found.num_rows, any(found["_ragged"].to_pylist())) == (rows, False)
