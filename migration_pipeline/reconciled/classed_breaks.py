"""Every difference with its class: what rows of the ERP account for, what is within tolerance, and what nobody can explain.

Belongs here: frames in, frames out. Does not belong here: the classes (`contracts/break_classes.py`), finding changed rows
(`erp_changes.py`), what people decide (`control/`).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.break_classes import (
    CLASS_OF_REASON,
    GROUP_DIFFERS,
    LEDGER_DIFFERS,
    ROW_DELETED,
    ROWS_DIFFER,
    SHAPE,
    UNCLASSED,
    UNEXPLAINED,
    WITHIN_TOLERANCE,
    class_of,
    weight_of,
)
from migration_pipeline.contracts.datasets import DATASETS, Dataset, Table
from migration_pipeline.reconciled.erp_changes import ErpChanges
from migration_pipeline.reconciled.erp_figures import BALANCES, MASTERS

_EXACT = pd.ArrowDtype(pa.decimal128(38, 4))
CASE_COLUMNS = ("metric", "grp", "reason", "break_class", "weight", "rows", "amount", "fingerprint", "sample")
_SAMPLES = 5
_PERSONAL = ("member", "member_card", "member_balance")
MASK = "•••"
_ERP_OF: Mapping[str, tuple[str, ...]] = {
    "suppliers": ("supplier", "supplier_balance"),
    "products": ("item", "item_price", "item_barcode"),
    "members": ("member", "member_balance", "member_card"),
}


def erp_tables_of(table: Table) -> tuple[str, ...]:
    """The ERP tables that hold what a canonical table says."""
    return _ERP_OF.get(table.name, (table.erp_table,) if table.erp_table else ())


def account_for(
    dataset: Dataset,
    measured: pd.DataFrame,
    found: pd.DataFrame,
    changes: ErpChanges,
    ledger: pd.DataFrame,
    tolerance: Mapping[str, Decimal],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Move what changed rows of the ERP account for from the unexplained rest to their reasons.

    Args:
        dataset: whose tables.
        measured: as `compare.measure` gives it.
        found: as `compare.breaks` gives it.
        changes: rows of the ERP that are not as they were loaded.
        ledger: the outcome ledger.
        tolerance: metric -> rest that the project accepts.

    Returns:
        `measured`, where changed rows explain their part; its status is `break` where such a change waits for a person. And `found` with
        the changes: their amounts per table and metric add up with all others to source minus ERP; `unexplained` is what is left.
    """
    rows: list[tuple[Any, ...]] = []
    differs = found[(found["reason"] == LEDGER_DIFFERS) | ~found["reason"].isin(list(CLASS_OF_REASON))]
    strange = set(zip(differs["table"], differs["metric"], strict=True))
    explained, left, status = list(measured["explained"]), list(measured["unexplained"]), list(measured["status"])
    for place, one in enumerate(measured.itertuples(index=False)):
        reasons = _changed(dataset.table(str(one.table)), str(one.metric), changes, ledger)
        moved = sum((amount for _, _, amount in reasons), Decimal(0))
        explained[place], left[place] = explained[place] + moved, left[place] - moved
        rows += [(one.dataset, one.table, one.metric, *reason) for reason in reasons]
        if left[place]:
            within = abs(left[place]) <= tolerance.get(f"{one.table}.{one.metric}", Decimal(0))
            rows.append((one.dataset, one.table, one.metric, WITHIN_TOLERANCE if within else UNEXPLAINED, 0, left[place]))
        status[place] = _status(str(one.status), left[place], reasons, wrong=(one.table, one.metric) in strange)
    added = pd.DataFrame(rows, columns=["dataset", "table", "metric", "reason", "rows", "amount"])
    kept = found[found["reason"] != UNEXPLAINED]
    whole = pd.concat([kept.astype({"amount": _EXACT}), _typed(added)], ignore_index=True)
    figures = {name: pd.Series(pa.array(values, pa.decimal128(38, 3)), index=measured.index, dtype=measured[name].dtype)
               for name, values in (("explained", explained), ("unexplained", left))}  # fmt: skip
    return measured.assign(**figures, status=pd.Series(status, index=measured.index, dtype="str")), whole


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    texts = {name: frame[name].astype("str") for name in ("dataset", "table", "metric", "reason")}
    amount = pd.Series(pa.array(list(frame["amount"]), pa.decimal128(38, 4)), index=frame.index, dtype=_EXACT)
    return pd.DataFrame({**texts, "rows": frame["rows"].astype("int64"), "amount": amount})


