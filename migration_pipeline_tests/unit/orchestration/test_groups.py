"""Stores share a run only with their neighbours, and a large one with nobody."""

from migration_pipeline.orchestration.groups import groups_of

PARTITIONS = [f"S{number:02d}" for number in range(1, 9)]


def grouped(wanted: list[str], *, large: str = "", most: int = 3, of: dict[str, tuple[str, ...]] | None = None) -> list[str]:
    """The runs as text, stores of one run joined by `+`."""
    datasets = dict.fromkeys(wanted) if of is None else of
    return ["+".join(group) for group in groups_of(datasets, PARTITIONS, lambda store: store in large, most)]


def test_neighbours_share_a_run_up_to_its_size() -> None:
    assert grouped(PARTITIONS) == ["S01+S02+S03", "S04+S05+S06", "S07+S08"]


def test_a_run_is_about_a_stretch_of_partitions_in_their_order() -> None:
    """Dagster would otherwise count the stores between them as planned and never made."""
    assert grouped(["S01", "S03", "S04", "S02"]) == ["S01", "S03+S04", "S02"]


def test_a_large_store_has_a_run_of_its_own() -> None:
    assert grouped(PARTITIONS[:5], large="S02") == ["S01", "S02", "S03+S04+S05"]


def test_stores_with_other_datasets_do_not_share_a_run() -> None:
    of = {"S01": ("sales",), "S02": ("sales",), "S03": ("products", "sales")}
    assert grouped([], of=of) == ["S01+S02", "S03"]
