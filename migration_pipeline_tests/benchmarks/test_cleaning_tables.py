"""The rows that cleaning is measured with: always the same, damaged in many ways, and cleaned without losing one."""

from pathlib import Path

import pandas as pd
import pytest

from migration_pipeline.cleaned.clean import clean
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.ledger import conservation
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline_tests.benchmarks.cleaning_tables import source, tables
from migration_pipeline_tests.benchmarks.one_clean import WHO

ROWS = 5_000


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_damaged_row_is_cleaned_or_ends_with_a_reason(dataset: str) -> None:
    raw = tables(dataset, ROWS)
    done = clean(dataset, StageOutput("bench", raw), source(dataset))
    for name, frame in raw.items():
        gone_on = done.tables[name][["_row_id"]].rename(columns={"_row_id": "row_id"}).assign(table=name)
        ledger = pd.concat([done.outcomes, gone_on], ignore_index=True)
        assert conservation(name, frame["_row_id"], ledger).holds
    assert len(set(done.findings["reason"])) >= 3
    assert 0 < len(done.outcomes) < ROWS / 4


def test_the_same_number_of_rows_gives_the_same_tables() -> None:
    for name, frame in tables("sales", ROWS).items():
        pd.testing.assert_frame_equal(frame, tables("sales", ROWS)[name])


@pytest.mark.parametrize("who", ["floor", "peer"])
def test_what_is_measured_beside_sees_every_row(who: str, tmp_path: Path) -> None:
    for name, frame in tables("sales", ROWS).items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    assert WHO[who]("sales", tmp_path) == ROWS