def _status(before: str, left: Decimal, reasons: list[tuple[str, int, Decimal]], *, wrong: bool) -> str:
    """A change that fails is a break although it is explained, and so is a ledger that is not the source or a reason without a class."""
    if left or wrong or any(weight_of(reason) in {"fails", "fatal"} for reason, _, _ in reasons):
        return "break"
    return "explained" if reasons else before


def _changed(table: Table, metric: str, changes: ErpChanges, ledger: pd.DataFrame) -> list[tuple[str, int, Decimal]]:
    """Reason, rows and amount (sent minus there) of one table in one metric."""
    if table.evidence:
        return []
    if metric == "rows":
        return [one for one in _changed_rows(table, changes, ledger) if one[2]]
    name, columns = _columns(table, metric)
    reasons = sorted({reason for erp, reason, _ in changes.amounts if erp == name})
    found = [
        (reason, len(changes.keys(name, reason)), sum((changes.amounts.get((name, reason, c), Decimal(0)) for c in columns), Decimal(0)))
        for reason in reasons
    ]
    return [one for one in found if one[2]]


def _columns(table: Table, metric: str) -> tuple[str, tuple[str, ...]]:
    """The ERP table and columns that hold a measure."""
    if table.name in BALANCES:
        name, money = BALANCES[table.name]
        return name, money if metric == "money" else (metric,)
    return table.erp_table, (str(getattr(table, metric)),)


def _changed_rows(table: Table, changes: ErpChanges, ledger: pd.DataFrame) -> Iterator[tuple[str, int, Decimal]]:
    if table.name in MASTERS or table.name == "coupons":
        name = MASTERS.get(table.name, table.erp_table)
        mine = ledger.loc[(ledger["table"] == table.name) & (ledger["outcome"] == "loaded"), "target_key"]
        gone = int(mine.isin(changes.keys(name, ROW_DELETED)).sum())
        yield ROW_DELETED, gone, Decimal(gone)
        return
    whole = changes.rows[(changes.rows["erp_table"] == table.erp_table) & (changes.rows["columns"] == "")]
    for reason, rows in whole.groupby("reason", sort=True):
        yield str(reason), len(rows), Decimal(len(rows) if reason == ROW_DELETED else -len(rows))


