"""Every source preset migrates an export in its system's true layout, and each figure is what a person works out from the fixture.

A fixture is a folder `presets/<preset>/`:

    migration.yaml   a small project: sources: {pos: {preset: <preset>}}, usually one store, limits: {rejected_rows: <all that is
                     rejected in the fixture>}, so that the run ends with exit code 0
    data/            the export, as text; files in another encoding as they are. Binary files are written as text and built here:
                     NAME.xlsx.csv or NAME.xls.csv (UTF-8)  becomes the workbook NAME.xlsx or NAME.xls with one sheet, `Sheet1`;
                         NAME@SHEET.xlsx.csv names the sheet, several of them make one workbook, sheets in the order of their
                         file names; a cell that starts with `=n:` is a numeric cell, all others are text;
                     NAME.db.sql                            becomes the SQLite file NAME.db.
                     NAME.gb18030.csv (UTF-8; also big5, utf-16)  becomes NAME.csv in that encoding.
    expected.yaml    worked out by hand from the fixture, never copied from the output:
        waits_for: <what cannot be done yet>            # only then: the test is expected to fail, and must be changed when it passes
        datasets:
          sales:
            source_rows: 12                             # all of these are compared; what is left out is 0 (or "0.00")
            loaded: 9
            excluded: 2
            rejected: 1
            money_in: "23.00"                           # source, all rows of the dataset's money table; always in quotes
            money_out: "18.00"                          # ERP as read back
            reasons:                                    # table -> reason code -> rows, without `loaded`
              lines: {voided_ticket: 2, orphan_line: 1}
        erp:                                            # SQL on the ERP -> rows as text (NULL is ~), in the order of the SELECT
          - sql: SELECT ticket_no, total FROM ticket ORDER BY 1
            rows: [["T1", "20.00"]]
"""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from migration_pipeline.project.load import preset_names
from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline_tests.integration.preset_fixtures import Migrated, expected_of, fixture_names, kind_of, migrate_fixture, waits_for

_COUNTS = ("source_rows", "loaded", "merged", "excluded", "rejected", "undone")
_MONEY = ("money_in", "money_out")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where one fixture after the other is built."""
    return tmp_path_factory.mktemp("presets")


def _of_kind(*endings: str) -> list[Any]:
    """The fixtures whose data is of one kind, as parameters."""
    return [
        pytest.param(name, marks=[pytest.mark.xfail(reason=reason, strict=True)] if (reason := waits_for(name)) else [])
        for name in fixture_names()
        if kind_of(name) in endings
    ]


class TestCsv:
    """Each class may run on a worker of its own."""

    @pytest.mark.parametrize("preset", _of_kind("csv"))
    def test_a_preset_migrates_the_csv_exports_of_its_system(self, preset: str, folder: Path, databases: Databases) -> None:
        _check(preset, folder, databases)


class TestWorkbooksAndXml:
    @pytest.mark.parametrize("preset", _of_kind("xlsx", "xls", "xml"))
    def test_a_preset_migrates_the_workbooks_or_xml_of_its_system(self, preset: str, folder: Path, databases: Databases) -> None:
        _check(preset, folder, databases)


class TestDatabases:
    @pytest.mark.parametrize("preset", _of_kind("sql", "db"))
    def test_a_preset_migrates_the_dump_or_database_file_of_its_system(self, preset: str, folder: Path, databases: Databases) -> None:
        _check(preset, folder, databases)


def test_every_preset_has_a_fixture() -> None:
    assert [name for name in preset_names() if name not in fixture_names()] == []


def _check(preset: str, folder: Path, databases: Databases) -> None:
    """All stages and checks of every store pass, books balance, and rows, reasons, money and the ERP are as worked out by hand."""
    expected = expected_of(preset)
    done = migrate_fixture(preset, folder, databases)
    assert [(run.store, run.failures, run.failed_checks) for run in done.runs if not run.ok] == []
    assert _found(done) == _wanted(expected["datasets"])
    assert (done.summary.balanced, done.summary.exit_code) == (True, 0)
    assert [_read_back(databases, question["sql"]) for question in expected["erp"]] == [question["rows"] for question in expected["erp"]]


def _wanted(datasets: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        name: {count: figures.get(count, 0) for count in _COUNTS}
        | {money: Decimal(figures.get(money, "0.00")) for money in _MONEY}
        | {"reasons": figures.get("reasons", {})}
        for name, figures in datasets.items()
    }


def _found(done: Migrated) -> dict[str, dict[str, Any]]:
    other = {
        dataset: {table: {code: rows for code, rows in codes.items() if code != "loaded"} for table, codes in tables.items()}
        for dataset, tables in done.reasons.items()
    }
    return {
        name: figures | {"reasons": {table: codes for table, codes in other[name].items() if codes}}
        for name, figures in done.figures.items()
    }


def _read_back(databases: Databases, sql: str) -> list[list[str | None]]:
    with databases.connect(ERP) as connection:
        return [[None if value is None else str(value) for value in row] for row in connection.execute(sql.encode())]
