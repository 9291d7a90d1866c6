"""The crosswalk: keys once given stay, whatever is repeated, split over calls or done at once; golden records take the newest value."""

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.control.repository.identity_rule import Identity, NewRecord, Register, resolve
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import BadInputError


@pytest.fixture
def crosswalk(databases: Databases) -> CrosswalkRepository:
    upgrade(databases)
    return CrosswalkRepository(databases)


def records(*rows: tuple[str, str, list[Identity]], updated: str | None = None, **fields: str | None) -> pd.DataFrame:
    text = json.dumps(fields)
    return pd.DataFrame(
        {
            "source_key": pd.Series([row[0] for row in rows], dtype="str"),
            "code_hint": pd.Series([row[1] for row in rows], dtype="str"),
            "identities": pd.Series([row[2] for row in rows], dtype="object"),
            "updated_at": pd.Series([pd.Timestamp(updated) if updated else pd.NaT] * len(rows), dtype="datetime64[us]"),
            "fields": pd.Series([text] * len(rows), dtype="str"),
        }
    )


def given_keys(frame: pd.DataFrame) -> list[tuple[str, bool]]:
    return list(zip(frame["erp_key"], frame["is_owner"], strict=True))


def stored(crosswalk: CrosswalkRepository) -> list[tuple[object, ...]]:
    with crosswalk.databases.connect("control") as connection:
        rows = connection.execute("SELECT *, xmin::text FROM crosswalk ORDER BY dataset, store, source_key").fetchall()
        return rows + connection.execute("SELECT *, xmin::text FROM identity ORDER BY dataset, kind, value").fetchall()


def test_a_second_assignment_gives_the_same_keys_and_writes_nothing(crosswalk: CrosswalkRepository) -> None:
    rows = records(("b", "B", [("barcode", "1")]), ("a", "A", [("barcode", "1"), ("name", "x")]), ("c", "C", []), name="n")
    first = crosswalk.assign("products", "S1", "r1", rows)
    assert first["source_key"].tolist() == ["b", "a", "c"]
    assert given_keys(first) == [("B", True), ("B", False), ("C", True)]
    before = stored(crosswalk)
    pd.testing.assert_frame_equal(crosswalk.assign("products", "S1", "r2", rows), first)
    assert stored(crosswalk) == before


def test_a_known_record_keeps_its_key_when_its_identities_change(crosswalk: CrosswalkRepository) -> None:
    crosswalk.assign("products", "S1", "r1", records(("a", "A", [("barcode", "1")]), ("b", "B", [("barcode", "2")])))
    moved = crosswalk.assign("products", "S1", "r2", records(("a", "A", [("barcode", "2"), ("barcode", "3")])))
    assert given_keys(moved) == [("A", True)]
    other = crosswalk.assign("products", "S2", "r2", records(("x", "X", [("barcode", "3")]), ("y", "Y", [("barcode", "2")])))
    assert given_keys(other) == [("A", False), ("B", False)], "the new identity was learnt, the old owner keeps the other"


def test_suppliers_with_one_name_but_different_tax_ids_stay_apart_across_stores(crosswalk: CrosswalkRepository) -> None:
    crosswalk.assign("suppliers", "S1", "r", records(("1", "V1", [("tax_id", "T1"), ("name", "n")])))
    found = crosswalk.assign("suppliers", "S2", "r", records(("1", "V1", [("tax_id", "T2"), ("name", "n")]), ("2", "V2", [("name", "n")])))
    assert given_keys(found) == [("V1-2", True), ("V1", False)]


def test_codes_that_differ_only_in_case_and_datasets_stay_apart(crosswalk: CrosswalkRepository) -> None:
    found = crosswalk.assign("products", "S1", "r", records(("a", "a", []), ("A", "A", []), ("a-2", "a-2", [])))
    assert [key for key, _ in given_keys(found)] == ["a", "A", "a-2"]
    assert given_keys(crosswalk.assign("members", "S1", "r", records(("a", "a", [])))) == [("a", True)]
    assert given_keys(crosswalk.assign("products", "S2", "r", records(("z", "a", [])))) == [("a-3", True)], "a-2 is in use"


