"""A line of the cleaning report says in words what it is, and ties only if both sides are the same."""

from decimal import Decimal

from migration_pipeline.reconciled.cleaning_lines import EndedLine, RuleLine, TotalLine


def line(rule: str, reason: str) -> RuleLine:
    return RuleLine("stock", rule, reason, "flag", 1, 0, {}, "", False, (), (), ())


def test_a_rule_is_named_in_words_of_both_languages() -> None:
    """A built-in rule by what it looks for, another by what its reason means, and one of the project without a reason by its own name."""
    assert line("negative_stock", "negative_stock").title.zh == "数量为负"
    assert line("trim.unit", "trimmed").title.en == "Blanks, tabs or quotes around a value removed"
    assert line("my_rule", "").title.zh == "my_rule"


def test_ended_rows_tie_only_with_equal_rows_and_amounts() -> None:
    def ended(rows: int, money: str) -> EndedLine:
        return EndedLine("stock", "rejected", "bad_number", "", rows, {"money": Decimal(money)}, 2, {"money": Decimal("1.00")}, ())

    assert ended(2, "1.00").ties
    assert not ended(2, "1.01").ties
    assert not ended(1, "1.00").ties


def test_totals_tie_only_if_every_row_is_accounted_for_once() -> None:
    assert TotalLine("stock", 6, 1, 1, 1, 1, 2).ties
    assert not TotalLine("stock", 6, 1, 1, 1, 1, 1).ties
    assert not TotalLine("stock", 6, 1, 1, 1, 1, 2, holds=False).ties
