"""Tax rates and categories outside the known lists are found; without a list nothing is."""

from typing import Any

import pytest

from migration_pipeline.cleaned.clean import clean
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, hits, raw, reasons, source_of

BASE = {"product_code": ["1", "2", "3"], "name": ["a", "b", "c"]}


def products(*, known: dict[str, Any] | None = None, policies: dict[str, str] | None = None, **columns: list[str | None]) -> StageOutput:
    return cleaned("products", {"products": {**BASE, **columns}}, known=known or {}, policies=policies or {})


@pytest.mark.parametrize(
    ("rates", "found"),
    [
        (["13", "9", "6"], 0),
        (["0", "1", "3"], 0),
        (["13.00", "5%", None], 0),
        (["17", "16", "13"], 2),
        (["0.17", "11", "10"], 3),
    ],
)
def test_the_rates_of_china_today_are_known_and_historic_ones_are_not(rates: list[str | None], found: int) -> None:
    assert hits(products(tax_rate=rates), "unknown_tax_rate") == found


def test_a_project_has_its_own_rates_or_none_at_all() -> None:
    rates: list[str | None] = ["20", "5", "0"]
    assert hits(products(tax_rate=rates, known={"tax_rate": ["20", "5", "0"]}), "unknown_tax_rate") == 0
    assert hits(products(tax_rate=rates, known={"tax_rate": ["20"]}), "unknown_tax_rate") == 2
    assert hits(products(tax_rate=rates, known={"tax_rate": []}), "unknown_tax_rate") == 0


def test_a_category_is_unknown_only_where_categories_are_listed() -> None:
    categories: list[str | None] = ["食品", "乱写", None]
    assert hits(products(category=categories), "unknown_category") == 0
    output = products(category=categories, known={"category": ["食品", "饮料"]})
    assert hits(output, "unknown_category") == 1
    assert len(output.tables["products"]) == 3


def test_an_unknown_category_can_be_emptied_or_rejected() -> None:
    known = {"category": ["食品"]}
    emptied = products(category=["食品", "乱写", None], known=known, policies={"unknown_category": "fix"})
    assert emptied.tables["products"]["category"].isna().tolist() == [False, True, True]
    rejected = products(category=["食品", "乱写", None], known=known, policies={"unknown_category": "reject"})
    assert reasons(rejected, "products") == {"products:2": "unknown_category_rejected"}


def looked_up(codes: list[str | None], keys: list[str | None], names: list[str | None], extra: list[str] | None = None) -> int:
    """Products whose category is looked up: the join of the raw stage as it comes out."""
    category: object = ["cls.name", "own"] if extra else "cls.name"
    columns = {"product_code": "product_code", "name": "name", "category": category}
    spec = {"inputs": ["any"], "columns": columns, "lookups": {"cls": {"input": "classes", "on": {"cls_no": "no"}}}}
    source = source_of("products", {"products": spec})  # type: ignore[dict-item]
    table: dict[str, Any] = {**BASE, "cls_no": codes, "cls.no": keys, "cls.name": names, "own": extra or [None] * 3}
    return hits(clean("products", raw({"products": table}), source), "unknown_category")


def test_a_code_that_the_looked_up_table_does_not_have_is_found() -> None:
    """No code, and a class without a name, are no unknown categories."""
    assert looked_up(["01", "99", None], ["01", None, None], ["食品", None, None]) == 1
    assert looked_up(["01", "02", "  "], ["01", "02", None], ["食品", None, None]) == 0
    assert looked_up(["01", "0", "00"], ["01", None, None], ["食品", None, None]) == 0


def test_a_category_from_elsewhere_stands_in_for_the_missing_class() -> None:
    assert looked_up(["01", "99", "98"], ["01", None, None], ["食品", None, None], extra=["", "饮料", ""]) == 1
