"""Mapping files: laid over the source, wrong ones refused with the file and the line."""

from pathlib import Path

import pytest

from migration_pipeline.project.load import load_project
from migration_pipeline.project.source import MOST_WORDS
from migration_pipeline.runtime.errors import BadInputError

PROJECT = """version: 1
name: chain
title: {en: Chain, zh: 连锁}
company: {code: C, name: Company}
currency: CNY
data: .
sources:
  shop:
    inputs: {items: {format: csv, file: items.csv}}
    datasets:
      products:
        products: {inputs: [items], columns: {product_code: code, name: title}}
stores: [{id: S1, source: shop, path: .}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of one source."""
    (tmp_path / "migration.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "mappings").mkdir()
    return tmp_path


def mapped(folder: Path, text: str, name: str = "shop.products.yaml") -> Path:
    """Write a mapping file."""
    path = folder / "mappings" / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mapping_file_is_laid_over_the_source(folder: Path) -> None:
    text = """version: 1
revision: r7
tables:
  products:
    columns: {name: full, unit: uom}
    computed:
      full: join(' ', brand, title)
    waived: {old: nobody uses it}
value_maps:
  unit: {瓶: BOTTLE}
"""
    mapped(folder, text)
    source = load_project(folder).project.sources["shop"]
    spec = source.datasets["products"]["products"]
    assert spec.columns == {"product_code": "code", "name": "full", "unit": "uom"}
    assert spec.read_columns == ("code", "uom", "brand", "title")
    assert source.value_maps == {"unit": {"瓶": "BOTTLE"}}


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("version: 1\ntables:\n  products:\n    colums: {}\n", 4, "there is no key 'colums' here"),
        ("version: 1\ntabels: {}\n", 2, "there is no key 'tabels' here"),
        ("version: 2\ntables: {products: {}}\n", 1, "version"),
        ("version: 1\ntables:\n  products:\n    columns:\n      nmae: x\n", 5, "no column 'nmae'"),
        ("version: 1\ntables:\n  products:\n    columns:\n      name: x\n      name: y\n", 6, "twice|name"),
        ("version: 1\ntables:\n  products:\n    columns: {name: x}\n    computed:\n      x: y + 1\n      y: x\n", 5, "in a circle"),
        ("version: 1\ntables:\n  products:\n    columns: {name: x}\n    computed:\n      x: nosuch(title)\n", 5, "no function 'nosuch'"),
        (
            "version: 1\ntables:\n  products:\n    columns: {name: x}\n    computed:\n      x: open('/etc/passwd')\n",
            5,
            "no function 'open'",
        ),
        (
            "version: 1\ntables:\n  products:\n    columns: {name: x}\n    computed:\n      x: extract(title, '(a+)+(?=b)')\n",
            5,
            "cannot be used",
        ),
        ("version: 1\ntables:\n  products:\n    computed:\n      x: trim(title)\n", 5, "nothing uses the computed column 'x'"),
        ("version: 1\ntables:\n  products: {}\nvalue_maps:\n  unit:\n    瓶: FLASK\n", 6, "no word of unit 'FLASK'"),
    ],
)
def test_a_wrong_mapping_file_is_refused_with_its_line(folder: Path, text: str, line: int, told: str) -> None:
    path = mapped(folder, text)
    with pytest.raises(BadInputError, match=told) as refused:
        load_project(folder)
    assert refused.value.where == f"{path}:{line}"


def test_a_file_named_after_nothing_is_refused(folder: Path) -> None:
    mapped(folder, "version: 1\ntables: {products: {}}\n", "shop.prodcts.yaml")
    with pytest.raises(BadInputError, match="no mapping file is named like this"):
        load_project(folder)


def test_a_value_map_of_a_hundred_thousand_entries_is_refused(folder: Path) -> None:
    words = "".join(f"    w{n}: PCS\n" for n in range(MOST_WORDS + 1))
    mapped(folder, f"version: 1\ntables:\n  products: {{}}\nvalue_maps:\n  unit:\n{words}")
    with pytest.raises(BadInputError, match=str(MOST_WORDS)):
        load_project(folder)


def test_a_measure_that_is_computed_needs_a_control_total_of_its_own(folder: Path) -> None:
    (folder / "migration.yaml").write_text(
        PROJECT.replace("products:\n        products:", "inventory:\n        stock:").replace("name: title", "quantity: q")
    )
    mapped(folder, "version: 1\ntables:\n  stock:\n    columns: {quantity: x}\n    computed:\n      x: boxes * 12\n", "shop.inventory.yaml")
    with pytest.raises(BadInputError, match="quantity is computed: say under control:"):
        load_project(folder)