def test_a_number_behind_a_hint_that_is_itself_free_is_not_given_twice(crosswalk: CrosswalkRepository) -> None:
    crosswalk.assign("products", "S1", "r", records(("1", "X-2", [])))
    found = crosswalk.assign("products", "S2", "r", records(("1", "X", []), ("2", "X", [])))
    assert [key for key, _ in given_keys(found)] == ["X", "X-3"]


def test_a_source_key_twice_is_refused(crosswalk: CrosswalkRepository) -> None:
    with pytest.raises(BadInputError, match="comes twice"):
        crosswalk.assign("products", "S1", "r", records(("a", "A", []), ("a", "B", [])))


def test_no_records_are_no_error(crosswalk: CrosswalkRepository) -> None:
    assert crosswalk.assign("products", "S1", "r", records()).columns.tolist() == ["source_key", "erp_key", "is_owner"]
    assert crosswalk.golden("products", []).columns.tolist() == ["erp_key"]
    assert crosswalk.lookup("products", ["S1"], []).columns.tolist() == ["source_key", "store", "erp_key"]


def test_stores_that_assign_at_once_agree_on_shared_records(crosswalk: CrosswalkRepository) -> None:
    def assign(store: str) -> pd.DataFrame:
        rows = [(f"{store}{n}", f"{store}{n}", [("barcode", str(n))]) for n in range(500)]
        return crosswalk.assign("products", store, "r", records(*rows))

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(assign, ["S1", "S2", "S3", "S4"]))
    assert len({tuple(frame["erp_key"]) for frame in found}) == 1
    assert sorted(int(frame["is_owner"].sum()) for frame in found) == [0, 0, 0, 500]


IDENTITIES = st.tuples(*(st.none() | st.sampled_from("abc") for _ in range(2))).map(
    lambda values: [(kind, value) for kind, value in zip(("tax", "name"), values, strict=True) if value]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["1", "1-2", "2"]), IDENTITIES), min_size=1, max_size=10), st.integers(0, 10))
def test_assigning_in_two_stores_is_the_rule_applied_to_one_list(
    crosswalk: CrosswalkRepository, rows: list[tuple[str, list[Identity]]], cut: int
) -> None:
    expected = [(key, owner) for _, key, owner in resolve((NewRecord(n, *row) for n, row in enumerate(rows)), Register())]
    with crosswalk.databases.connect("control") as connection:
        connection.execute("TRUNCATE crosswalk, identity")
    numbered = [(str(n), *row) for n, row in enumerate(rows)]
    parts = (("S1", numbered[:cut]), ("S2", numbered[cut:]))
    found = [pair for store, part in parts for pair in given_keys(crosswalk.assign("d", store, "r", records(*part)))]
    assert found == expected


def test_a_lookup_prefers_the_stores_own_record(crosswalk: CrosswalkRepository) -> None:
    crosswalk.assign("products", "HQ", "r", records(("1", "H1", []), ("2", "H2", [])))
    crosswalk.assign("products", "S1", "r", records(("1", "P1", []), ("3", "P3", [])))
    own_first = crosswalk.lookup("products", ["S1", "HQ"], ["1", "2", "9"])
    assert own_first.to_dict("list") == {"source_key": ["1", "2"], "store": ["S1", "HQ"], "erp_key": ["P1", "H2"]}
    assert crosswalk.lookup("products", ["HQ", "S1"], ["1"])["erp_key"].tolist() == ["H1"]
    assert crosswalk.lookup("products", ["S1"]).set_index("source_key")["erp_key"].to_dict() == {"1": "P1", "3": "P3"}


