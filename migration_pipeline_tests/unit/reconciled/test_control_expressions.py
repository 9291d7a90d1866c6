"""How text becomes a number, and which numbers make a measure."""

from decimal import Decimal

import duckdb
import pytest

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.project.source import ControlTotal, SourceSpec, TableSpec
from migration_pipeline.reconciled.control_expressions import expressions, literal
from migration_pipeline.runtime.sql_files import sql_text


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute(sql_text("control_totals/macros.sql"))
    return connection


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", "1"), ("-1.5", "-1.5"), ("+1", "1"), (".5", ".5"), ("1.", "1"), ("1,234.50", "1234.5"),
        ("1,234,567", "1234567"),
        ("\u00a012\u3000", "12"), ("\t12", "12"), ("'12", "12"), ('="12"', "12"), ("１２．５", "12.5"),
        ("¥1,200.00", "1200"), ("-¥5", "-5"),
        ("￥5 元", "5"), ("12.50-", "-12.5"), ("（１２）", "-12"), ("rmb 1,234元", "1234"),
        ("123456789012.123456789012345678", "123456789012.123456789"), ("2.6749999999999998", "2.6749999999"),
    ],
)  # fmt: skip
def test_num_reads_what_a_person_would_read(database: duckdb.DuckDBPyConnection, text: str, number: str) -> None:
    found = database.execute("SELECT num(?)", [text]).fetchall()[0][0]
    assert found == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "abc",
        "8.52E+11",
        "1234567890123",
        "1,2",
        "1,23",
        "12,3456",
        "1 2",
        "- 5",
        "1\n2",
        "--1",
        ".",
        "-",
        '12"',
        "1.2.3",
        "0x1",
        "NaN",
    ],
)
def test_num_guesses_nothing(database: duckdb.DuckDBPyConnection, text: str) -> None:
    assert database.execute("SELECT num(?)", [text]).fetchall()[0][0] is None


@pytest.mark.parametrize(
    ("text", "cents"),
    [("2.675", "2.68"), ("-2.675", "-2.68"), ("2.6749999999999998", "2.67"), ("-0.005", "-0.01"), ("0.004999999999999999", "0.00")],
)
def test_rounding_is_half_away_from_zero_and_once(database: duckdb.DuckDBPyConnection, text: str, cents: str) -> None:
    assert database.execute("SELECT round(num(?), 2)", [text]).fetchall()[0][0] == Decimal(cents)


def _value(
    database: duckdb.DuckDBPyConnection, dataset: str, table: str, measure: str, spec: TableSpec, row: dict[str, str], **source: object
) -> Decimal | None:
    sql = expressions(DATASETS[dataset].table(table), spec, SourceSpec.model_validate(source))[measure]
    columns = ", ".join(f'{literal(value)} AS "{name}"' for name, value in row.items())
    found: Decimal | None = database.execute(f"SELECT {sql} FROM (SELECT {columns})").fetchall()[0][0]  # noqa: S608
    return found


def _spec(control: ControlTotal | None = None, constants: dict[str, str] | None = None, **columns: str | tuple[str, ...]) -> TableSpec:
    return TableSpec(inputs=("i",), columns=columns, constants=constants or {}, control=control or ControlTotal())


def test_stored_value_is_principal_plus_bonus_and_a_missing_part_is_its_default(database: duckdb.DuckDBPyConnection) -> None:
    spec = _spec(stored_principal="p", stored_bonus="b")
    assert _value(database, "members", "members", "money", spec, {"p": "10.50", "b": " "}) == Decimal("10.50")
    assert _value(database, "members", "members", "money", spec, {"p": "10.50", "b": "x"}) is None
    entry = _spec(principal="p", bonus="b")
    assert _value(database, "members", "stored_value_entries", "money", entry, {"p": "-10.50", "b": "0.25"}) == Decimal("-10.25")


def test_a_line_amount_that_is_not_mapped_follows_from_its_parts(database: duckdb.DuckDBPyConnection) -> None:
    row = {"q": "2.0004", "p": "1.00005", "d": "0.1"}
    assert _value(database, "sales", "lines", "money", _spec(quantity="q", unit_price="p", discount_rate="d"), row) == Decimal("1.80018")
    assert _value(database, "sales", "lines", "money", _spec(quantity="q", unit_price="p"), row) == Decimal("2.0002")
    assert _value(database, "sales", "lines", "money", _spec(quantity="q", amount="p"), row) == Decimal("1.00")


def test_lists_constants_and_placeholders(database: duckdb.DuckDBPyConnection) -> None:
    row = {"a": "9999", "b": "3"}
    assert _value(database, "suppliers", "suppliers", "money", _spec(balance=("a", "b")), row, placeholders={"balance": ["9999"]}) == 3
    assert _value(database, "inventory", "stock", "quantity", _spec(constants={"quantity": "1"}), row) == 1
    assert _value(database, "inventory", "stock", "money", _spec(quantity="b"), row) == 0


def test_what_means_missing_by_default_is_a_default_here_too(database: duckdb.DuckDBPyConnection) -> None:
    """Otherwise 10 yuan of principal would be lost to the sum because the bonus is written as a dash."""
    spec = _spec(stored_principal="p", stored_bonus="b")
    assert _value(database, "members", "members", "money", spec, {"p": "10", "b": " - "}) == 10
    assert _value(database, "members", "members", "money", spec, {"p": "10", "b": "-"}, placeholders={"stored_bonus": []}) is None


def test_discounts_in_percent_and_tenths_make_the_same_amount(database: duckdb.DuckDBPyConnection) -> None:
    spec = _spec(quantity="q", unit_price="p", discount_rate="d")
    for discount in ("10%", "9折", "九折", "0.1"):
        assert _value(database, "sales", "lines", "money", spec, {"q": "2", "p": "5", "d": discount}) == 9, discount


def test_a_declared_expression_wins(database: duckdb.DuckDBPyConnection) -> None:
    spec = _spec(ControlTotal(money='num("a") * num("b")'), amount="a", quantity="a")
    assert _value(database, "sales", "lines", "money", spec, {"a": "1000000.77", "b": "2.5"}) == Decimal("2500001.925")


def test_a_declared_expression_can_build_on_the_derived_measure_and_on_canonical_columns(database: duckdb.DuckDBPyConnection) -> None:
    """`{money}` is what would be taken without the expression, here quantity x price; `{kind}` is text without blanks, or its constant."""
    declared = ControlTotal(money="case when {kind} = 'R' then -{money} else {money} end")
    spec = _spec(declared, quantity="q", unit_price="p", kind="k")
    row = {"q": "2", "p": "1.50", "k": " R ", "d": "0"}
    assert _value(database, "sales", "lines", "money", spec, row) == Decimal("-3.00")
    fixed = _spec(declared, {"kind": "R"}, amount="p")
    assert _value(database, "sales", "lines", "money", fixed, row) == Decimal("-1.50")
    assert _value(database, "sales", "lines", "money", _spec(declared, amount="p"), row) == Decimal("1.50")
