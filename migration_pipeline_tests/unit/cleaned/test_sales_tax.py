"""Taxes are compared exactly, on amounts that include them."""

from decimal import Decimal

import pandas as pd
import pytest

from migration_pipeline.cleaned.sales_tax import tax_not_lines, tax_not_rate
from migration_pipeline.contracts.money import decimal_dtype


def money(*values: str | None) -> "pd.Series[Decimal]":
    return pd.Series([None if value is None else Decimal(value) for value in values], dtype=decimal_dtype(2))


def lines(taxes: list[str | None], amounts: list[str], rates: list[str | None], reasons: list[str | None] | None = None) -> pd.DataFrame:
    numbers = pd.Series(["1"] * len(taxes), dtype="str")
    frame = pd.DataFrame({"ticket_no": numbers, "tax_amount": money(*taxes), "amount": money(*amounts), "tax_rate": money(*rates)})
    return frame.assign(_reason=pd.Series(reasons or [None] * len(taxes), dtype="str"))


@pytest.mark.parametrize(
    ("tax", "amount", "rate", "wrong"),
    [
        ("0.12", "1.00", "13", False),
        ("0.11", "1.00", "13", False),
        ("0.13", "1.00", "13", True),
        ("-0.12", "-1.00", "13", False),
        ("0.00", "1.00", "0", False),
        ("0.01", "0.00", "13", False),
        ("0.02", "0.00", "13", True),
        ("9.99", "113.00", "13", True),
        ("12.99", "113.00", "13", False),
        ("13.02", "113.00", "13", True),
        (None, "1.00", "13", False),
        ("0.12", "1.00", None, False),
    ],
)
def test_a_lines_tax_follows_from_amount_and_rate_within_a_cent(tax: str | None, amount: str, rate: str | None, *, wrong: bool) -> None:
    assert tax_not_rate({"lines": lines([tax], [amount], [rate])}).tolist() == [wrong]


@pytest.mark.parametrize(
    ("header", "taxes", "reasons", "wrong"),
    [
        ("2.64", ["0.88", "0.88", "0.88"], None, False),
        ("2.65", ["0.88", "0.88", "0.88"], None, True),
        ("2.65", ["0.88", "0.88", None], None, False),
        (None, ["0.88"], None, False),
        ("0.88", ["0.88", "0.88"], [None, "no_product"], False),
    ],
)
def test_a_tickets_tax_is_the_sum_of_its_lines_taxes(
    header: str | None, taxes: list[str | None], reasons: list[str | None] | None, *, wrong: bool
) -> None:
    """To the cent; where a line has no tax, nothing can be said, and a line that was taken out does not count."""
    tickets = pd.DataFrame({"ticket_no": pd.Series(["1", "2"], dtype="str"), "tax": money(header, "1.00")})
    frames = {"tickets": tickets, "lines": lines(taxes, ["1"] * len(taxes), ["13"] * len(taxes), reasons)}
    assert tax_not_lines(frames).tolist() == [wrong, False]
