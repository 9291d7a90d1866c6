"""Names inside a source that name nothing are found before any data is read."""

import pytest

from migration_pipeline.project.check import MisplacedError, check_source, demand_known
from migration_pipeline.project.source import SourceSpec


def check(source: dict[str, object]) -> None:
    check_source(SourceSpec.model_validate({"inputs": {"i": {"format": "csv", "file": "x"}}, **source}), ("sources", "s"))


def place_of(source: dict[str, object]) -> tuple[str, ...]:
    with pytest.raises(MisplacedError) as caught:
        check(source)
    return caught.value.place


def test_the_error_knows_its_place() -> None:
    table = {"inputs": ["i"], "columns": {"supplier_code": "a", "colour": "b"}}
    assert place_of({"datasets": {"suppliers": {"suppliers": table}}})[-2:] == ("columns", "colour")
    assert place_of({"datasets": {"colours": {}}}) == ("sources", "s", "datasets", "colours")
    assert place_of({"value_maps": {"unit": {"x": "Y"}}}) == ("sources", "s", "value_maps", "unit", "x")


def test_dates_and_constants_are_checked_too() -> None:
    table = {"inputs": ["i"], "columns": {"supplier_code": "a"}}
    assert place_of({"datasets": {"suppliers": {"suppliers": {**table, "dates": {"born": "%Y"}}}}})[-1] == "born"
    assert place_of({"datasets": {"suppliers": {"suppliers": {**table, "constants": {"born": "1"}}}}})[-1] == "born"


def test_lines_may_name_ticket_columns_only_where_there_is_no_ticket_table() -> None:
    lines = {"inputs": ["i"], "columns": {"ticket_no": "t", "sold_at": "s"}}
    check({"datasets": {"sales": {"lines": lines}}})
    tickets = {"inputs": ["i"], "columns": {"ticket_no": "t"}}
    assert place_of({"datasets": {"sales": {"lines": lines, "tickets": tickets}}})[-1] == "sold_at"


def test_only_a_ledger_can_be_complete() -> None:
    entries = {"inputs": ["i"], "columns": {"member_code": "m", "points": "p"}, "complete": True}
    check({"datasets": {"members": {"point_entries": entries}}})
    assert place_of({"datasets": {"members": {"members": {**entries, "columns": {"member_code": "m"}}}}})[-1] == "complete"


def test_sales_need_lines() -> None:
    tickets = {"inputs": ["i"], "columns": {"ticket_no": "t"}}
    assert place_of({"datasets": {"sales": {"tickets": tickets}}}) == ("sources", "s", "datasets", "sales")


def test_helper_columns_may_have_any_name_after_x() -> None:
    table = {"inputs": ["i"], "columns": {"supplier_code": "a", "x_anything": "b"}}
    check({"datasets": {"suppliers": {"suppliers": table}}})


def test_known_names_are_listed() -> None:
    with pytest.raises(MisplacedError, match="no fruit 'x'; there is apple, pear"):
        demand_known(["apple", "x"], ["apple", "pear"], "fruit", ())


def test_policies_name_built_in_rules_and_what_those_allow() -> None:
    assert place_of({"policies": {"negative_stok": "reject"}})[-2:] == ("policies", "negative_stok")
    assert place_of({"policies": {"header_not_lines": "keep"}})[-2:] == ("policies", "header_not_lines")
    check({"policies": {"negative_stock": "reject", "header_not_lines": "block"}})


def test_severities_name_rules_of_sales() -> None:
    """Only those have a check of their own; a severity of another rule would do nothing."""
    assert place_of({"severities": {"receipt_gaps": "error"}})[-2:] == ("severities", "receipt_gaps")
    assert place_of({"severities": {"negative_stock": "error"}})[-2:] == ("severities", "negative_stock")
    check({"severities": {"receipt_gap": "error"}})


def test_half_a_kilogram_is_no_kilogram() -> None:
    """A value map that makes 斤 a KG would double or halve every quantity; words that mean the same may be mapped."""
    assert place_of({"value_maps": {"unit": {"斤": "KG"}}})[-3:] == ("value_maps", "unit", "斤")
    assert place_of({"value_maps": {"unit": {"克": "KG"}}})[-1] == "克"
    check({"value_maps": {"unit": {"公斤": "KG", "件": "CASE", "打": "SET"}}})
