"""Exact integers become the decimal text that files carry."""

import pytest

from migration_pipeline.simulation.model import fixed, half_away, quantity_text


@pytest.mark.parametrize(
    ("value", "scale", "text"), [(0, 2, "0.00"), (5, 2, "0.05"), (-5, 2, "-0.05"), (-1230, 2, "-12.30"), (31234, 4, "3.1234")]
)
def test_fixed_keeps_sign_and_zeros(value: int, scale: int, text: str) -> None:
    """-0.05 must not lose its sign, 0.05 not its zero."""
    assert fixed(value, scale) == text


def test_quantity_text_has_decimals_only_for_weights() -> None:
    """Pieces are whole, weights have three decimals."""
    assert [quantity_text(q) for q in (2000, 456, -1500)] == ["2", "0.456", "-1.500"]


def test_half_away_rounds_like_the_erp() -> None:
    """Half a cent goes away from zero on both sides."""
    assert [half_away(v, 10) for v in (5, -5, 4, -4, 14, 15)] == [1, -1, 0, 0, 1, 2]
