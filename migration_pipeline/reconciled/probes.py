"""Business probes of one store x dataset: what a person at the counter would try after the load, asked of the ERP and known from the rows.

Belongs here: which few rows are tried (the same for the same store and extract), what is expected, whether the answer is that.
Does not belong here: how an ERP answers (`loaded/targets/`), sales on a copy of the ERP (`orchestration/probe.py`).
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.contracts.lookups import TICKET_TABLES, Lookups
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.reconciled.compare_rows import compare_rows
from migration_pipeline.reconciled.compare_shared import Said

SAMPLES = 3
"""Rows tried of each kind."""
Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Probe:
    """One question.

    Attributes:
        kind: `barcode`, `pack_barcode`, `name`, `weighed_name`, `stock`, `weighed_stock`, `points`, `ticket`, `return`.
        asked: what of; of members' cards only which of those tried.
        expected, found: both answers as text, without personal data; nothing found is empty.
        passed: whether the ERP's answer will do.
    """

    kind: str
    asked: str
    expected: str
    found: str
    passed: bool


@dataclass(frozen=True)
class Asking:
    """Whom to ask, and about which store; `extract` and the store decide which rows are tried."""

    store: str
    extract: str
    lookups: Lookups
    said: Said

    def some(self, rows: pd.DataFrame, kind: str, hit: "pd.Series[bool] | None" = None) -> pd.DataFrame:
        """A few of the rows (of those that are hit), always the same ones."""
        places = np.arange(len(rows)) if hit is None else np.flatnonzero(hit.fillna(False).to_numpy(dtype=bool))
        seed = int.from_bytes(hashlib.sha256(f"{self.store}|{self.extract}|{kind}".encode()).digest()[:8])
        chosen = np.random.default_rng(seed).choice(places, size=min(SAMPLES, len(places)), replace=False)
        return rows.iloc[np.sort(chosen)]


def probes(dataset: str, loaded: StageOutput, store: str, lookups: Lookups, said: Said) -> list[Probe]:
    """All probes of one dataset that its rows allow; none of suppliers.

    Args:
        dataset: whose.
        loaded: its rows as they were sent.
        store: whose.
        lookups: the ERP.
        said: what all stores say of company-wide records: another store's newer name or owner of a barcode will do as well.
    """
    if dataset not in _PROBES:
        return []
    tables = {name: frame for name, frame in loaded.tables.items() if len(frame)}
    return _PROBES[dataset](tables, Asking(store, loaded.extract_id, lookups, said))


def _products(tables: Tables, asking: Asking) -> list[Probe]:
    done: list[Probe] = []
    if "item_barcode" in tables:
        done += _barcodes(asking.some(tables["item_barcode"], "barcode"), asking)
    if "item_pack" in tables:
        packs = tables["item_pack"]
        scanned = packs["barcode"].notna() & ~packs["barcode"].duplicated(keep=False)
        done += _packs(asking.some(packs, "pack_barcode", scanned), asking)
    if "item" in tables:
        items = tables["item"]
        plain, weighed = asking.some(items, "name", ~items["weighed"]), asking.some(items, "weighed_name", items["weighed"])
        done += _names(pd.concat([plain, weighed]), asking)
    return done


def _barcodes(rows: pd.DataFrame, asking: Asking) -> list[Probe]:
    answer = asking.lookups.by_barcode(asking.store, rows["barcode"].tolist())
    answer = answer[answer["ratio"] == 1]
    found = {code: sorted(set(items)) for code, items in answer.groupby("barcode")["item_code"]}
    done = [
        Probe("barcode", code, item, ", ".join(found.get(code, ())), found.get(code) == [item])
        for code, item in zip(rows["barcode"], rows["item_code"], strict=True)
    ]
    return [probe if probe.passed else _by_other_words(probe, asking, "item_barcode", "barcode", "item_code") for probe in done]


def _packs(rows: pd.DataFrame, asking: Asking) -> list[Probe]:
    answer = asking.lookups.by_barcode(asking.store, rows["barcode"].tolist())
    packs = answer.assign(word=_pack_words(answer))
    found = {code: set(words) for code, words in packs.groupby("barcode")["word"]}
    return [
        Probe("pack_barcode", code, word, ", ".join(sorted(found.get(code, ()))), word in found.get(code, ()))
        for code, word in zip(rows["barcode"], _pack_words(rows), strict=True)
    ]


def _pack_words(rows: pd.DataFrame) -> list[str]:
    """`P1 CASE = 24`: what one scan of a pack sells."""
    columns = zip(rows["item_code"], rows["unit_code"], rows["ratio"], strict=True)
    return [f"{item} {unit} = {_number(ratio)}" for item, unit, ratio in columns]


def _names(rows: pd.DataFrame, asking: Asking) -> list[Probe]:
    answer = asking.lookups.by_name(rows["name"].tolist())
    done = []
    for name, item, unit, weighed in zip(rows["name"], rows["item_code"], rows["unit_code"], rows["weighed"], strict=True):
        kind = "weighed_name" if weighed else "name"
        hit = answer[(answer["name"] == name) & (answer["item_code"] == item)]
        there = "" if hit.empty else f"{item} {hit['unit_code'].iloc[0]}"
        done.append(Probe(kind, item, f"{item} {unit}", there, there == f"{item} {unit}"))
    return [probe if probe.passed else _renamed(probe, asking) for probe in done]


def _renamed(probe: Probe, asking: Asking) -> Probe:
    """Found by a name, with a unit, that another store's record of the item gives it."""
    words = asking.said("item", pd.DataFrame({"item_code": [probe.asked]}, dtype="str"))
    answer = asking.lookups.by_name(words["name"].dropna().unique().tolist())
    hit = answer[(answer["item_code"] == probe.asked) & answer["unit_code"].isin(words["unit_code"])]
    return probe if hit.empty else Probe(probe.kind, probe.asked, probe.expected, f"{probe.asked} {hit['unit_code'].iloc[0]}", passed=True)


