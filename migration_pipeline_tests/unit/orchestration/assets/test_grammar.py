"""What an asset waits for, near and far: by it a stopped store's later steps are left out."""

from migration_pipeline.orchestration.assets.grammar import ALL, is_last, upstream


def test_a_load_waits_for_every_mapped_dataset_and_all_before() -> None:
    assert {"raw_sales", "unmapped_members", "mapped_suppliers", "loaded_products"} <= upstream("loaded_sales")
    assert upstream("raw_sales") == frozenset()


def test_only_what_nothing_waits_for_is_last() -> None:
    """A run over several stores ends as failed in its last steps, after the stores that went on."""
    assert [asset for asset in ALL if is_last(asset, ALL)] == [asset for asset in ALL if asset.startswith("reconciled_")]
    assert is_last("raw_sales", ["raw_sales", "raw_members"])
    assert not is_last("raw_sales", ["raw_sales", "mapped_sales"])
