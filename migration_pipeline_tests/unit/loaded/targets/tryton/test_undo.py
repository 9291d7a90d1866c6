"""Row by row: what a batch inserted goes, what it changed is as before, what others changed or need stays."""

from collections.abc import Mapping, Sequence
from typing import Any

from migration_pipeline.loaded.targets.tryton.journal import key_text
from migration_pipeline.loaded.targets.tryton.rows import Change, Key, Row, by_key
from migration_pipeline.loaded.targets.tryton.undo import Known, Reader, planned, rows_after

NOTHING = Known({}, {}, {})


def supplier(code: str, **more: Any) -> dict[Key, Row]:
    return by_key("supplier", [{"supplier_code": code, "name": "n"} | more])


def change(before: dict[Key, Row] | None, after: dict[Key, Row], table: str = "supplier") -> Change:
    ((key, row),) = after.items()
    return Change(table, key, before[key] if before else None, row)


def holding(**tables: dict[Key, Row]) -> Reader:
    def read(table: str, keys: Sequence[Key] | None) -> Mapping[Key, Row]:
        return {key: row for key, row in tables.get(table, {}).items() if keys is None or key in keys}

    return read


OLD, NEW = supplier("V1"), supplier("V1", phone="1")
BALANCE = by_key("supplier_balance", [{"supplier_code": "V1", "store_code": "S", "balance": "1"}])


def test_an_inserted_row_is_deleted_and_a_changed_one_restored() -> None:
    changes = [change(None, supplier("V2")), change(OLD, NEW)]
    plan = planned(holding(supplier=supplier("V2") | NEW), changes, NOTHING)
    assert {(c.key, c.after is None) for c in plan.back} == {(("V2",), True), (("V1",), False)}
    assert plan.kept == []


def test_what_people_changed_stays_and_what_they_deleted_is_counted() -> None:
    plan = planned(holding(supplier=supplier("V1", phone="2")), [change(OLD, NEW), change(None, supplier("V2"))], NOTHING)
    assert plan.back == []
    assert [(row.key, row.why, row.other) for row in plan.kept] == [("V1", "changed_since", ""), ("", "gone", "1")]


def test_a_row_that_another_row_refers_to_stays_until_that_one_goes_too() -> None:
    there = holding(supplier=OLD, supplier_balance=BALANCE)
    plan = planned(there, [change(None, OLD)], NOTHING)
    assert [(row.key, row.why, row.other) for row in plan.kept] == [("V1", "used_elsewhere", "supplier_balance")]
    both = planned(there, [change(None, OLD), change(None, BALANCE, "supplier_balance")], NOTHING)
    assert ([c.table for c in both.back], both.kept) == (["supplier_balance", "supplier"], [])


def test_what_an_undone_batch_left_goes_when_nothing_refers_to_it_any_more() -> None:
    left = Known({}, {"supplier": {("V1",): change(None, OLD)}}, {})
    there = holding(supplier=OLD, supplier_balance=BALANCE)
    assert [c.table for c in planned(there, [change(None, BALANCE, "supplier_balance")], left).back] == ["supplier_balance", "supplier"]
    still_used = planned(there, [], left)
    assert (still_used.back, still_used.kept) == ([], [])


def test_a_row_that_a_later_batch_changed_is_left_to_it() -> None:
    plan = planned(holding(supplier=NEW), [change(None, OLD)], Known({("supplier", key_text(("V1",))): "later"}, {}, {}))
    assert [(later, c.before) for later, c in plan.rebased] == [("later", None)]
    assert [(row.why, row.other) for row in plan.kept] == [("changed_by_later_batch", "later")]


def test_an_interrupted_undo_goes_on_where_it_stopped() -> None:
    plan = planned(holding(supplier=OLD), [change(OLD, NEW), change(None, supplier("V2"))], Known({}, {}, {}, resumed=True))
    assert (len(plan.done), plan.back, plan.kept) == (2, [], [])


def test_imagined_changes_are_seen_and_nothing_else_is() -> None:
    read = rows_after(holding(supplier=OLD | supplier("V2")), [change(OLD, NEW), change(None, supplier("V2")).reversed])
    assert read("supplier", None) == NEW
    assert read("supplier", [("V2",)]) == {}