def cases_of(dataset: str, breaks: pd.DataFrame, changes: ErpChanges, ladder: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """Everything that a person may have to decide on, one row per metric, group and reason (`CASE_COLUMNS`).

    Besides the breaks of whole figures: rows of ERP tables that changed (metric `<ERP table>.rows`), groups that differ (`grp` is the
    dimension) with the class of the changed rows behind them, if there are any, and tables of another shape.

    Args:
        dataset: its name.
        breaks: table, metric, reason, rows, amount.
        changes: rows of the ERP that are not as they were loaded.
        ladder: measurements by rung.
        ledger: the outcome ledger, for samples.
    """
    rows: list[dict[str, object]] = []
    ended = ledger[ledger["outcome"] != "loaded"]
    for one in breaks.itertuples(index=False):
        table, reason = str(one.table), str(one.reason)
        erp_tables = _erp_names(dataset, table)
        changed = [shown_key(erp, key) for erp in erp_tables for key in changes.keys(erp, reason).head(_SAMPLES)]
        sample = _row_ids(table, reason, ended) or changed[:_SAMPLES]
        prints = [changes.prints.get((erp, reason), "") for erp in erp_tables]
        rows.append(_case(f"{table}.{one.metric}", "", reason, int(str(one.rows)), Decimal(str(one.amount)), "".join(prints), sample))
    for (erp, why), keys in changes.rows.groupby(["erp_table", "reason"], sort=True)["key"]:
        shown = [shown_key(str(erp), key) for key in keys.head(_SAMPLES)]
        rows.append(_case(f"{erp}.rows", "", str(why), len(keys), Decimal(len(keys)), changes.prints[str(erp), str(why)], shown))
    known = {(str(row["metric"]), str(row["grp"])) for row in rows}
    rows += list(_of_ladder(dataset, ladder, changes, known))
    return _case_frame(rows)


def _erp_names(dataset: str, table: str) -> tuple[str, ...]:
    return next((erp_tables_of(one) for one in DATASETS[dataset].tables if one.name == table), ())


def _row_ids(table: str, reason: str, ledger: pd.DataFrame) -> list[str]:
    return list(ledger.loc[(ledger["table"] == table) & (ledger["reason"] == reason), "row_id"].head(_SAMPLES))


def shown_key(table: str, key: str) -> str:
    """A key of an ERP table as it may be shown: of a person's the last two signs of each part, where it has more than four."""
    if table not in _PERSONAL:
        return key
    return "|".join(MASK + (part[-2:] if len(part) > 4 else "") for part in key.split("|"))


def _of_ladder(dataset: str, ladder: pd.DataFrame, changes: ErpChanges, known: set[tuple[str, str]]) -> Iterator[dict[str, object]]:
    """Broken measurements that no other case speaks of."""
    broken = ladder[(ladder["status"] == "break") & ~ladder["rung"].isin(["keys", "rows", "fields"])]
    for (rung, metric, by), part in broken.groupby(["rung", "metric", "by_dimension"], sort=True):
        if (metric, by) in known:
            continue
        print_ = hashlib.sha256("|".join(sorted(part["grp"] + "=" + part["unexplained"].astype("str"))).encode()).hexdigest()[:16]
        amount = sum((abs(Decimal(value)) for value in part["unexplained"]), Decimal(0))
        case = _case(str(metric), str(by), SHAPE if rung == "schema" else GROUP_DIFFERS, len(part), amount, print_, [])
        cause = _cause(changes, _erp_names(dataset, str(metric).partition(".")[0]))
        yield {**case, "break_class": class_of(cause).code, "weight": weight_of(cause)} if cause and rung != "schema" else case
    rows = ladder[(ladder["status"] == "break") & ladder["rung"].isin(["keys", "rows"])]
    for name, part in rows.groupby(rows["metric"].str.replace(r"\.[^.]*$", "", regex=True), sort=True):
        if (f"{name}.rows", "") not in known:
            amount = sum((abs(Decimal(value)) for value in part["unexplained"]), Decimal(0))
            yield _case(f"{name}.rows", "", ROWS_DIFFER, int(amount), amount, "", [])


def _cause(changes: ErpChanges, tables: tuple[str, ...]) -> str:
    """The weightiest reason for which rows of these tables are not as they were loaded; empty: they are."""
    reasons = set(changes.rows.loc[changes.rows["erp_table"].isin(tables), "reason"])
    order = {"fatal": 0, "fails": 1, "warns": 2, "expected": 3}
    return min(reasons, key=lambda reason: (order[weight_of(reason)], reason), default="")


def _case(metric: str, grp: str, reason: str, rows: int, amount: Decimal, fingerprint: str, sample: list[str]) -> dict[str, object]:
    classed, weight = class_of(reason).code, weight_of(reason)
    values = (metric, grp, reason, classed, weight, rows, amount, fingerprint, json.dumps(sample, ensure_ascii=False))
    return dict(zip(CASE_COLUMNS, values, strict=True))


def _case_frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(CASE_COLUMNS))
    amount = pd.Series(pa.array(list(frame["amount"]), pa.decimal128(38, 4)), index=frame.index, dtype=_EXACT)
    texts = {name: frame[name].astype("str") for name in CASE_COLUMNS if name not in {"rows", "amount"}}
    return pd.DataFrame({**texts, "rows": frame["rows"].astype("int64"), "amount": amount})[list(CASE_COLUMNS)]


def no_cases() -> pd.DataFrame:
    """Cases without rows."""
    return _case_frame([])


def judged(ladder: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """The ladder with what people accepted: a `break` whose cases are all accepted is `accepted`, one that only warns is `noted`.

    Args:
        ladder: measurements by rung.
        cases: `CASE_COLUMNS` and `state`.
    """
    waiting = (cases["state"] == "open") | (cases["state"] == "acknowledged") | (cases["weight"] == "fatal")
    fails = cases[waiting & cases["weight"].isin(["fails", "fatal"]) | (cases["break_class"] == UNCLASSED)]
    failing = set(zip(fails["metric"], fails["grp"], strict=True))
    accepted = cases[cases["state"] == "accepted"]
    agreed = set(zip(accepted["metric"], accepted["grp"], strict=True))
    known = set(zip(cases["metric"], cases["grp"], strict=True))
    places = [_place(one) for one in ladder.itertuples(index=False)]
    status = [_judged(str(was), place, known, failing, agreed) for was, place in zip(ladder["status"], places, strict=True)]
    return ladder.assign(status=pd.Series(status, index=ladder.index, dtype="str"))


def _place(one: Any) -> tuple[str, str]:
    """The metric and group under which the case of a measurement is kept."""
    if one.rung in {"keys", "rows", "fields"}:
        return f"{one.metric.rpartition('.')[0]}.rows", ""
    return one.metric, one.by_dimension


def _judged(
    was: str, place: tuple[str, str], known: set[tuple[str, str]], failing: set[tuple[str, str]], agreed: set[tuple[str, str]]
) -> str:
    if was != "break":
        return was
    if place in failing or place not in known:
        return "break"
    return "accepted" if place in agreed else "noted"
