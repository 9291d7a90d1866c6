"""Net amounts of tickets: exact in sum, near on each line, the same whatever the order or the sign, and never made up."""

from decimal import ROUND_HALF_UP, Decimal
from random import Random

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.mapped.net_amounts import net_and_tax

CENT = Decimal("0.01")
Line = tuple[int, int, int, int | None]
"""Ticket, line number, gross cents, rate in hundredths of a percent."""
LINES = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.integers(1, 40),
        st.one_of(st.integers(-300, 300), st.integers(-(10**18) + 1, 10**18 - 1)),
        st.sampled_from([0, 100, 300, 600, 900, 1300, 1700, 625, 1, 99_999, None]),
    ),
    max_size=30,
    unique_by=lambda line: line[:2],
)


def split(lines: list[Line]) -> list[tuple[Decimal | None, Decimal | None]]:
    """(net, tax) per line."""
    gross = [Decimal(line[2]).scaleb(-2) for line in lines]
    rates = [None if line[3] is None else Decimal(line[3]).scaleb(-2) for line in lines]
    net, tax = net_and_tax(
        pd.Series([f"T{line[0]}" for line in lines], dtype="str"),
        pd.Series([line[1] for line in lines], dtype="int64[pyarrow]"),
        pd.Series(pa.array(gross, pa.decimal128(18, 2)), dtype=decimal_dtype(2)),
        pd.Series(pa.array(rates, pa.decimal128(5, 2)), dtype=pd.ArrowDtype(pa.decimal128(5, 2))),
    )
    assert net.dtype == tax.dtype == decimal_dtype(2)
    return [tuple(None if pd.isna(value) else value for value in pair) for pair in zip(net, tax, strict=True)]


def exact_net(gross_cents: int, rate: int) -> Decimal:
    """To far more places than a cent, by another way than the code's."""
    return Decimal(gross_cents).scaleb(-2) * 10_000 / (10_000 + rate)


@given(LINES)
def test_the_nets_of_a_ticket_and_rate_add_up_to_the_net_of_its_sum_and_no_line_is_a_cent_off(lines: list[Line]) -> None:
    done = split(lines)
    for ticket, rate in {(line[0], line[3]) for line in lines}:
        own = [(line, pair) for line, pair in zip(lines, done, strict=True) if (line[0], line[3]) == (ticket, rate)]
        if rate is None:
            assert all(pair == (None, None) for _, pair in own)
            continue
        whole = exact_net(sum(line[2] for line, _ in own), rate).quantize(CENT, ROUND_HALF_UP)
        assert sum(pair[0] for _, pair in own if pair[0] is not None) == whole
        for line, (net, tax) in own:
            assert net is not None
            assert tax is not None
            assert net + tax == Decimal(line[2]).scaleb(-2)
            assert abs(net - exact_net(line[2], rate)) < CENT
            assert abs(net - exact_net(line[2], rate).quantize(CENT, ROUND_HALF_UP)) <= CENT


@given(LINES, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_and_other_tickets_do_not_matter(lines: list[Line], random: Random) -> None:
    done = dict(zip(lines, split(lines), strict=True))
    shuffled = random.sample(lines, len(lines))
    assert dict(zip(shuffled, split(shuffled), strict=True)) == done
    first = [line for line in lines if line[0] == 1]
    assert split(first) == [done[line] for line in first]


@given(LINES)
def test_a_return_of_a_ticket_is_its_mirror(lines: list[Line]) -> None:
    back = split([(ticket, number, -cents, rate) for ticket, number, cents, rate in lines])
    assert back == [(None, None) if net is None or tax is None else (-net, -tax) for net, tax in split(lines)]


@pytest.mark.parametrize(
    ("cents", "rates", "nets"),
    [
        ([100, 100, 100], [1300] * 3, ["0.89", "0.88", "0.88"]),
        ([-100, -100, -100], [1300] * 3, ["-0.89", "-0.88", "-0.88"]),
        ([100, 100, 100], [1300, 900, 1300], ["0.89", "0.92", "0.88"]),
        ([1, 1, 1, 1], [1300] * 4, ["0.01", "0.01", "0.01", "0.01"]),
        ([100, -100], [1300] * 2, ["0.88", "-0.88"]),
        ([100, 250], [0, 0], ["1.00", "2.50"]),
        ([100, 100], [None, 1300], [None, "0.88"]),
    ],
)
def test_some_tickets_worked_out_by_hand(cents: list[int], rates: list[int | None], nets: list[str | None]) -> None:
    lines = [(1, place + 1, amount, rate) for place, (amount, rate) in enumerate(zip(cents, rates, strict=True))]
    assert [net for net, _ in split(lines)] == [None if net is None else Decimal(net) for net in nets]
