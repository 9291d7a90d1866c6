"""A person names runs by ids, their beginnings, or `last`; what is not clear is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from migration_pipeline.control.repository.versions import Ended
from migration_pipeline.orchestration.diff import chosen
from migration_pipeline.runtime.errors import BadInputError

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ENDS = [
    Ended("m2", "r3", "S1", "products", NOW),
    Ended("m1", "r2", "S2", "products", NOW - timedelta(days=1)),
    Ended("m1", "r1", "S1", "products", NOW - timedelta(days=1, hours=1)),
]


@pytest.mark.parametrize(
    ("name", "run", "stores"),
    [
        ("last", "m2", {"S1"}),
        ("last~1", "m1", {"S1", "S2"}),
        ("m1", "m1", {"S1", "S2"}),
        ("r1", "r1", {"S1"}),
        ("r3", "r3", {"S1"}),
    ],
)
def test_a_command_stands_for_all_its_stores_and_a_run_for_its_own(name: str, run: str, stores: set[str]) -> None:
    found = chosen(ENDS, name)
    assert (found.name, {store for store, _ in found.pairs}) == (run, stores)


@pytest.mark.parametrize(
    ("name", "what"), [("last~2", "there are 2 runs"), ("x", "begins with 'x'"), ("r", "3 runs begin"), ("", "begins with")]
)
def test_a_run_that_is_not_there_or_not_clear_is_refused(name: str, what: str) -> None:
    with pytest.raises(BadInputError, match=what):
        chosen(ENDS, name)
