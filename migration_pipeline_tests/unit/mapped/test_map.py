"""The entry to mapping: what waits for the load, what ended, and rows that follow the one they were folded into."""

import pandas as pd

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.stage_output import PENDING
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.mapped.map import MAPPERS
from migration_pipeline.runtime.databases import Databases
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, reasons
from migration_pipeline_tests.unit.mapped.fake_crosswalk import FakeCrosswalk, mapped


def test_every_dataset_has_a_mapper() -> None:
    assert set(MAPPERS) == set(DATASETS)


def test_rows_that_go_on_wait_for_the_load_with_their_erp_key() -> None:
    output = mapped("members", cleaned("members", {"members": {"member_code": ["1", None], "points": ["5", "7"]}}))
    pending = output.tables[PENDING]
    assert pending[["row_id", "outcome", "stage", "target_key"]].to_numpy().tolist() == [["members:1", "loaded", "loaded", "MS1-1"]]
    assert reasons(output, "members") == {"members:2": "missing_required"}


def test_rows_folded_into_one_that_mapping_rejects_are_rejected_with_it() -> None:
    """`merged` would say that their points are in the ERP."""
    columns = {"member_code": ["1", "1", "2", "2"], "points": ["5", "7", "1", "1"], "gender": ["男", "别的", "男", "男"]}
    output = mapped("members", cleaned("members", {"members": columns}), gender={"男": "male"})
    assert reasons(output, "members") == {
        "members:1": "unmapped_value",
        "members:2": "unmapped_value",
        "members:3": "duplicate_key",
    }
    ended = output.outcomes.set_index("row_id")
    assert ended["outcome"].to_dict() == {"members:1": "rejected", "members:2": "rejected", "members:3": "merged"}
    assert ended.loc["members:1", "stage"] == "mapped"
    assert output.tables["member_balance"]["points"].tolist() == [2]


def test_the_crosswalk_of_the_control_database_gives_the_same_rows_as_the_one_in_memory_also_when_repeated(databases: Databases) -> None:
    upgrade(databases)
    columns = {
        "member_code": ["1", "2", "3"],
        "name": ["王芳", "王 芳", None],
        "phone": ["13912345678", "13912345678", None],
        "tier": ["gold", None, None],
        "updated_at": ["2026-01-01", "2026-01-02", None],
        "points": ["1", "2", "4"],
    }
    done = cleaned("members", {"members": columns})
    expected = mapped("members", done, FakeCrosswalk())
    for _ in range(2):
        found = mapped("members", done, CrosswalkRepository(databases))
        for name in ("member", "member_card", "member_balance", PENDING):
            pd.testing.assert_frame_equal(found.tables[name], expected.tables[name], obj=name)
        pd.testing.assert_frame_equal(found.outcomes, expected.outcomes)