def test_a_golden_record_takes_per_field_the_newest_value_then_the_most_complete_record(crosswalk: CrosswalkRepository) -> None:
    same = [("phone", "1")]
    for store, updated, fields in (
        ("S1", "2024-01-01", {"name": "old", "email": "kept@x", "tier": None, "spec": "2020-01-01"}),
        ("S2", "2024-02-01", {"name": "new", "email": None, "tier": None}),
        ("S3", None, {"name": "undated", "tier": "gold"}),
        ("S4", None, {"name": "undated too", "tier": "silver", "address": "a"}),
    ):
        crosswalk.assign("members", store, "r", records(("m", "M1", same), updated=updated, **fields))
    crosswalk.assign("members", "S1", "r", records(("z", "A9", []), name="single", email=None))
    golden = crosswalk.golden("members", ["M1", "A9", "unknown", "M1"])
    assert golden.columns.tolist() == ["erp_key", "address", "email", "name", "spec", "tier"]
    assert set(map(str, golden.dtypes)) == {"str"}
    found = {row["erp_key"]: {k: v for k, v in row.items() if isinstance(v, str)} for row in golden.to_dict("records")}
    assert found == {
        "A9": {"erp_key": "A9", "name": "single"},
        "M1": {"erp_key": "M1", "name": "new", "email": "kept@x", "spec": "2020-01-01", "tier": "silver", "address": "a"},
    }
    some = crosswalk.golden("members", ["M1", "A9", "unknown"], ("name", "tier", "nothing"))
    expected = golden[["erp_key", "name", "tier"]].assign(nothing=pd.Series([None, None], dtype="str"))
    pd.testing.assert_frame_equal(some, expected)
    assert crosswalk.golden("members", [], ("tier", "name")).columns.tolist() == ["erp_key", "tier", "name"]


@pytest.mark.parametrize("keys", [["a", "", "'b\\", "王"], ["x\x1fy", "z"], [""]])
def test_source_keys_of_any_signs_are_looked_up_as_they_are(crosswalk: CrosswalkRepository, keys: list[str]) -> None:
    """They go to the server as one text that is taken apart there."""
    crosswalk.assign("products", "S1", "r", records(*((key, f"E{place}", []) for place, key in enumerate([*keys, "other"]))))
    assert sorted(crosswalk.lookup("products", ["S1"], keys)["source_key"]) == sorted(keys)


def test_equally_new_and_complete_records_give_one_golden_record_in_whatever_order_they_come(crosswalk: CrosswalkRepository) -> None:
    same, found = [("phone", "1")], []
    said = {"S1": ("b", "1"), "S2": ("a", "2"), "S3": ("c", "3")}
    for order in permutations(said):
        with crosswalk.databases.connect("control") as connection:
            connection.execute("TRUNCATE crosswalk, identity")
        for store in order:
            name, card = said[store]
            crosswalk.assign("members", store, "r", records((card, "M", same), updated="2024-01-01", name=name, tier=None))
        found.append(crosswalk.golden("members", ["M"])["name"].tolist())
    assert found == [["b"]] * 6, "the first store by its id, not by arrival"


def test_what_every_record_of_a_key_says_and_whose_an_identifier_is_can_be_asked(crosswalk: CrosswalkRepository) -> None:
    """Reconciliation takes a value of the ERP that no store says for changed there."""
    for store, name in (("S1", "old"), ("S2", "new")):
        crosswalk.assign("products", store, "r", records(("p", "E1", [("gtin", "1")]), name=name, brand=None))
    crosswalk.assign("products", "S1", "r", records(("q", "E2", [("gtin", "2")]), name="other"))
    found = crosswalk.contributions("products", ["E1", "nobody"])
    assert found["erp_key"].tolist() == ["E1", "E1"]
    assert sorted(found["name"]) == ["new", "old"]
    owners = crosswalk.identified("products", "gtin", ["2", "1", "3"])
    assert dict(zip(owners["value"], owners["erp_key"], strict=True)) == {"1": "E1", "2": "E2"}
    assert crosswalk.identified("products", "name", ["1"]).empty
