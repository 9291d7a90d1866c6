"""The entry to cleaning: every dataset has its cleaner, and what earlier stages found is carried on."""

import dataclasses

from migration_pipeline.cleaned.clean import CLEANERS, clean
from migration_pipeline.contracts.datasets import DATASETS, SUPPLIERS
from migration_pipeline.contracts.ledger import entries
from migration_pipeline.contracts.stage_output import Finding, findings_frame
from migration_pipeline_tests.unit.cleaned.raw_tables import raw, source_of, spec, table


def test_every_dataset_has_a_cleaner() -> None:
    assert set(CLEANERS) == set(DATASETS)


def test_outcomes_findings_and_facts_of_reading_are_carried_on() -> None:
    columns = {"supplier_code": ["1", None], "name": [" a", "b"]}
    ragged = entries(SUPPLIERS.table("suppliers"), table("ragged", {"text": ["x;y"]}), "ragged_row", "raw")
    before = dataclasses.replace(
        raw({"suppliers": columns}),
        outcomes=ragged,
        findings=findings_frame([Finding("suppliers", "r", "trimmed", "fix", 7)]),
        facts={"files": 1},
    )
    after = clean("suppliers", before, source_of("suppliers", {"suppliers": spec(list(columns))}))
    assert after.outcomes["row_id"].tolist() == ["ragged:1", "suppliers:2"]
    assert after.findings["hits"].sum() == 8
    assert (after.extract_id, after.facts) == ("extract", {"files": 1})


def test_findings_without_a_hit_are_left_out() -> None:
    columns = {"supplier_code": ["1"], "name": ["a"]}
    after = clean("suppliers", raw({"suppliers": columns}), source_of("suppliers", {"suppliers": spec(list(columns))}))
    assert len(after.findings) == 0
