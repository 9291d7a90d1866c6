"""Corrections on raw text: rows found, expectations held, amounts exact, nothing else touched."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from migration_pipeline.cleaned.clean import clean
from migration_pipeline.cleaned.corrections import EXCLUDED_BY, corrected
from migration_pipeline.contracts.correction_amounts import CorrectionAmount, correction_amounts
from migration_pipeline.contracts.datasets import SUPPLIERS
from migration_pipeline.contracts.ledger import entries
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.project.corrections import Correction, PlacedCorrection
from migration_pipeline.project.source import SourceSpec
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline_tests.unit.cleaned.raw_tables import Columns, raw, reasons, source_of, spec, table

ROWS: Columns = {"supplier_code": ["1", "2", "3"], "name": ["a", "b", None], "balance": ["10.00", "ten", "3.00"]}
SOURCE: SourceSpec = source_of("suppliers", {"suppliers": spec(list(ROWS))})


def placed(line: int = 7, **about: Any) -> PlacedCorrection:
    """A correction of suppliers that sets something, if nothing else is said."""
    signed = {"store": "S", "dataset": "suppliers", "action": "set", "reason": "why", "who": "Li Na", "on": "2026-11-22"}
    return PlacedCorrection(Correction.model_validate({**signed, **about}), Path("x") / "corrections" / "c.yaml", line)


def balance(row: str, old: str | None, new: str | None, line: int = 7) -> PlacedCorrection:
    """A correction of one balance."""
    return placed(line, row=row, expect={"balance": old}, set={"balance": new})


def cleaned(*corrections: PlacedCorrection, rows: Columns = ROWS) -> StageOutput:
    """The suppliers, corrected and cleaned."""
    return clean("suppliers", raw({"suppliers": rows}), SOURCE, corrections)


def texts(*corrections: PlacedCorrection) -> pd.DataFrame:
    """The suppliers' text, corrected."""
    return corrected(raw({"suppliers": ROWS}), corrections).tables["suppliers"]


def test_a_set_cell_changes_and_nothing_else() -> None:
    before, after = raw({"suppliers": ROWS}).tables["suppliers"], texts(balance("suppliers:2", "ten", "10.00"))
    assert after["balance"].tolist() == ["10.00", "10.00", "3.00"]
    pd.testing.assert_frame_equal(after.drop(columns="balance"), before.drop(columns="balance"))
    assert before["balance"].tolist()[1] == "ten", "the untouched text stays what it is"


def test_a_rejected_row_goes_on_and_its_amount_is_explained() -> None:
    """Before it counted 0.00 in the source, now 10.00."""
    assert reasons(cleaned(), "suppliers") == {"suppliers:2": "bad_number", "suppliers:3": "missing_required"}
    output = cleaned(balance("suppliers:2", "ten", "10.00"))
    assert reasons(output, "suppliers") == {"suppliers:3": "missing_required"}
    assert correction_amounts(output.facts) == (CorrectionAmount("suppliers", "money", 1, Decimal("-10.00")),)


def test_a_lower_amount_is_explained_to_the_cent_and_an_unchanged_one_not_at_all() -> None:
    assert correction_amounts(cleaned(balance("suppliers:1", "10.00", "9.99")).facts)[0].amount == Decimal("0.01")
    renamed = cleaned(placed(row="suppliers:1", expect={"name": "a"}, set={"name": "A"}))
    assert (correction_amounts(renamed.facts), renamed.tables["suppliers"]["name"].tolist()) == ((), ["A"])


def test_every_correction_is_in_the_facts_and_counted_without_its_values() -> None:
    output = cleaned(balance("suppliers:2", "ten", "10.00"))
    assert output.facts["corrections"] == [
        {"file": "corrections/c.yaml", "line": 7, "table": "suppliers", "row": "suppliers:2", "action": "set", "columns": ["balance"],
         "who": "Li Na", "on": date(2026, 11, 22).isoformat(), "reason": "why"}
    ]  # fmt: skip
    found = output.findings[output.findings["reason"] == "corrected"].to_dict("records")
    assert found == [{"table": "suppliers", "rule": "corrections/c.yaml", "reason": "corrected", "action": "set", "hits": 1}]
    assert not {"corrections", "correction_amounts"} & set(cleaned().facts)


def test_an_excluded_row_ends_with_the_place_of_its_correction_and_keeps_its_money() -> None:
    """Even where it would have been rejected."""
    output = cleaned(placed(row="suppliers:1", action="exclude"), placed(9, row="suppliers:2", action="exclude"))
    ended = output.outcomes.set_index("row_id")
    assert ended["reason"].to_dict() == {
        "suppliers:1": "excluded_by_correction", "suppliers:2": "excluded_by_correction", "suppliers:3": "missing_required"
    }  # fmt: skip
    assert (ended["detail"]["suppliers:2"], ended["money"]["suppliers:1"]) == ("corrections/c.yaml:9", Decimal("10.00"))
    assert correction_amounts(output.facts) == ()


