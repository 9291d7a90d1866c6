"""Measurements and breaks of one run x store x dataset replace those of an earlier attempt, and no others."""

from decimal import Decimal

import pandas as pd

from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.repository.measurements import MeasurementRepository
from migration_pipeline.runtime.databases import Databases

FIGURES = ("source", "target", "difference", "tolerance", "explained", "unexplained")


def measured(metric: str, scale: int = 2) -> pd.DataFrame:
    figures = {name: pd.Series([Decimal("1.5")], dtype=decimal_dtype(scale)) for name in FIGURES}
    words = {"rung": "counts", "metric": metric, "by_dimension": "", "grp": "", "status": "equal", "sample": '[{"reason": "合并"}]'}
    return pd.DataFrame({**{name: [word] for name, word in words.items()}, **figures})


def test_a_retried_measurement_replaces_the_first_attempt(databases: Databases) -> None:
    upgrade(databases)
    repository = MeasurementRepository(databases)
    repository.replace_measurements("r1", "S1", "sales", measured("rows"))
    repository.replace_measurements("r1", "S2", "sales", measured("rows"))
    assert repository.replace_measurements("r1", "S1", "sales", measured("money", scale=4)) == 1
    assert repository.measurements(run_id="r1")["metric"].tolist() == ["rows", "money"]
    (row,) = repository.measurements(store="S1").to_dict("records")
    assert (row["source"], row["taken_at"].tzinfo is not None) == (Decimal("1.5"), True)


def test_breaks_keep_their_amount_exactly(databases: Databases) -> None:
    upgrade(databases)
    repository = MeasurementRepository(databases)
    amount = pd.Series([Decimal("-0.0001")], dtype=decimal_dtype(4))
    found = pd.DataFrame(
        {
            "metric": ["money"],
            "grp": [""],
            "reason": ["unexplained"],
            "break_class": [""],
            "rows": [3],
            "amount": amount,
            "status": ["open"],
        }
    )
    repository.replace_breaks("r1", "S1", "sales", found)
    (row,) = repository.breaks(store="S1", dataset="sales", run_id="r1").to_dict("records")
    assert (row["rows"], row["amount"], row["status"]) == (3, Decimal("-0.0001"), "open")
    assert repository.replace_breaks("r1", "S1", "sales", found.head(0)) == 0
