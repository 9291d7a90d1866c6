"""What an ERP refuses is found by halving; everything else is loaded, once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration_pipeline.loaded.refused import RefusalLimit, load_but_refused
from migration_pipeline.runtime.errors import DataError, RefusedError


@given(units=st.integers(1, 60), bad=st.sets(st.integers(0, 59)))
def test_exactly_the_bad_units_are_refused_and_all_others_loaded_once(units: int, bad: set[int]) -> None:
    taken: list[int] = []
    refused: dict[int, str] = {}

    def attempt(first: int, stop: int) -> None:
        if hit := bad & set(range(first, stop)):
            raise RefusedError(f"bad {min(hit)}")
        taken.extend(range(first, stop))

    load_but_refused(0, units, attempt, refused, most=60)
    assert sorted(taken) == sorted(set(range(units)) - bad)
    assert refused == {unit: f"bad {unit}" for unit in bad if unit < units}


def test_more_than_the_limit_stops_the_load_and_says_why() -> None:
    def attempt(first: int, stop: int) -> None:
        raise RefusedError("no such item", where="ERP")

    refused: dict[int, str] = {}
    with pytest.raises(DataError, match="more than 3 records, the last with: no such item"):
        load_but_refused(0, 1000, attempt, refused, most=3)
    assert len(refused) == 4


@pytest.mark.parametrize(("units", "most"), [(50, 10), (1_000, 10), (10_000, 100)])
def test_the_limit_is_a_number_or_a_share_whichever_is_more(units: int, most: int) -> None:
    assert RefusalLimit(units=10, percent=1).of(units) == most
