"""A small valid `migration.yaml` as text, to be broken in one place by a test.

Belongs here: the text and writing it. Does not belong here: assertions.
"""

from pathlib import Path

from migration_pipeline.project.load import LoadedProject, load_project

GOOD = """\
version: 1
name: tea-shops
title: {en: Tea shops, zh: 茶叶店}
stores:
  - {id: S1, source: till}
  - id: S2
    source: till
    datasets: [suppliers]
sources:
  till:
    inputs:
      suppliers: {format: csv, file: suppliers.csv}
      sales: {format: csv, file: sales.csv}
    datasets:
      suppliers:
        suppliers:
          inputs: [suppliers]
          columns:
            supplier_code: code
            name: name
      sales:
        lines:
          inputs: [sales]
          columns: {ticket_no: t, product_code: p, quantity: q, amount: a, sold_at: at}
    value_maps:
      unit:
        瓶: BOTTLE
"""


def write(folder: Path, text: str = GOOD) -> Path:
    """A project folder with its data folder."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "migration.yaml").write_text(text, encoding="utf-8")
    return folder


def load(folder: Path, text: str = GOOD) -> LoadedProject:
    """Write and load."""
    return load_project(write(folder, text))


def changed(old: str, new: str) -> str:
    """The good text with one part replaced."""
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)
