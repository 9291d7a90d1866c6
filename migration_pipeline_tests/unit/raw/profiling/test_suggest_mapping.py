"""Columns are suggested by name, by what values look like and by the keys they have; what a project says is kept and checked."""

from pathlib import Path

import pytest

from migration_pipeline.project.load import LoadedProject, load_project
from migration_pipeline.raw.profiling.profile import profile_project
from migration_pipeline.raw.profiling.suggest_mapping import MappingSuggestion, TableSuggestion, suggested_mappings, unused_inputs

LINES = "单据,行,东西,数,钱,何时\n" + "".join(f"T{n // 3:03d},{n % 3},10{n:03d},1,{n}.50,2026-01-02 10:00:00\n" for n in range(40))
PAYMENTS = "小票号,付款方式,金额\n" + "".join(f"T{n:03d},{'微信' if n % 2 else '摸脸'},1.00\n" for n in range(14))
OTHER = "编码,名称\n" + "".join(f"C{n},类{n}\n" for n in range(9))
PROJECT = """\
version: 1
name: p
title: {en: p, zh: p}
sources:
  till:
    inputs:
      goods: {format: csv, file: goods.csv}
      lines: {format: csv, file: lines.csv}
      pay: {format: csv, file: pay.csv}
      other: {format: csv, file: other.csv}
"""
DECLARED = """\
    datasets:
      products: {products: {inputs: [goods], columns: {product_code: 货号, name: 品名, sell_price: 产地}}}
      sales:
        lines: {inputs: [lines], columns: {ticket_no: 单据, product_code: 单据, quantity: 数, amount: 钱, sold_at: 何时}}
"""
STORES = "stores: [{id: A, source: till, path: A}]\n"


def gtin(body: str) -> str:
    return body + str(-sum(int(d) * (3 if place % 2 else 1) for place, d in enumerate(body)) % 10)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "data" / "A"
    data.mkdir(parents=True)
    items = "货号,甲,品名,乙,产地\n" + "".join(f"10{n:03d},{gtin(f'690102800{n:03d}')},茶{n},瓶,浙江\n" for n in range(40))
    for name, text in (("goods", items), ("lines", LINES), ("pay", PAYMENTS), ("other", OTHER)):
        (data / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def suggested(folder: Path, text: str) -> tuple[LoadedProject, dict[str, MappingSuggestion]]:
    (folder / "migration.yaml").write_text(text, encoding="utf-8")
    loaded = load_project(folder)
    found = suggested_mappings(loaded, profile_project(loaded, overlapping=True))
    return loaded, {f"{one.source}.{one.dataset}": one for one in found}


def table(found: dict[str, MappingSuggestion], name: str) -> TableSuggestion:
    dataset, _, wanted = name.partition(".")
    return next(t for t in found[f"till.{dataset}"].tables if t.table == wanted)


def test_values_name_columns_that_no_dictionary_knows(folder: Path) -> None:
    """Of the goods the barcode and the unit, of the lines (only declared) the product: by their values alone."""
    declared = (
        "    datasets:\n      sales: {lines: {inputs: [lines], columns: {ticket_no: 单据, quantity: 数, amount: 钱, sold_at: 何时}}}\n"
    )
    _, found = suggested(folder, PROJECT + declared + STORES)
    goods = {c.column: c for c in table(found, "products.products").columns}
    assert (goods["barcode"].source, goods["barcode"].why) == ("甲", "100 % look like a GTIN")
    assert (goods["unit"].source, goods["unit"].percent) == ("乙", 70)
    line = {c.column: c for c in table(found, "sales.lines").columns}["product_code"]
    assert (line.source, line.percent, line.why) == ("东西", 90, "100 % of its values are in products.product_code")
    assert goods["product_code"].percent == 95


def test_what_is_mapped_is_kept_and_a_contradiction_told(folder: Path) -> None:
    _, found = suggested(folder, PROJECT + DECLARED + STORES)
    lines = {c.column: c for c in table(found, "sales.lines").columns}
    assert (lines["ticket_no"].state, lines["ticket_no"].percent) == ("kept", 100)
    assert lines["product_code"].source == "单据"
    goods = {c.column: c for c in table(found, "products.products").columns}
    assert (goods["sell_price"].state, goods["product_code"].state) == ("doubtful", "kept")
    assert set(table(found, "products.products").left) == set()
    assert {"barcode", "unit"} <= set(goods)


def test_columns_nobody_knows_are_left_for_a_person(folder: Path) -> None:
    _, found = suggested(folder, PROJECT + STORES)
    assert list(table(found, "products.products").left) == ["产地"]


def test_words_are_translated_as_other_systems_do_and_unknown_ones_asked_for(folder: Path) -> None:
    _, found = suggested(folder, PROJECT + STORES)
    words = found["till.sales"].words["payment_method"]
    assert (words["微信"], words["摸脸"]) == ("wechat", None)


def test_an_input_that_is_nothing_of_the_contracts_is_named(folder: Path) -> None:
    loaded, found = suggested(folder, PROJECT + STORES)
    assert "other" in unused_inputs(loaded, list(found.values()))["till"]


def test_reasons_never_hold_a_value(folder: Path) -> None:
    _, found = suggested(folder, PROJECT + DECLARED + STORES)
    told = " ".join(c.why for one in found.values() for t in one.tables for c in t.columns)
    assert not any(word in told for word in ("10001", "茶1", "浙江", "T001"))
