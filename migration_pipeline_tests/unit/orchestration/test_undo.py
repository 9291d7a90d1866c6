"""What other stores brought is known before anything is taken back."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.loaded.protocol import Batch, BatchResult, TargetBatch
from migration_pipeline.orchestration.undo import _brought_by_place
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
