"""Decisions are identities stronger than any identifier: together what is the same, apart what is distinct."""

import pandas as pd
import pytest

from migration_pipeline.control.repository.identity_rule import NewRecord, Register, resolve
from migration_pipeline.mapped.decided import DECIDED, Decided, decided
from migration_pipeline.project.decisions import PairRow, pair_name
from migration_pipeline.runtime.errors import BadInputError


def row(left: str, right: str, zone: str = "review", decision: str = "", line: int = 2, probability: str = "0.9") -> PairRow:
    """A pair of the file."""
    return PairRow(pair_name(left, right), zone, probability, left, right, decision=decision, line=line)


def keys(found: Decided, *records: tuple[str, str]) -> list[str]:
    """ERP keys by the house's rule for records of (name, phone and name), in this order."""
    new = []
    for at, (name, phone) in enumerate(records):
        store, _, key = name.partition("/")
        known = pd.Series([[("phone+name", phone)] if phone else []], dtype=object)
        new.append(NewRecord(at, name, found.strengthened(known, store, pd.Series([key]))[0]))
    return [key for _, key, _ in resolve(new, Register())]


def test_pairs_of_the_merge_zone_and_decided_ones_become_one_record_and_open_ones_stay_apart() -> None:
    found = decided([row("A/1", "B/1", "merge", line=2), row("B/1", "C/1", decision="same", line=3), row("A/9", "B/9", line=4)], "f.csv")
    assert keys(found, ("A/1", ""), ("B/1", ""), ("C/1", ""), ("A/9", ""), ("B/9", "")) == ["A/1", "A/1", "A/1", "A/9", "B/9"]
    assert found.details("C", pd.Series(["1", "2"])).tolist() == ["f.csv:3", ""]


def test_what_is_distinct_is_not_merged_by_a_weaker_identity() -> None:
    same_phone = (("A/1", "p"), ("B/1", "p"))
    assert keys(Decided(), *same_phone) == ["A/1", "A/1"]
    assert keys(decided([row("A/1", "B/1", "merge", "distinct")]), *same_phone) == ["A/1", "B/1"]


def test_others_still_join_a_record_that_was_called_distinct_from_a_third() -> None:
    found = decided([row("A/1", "B/1", "merge", "distinct")])
    assert keys(found, ("A/1", "p"), ("B/1", "q"), ("C/1", "p"), ("C/2", "q")) == ["A/1", "B/1", "A/1", "B/1"]


def test_a_group_that_grew_finds_those_that_are_loaded_already() -> None:
    """The new record sorts before all others, and still goes to the key that was given."""
    before = decided([row("B/1", "C/1", decision="same")])
    after = decided([row("B/1", "C/1", decision="same"), row("A/1", "C/1", decision="same")])
    register = Register()
    for found, name, wanted in ((before, "B/1", "B/1"), (before, "C/1", "B/1"), (after, "A/1", "B/1")):
        store, _, key = name.partition("/")
        identities = found.strengthened(pd.Series([[]], dtype=object), store, pd.Series([key]))[0]
        assert resolve([NewRecord(0, name, identities)], register)[0][1] == wanted


def test_a_merge_that_nobody_confirmed_gives_way_to_distinct() -> None:
    """A = B and B = C by themselves, A and C distinct by a person: the less sure of the two is dropped."""
    found = decided(
        [
            row("A/1", "B/1", "merge", probability="0.9999"),
            row("B/1", "C/1", "merge", probability="0.9950"),
            row("A/1", "C/1", decision="distinct"),
        ]
    )
    assert keys(found, ("A/1", ""), ("B/1", ""), ("C/1", "")) == ["A/1", "A/1", "C/1"]


def test_decisions_that_contradict_each_other_are_refused_with_the_line() -> None:
    rows = [
        row("A/1", "B/1", decision="same", line=2),
        row("B/1", "C/1", decision="same", line=3),
        row("A/1", "C/1", decision="distinct", line=4),
    ]
    with pytest.raises(BadInputError, match="distinct") as caught:
        decided(rows, "duplicates-members.csv")
    assert caught.value.where in {"duplicates-members.csv:2", "duplicates-members.csv:3"}


def test_decided_identities_come_first_and_records_without_a_decision_keep_theirs() -> None:
    found = decided([row("A/1", "B/1", decision="same")])
    identities = pd.Series([[("gtin", "1")], [("gtin", "2")]], index=[4, 7], dtype=object)
    strong = found.strengthened(identities, "A", pd.Series(["1", "2"], index=[4, 7]))
    assert strong[4] == [(DECIDED, "A/1"), (DECIDED, "B/1"), ("gtin", "1")]
    assert strong[7] == [("gtin", "2")]
