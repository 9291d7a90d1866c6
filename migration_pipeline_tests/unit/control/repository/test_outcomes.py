"""Sums of an extract replace each other and lose no cent."""

from decimal import Decimal

import pandas as pd
import pytest

from migration_pipeline.contracts.datasets import SALES
from migration_pipeline.contracts.ledger import entries, outcome_sums
from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.contracts.stage_output import Finding, empty_findings, findings_frame
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.repository.outcomes import OutcomeRepository
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import BadInputError


@pytest.fixture
def outcomes(databases: Databases) -> OutcomeRepository:
    upgrade(databases)
    return OutcomeRepository(databases)


def sums(reason: str) -> pd.DataFrame:
    rows = pd.DataFrame(
        {"_row_id": pd.Series(["a:1", "a:2"], dtype="str"), "_money": pd.Series([Decimal("0.10")] * 2, dtype=decimal_dtype(2))}
    )
    return outcome_sums(entries(SALES.table("lines"), rows, reason, "cleaned"))


def test_the_sums_of_an_extract_replace_its_earlier_ones_only(outcomes: OutcomeRepository) -> None:
    outcomes.replace_outcomes("e1", "S1", "sales", sums("bad_number"))
    outcomes.replace_outcomes("e2", "S2", "sales", sums("bad_number"))
    assert outcomes.replace_outcomes("e1", "S1", "sales", sums("loaded")) == 1
    (row,) = outcomes.outcomes(store="S1").to_dict("records")
    assert (row["table_name"], row["outcome"], row["reason"], row["rows"], row["money"]) == (
        "lines",
        "loaded",
        "loaded",
        2,
        Decimal("0.20"),
    )
    assert outcomes.outcomes(dataset="sales")["reason"].tolist() == ["loaded", "bad_number"]
    assert outcomes.outcomes(extract_id="e2")["store"].tolist() == ["S2"]


def test_equal_findings_are_added_up_and_none_clears_them(outcomes: OutcomeRepository) -> None:
    found = findings_frame([Finding("lines", "r", "trimmed", "set", 2)])
    outcomes.replace_findings("e1", "S1", "sales", pd.concat([found, found]))
    assert outcomes.findings(store="S1")["hits"].tolist() == [4]
    assert outcomes.replace_findings("e1", "S1", "sales", empty_findings()) == 0
    assert outcomes.findings().empty


def test_a_refused_frame_leaves_the_earlier_sums(outcomes: OutcomeRepository) -> None:
    outcomes.replace_outcomes("e1", "S1", "sales", sums("loaded"))
    with pytest.raises(BadInputError, match="column money is double"):
        outcomes.replace_outcomes("e1", "S1", "sales", sums("loaded").assign(money=0.2))
    assert len(outcomes.outcomes()) == 1
