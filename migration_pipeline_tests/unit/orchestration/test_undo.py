"""What other stores brought is known before anything is taken back, and only what the hashes of own rows show is called proven."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.loaded.protocol import Batch, BatchResult, KeptRow, TableResult, TargetBatch, UndoResult
from migration_pipeline.orchestration.undo import Undone, _brought_by_place, stays_since
from migration_pipeline.runtime.lake import write_stage

AT = datetime(2026, 11, 1, tzinfo=UTC)


def workspace(lake: Path, **barcodes: list[str]) -> Any:
    """Stores whose last load sent these barcodes; one of an item each."""
    for store, codes in barcodes.items():
        frame = pd.DataFrame({"barcode": codes, "item_code": [f"P{code}" for code in codes]}, dtype="str")
        write_stage(lake, "loaded", "products", store, StageOutput("x", {"item_barcode": frame}))
    return SimpleNamespace(stores=[*barcodes, "never_loaded"], home=SimpleNamespace(lake=lake))


def test_rows_that_another_store_left_over_are_kept_for_those_who_have_them(tmp_path: Path) -> None:
    """Store A was taken back once, and its barcode 1 stayed for B. C never had it; an undo of C must not take it for nobody's."""
    batch = TargetBatch(Batch("b", "r", "C", "products"), AT, BatchResult({}))
    found = _brought_by_place(workspace(tmp_path, A=["1"], B=["1", "2"], C=["3"]), [batch], {"C"})
    assert found == {("C", "products"): {"item_barcode": {"1", "2"}}}


def batch(name: str, store: str = "S1", dataset: str = "sales") -> Batch:
    return Batch(name, "run", store, dataset)


def undone(*kept: KeptRow, before: str = "a", after: str = "a", others: tuple[str, ...] = ()) -> Undone:
    return Undone("undo", False, (UndoResult(batch("one"), {}, {}, kept),), before, after, others)


@pytest.mark.parametrize(
    ("done", "proven"),
    [
        (undone(), True),
        (undone(others=("S2",)), False),
        (undone(after="b"), False),
        (undone(KeptRow("item", "A", "changed_by_later_batch", "two"), after="b"), False),
        (undone(KeptRow("item_price", "S1|A", "changed_since"), after="b"), True),
        (undone(before="", after="b"), True),
    ],
    ids=["as before", "another store changed", "unlike", "a shared row explains nothing", "a row of its own is told", "in part"],
)
def test_a_hash_that_differs_is_excused_by_rows_of_the_store_only(done: Undone, proven: bool) -> None:
    assert done.proven is proven


def held(one: Batch, *, changed: int = 1, is_undone: bool = False) -> TargetBatch:
    return TargetBatch(one, AT, BatchResult({"ticket": TableResult("ticket", 2, changed, 0)}), AT if is_undone else None)


def test_the_state_before_a_load_is_out_of_reach_while_a_later_batch_of_it_stays() -> None:
    first, second = batch("one"), batch("two")
    gone = held(first, is_undone=True)
    assert stays_since(first, [gone, held(second)])
    assert not stays_since(first, [gone, held(second, is_undone=True)])
    assert not stays_since(first, [gone, held(second, changed=0)])
    assert not stays_since(first, [gone, held(batch("two", dataset="products")), held(batch("three", store="S2"))])
    assert not stays_since(second, [held(first), held(second, is_undone=True)])
