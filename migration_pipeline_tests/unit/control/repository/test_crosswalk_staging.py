"""Codes of new records: running numbers are given once and for ever, and a code that does not fit leaves nothing assigned."""

from dataclasses import replace

import pandas as pd
import pytest

from migration_pipeline.contracts.codes import NO_LIMIT, CodeLimit
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.runtime.databases import CONTROL, Databases
from migration_pipeline.runtime.errors import BadInputError


@pytest.fixture
def crosswalk(databases: Databases) -> CrosswalkRepository:
    upgrade(databases)
    return CrosswalkRepository(databases)


def records(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """Rows of (source key, hint, digits), without identities."""
    keys, hints, digits = zip(*rows, strict=True)
    texts = {"source_key": keys, "code_hint": hints, "fields": ["{}"] * len(rows)}
    frame = pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in texts.items()})
    nothing = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
    return frame.assign(code_digits=digits, identities=[[] for _ in rows], updated_at=nothing)


def given(crosswalk: CrosswalkRepository, store: str, frame: pd.DataFrame, limit: CodeLimit = NO_LIMIT) -> list[str]:
    return crosswalk.assign("members", store, "r", frame, limit)["erp_key"].tolist()


def test_numbers_are_stable_go_on_in_other_stores_and_are_apart_per_hint(crosswalk: CrosswalkRepository) -> None:
    mixed = records(("a", "M", 4), ("b", "", 6), ("c", "M", 4), ("d", "MX", 4), ("e", "M0002", 0))
    assert given(crosswalk, "S1", mixed) == ["M0001", "000001", "M0002", "MX0001", "M0002-2"]
    assert given(crosswalk, "S1", mixed) == ["M0001", "000001", "M0002", "MX0001", "M0002-2"]
    assert given(crosswalk, "S2", records(("a", "M", 4), ("b", "", 6), ("n", "M", 3))) == ["M0003", "000002", "M001"]


def test_a_code_of_other_making_does_not_move_the_numbers_but_is_never_given_again(crosswalk: CrosswalkRepository) -> None:
    given(crosswalk, "S1", records(("a", "P6901028000017", 0), ("b", "P0005", 0), ("c", "P00a7", 0)))
    assert given(crosswalk, "S2", records(("a", "P", 4), ("b", "P", 5))) == ["P0006", "P00001"]


def test_numbers_of_datasets_are_apart(crosswalk: CrosswalkRepository) -> None:
    given(crosswalk, "S1", records(("a", "M", 4)))
    assert crosswalk.assign("products", "S1", "r", records(("a", "M", 4)))["erp_key"].tolist() == ["M0001"]


def test_a_new_code_that_exceeds_the_limit_leaves_nothing_assigned(crosswalk: CrosswalkRepository) -> None:
    fits = records(("a", "12", 0))
    with pytest.raises(BadInputError, match="1 of other signs than 0-9; no code was given") as caught:
        given(crosswalk, "S1", records(("a", "12", 0), ("secret", "secret", 0)), CodeLimit("digits"))
    assert "secret" not in str(caught.value)
    assert crosswalk.lookup("members", ["S1"]).empty
    assert given(crosswalk, "S1", fits, CodeLimit("digits", 2)) == ["12"]
    with pytest.raises(BadInputError, match="other signs than 0-9"):
        given(crosswalk, "S2", fits, CodeLimit("digits"))
    assert given(crosswalk, "S1", fits, CodeLimit(length=1)) == ["12"], "a code once given stays, whatever the limit says later"


def test_numbers_that_run_out_leave_nothing_assigned(crosswalk: CrosswalkRepository) -> None:
    with pytest.raises(BadInputError, match="1 digits"):
        given(crosswalk, "S1", records(*((str(n), "M", 1) for n in range(10))))
    assert crosswalk.lookup("members", ["S1"]).empty


def test_an_export_lists_every_row_of_the_stores_asked_for(crosswalk: CrosswalkRepository) -> None:
    given(crosswalk, "S2", records(("b", "B", 0), ("a", "A", 0)))
    given(crosswalk, "S1", records(("x", "C", 0)))
    with crosswalk.databases.connect(CONTROL) as connection:
        connection.execute("""UPDATE crosswalk SET fields = '{"name": "n"}' WHERE source_key = 'a'""")
    rows = crosswalk.rows("members", ["S2"])
    assert rows.fillna("").to_numpy().tolist() == [["A", "S2", "a", True, "r", "n"], ["B", "S2", "b", True, "r", ""]]
    assert crosswalk.rows("members", ["S1", "S2"])["erp_key"].tolist() == ["A", "B", "C"]
    assert crosswalk.rows("products", ["S1"]).empty


IDENTITIES = """INSERT INTO identity (dataset, kind, value, erp_key)
    SELECT %(dataset)s, 'id', g::text, 'K' || g FROM generate_series(1, %(count)s) AS g"""
ROWS = """INSERT INTO crosswalk (dataset, store, source_key, erp_key, is_owner, fields, first_run)
    SELECT %(dataset)s, 'S1', g::text, 'K' || g, true, '{}', 'r' FROM generate_series(1, %(count)s) AS g"""


def test_statistics_from_before_a_datasets_first_load_do_not_make_it_slow(crosswalk: CrosswalkRepository) -> None:
    """60,000 members behind the back of the planner: milliseconds per step, and minutes for a plan that reads them once per record."""
    with crosswalk.databases.connect(CONTROL) as connection:
        for dataset, count in (("products", 40_000), ("members", 60_000)):
            for statement in (IDENTITIES, ROWS):
                connection.execute(statement, {"dataset": dataset, "count": count})
            if dataset == "products":
                connection.execute("ANALYZE identity, crosswalk")
    options = "sslmode=disable&options=-c%20statement_timeout%3D10000"
    quick = CrosswalkRepository(replace(crosswalk.databases, options=options))
    frame = records(("n", "N", 0)).assign(identities=[[("id", "1")]])
    assert quick.assign("members", "S2", "r", frame)["erp_key"].tolist() == ["K1"]
    assert len(quick.lookup("members", ["S2", "S1"], [str(n) for n in range(1, 301)])) == 300
    assert len(quick.golden("members", [f"K{n}" for n in range(1, 301)])) == 300
