"""Column names: what cannot be one is refused, quickly and without showing values."""

import time

import pytest

from migration_pipeline.raw.readers.read_table import LONGEST_NAME, MOST_COLUMNS, column_names
from migration_pipeline.runtime.errors import BadInputError


def test_a_column_without_a_name_is_called_by_its_place() -> None:
    assert column_names([" a ", None, ""], "f.csv:1") == ["a", "column_2", "column_3"]


def test_double_names_are_shown_but_not_what_looks_like_a_value() -> None:
    """A row of data may have been taken for the header."""
    with pytest.raises(BadInputError) as caught:
        column_names(["13800138000", "name", "13800138000", "name", "x", "x", "x"], "f.csv:1")
    assert caught.value.what == "column names come more than once: that of column 1 (2 times), 'name' (2 times), 'x' (3 times)"


def test_many_double_names_are_cut_short() -> None:
    with pytest.raises(BadInputError, match="and 95 more"):
        column_names([f"n{n % 100}" for n in range(200)], "f.csv:1")


@pytest.mark.parametrize("header", [["a"] * (MOST_COLUMNS + 1), [f"n{n}" for n in range(1_000_000)], ["a", "b" * (LONGEST_NAME + 1)]])
def test_what_cannot_be_a_header_is_refused_at_once(header: list[str]) -> None:
    begun = time.process_time()
    with pytest.raises(BadInputError, match="the longest name"):
        column_names(header, "f.csv:1")
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("name", ["a\0", "\ud800"])
def test_a_name_that_cannot_be_stored_is_refused(name: str) -> None:
    """JSON can write both."""
    with pytest.raises(BadInputError, match="NUL or half a character"):
        column_names(["x", name], "f.json")


def test_names_of_our_own_are_refused() -> None:
    with pytest.raises(BadInputError, match="used by store2erp itself: _row"):
        column_names(["a", "_row"], "f.csv:1")
