"""What is shown in 100 columns is all there."""

from datetime import UTC, datetime
from types import SimpleNamespace

from rich.console import Console

from migration_pipeline.cli.output import check_table


def judged(check: str, told: str = "") -> SimpleNamespace:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    what = {"store": "S[1]", "stage": "reconciled", "dataset": "inventory", "check_name": check, "verdict": "warned", "told": told}
    return SimpleNamespace(judged_at=at, run_id="0123456789", **what)


def test_a_long_explanation_pushes_no_column_of_the_checks_aside() -> None:
    console = Console(width=100, record=True)
    told = "more than 0.01 off quantity x price, with or without the discounts, and so on and on until the line is full"
    console.print(check_table([judged("reconciliation"), judged("price_not_of_price_list", told), judged("shape")]))
    lines = console.export_text().splitlines()
    for check in ("reconciliation", "price_not_of_price_list", "shape"):
        found = next(line for line in lines if check in line)
        assert found.split() == ["01-02", "03:04:05", "S[1]", "reconciled_inventory", check, "warned", "01234567"]
    starts = {line.index("reconciled_inventory") for line in lines if "reconciled_inventory" in line}
    assert len(starts) == 1, "the lines stand below each other"
    assert told in " ".join(" ".join(lines).split())
    assert max(map(len, lines)) <= 100
