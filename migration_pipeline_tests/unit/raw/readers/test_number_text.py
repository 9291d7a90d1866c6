"""One value, one text; a column gives the same texts as its cells one by one."""

import datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration_pipeline.raw.readers.number_text import cell_text, column_texts

CELLS = st.one_of(st.floats(), st.integers(-5, 5), st.text(max_size=3), st.booleans(), st.none(), st.dates(), st.datetimes(), st.times())


@given(st.lists(CELLS, max_size=5) | st.lists(st.integers(-(10**17), 10**17).map(float), max_size=5))
def test_a_column_gives_the_texts_of_its_cells(values: list[object]) -> None:
    """The fast way through numpy must not differ from the slow one."""
    texts = column_texts(values)
    assert texts.type == pa.large_string()
    assert texts.to_pylist() == [cell_text(value) for value in values]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_number_is_that_number(value: float) -> None:
    text = cell_text(value)
    assert text is not None
    assert float(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (999999999999999.0, "999999999999999"),
        (1000000000000000.0, "1.000000000000000E+15"),
        (1.020667933461703e17, "1.020667933461703e+17"),
        (-0.0, "0"),
        (float("inf"), "inf"),
        (datetime.date(1900, 2, 28), "1900-02-28/29"),
        (datetime.datetime(1900, 3, 1), "1900-03-01T00:00:00"),  # noqa: DTZ001 - workbooks have no zones
        (datetime.timedelta(seconds=-61), "-00:01:01"),
    ],
)
def test_edges(value: object, text: str) -> None:
    """More than 15 digits have an exponent; the day that never was (29 February 1900) is no date."""
    assert cell_text(value) == text