def test_where_corrects_all_rows_it_matches_if_it_says_how_many() -> None:
    twice = {**ROWS, "balance": ["5", "5", "3.00"]}
    about: dict[str, Any] = {"where": {"balance": "5"}, "expect": {"balance": "5"}, "set": {"balance": "6"}}
    after = corrected(raw({"suppliers": twice}), [placed(**about, rows=2)])
    assert after.tables["suppliers"]["balance"].tolist() == ["6", "6", "3.00"]
    assert [hit.row for hit in after.hits] == ["suppliers:1", "suppliers:2"]
    with pytest.raises(BadInputError, match="matches 2 rows of table suppliers, and rows: says 1"):
        corrected(raw({"suppliers": twice}), [placed(**about)])


def test_missing_and_empty_are_the_same_and_null_empties_a_cell() -> None:
    after = texts(placed(row="suppliers:3", expect={"name": None}, set={"name": "c"}), balance("suppliers:1", "10.00", None))
    assert (after["name"][2], pd.isna(after["balance"][0])) == ("c", True)
    assert texts(placed(where={"name": ""}, expect={"name": ""}, set={"name": "c"}))["name"][2] == "c"


def test_a_later_correction_expects_what_the_earlier_left() -> None:
    first, second = balance("suppliers:1", "10.00", "11.00"), balance("suppliers:1", "11.00", "12.00", line=9)
    assert texts(first, second)["balance"][0] == "12.00"
    assert texts(first, placed(9, where={"balance": "11.00"}, action="exclude"))[EXCLUDED_BY].tolist()[0] == "corrections/c.yaml:9"
    with pytest.raises(BadInputError, match="does not hold what expect: says"):
        texts(first, balance("suppliers:1", "10.00", "12.00"))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (balance("suppliers:1", "10.0", "9.00"), "column 'balance' of row suppliers:1 does not hold"),
        (balance("suppliers:9", "10.00", "9.00"), "row 'suppliers:9' of table suppliers is not there"),
        (balance("ragged:1", "10.00", "9.00"), "row ragged:1 has another number of columns"),
        (placed(row="suppliers:1", expect={"balanc": "1"}, set={"balanc": "2"}), "no source column 'balanc'"),
        (placed(row="suppliers:1", expect={"_row_id": "1"}, set={"_row_id": "2"}), "no source column '_row_id'"),
        (placed(where={"name": "z"}, action="exclude"), "matches 0 rows"),
    ],
)
def test_what_does_not_fit_fails_with_the_place_of_the_correction_and_no_value(wrong: PlacedCorrection, words: str) -> None:
    ragged = entries(SUPPLIERS.table("suppliers"), table("ragged", {"text": ["x;y"]}), "ragged_row", "raw")
    before = StageOutput("extract", raw({"suppliers": ROWS}).tables, ragged)
    with pytest.raises(BadInputError) as caught:
        clean("suppliers", before, SOURCE, [wrong])
    assert (caught.value.where, words in caught.value.what) == ("corrections/c.yaml:7", True), str(caught.value)
    assert not {"10.00", "9.00", "10.0"} & set(str(caught.value).split())


def test_a_row_is_not_excluded_twice_and_a_table_must_be_there() -> None:
    out = placed(row="suppliers:1", action="exclude")
    with pytest.raises(BadInputError, match=r"already excluded by corrections/c.yaml:7"):
        texts(out, out)
    with pytest.raises(BadInputError, match="no table 'coupons'"):
        texts(placed(dataset="products", table="coupons", row="x:1", action="exclude"))


def test_a_correction_cures_what_a_policy_blocks_on() -> None:
    """The untouched text is measured without the block, or no correction could ever lift it."""
    columns = {"product_code": ["1"], "quantity": ["-5"], "unit_cost": ["2.00"]}
    source = source_of("inventory", {"stock": spec(list(columns))}, policies={"negative_stock": "block"})
    before = raw({"stock": columns})
    with pytest.raises(BadInputError, match="negative_stock"):
        clean("inventory", before, source)
    fix = placed(dataset="inventory", row="stock:1", expect={"quantity": "-5"}, set={"quantity": "5"})
    found = {a.metric: a.amount for a in correction_amounts(clean("inventory", before, source, [fix]).facts)}
    assert found == {"money": Decimal("-20.00"), "quantity": Decimal("-10.000")}


def test_what_a_correction_and_what_a_policy_changed_add_up_to_source_minus_ledger() -> None:
    """-5 is corrected to -2, which the policy sets to 0: of the -10.00 that are not in the books each tells its own part."""
    columns = {"product_code": ["1", "2"], "quantity": ["-5", "-1"], "unit_cost": ["2.00", "3.00"]}
    source = source_of("inventory", {"stock": spec(list(columns))}, policies={"negative_stock": "zero"})
    fix = placed(dataset="inventory", row="stock:1", expect={"quantity": "-5"}, set={"quantity": "-2"})
    output = clean("inventory", raw({"stock": columns}), source, [fix])
    money = {a.reason: a.amount for a in correction_amounts(output.facts) if a.metric == "money"}
    assert money == {"correction": Decimal("-6.00"), "negative_stock_zeroed": Decimal("-7.00")}
    assert output.tables["stock"]["_money"].sum() + sum(money.values()) == Decimal("-13.00")
