"""The written migration.yaml and the presets it builds on are valid and cover every column that the writers write."""

from pathlib import Path

import pytest

from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.project.load import LoadedProject, load_project
from migration_pipeline.simulation.plans import store_plans
from migration_pipeline.simulation.project_file import write_project
from migration_pipeline.simulation.writers import csv_zh, poslog
from migration_pipeline.simulation.writers.delimited import Layout


@pytest.fixture
def project(tmp_path: Path) -> LoadedProject:
    """The project of the small chain, without data."""
    (tmp_path / "data").mkdir()
    write_project(tmp_path, store_plans(1, "small"), 7)
    return load_project(tmp_path)


def test_small_chain_has_seven_stores_on_five_systems(project: LoadedProject) -> None:
    """The demo must show more than one kind of store system."""
    stores = project.project.stores
    assert [store.id for store in stores] == [f"S{n:02d}" for n in range(1, 8)]
    assert len({store.source for store in stores}) == 5
    assert project.project.limits.rejected_rows == 7


def test_the_dump_reads_every_input_from_the_dump(project: LoadedProject) -> None:
    """An input that the project file forgets would still look for the SQLite file."""
    inputs = project.project.sources["siss_dump"].inputs
    assert {(spec.format, spec.file) for spec in inputs.values()} == {("sql_dump", "hbpos.sql")}


def test_value_maps_lead_only_to_words_the_erp_knows(project: LoadedProject) -> None:
    """A typo in a preset would reject every row with that word."""
    for source in project.project.sources.values():
        for vocabulary, words in source.value_maps.items():
            assert set(words.values()) <= set(VOCABULARIES[vocabulary])


@pytest.mark.parametrize(("source", "layouts"), [("csv_zh", csv_zh.LAYOUTS), ("poslog", poslog.LAYOUTS)])
def test_every_csv_header_is_mapped_or_archived(project: LoadedProject, source: str, layouts: tuple[Layout, ...]) -> None:
    """A column nobody named stops the extract."""
    for layout in layouts:
        spec = project.project.sources[source].datasets[layout.dataset][layout.table]
        mapped = {name for value in spec.columns.values() for name in ((value,) if isinstance(value, str) else value)}
        assert {header for header, _ in layout.columns} == mapped | set(spec.archive)
