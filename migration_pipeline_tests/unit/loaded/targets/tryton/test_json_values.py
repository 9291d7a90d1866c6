"""Values go to Tryton and come back without losing a digit or a microsecond."""

import json
from datetime import date, datetime
from decimal import Decimal

import pytest

from migration_pipeline.loaded.targets.tryton.json_values import decoded, encoded

MOMENT = datetime.fromisoformat("2024-02-29T23:59:59.123456")
VALUES = [Decimal("9999999999999999.99"), Decimal("-0.0001"), date(2024, 2, 29), MOMENT, "it's 🐼 \\ \"", None, True]


def test_every_value_comes_back_as_it_went() -> None:
    assert decoded(encoded(VALUES)) == VALUES
    assert [type(value) for value in decoded(encoded(VALUES))] == [type(value) for value in VALUES]


def test_a_number_with_a_point_is_read_as_an_exact_decimal() -> None:
    assert decoded(b'{"quantity": 1.005, "rows": 3}') == {"quantity": Decimal("1.005"), "rows": 3}


def test_decimals_and_dates_are_marked_as_tryton_wants_them() -> None:
    sent = json.loads(encoded({"a": Decimal("1.50"), "b": date(2024, 1, 2)}))
    assert sent["a"] == {"__class__": "Decimal", "decimal": "1.50"}
    assert sent["b"] == {"__class__": "date", "year": 2024, "month": 1, "day": 2}


def test_what_json_rpc_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        encoded({"a": {1}})
