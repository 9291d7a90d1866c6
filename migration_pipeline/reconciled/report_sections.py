"""What the sections of a report list: control totals, where rows ended, quarantine, breaks, checks, days, stock.

Belongs here: choosing, adding up and sorting rows of figures. Does not belong here: the board (`report_board.py`), the bridge
(`report_bridge.py`), charts (`report_charts.py`), words and looks (templates).
"""

from decimal import Decimal

import pandas as pd

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.reasons import Outcome
from migration_pipeline.reconciled.report_figures import Row, grouped, records

PLACES = {"rows": 0, "money": 2, "points": 2, "quantity": 3}
"""Metric -> decimals it is shown with."""
WEIGHTS = ("fatal", "fails", "warns", "expected")
RUNS_SHOWN = 12
_FIGURES = ["source", "explained", "target", "unexplained"]
_UNREADABLE = ("?", "-", "*")


def control_totals(totals: pd.DataFrame) -> list[Row]:
    """Rows, money, quantity and points per dataset and table: source, what reasons keep out, ERP, rest; in the order of the contracts."""
    order = {(d.name, t.name): n for n, (d, t) in enumerate((d, t) for d in DATASETS.values() for t in d.tables)}
    named = totals["metric"].astype("str").str.split(".", n=1, expand=True).reindex(columns=[0, 1])
    own = totals.assign(grp=named[0], metric=named[1])
    own = own[own["metric"].isin(PLACES)]
    found = [row for row in grouped(own, ["dataset", "grp", "metric"], _FIGURES) if any(row[name] for name in _FIGURES)]
    return sorted(found, key=lambda r: (order.get((r["dataset"], r["grp"]), len(order)), list(PLACES).index(r["metric"])))


def ended(reasons: pd.DataFrame) -> list[tuple[str, str, list[Row]]]:
    """Per dataset and table where its rows ended, in the order of outcomes, most rows first."""
    found = grouped(reasons, ["dataset", "table_name", "outcome", "reason"], ["rows", "money"])
    outcomes = [str(outcome) for outcome in Outcome]
    ranked = sorted(found, key=lambda row: (outcomes.index(row["outcome"]), -row["rows"], row["reason"]))
    tables = [(d.name, t.name) for d in DATASETS.values() for t in d.tables]
    parts = [(d, t, [row for row in ranked if (row["dataset"], row["table_name"]) == (d, t)]) for d, t in tables]
    return [part for part in parts if part[2]]


def quarantine(reasons: pd.DataFrame) -> list[Row]:
    """Rejected rows by reason, most first: where, in how many stores, and their money as the bridge counts it (one table per dataset)."""
    rejected = reasons[reasons["outcome"] == Outcome.REJECTED]
    places = rejected["dataset"].astype("str") + "." + rejected["table_name"].astype("str")
    counts = places.isin([f"{d.name}.{d.money_table}" for d in DATASETS.values()])
    found = []
    for row in grouped(rejected, ["reason"], ["rows"]):
        own = rejected["reason"] == row["reason"]
        money = sum(rejected.loc[own & counts, "money"], Decimal("0.00"))
        named = [_table_name(*place.split(".")) for place in sorted(set(places[own]))]
        found.append({**row, "money": money, "places": named, "stores": int(rejected.loc[own, "store"].nunique())})
    return sorted(found, key=lambda row: (-row["rows"], row["reason"]))


def _table_name(dataset: str, table: str) -> str:
    return table if table == dataset else f"{dataset}.{table}"


def top_breaks(cases: pd.DataFrame) -> list[Row]:
    """Breaks that wait for a person: those nobody can accept first, then by amount, rows and age."""
    return sorted(records(cases), key=lambda r: (WEIGHTS.index(r["weight"]), -abs(r["amount"]), -r["rows"], -r["age_days"], r["id"]))


def without_repeats(top: list[Row]) -> list[Row]:
    """Without groups in which rows differ that a break of the whole figure counts already."""
    causes = {(row["store"], row["dataset"], row["break_class"]) for row in top if not row["grp"]}
    return [row for row in top if not row["grp"] or (row["store"], row["dataset"], row["break_class"]) not in causes]


def explained_breaks(breaks: pd.DataFrame) -> list[Row]:
    """Differences that need nobody, by dataset, metric and reason; those of groups repeat the whole's and are left out."""
    whole = breaks[~breaks["metric"].astype("str").str.contains(" by ", regex=False)]
    return grouped(whole[~whole["status"].isin(("open", "acknowledged"))], ["dataset", "metric", "reason"], ["rows", "amount"])


def checks_not_passed(checks: pd.DataFrame) -> list[Row]:
    """Checks whose newest result is not `passed`, worst first: in which stage, how they ended, in which stores, what the first told."""
    order = ("error", "failed", "warned")
    found = []
    for (dataset, stage, name, verdict), own in checks.groupby(["dataset", "stage", "check_name", "verdict"], sort=True):
        row: Row = {"dataset": dataset, "stage": stage, "check_name": name, "verdict": verdict}
        found.append({**row, "stores": sorted(own["store"].unique()), "told": next(iter(own["told"]), "") or ""})
    return sorted(found, key=lambda row: (order.index(row["verdict"]), -len(row["stores"])))


def check_runs(runs: pd.DataFrame) -> list[Row]:
    """Commands with how many of their checks passed, warned, failed and could not be judged, newest first."""
    counts = ["passed", "warned", "failed", "not_judged"]
    if runs.empty:
        return []
    begun = runs.groupby("migration")["judged_at"].min().to_dict()
    stores = runs.groupby("migration")["store"].nunique().to_dict()
    added = [
        {**row, "judged_at": begun[row["migration"]], "stores": int(stores[row["migration"]])}
        for row in grouped(runs, ["migration"], counts)
    ]
    return sorted(added, key=lambda row: row["judged_at"], reverse=True)


def sales_days(days: pd.DataFrame) -> tuple[list[Row], list[Row]]:
    """Days with their sales in order, and what belongs to no day; `difference` is source minus ERP."""
    rows = [{**row, "difference": row["source"] - row["target"]} for row in records(days.sort_values("day"))]
    return [row for row in rows if row["day"] not in _UNREADABLE], [row for row in rows if row["day"] in _UNREADABLE]


def stock_rows(stock: pd.DataFrame) -> list[Row]:
    """Stock per item (or store) with `difference`; those that nobody explains first, then those that reasons explain, by size."""
    rows = [{**row, "difference": row["source"] - row["target"]} for row in records(stock)]
    return sorted(rows, key=lambda row: (-abs(row["unexplained"]), -abs(row["difference"]), row["store"], row["item"]))
