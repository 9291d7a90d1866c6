"""One defect in an otherwise clean store makes exactly its own reason fire, once; a clean store makes none fire."""

from pathlib import Path

import pandas as pd
import pytest

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.simulation.defect_kinds import DEFECTS, MEANT, Defect, expected
from migration_pipeline.simulation.one_defect import DATASET_OF, Plant, clean_tables, write_store
from migration_pipeline_tests.benchmarks.defect_table import figures_of, run_store

PLANTED = [defect for defect in DEFECTS.values() if defect.plant is not None]


def test_a_clean_store_goes_on_whole_and_nothing_fires(tmp_path: Path) -> None:
    seen = run_store(tmp_path)
    assert seen.fired == {}
    assert {name: len(frame) for name, frame in seen.tables.items()} == {
        name: len(rows) for name, rows in clean_tables().items() if not DATASETS[DATASET_OF[name]].table(name).evidence
    }


@pytest.mark.parametrize("defect", PLANTED, ids=lambda defect: defect.kind)
def test_one_defect_fires_its_own_reason_and_no_other(tmp_path: Path, defect: Defect) -> None:
    seen = run_store(tmp_path / "bad", defect.plant)
    assert seen.fired == expected(defect)
    if defect.reason == MEANT and defect.plant:
        good = run_store(tmp_path / "good", Plant(defect.plant.table))
        for name, frame in good.tables.items():
            pd.testing.assert_frame_equal(seen.tables[name].drop(columns="_row_id"), frame.drop(columns="_row_id"))


def test_a_defect_that_nobody_catches_would_be_seen(tmp_path: Path) -> None:
    """The measure itself can fail: a wrong expectation is neither caught nor without wrong catches."""
    wrong = Defect("x", "cleaning", "negative_points", Plant("stock", changes={0: {"quantity": "-1"}}))
    line = figures_of(wrong, tmp_path)
    assert (line["planted"], line["caught"], line["wrongly caught"]) == (1, 0, 1)


def test_the_same_plant_writes_the_same_files(tmp_path: Path) -> None:
    plant = DEFECTS["dummy card"].plant
    for name in ("a", "b"):
        write_store(tmp_path / name, plant)
    assert all((tmp_path / "a" / f"{t}.csv").read_bytes() == (tmp_path / "b" / f"{t}.csv").read_bytes() for t in DATASET_OF)
