"""Breaks over several runs: one case each, with age, state, owner and a history that nobody can change."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pandas as pd
import psycopg
import pytest

from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.repository.audit import AuditLog
from migration_pipeline.control.repository.break_cases import BreakCaseRepository, WantedBreaks
from migration_pipeline.control.views import build_views, read_view
from migration_pipeline.runtime.databases import CONTROL, Databases
from migration_pipeline.runtime.errors import BadInputError

START = datetime.now(UTC) - timedelta(days=9, hours=1)
Case = tuple[str, str, str, str, str, int, str, str]
CHANGED: Case = ("lines.money", "", "erp_row_changed", "changed_in_erp_since", "fails", 1, "-0.01", "p")
ROW: Case = ("ticket_line.rows", "", "erp_row_changed", "changed_in_erp_since", "fails", 1, "1", "p")
GROUP: Case = ("lines.money", "day", "group_differs", "changed_in_erp_since", "fails", 1, "0.01", "g")
MERGED: Case = ("lines.rows", "", "duplicate_key", "duplicate_merged", "expected", 3, "3", "")
LOST: Case = ("lines.money", "", "unexplained", "unexplained", "fatal", 0, "5", "")


def cases(*given: Case) -> pd.DataFrame:
    names = ["metric", "grp", "reason", "break_class", "weight", "rows", "amount", "fingerprint"]
    frame = pd.DataFrame(list(given), columns=names)
    amount = pd.Series([Decimal(one) for one in frame["amount"]], index=frame.index, dtype=decimal_dtype(4))
    return frame.assign(amount=amount, sample=json.dumps(["T1|1"]))


@pytest.fixture
def kept(databases: Databases) -> BreakCaseRepository:
    upgrade(databases)
    build_views(databases)
    return BreakCaseRepository(databases)


def test_a_break_is_one_case_over_runs_with_age_and_history(kept: BreakCaseRepository) -> None:
    """Found, seen again, accepted with what the same row causes, opened by another amount, gone, and back as if new."""
    assert list(kept.seen("r1", "S1", "sales", cases(CHANGED, ROW, GROUP, MERGED), START)["state"]) == ["open"] * 3 + ["explained"]
    kept.seen("r2", "S1", "sales", cases(CHANGED, ROW, GROUP, MERGED))
    kept.seen("r2", "S1", "sales", cases(CHANGED, ROW, GROUP, MERGED))
    first = kept.cases(WantedBreaks(waiting=True))[0]
    assert (first.metric, first.runs, first.first_seen_at, first.sample) == ("lines.money", 2, START, ["T1|1"])
    (aged,) = {row["age_days"] for row in read_view(kept.databases, "open_break", ("id",)).to_dict("records")}
    assert aged == 9
    kept.own(first.id, "Li", "boss")
    kept.note(first.id, "asked the shop", "Li")
    assert len(kept.accept(first.id, "price was wrong", "Li")) == 3
    on_record = [(one["who"], one["why"]) for one in AuditLog(kept.databases).entries({"action": "break_changed"})]
    assert on_record[-3:] == [("Li", "price was wrong")] * 3
    assert kept.cases(WantedBreaks(waiting=True)) == []
    assert list(kept.seen("r3", "S1", "sales", cases(CHANGED, ROW, GROUP, MERGED))["state"]) == ["accepted"] * 3 + ["explained"]
    other: Case = (*CHANGED[:6], "-0.03", "q")
    assert list(kept.seen("r4", "S1", "sales", cases(other, ROW, GROUP, MERGED))["state"]) == ["open", "accepted", "accepted", "explained"]
    kept.seen("r5", "S1", "sales", cases(MERGED))
    assert [case.metric for case in kept.cases()] == ["lines.rows"]
    assert list(kept.seen("r6", "S1", "sales", cases(CHANGED))["state"]) == ["open"]
    case, events = kept.case(first.id)
    assert [(e.kind, e.who) for e in events] == [
        ("found", ""), ("owned", "boss"), ("noted", "Li"), ("accepted", "Li"), ("reopened", ""), ("gone", ""), ("returned", ""),
    ]  # fmt: skip
    assert (case.owner, case.note, events[4].amount_before, events[4].amount_after) == ("", "", Decimal("-0.01"), Decimal("-0.03"))


def test_drift_is_what_a_run_changed(kept: BreakCaseRepository) -> None:
    kept.seen("r1", "S1", "sales", cases(CHANGED, MERGED))
    kept.seen("r1", "S2", "sales", cases(MERGED))
    fewer: Case = (*MERGED[:5], 2, "2", "")
    kept.seen("r2", "S1", "sales", cases(fewer, ROW))
    found = read_view(kept.databases, "drift", ("run_id", "store", "metric"))
    drift = found.loc[found["run_id"] == "r2", ["metric", "kind", "rows_before", "rows_after", "amount_after"]].to_numpy().tolist()
    assert drift == [["lines.money", "gone", 1, 0, 0], ["lines.rows", "moved", 3, 2, 2], ["ticket_line.rows", "found", 0, 1, 1]]
    assert {(case.metric, event.kind) for case, event in kept.events(["r2"])} == {(metric, kind) for metric, kind, *_ in drift}


def test_nobody_accepts_what_cannot_be_explained_or_is_not_open(kept: BreakCaseRepository) -> None:
    kept.seen("r1", "S1", "sales", cases(LOST, MERGED))
    lost, merged = kept.cases()
    for number in (lost.id, merged.id, 4711):
        with pytest.raises(BadInputError):
            kept.accept(number, "please", "Li")
    assert [case.state for case in kept.cases()] == ["open", "explained"]
    assert [case.id for case in kept.cases(WantedBreaks(("S1",), ("sales",), ("duplicate_merged",)))] == [merged.id]


def test_history_is_append_only(kept: BreakCaseRepository) -> None:
    kept.seen("r1", "S1", "sales", cases(CHANGED))
    for statement in ("UPDATE break_event SET who = 'x'", "DELETE FROM break_event"):
        with pytest.raises(psycopg.errors.RaiseException), kept.databases.connect(CONTROL) as connection:
            connection.execute(statement)
