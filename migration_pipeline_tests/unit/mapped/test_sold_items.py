"""What lines name is asked once for each code, comes back to the right lines, and a rate is never another store's word."""

from decimal import Decimal

import pandas as pd

from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.mapped.sold_items import sold_items
from migration_pipeline_tests.unit.mapped.fake_crosswalk import FakeCrosswalk, context

NOON = pd.Timestamp(2026, 1, 2)


def crosswalk() -> FakeCrosswalk:
    found = FakeCrosswalk(keys={("products", "S1"): {"a": "A", "b": "B"}, ("products", "HQ"): {"b": "other", "c": "C"}})
    found.records = {
        ("products", "A"): [(NOON, {"status": "inactive", "updated_at": "2026-01-02", "tax_rate": "9.00"})],
        ("products", "B"): [(NOON, {"status": "active", "updated_at": "2026-01-02", "tax_rate": "2000.00"})],
        ("products", "C"): [(NOON, {"status": "inactive", "updated_at": None, "tax_rate": "0.00"})],
    }
    found.said = {
        ("products", "S1", "a"): {"tax_rate": "13.00"},
        ("products", "S1", "b"): {"tax_rate": "2000.00"},
        ("products", "HQ", "c"): {"tax_rate": "0.00"},
    }
    return found


def test_every_line_gets_what_is_known_of_its_own_code() -> None:
    codes = pd.Series(["b", "a", None, "x", "c", "a"], index=range(10, 16), dtype="str")
    items = sold_items(codes, context(crosswalk()))
    assert items.unknown().to_dict() == {13: "x"} | {12: items.unknown()[12]}
    assert pd.isna(items.unknown()[12])
    assert items.erp_keys(items.place).fillna("?").tolist() == ["B", "A", "?", "?", "C", "A"]
    stated = pd.Series([None] * 5 + [Decimal(6)], index=codes.index, dtype=decimal_dtype(2))
    rates = items.rates(items.place, stated)
    assert [None if pd.isna(rate) else rate for rate in rates] == [None, 13, None, None, 0, 6]


def test_only_lines_of_items_whose_deletion_has_a_day_are_of_deleted_ones() -> None:
    codes = pd.Series(["c", "a", "b"], index=range(3), dtype="str")
    items = sold_items(codes, context(crosswalk()))
    quantity = pd.Series([Decimal(1)] * 3, dtype=decimal_dtype(3))
    lines = pd.DataFrame({"ticket_no": ["1", "2", "3"], "quantity": quantity, "_item": items.place})
    assert items.of_deleted(lines)[["ticket_no", "since"]].to_numpy().tolist() == [["2", NOON]]
