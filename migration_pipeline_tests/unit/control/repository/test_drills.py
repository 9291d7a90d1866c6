"""How long rehearsals took is kept, the newest first."""

from datetime import UTC, datetime

from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.models import UndoDrill
from migration_pipeline.control.repository.drills import DrillRepository
from migration_pipeline.runtime.databases import Databases

AT = datetime(2026, 11, 1, tzinfo=UTC)


def test_drills_are_kept(databases: Databases) -> None:
    upgrade(databases)
    repository = DrillRepository(databases)
    for stores in (["A"], ["A", "B"]):
        milliseconds = {"copy": 20, "undo": 1500}
        repository.record(
            UndoDrill(drilled_at=AT, drilled_by="li", stores=stores, batches=5, rows=9, milliseconds=milliseconds, passed=True)
        )
    assert [one.stores for one in repository.drills()] == [["A", "B"], ["A"]]
    assert repository.drills()[0].milliseconds == {"copy": 20, "undo": 1500}
