"""Units together hold every row once, and each of them can stand alone."""

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration_pipeline.loaded.units import Units, units_of
from migration_pipeline_tests.unit.cleaned.raw_tables import text


def tickets(*lines_each: int) -> dict[str, pd.DataFrame]:
    """Tickets 0, 1 ... with so many lines each, one payment each, lines of all tickets mixed."""
    numbers = [str(n) for n in range(len(lines_each))]
    lines = sorted((place, number) for number, count in zip(numbers, lines_each, strict=True) for place in range(count))
    return {
        "ticket": pd.DataFrame({"ticket_no": text(*numbers)}),
        "ticket_line": pd.DataFrame(
            {"ticket_no": text(*[n for _, n in lines]), "line_no": [place for place, _ in lines], "amount": [Decimal(1)] * len(lines)}
        ),
        "payment": pd.DataFrame({"ticket_no": text(*numbers), "payment_no": [1] * len(numbers)}),
    }


def parts(units: Units, rows: int) -> list[dict[str, pd.DataFrame]]:
    found, first = [], 0
    while first < len(units):
        stop = units.stop_after(first, rows)
        found.append(units.part(first, stop))
        first = stop
    return found


@given(lines=st.lists(st.integers(0, 6), max_size=12), rows=st.integers(1, 20))
def test_every_row_is_in_one_part_and_tickets_stay_whole(lines: list[int], rows: int) -> None:
    tables = tickets(*lines)
    cut = parts(units_of("sales", tables), rows)
    for name, frame in tables.items():
        together = [part[name] for part in cut if name in part]
        by = list(frame.columns[:2])
        if len(frame):
            joined = pd.concat(together).sort_values(by, ignore_index=True)
            pd.testing.assert_frame_equal(joined, frame.sort_values(by, ignore_index=True), check_dtype=False)
        else:
            assert not together
    seen = [{number for frame in part.values() for number in frame["ticket_no"]} for part in cut]
    assert sum(map(len, seen)) == len(set().union(*seen)) == len(lines)
    for part in cut:
        assert max(map(len, part.values())) <= rows or len(set(part["ticket"]["ticket_no"])) == 1


def test_parts_are_as_long_as_asked_for() -> None:
    assert [len(part["ticket_line"]) for part in parts(units_of("sales", tickets(*[1] * 10)), 4)] == [4, 4, 2]


@pytest.mark.parametrize("dataset", ["products", "inventory"])
def test_rows_of_one_item_go_together_and_rows_of_no_item_alone(dataset: str) -> None:
    stock = pd.DataFrame({"store_code": text("S", "S", "S"), "warehouse_code": text("A", "B", "A"), "item_code": text("1", "1", "2")})
    coupons = pd.DataFrame(
        {"coupon_code": text("c", "d"), "product_code": text("p", "p"), "campaign": text("x", "x"), "item_code": text("1", None)}
    )
    items = pd.DataFrame({"item_code": text("2", "1")})
    units = units_of(dataset, {"opening_stock": stock} if dataset == "inventory" else {"item": items, "coupon_item": coupons})
    assert list(units.names) == (["A|1", "B|1", "A|2"] if dataset == "inventory" else ["2", "1", "d|p|x"])


def test_some_units_can_be_taken_out() -> None:
    units = units_of("sales", tickets(2, 1, 3))
    assert {name: len(frame) for name, frame in units.chosen([0, 2]).items()} == {"ticket": 2, "ticket_line": 5, "payment": 2}
    rest = units.without([0, 2])
    assert set(rest) == {"ticket", "ticket_line", "payment"}
    assert all(frame["ticket_no"].tolist() == ["1"] for frame in rest.values())
    assert units.chosen([]) == {}


def test_nothing_is_no_unit() -> None:
    assert len(units_of("sales", {})) == 0
    assert len(units_of("sales", tickets())) == 0
