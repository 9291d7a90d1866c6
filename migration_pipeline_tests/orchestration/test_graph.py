"""The asset graph is what was reviewed: 30 assets, 88 blocking checks, every key defined (to Dagster a typo is an external asset)."""

import json
import warnings
from functools import cache
from pathlib import Path

import dagster as dg

from migration_pipeline.contracts.datasets import DATASETS, STAGES
from migration_pipeline.contracts.policies import SALES_RULES
from migration_pipeline.orchestration.build import build_defs
from migration_pipeline_tests.orchestration.graph_view import GraphView, view

REVIEWED = Path(__file__).with_name("reviewed_graph.json")
EARLIER = {"cleaned": "raw", "mapped": "cleaned", "loaded": "mapped", "reconciled": "loaded"}
PARTITIONS = "dynamic:store"


@cache
def ours() -> GraphView:
    """The graph Dagster gets."""
    return view(build_defs())


def expected_deps(stage: str, dataset: str) -> set[str]:
    """What an asset must wait for, said once more and apart from the code."""
    if stage == "raw":
        return set()
    if stage == "unmapped":
        return {f"cleaned_{dataset}"}
    needs = {f"{stage}_{name}" for name in DATASETS[dataset].needs} if stage in {"mapped", "loaded"} else set()
    upstream = DATASETS if stage == "loaded" else [dataset]
    words = {f"unmapped_{dataset}"} if stage == "mapped" else set()
    return {f"{EARLIER[stage]}_{name}" for name in upstream} | needs | words


def test_one_asset_per_stage_and_dataset_in_five_groups() -> None:
    stages = {f"{s}_{d}": s for s in STAGES for d in DATASETS}
    words = {f"unmapped_{d}": "mapped" for d in DATASETS}
    assert {name: asset.group for name, asset in ours().assets.items()} == {**stages, **words}
    assert len(ours().assets) == 30


def test_every_asset_has_the_same_partitions() -> None:
    """Partitions that differ between two assets would let one store's data meet another's."""
    assert {asset.partitions for asset in ours().assets.values()} == {PARTITIONS}


def test_every_check_blocks_and_is_partitioned() -> None:
    """A check without partitions would stop (or pass) all stores at once, without a warning."""
    assert len(ours().checks) == 44 + len(SALES_RULES)
    assert [c for c in ours().checks if not c.blocking or c.partitions != PARTITIONS] == []


def test_every_rule_of_sales_is_a_check() -> None:
    """What the point-of-sale audit looks for is seen one by one, also where nothing is found."""
    rules = {check.name for check in ours().checks if check.asset == "cleaned_sales"} - {"shape"}
    assert rules == {rule.id for rule in SALES_RULES}
    assert len(rules) >= 27


def test_books_are_checked_before_the_load_and_after_it() -> None:
    found = {(check.asset, check.name) for check in ours().checks}
    for dataset in DATASETS:
        assert {(f"{stage}_{dataset}", "shape") for stage in ("raw", "cleaned", "mapped")} <= found
        books = {(f"mapped_{dataset}", "conservation"), (f"loaded_{dataset}", "expectations"), (f"reconciled_{dataset}", "reconciliation")}
        assert books <= found


def test_nothing_names_an_asset_that_does_not_exist() -> None:
    assert ours().strangers == ()


def test_assets_wait_for_what_they_need() -> None:
    """A store is loaded only when all its datasets are mapped: bad input in one of them leaves nothing half-loaded."""
    wrong = {name: asset.deps for name, asset in ours().assets.items() if set(asset.deps) != expected_deps(*name.split("_"))}
    assert wrong == {}


def test_the_graph_is_the_reviewed_one() -> None:
    """If the change is meant: review it, then write `view(build_defs()).snapshot()` into reviewed_graph.json."""
    assert ours().snapshot() == json.loads(REVIEWED.read_text(encoding="utf-8"))


def planted(*, dep: str = "raw_products", target: str = "cleaned_products", blocking: bool = True, partitioned: bool = True) -> GraphView:
    """Two assets and a check, written as ours are, with room for a mistake."""
    stores = dg.DynamicPartitionsDefinition(name="store")

    @dg.asset(name="raw_products", partitions_def=stores)
    def raw() -> None: ...

    @dg.asset(name="cleaned_products", partitions_def=stores, deps=[dep])
    def cleaned() -> None: ...

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)

        @dg.asset_check(asset=target, name="shape", blocking=blocking, partitions_def=stores if partitioned else None)
        def shape() -> dg.AssetCheckResult:
            return dg.AssetCheckResult(passed=True)

    return view(dg.Definitions(assets=[raw, cleaned], asset_checks=[shape]))


def test_a_typo_in_a_dep_is_caught() -> None:
    assert planted().strangers == ()
    assert planted(dep="raw_prodcuts").strangers == ("raw_prodcuts",)
    assert planted(dep="raw_prodcuts").assets["cleaned_products"].deps != ("raw_products",)


def test_a_typo_in_a_check_target_is_caught() -> None:
    assert planted(target="cleaned_prodcuts").strangers == ("cleaned_prodcuts",)


def test_a_check_that_does_not_block_or_has_no_partitions_is_caught() -> None:
    (good,), (soft,), (whole,) = planted().checks, planted(blocking=False).checks, planted(partitioned=False).checks
    assert (good.blocking, good.partitions) == (True, PARTITIONS)
    assert not soft.blocking
    assert whole.partitions is None
