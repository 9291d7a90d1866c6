"""Every kind of defect that can live among the rows of a store is planted in the chain, in rows of its own, and found in exactly those.

The large chain is the benchmark's (`python -m migration_pipeline_tests.benchmarks.defect_table large`); here are stores of the small one.
"""

from collections import Counter
from pathlib import Path

import pytest

from migration_pipeline.simulation.chain_plants import SAME_TICKET
from migration_pipeline.simulation.chain_plants_own import OWN
from migration_pipeline.simulation.defect_chain import WHOLE_FILES, kinds_per_store, plantable, simulate_defects, systems_of
from migration_pipeline.simulation.defect_kinds import DEFECTS
from migration_pipeline.simulation.plans import store_plans
from migration_pipeline.simulation.truth import ChainTruth
from migration_pipeline_tests.benchmarks.chain_figures import Tally, tally
from migration_pipeline_tests.benchmarks.chain_run import Found, run_chain

STORES = ("S04", "S08")
"""One store on CSV files with TABs and date patterns, one on plain files with every column and table."""
Runs = tuple[ChainTruth, list[Found], list[Found]]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """The truth of two planted stores, what the same stores come to without defects, and what with them."""
    folder = tmp_path_factory.mktemp("chain")
    simulate_defects(folder / "clean", size="small", per_store=0, stores=STORES)
    truth = simulate_defects(folder / "planted", size="small", per_store=1, stores=STORES)
    return truth, list(run_chain(folder / "clean")), list(run_chain(folder / "planted"))


def test_nothing_is_found_in_stores_without_defects(runs: Runs) -> None:
    """Else rows that nobody planted would count as caught."""
    assert sum((found.noted() for found in runs[1]), Counter[str]()) == {}


def test_every_planted_defect_is_found_in_its_row_and_nothing_else_is(runs: Runs) -> None:
    result = tally(*runs)
    assert (result.missed, result.wrong) == ([], [])
    assert result.caught == result.planted
    assert len(result.planted) > 50


def test_a_row_that_nobody_planted_and_a_plant_that_nobody_finds_are_counted(runs: Runs) -> None:
    """The measure itself can fail: the chain without defects against the truth of the one with them."""
    truth, clean, _ = runs
    result: Tally = tally(truth, clean, clean)
    assert len(result.missed) > 50
    assert not set(result.caught) - {defect.kind for defect in plantable() if not defect.reason}


def test_the_same_seed_plants_the_same_defects(tmp_path: Path) -> None:
    first, again = (simulate_defects(tmp_path / name, size="small", per_store=1, stores=("S08",)) for name in ("a", "b"))
    assert first.plants.equals(again.plants)
    assert (tmp_path / "a/data/S08/members.csv").read_bytes() == (tmp_path / "b/data/S08/members.csv").read_bytes()


def test_no_row_is_planted_twice(runs: Runs) -> None:
    """Two defects in one row could hide each other; also the rest of a ticket belongs to one defect alone."""
    rows = [(row["store"], row["table"], row["row_id"]) for row in runs[0].plants.to_pylist()]
    assert len(rows) == len(set(rows))
    assert any(row["kind"].endswith(SAME_TICKET) for row in runs[0].plants.to_pylist())


def test_every_kind_has_stores_that_can_hold_it() -> None:
    """A kind that no system can express would silently be planted nowhere."""
    assert all(systems_of(defect) for defect in plantable())
    placed = {defect.kind for kinds in kinds_per_store(store_plans(1, "large")).values() for defect in kinds}
    assert len(placed) > 50
    assert {*OWN, *WHOLE_FILES} <= {*DEFECTS}
