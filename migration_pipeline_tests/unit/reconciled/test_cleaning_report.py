"""The figures of the cleaning report: every rule that hit, masked samples, and totals that tie to the ledger or say that they do not."""

import json
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.reconciled.cleaning_report import MASK, ROW_IDS, SAMPLES, CleaningReport, arranged, masked
from migration_pipeline.reconciled.reconcile import conserved
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, raw
from migration_pipeline_tests.unit.reconciled.cleaning_figures import PERSONS, figures, report


def test_totals_tie_to_the_ledger() -> None:
    (total,) = report().totals
    assert (total.source_rows, total.loaded, total.merged, total.rejected, total.waiting, total.accounted) == (5, 0, 1, 1, 3, 5)
    assert report().ties


def test_a_row_missing_in_the_ledger_or_there_twice_does_not_tie() -> None:
    """Not even if the two mistakes cancel each other in the sum."""
    ledger = figures().ledger
    assert not arranged(figures(ledger.iloc[1:])).ties
    twice = ledger.iloc[[0, *range(len(ledger) - 1)]].reset_index(drop=True)
    assert arranged(figures(twice)).totals[0].accounted == 5
    assert not arranged(figures(twice)).ties


def test_every_finding_is_a_rule_with_its_hits_and_changed_cells() -> None:
    given = figures()
    findings = given.cleaned.findings
    shown = {line.rule: (line.hits, line.cells) for line in arranged(given).rules}
    assert {rule: hits for rule, (hits, _) in shown.items()} == dict(zip(findings["rule"], findings["hits"], strict=True))
    assert sum(cells for _, cells in shown.values()) == arranged(given).cells == int(given.cleaned.changes["cells"].sum())
    assert shown["trim.name"] == (2, 2)
    assert shown["rewritten.points"] == (1, 1)


def test_samples_show_before_and_after_and_where_a_folded_value_comes_from() -> None:
    lines = {line.rule: line for line in report().rules}
    (rewritten,) = lines["rewritten.points"].samples
    assert (rewritten.row_id, rewritten.before, rewritten.after, rewritten.from_row) == ("members:1", "1,234.5", "1234.50", "")
    (folded,) = lines["fold.points"].samples
    assert (folded.after, folded.from_row) == ("5.00", "members:3" if folded.row_id == "members:4" else "members:4")


def test_there_are_a_few_samples_and_row_ids_however_many_cells() -> None:
    many = {"product_code": [f"{n}" for n in range(90)], "name": ["n"] * 90, "unit": [f"u{n} " for n in range(90)]}
    output = cleaned("products", {"products": many})
    lines = arranged(replace(figures(), dataset="products", cleaned=output)).rules
    (line,) = [line for line in lines if line.rule == "trim.unit"]
    assert (len(line.samples), len(line.row_ids), line.hits) == (SAMPLES, ROW_IDS, 90)


def test_personal_values_are_hidden_and_nothing_else_is() -> None:
    log = masked("members", figures().cleaned.changes)
    personal = log[log["column"].isin(["name", "phone", "birthday", "address"])]
    assert len(personal)
    assert set(personal["old"].dropna()) | set(personal["new"].dropna()) == {MASK}
    assert "gold\t" in set(log["old"])
    assert personal["new"].isna().sum() == figures().cleaned.changes.loc[personal.index, "new"].isna().sum()


def test_json_has_the_figures_and_no_person() -> None:
    text = json.dumps(report().as_dict(), ensure_ascii=False)
    assert [person for person in PERSONS if person in text] == []
    assert (report().as_dict()["ties"], report().as_dict()["changed_cells"]) == (True, report().cells)


def stock(policies: dict[str, str], ledger: pd.DataFrame | None = None) -> CleaningReport:
    """Stock of S1: two negative rows of three, worth -3.80."""
    columns = {"product_code": ["1", "2", "3"], "quantity": ["-3", "-2", "5"], "unit_cost": ["1.10", "0.25", "9"]}
    output = cleaned("inventory", {"stock": columns}, policies=policies)
    booked = output.outcomes if ledger is None else ledger
    books = conserved(DATASETS["inventory"], raw({"stock": columns}), booked)
    return arranged(replace(figures(), dataset="inventory", cleaned=output, ledger=booked, books=books))


def test_a_flag_has_policy_amounts_row_ids_and_what_its_rows_hold() -> None:
    (line,) = [line for line in stock({}).rules if line.rule == "negative_stock"]
    assert (line.policy, line.chosen, line.action, line.hits) == ("flag", False, "flag", 2)
    assert line.amounts == {"money": Decimal("-3.80"), "quantity": Decimal("-5.000")}
    assert line.row_ids == ("stock:1", "stock:2")
    assert line.seen[0].cells == {"warehouse": "MAIN", "product_code": "1", "quantity": "-3.000"}
    assert line.title.zh == "数量为负"


@pytest.mark.parametrize(("policy", "shows"), [("reject", "seen"), ("exclude", "seen"), ("zero", "samples")])
def test_a_policy_of_the_project_is_told_with_the_same_amounts_whatever_it_does(policy: str, shows: str) -> None:
    (line,) = [line for line in stock({"negative_stock": policy}).rules if line.rule == "negative_stock"]
    assert (line.policy, line.chosen, line.action, line.hits) == (policy, True, policy, 2)
    assert line.amounts == {"money": Decimal("-3.80"), "quantity": Decimal("-5.000")}
    assert (bool(line.samples), bool(line.seen)) == (shows == "samples", shows == "seen")


def test_ended_rows_tie_to_the_ledger_by_reason_to_the_cent() -> None:
    """A ledger with a cent more, a row less or another reason is not the same, even where the number of rows is."""
    chosen = {"negative_stock": "reject"}
    good = stock(chosen)
    (line,) = good.ended
    assert (line.ties, line.rows, line.amounts["money"]) == (True, 2, Decimal("-3.80"))
    books = good.about.ledger
    cent = books.assign(money=books["money"] + Decimal("0.01"))
    for ledger in (cent, books.iloc[1:], books.assign(reason="bad_number"), books.assign(detail="value")):
        assert not all(line.ties for line in stock(chosen, ledger).ended)
        assert not stock(chosen, ledger).ties


def test_rules_that_found_nothing_are_listed_with_the_policy_in_force() -> None:
    quiet = {line.rule: (line.policy, line.chosen) for line in stock({"large_stock": "keep", "negative_stock": "keep"}).quiet}
    assert quiet["large_stock"] == quiet["negative_stock"] == ("keep", True)
    assert quiet["negative_cost"] == ("flag", False)
    assert "voided_ticket" not in quiet


def test_a_rule_of_the_project_that_ends_rows_has_the_amounts_of_the_ledger() -> None:
    rules = [{"id": "no_stock", "when": {"product_code": {"equals": "3"}}, "exclude": "footer_row"}]
    columns = {"product_code": ["1", "3"], "quantity": ["1", "5"], "unit_cost": ["1", "9"]}
    output = cleaned("inventory", {"stock": columns}, specs={"stock": {"rules": rules}})
    (line,) = arranged(replace(figures(), dataset="inventory", cleaned=output, ledger=output.outcomes)).rules
    assert (line.rule, line.policy, line.amounts["money"], line.row_ids) == ("no_stock", "", Decimal("45.00"), ("stock:2",))


def test_rows_that_ended_are_counted_by_reason_with_their_ids() -> None:
    ended = {(line.outcome, line.reason, line.where): (line.rows, line.row_ids) for line in report().ended}
    assert ended[("rejected", "damaged_code", "member_code")] == (1, ("members:5",))
    assert ended[("merged", "duplicate_key", "")][0] == 1
