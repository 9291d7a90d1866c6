"""The rule of identity: the strongest identifier decides, and records that differ in a stronger one stay apart."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration_pipeline.control.repository.identity_rule import Identity, NewRecord, Register, resolve
from migration_pipeline.runtime.errors import BadInputError


def keys(*records: list[Identity], hints: list[str] | None = None, register: Register | None = None) -> list[str]:
    given_hints = hints or [f"H{n}" for n in range(len(records))]
    new = [NewRecord(n, given_hints[n], record) for n, record in enumerate(records)]
    return [erp_key for _, erp_key, _ in resolve(new, register or Register())]


def test_records_that_share_an_identity_are_one() -> None:
    assert keys([("tax", "1")], [("tax", "2")], [("tax", "1"), ("name", "b")], []) == ["H0", "H1", "H0", "H3"]


def test_the_same_name_with_different_tax_ids_stays_apart() -> None:
    assert keys([("tax", "1"), ("name", "a")], [("tax", "2"), ("name", "a")]) == ["H0", "H1"]


def test_a_name_joins_a_record_whose_tax_id_is_unknown_and_teaches_it() -> None:
    assert keys([("name", "a")], [("tax", "1"), ("name", "a")], [("tax", "2"), ("name", "a")], [("tax", "1")]) == ["H0", "H0", "H2", "H0"]


def test_a_weaker_identity_still_counts_when_a_middle_one_was_refused() -> None:
    register = Register()
    register.add("A", [("tax", "1"), ("phone", "5")])
    register.add("B", [("name", "n")])
    assert keys([("tax", "2"), ("phone", "5"), ("name", "n")], register=register) == ["B"]


def test_one_of_several_equal_barcodes_is_enough() -> None:
    assert keys([("barcode", "1"), ("barcode", "2")], [("barcode", "2"), ("barcode", "3"), ("name", "x")]) == ["H0", "H0"]


def test_a_hint_that_is_in_use_gets_the_next_number() -> None:
    register = Register(in_use={"7"}, numbers={"7": 3, "8": 2})
    assert keys([], [], [], [], [], hints=["7", "7", "7-4", "8", "8"], register=register) == ["7-4", "7-5", "7-4-2", "8", "8-3"]


def test_running_numbers_go_on_from_the_highest_and_skip_what_is_in_use() -> None:
    register = Register(in_use={"M0009"}, series={("M", 4): 7})
    records = [NewRecord(n, hint, [("id", same)], digits) for n, (hint, same, digits) in enumerate(WANTED)]
    found = [key for _, key, _ in resolve(records, register)]
    assert found == ["M0008", "M0010", "M0008", "X", "N0001", "M0011"]


WANTED = (("M", "a", 4), ("M", "b", 4), ("M", "a", 4), ("X", "c", 0), ("N", "d", 4), ("M", "e", 4))


def test_numbers_that_are_all_given_are_an_error_and_never_a_longer_code() -> None:
    with pytest.raises(BadInputError, match="2 digits"):
        resolve([NewRecord(0, "M", [], 2)], Register(series={("M", 2): 99}))


IDENTITIES = st.tuples(*(st.none() | st.sampled_from("abc") for _ in range(3))).map(
    lambda values: [(kind, value) for kind, value in zip(("tax", "phone", "name"), values, strict=True) if value]
)


@given(st.lists(IDENTITIES, max_size=15), st.data())
def test_what_holds_for_every_input(identities: list[list[Identity]], data: st.DataObject) -> None:
    hints = data.draw(st.lists(st.sampled_from(["1", "1-2", "2"]), min_size=len(identities), max_size=len(identities)))
    records = [NewRecord(n, hint, row) for n, (hint, row) in enumerate(zip(hints, identities, strict=True))]
    found = resolve(records, Register())
    assert [position for position, _, _ in found] == list(range(len(records)))
    owners = [erp_key for _, erp_key, is_owner in found if is_owner]
    assert len(owners) == len(set(owners))
    assert set(owners) == {erp_key for _, erp_key, _ in found}
    tax_ids: defaultdict[str, set[str]] = defaultdict(set)
    by_strongest: defaultdict[object, set[str]] = defaultdict(set)
    for (_, erp_key, _), row in zip(found, identities, strict=True):
        tax_ids[erp_key] |= {value for kind, value in row if kind == "tax"}
        by_strongest[row[0] if row else object()].add(erp_key)
    assert all(len(values) <= 1 for values in tax_ids.values()), "no record has two tax ids"
    assert all(len(joined) == 1 for joined in by_strongest.values()), "equal strongest identity, equal record"