def _by_other_words(probe: Probe, asking: Asking, table: str, key: str, value: str) -> Probe:
    """What was found will do if some store says so."""
    words = asking.said(table, pd.DataFrame({key: [probe.asked]}, dtype="str"))
    return Probe(probe.kind, probe.asked, probe.expected, probe.found, bool(probe.found) and probe.found in set(words[value]))


def _inventory(tables: Tables, asking: Asking) -> list[Probe]:
    if "opening_stock" not in tables:
        return []
    stock = tables["opening_stock"]
    weighed = stock["quantity"].round(0) != stock["quantity"]
    chosen = [("stock", asking.some(stock, "stock", ~weighed)), ("weighed_stock", asking.some(stock, "weighed_stock", weighed))]
    answer = asking.lookups.stock(asking.store, [item for _, rows in chosen for item in rows["item_code"]])
    held = _by_text(answer, ["warehouse_code", "item_code"], "quantity")
    return [
        _exact(kind, key, quantity, held.get(key))
        for kind, rows in chosen
        for key, quantity in _by_text(rows, ["warehouse_code", "item_code"], "quantity").items()
    ]


def _members(tables: Tables, asking: Asking) -> list[Probe]:
    if not {"member_card", "member_balance"} <= set(tables):
        return []
    balances = tables["member_balance"][["member_code", "points"]]
    cards = asking.some(tables["member_card"], "points").merge(balances, on="member_code", how="inner", validate="m:1")
    held = _by_text(asking.lookups.points(asking.store, cards["card_no"].tolist()), ["card_no"], "points")
    pairs = zip(cards["card_no"], cards["points"], strict=True)
    return [_exact("points", f"card {n}", points, held.get(card)) for n, (card, points) in enumerate(pairs, start=1)]


def _sales(tables: Tables, asking: Asking) -> list[Probe]:
    if "ticket" not in tables:
        return []
    tickets = tables["ticket"]
    back = tickets["kind"] == "return"
    chosen = [("ticket", number) for number in asking.some(tickets, "ticket", ~back)["ticket_no"]]
    chosen += [("return", number) for number in asking.some(tickets, "return", back)["ticket_no"]]
    numbers = [number for _, number in chosen]
    answer = asking.lookups.tickets(asking.store, numbers)
    wanted = {name: _of_tickets(tables[name], numbers) if name in tables else answer[name].iloc[:0] for name in TICKET_TABLES}
    whole = _equal(wanted, answer)
    done = []
    for kind, number in chosen:
        sides = [{name: _of_tickets(rows[name], [number]) for name in TICKET_TABLES} for rows in (wanted, answer)]
        expected, found = map(_ticket_words, sides)
        done.append(Probe(kind, number, expected, found, passed=whole or _equal(*sides)))
    return done


def _equal(wanted: Tables, answer: Tables) -> bool:
    """Headers, lines and payments are there, value for value."""
    return all(compare_rows(wanted[name], answer[name], erp_table(name).key).equal for name in TICKET_TABLES)


def _of_tickets(rows: pd.DataFrame, numbers: Sequence[str]) -> pd.DataFrame:
    return rows[rows["ticket_no"].isin(numbers)]


def _ticket_words(rows: Tables) -> str:
    if rows["ticket"].empty:
        return ""
    total, lines, payments = rows["ticket"]["total"].iloc[0], rows["ticket_line"], rows["payment"]
    return f"{total}: {len(lines)} lines {lines['amount'].sum()}, {len(payments)} payments {payments['amount'].sum()}"


def _exact(kind: str, asked: str, expected: Decimal, found: Decimal | None) -> Probe:
    return Probe(kind, asked, _number(expected), "" if found is None else _number(found), expected == found)


def _by_text(rows: pd.DataFrame, key: list[str], value: str) -> dict[str, Any]:
    """Key parts joined by `|` -> value."""
    return {"|".join(parts): found for *parts, found in rows[[*key, value]].itertuples(index=False, name=None)}


def _number(value: Decimal) -> str:
    """Without zeros at its end."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


_PROBES: Mapping[str, Callable[[Tables, Asking], list[Probe]]] = MappingProxyType(
    {"products": _products, "inventory": _inventory, "members": _members, "sales": _sales}
)
PROBED = tuple(_PROBES)
"""The datasets that have probes."""
