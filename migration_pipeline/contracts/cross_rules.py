"""What must hold between the columns of a row, and between the tables of an output: rules as data, and pure functions over frames.

Belongs here: the rules of cleaned and mapped tables that no single column can state. Does not belong here: columns by themselves
(`schemas.py`), running the rules (`orchestration/checks/shape.py`), deciding about rows (`cleaned/`): what is broken here is a bug of ours.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.erp import ErpTable, Reference, erp_table, tables_of
from migration_pipeline.contracts.money import ZERO, product
from migration_pipeline.contracts.policies import Policy, policy_of
from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline.contracts.texts import among, sums_of
from migration_pipeline.contracts.vocabularies import VOCABULARIES

Frames = Mapping[str, pd.DataFrame]
_ENDS = ("exclude", "reject", "block")


@dataclass(frozen=True)
class RowRule:
    """A rule over the columns of one cleaned row.

    Attributes:
        column: whose value it is about, for the report.
        holds: the frame -> True where a row keeps the rule; missing counts as kept.
        promised_by: the built-in rule that ends such rows; the contract is demanded only where the project's policy for it does so.
    """

    table: str
    name: str
    column: str
    holds: "Callable[[pd.DataFrame], pd.Series[Any]]"
    promised_by: str = ""

    def kept(self, frame: pd.DataFrame) -> "pd.Series[bool]":
        """True where a row keeps the rule."""
        return self.holds(frame).fillna(True).astype(bool)


_ROW_RULES = (
    RowRule("members", "principal_plus_bonus", "stored_value", lambda f: f["stored_value"] == f["stored_principal"] + f["stored_bonus"]),
    RowRule("stock", "quantity_times_cost", "value", lambda f: f["value"] == product(f["quantity"], f["unit_cost"], 2)),
    RowRule("packs", "more_than_nothing", "ratio", lambda f: f["ratio"] > 0),
    RowRule("lines", "share_of_books", "amount", lambda f: f["_money"] == f["amount"]),
    RowRule("lines", "one_sign", "amount", lambda f: ~_opposite(f), promised_by="line_sign"),
    RowRule("payments", "share_of_books", "amount", lambda f: f["_money"] == f["amount"]),
    RowRule("tickets", "sign_of_kind", "total", lambda f: ~_contradicts(f), promised_by="sign_contradiction"),
)


def row_rules(table: str, policies: Mapping[str, Policy] | None = None) -> list[RowRule]:
    """The rules of one cleaned table that hold under a project's policies."""
    return [
        rule
        for rule in _ROW_RULES
        if rule.table == table and (not rule.promised_by or policy_of(rule.promised_by, policies or {}) in _ENDS)
    ]


@dataclass(frozen=True)
class Broken:
    """Rows of a table that break a rule; the mask has the order of the table's rows."""

    table: str
    column: str
    check: str
    rows: "pd.Series[bool]"


@dataclass(frozen=True)
class SalesNames:
    """What a stage calls the three tables of sales."""

    tickets: str
    lines: str
    payments: str


CLEANED = SalesNames("tickets", "lines", "payments")
MAPPED = SalesNames("ticket", "ticket_line", "payment")


def broken_tickets(names: SalesNames, frames: Frames) -> Iterator[Broken]:
    """Lines and payments belong to a ticket, a ticket is the sum of its lines and is paid, before the load and to the cent."""
    if names.tickets not in frames or names.lines not in frames:
        return
    tickets, lines = frames[names.tickets], frames[names.lines]
    yield Broken(names.lines, "ticket_no", "belongs_to_ticket", ~among(lines["ticket_no"], tickets["ticket_no"]))
    due = tickets["total"] - tickets["rounding"]
    yield Broken(names.tickets, "total", "sum_of_lines", _other(due, _sum(lines, tickets)))
    if names.payments in frames:
        payments = frames[names.payments]
        yield Broken(names.payments, "ticket_no", "belongs_to_ticket", ~among(payments["ticket_no"], tickets["ticket_no"]))
        yield Broken(names.tickets, "total", "sum_of_payments", _other(tickets["total"], _sum(payments, tickets)))


def broken_nets(frames: Frames) -> Iterator[Broken]:
    """Net and tax of a line that has a rate are its amount, to the cent; a line without a rate has neither."""
    lines = frames.get(MAPPED.lines)
    if lines is not None:
        odd = _other(lines["net_amount"] + lines["tax_amount"], lines["amount"])
        made_up = lines["net_amount"].notna() | lines["tax_amount"].notna()
        yield Broken(MAPPED.lines, "net_amount", "net_and_tax", odd.where(lines["tax_rate"].notna(), made_up))


def _sum(rows: pd.DataFrame, tickets: pd.DataFrame) -> "pd.Series[Any]":
    return sums_of(rows["ticket_no"], rows["amount"], tickets["ticket_no"])


def _other(left: "pd.Series[Any]", right: "pd.Series[Any]") -> "pd.Series[bool]":
    """Rows whose values differ; nothing and nothing are the same."""
    return (left != right).fillna(True).astype(bool) & ~(left.isna() & right.isna())


def _opposite(lines: pd.DataFrame) -> "pd.Series[Any]":
    given, taken = lines["quantity"], lines["amount"]
    apart = ((given > ZERO) & (taken < ZERO)) | ((given < ZERO) & (taken > ZERO))
    return apart & ~(lines["unit_price"] < ZERO).fillna(False)


def _contradicts(tickets: pd.DataFrame) -> "pd.Series[Any]":
    sale = tickets["kind"] == "sale"
    return (sale & (tickets["total"] < ZERO)) | (~sale & (tickets["total"] > ZERO))


Lookup = Callable[[str, "pd.Series[str]"], "pd.Series[str]"]
"""A dataset and ERP codes -> some of these codes."""


@dataclass(frozen=True)
class Surroundings:
    """What a mapped output may refer to besides its own tables: the store, its warehouses, and what the crosswalk knows.

    Attributes:
        known: those codes that the crosswalk knows, of whatever store.
        elsewhere: those codes that are some other store's as well.
    """

    store: str
    warehouses: tuple[str, ...]
    known: Lookup
    elsewhere: Lookup


def broken_references(frames: Frames, around: Surroundings) -> Iterator[Broken]:
    """Rows whose store is not the one at hand, or that name an item, ticket, member ... which is neither in the output nor known.

    The references are those of the ERP's tables (`contracts/erp.py`): what the ERP would refuse, or what it would never find.
    """
    for name, frame in frames.items():
        table = erp_table(name)
        if "store_code" in frame:
            yield Broken(name, "store_code", "own_store", frame["store_code"] != around.store)
        for reference in table.references:
            column = reference.columns[-1]
            if column != "store_code":
                codes = frame[column]
                there = _referred(reference, codes, frames, around)
                yield Broken(name, column, f"exists_as_{reference.table}", codes.notna() & ~among(codes, there))


def _referred(reference: Reference, codes: "pd.Series[str]", frames: Frames, around: Surroundings) -> "pd.Series[str]":
    """The codes that may be referred to; those not among the output's own are looked up."""
    target = erp_table(reference.table)
    if target.dataset is None:
        fixed = {"warehouse": around.warehouses, "unit": VOCABULARIES["unit"]}
        return pd.Series(fixed[target.name], dtype="str")
    own: pd.Series[str] = frames[target.name][target.key[-1]] if target.name in frames else pd.Series(dtype="str")
    others = codes[codes.notna() & ~among(codes, own)].drop_duplicates()
    if target.per_store or others.empty:
        return own
    return pd.concat([own, around.known(target.dataset, others)])


def absent_rows(dataset: Dataset, frames: Frames, pending: pd.DataFrame) -> "pd.Series[bool]":
    """The waiting ledger rows whose row is in no table of the output: the ledger would call them loaded."""
    absent = pd.Series(False, index=pending.index)
    for table in dataset.tables:
        waiting = pending.loc[pending["table"] == table.name, "target_key"]
        if len(waiting):
            there = key_text(erp_table(table.erp_table), frames[table.erp_table]) if table.erp_table in frames else waiting.iloc[:0]
            absent |= (~among(waiting, there)).reindex(absent.index, fill_value=False)
    return absent


def key_text(table: ErpTable, frame: pd.DataFrame) -> "pd.Series[str]":
    """The key of each row as the ledger writes it: without the store, joined by `|`."""
    *others, last = (name for name in table.key if name != "store_code")
    text: pd.Series[str] = frame[last].astype("str")
    for name in reversed(others):
        text = frame[name].astype("str") + "|" + text
    return text


_OF_PACKS = ("quantity", "unit_price", "unit_cost")
_COPIED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "tickets": ("sold_at", "business_date", "terminal", "cashier", "kind", "original_ticket_no", "total", "rounding"),
        "lines": ("quantity", "unit_price", "amount", "discount", "coupon_discount", "partner_discount"),
        "payments": ("amount",),
        "stock": ("quantity", "unit_cost", "value"),
    }
)
"""Cleaned table -> columns that mapping copies as they are."""


def broken_copies(
    dataset: Dataset, frames: Frames, ledger: pd.DataFrame, cleaned: StageOutput, packs: Collection[str] = ()
) -> Iterator[Broken]:
    """ERP rows whose values are not those of the one source row that became them; where several did, nothing can be told.

    Args:
        dataset: whose tables these are.
        frames: ERP table -> frame.
        ledger: the rows that will be loaded and those that are part of another, with the ERP keys they become.
        cleaned: the output that was mapped.
        packs: the tables of which mapping turned packs into base units: quantities and prices change then.
    """
    for table in dataset.tables:
        frame, source = frames.get(table.erp_table), cleaned.tables.get(table.name)
        wanted = [name for name in _COPIED.get(table.name, ()) if name not in _OF_PACKS or table.name not in packs]
        keys = ledger.loc[ledger["table"] == table.name, ["row_id", "target_key"]]
        keys = keys[~keys["target_key"].duplicated(keep=False)]
        if frame is None or source is None or keys.empty:
            continue
        rows = source[["_row_id", *wanted]].drop_duplicates("_row_id")
        source = keys.drop_duplicates("row_id").merge(rows, left_on="row_id", right_on="_row_id", how="inner", validate="1:1")
        own = pd.DataFrame({"target_key": key_text(erp_table(table.erp_table), frame), "place": range(len(frame))})
        pairs = own.merge(source, on="target_key", how="inner", validate="m:1")
        for name in wanted:
            other = _other(frame[name].iloc[pairs["place"]].reset_index(drop=True), pairs[name])
            places = pd.Series(range(len(frame)), dtype="int64")
            yield Broken(table.erp_table, name, "as_cleaned", places.isin(pairs.loc[other, "place"]))


def cut_names(dataset: Dataset, frames: Frames, ledger: pd.DataFrame, cleaned: StageOutput, around: Surroundings) -> Iterator[Broken]:
    """Names that are only the beginning of the source's, of records that no other store has: nobody else can have given that name.

    `ledger` are the rows that will be loaded and those that are part of another, with the ERP keys they become.
    """
    masters = [erp for erp in tables_of(dataset.name) if "name" in erp.column_names and erp.name in frames]
    sources = [table.name for table in dataset.tables if "name" in table.columns and table.name in cleaned.tables]
    for master, table in zip(masters, sources, strict=True):
        key, source = key_text(master, frames[master.name]), cleaned.tables[table]
        keys = ledger.loc[ledger["table"] == table].drop_duplicates("row_id").set_index("row_id")["target_key"]
        full = pd.DataFrame({"key": source["_row_id"].map(keys).astype("str"), "full": source["name"]}).dropna().drop_duplicates()
        pairs = (
            pd.DataFrame({"key": key, "name": frames[master.name]["name"]})
            .dropna()
            .drop_duplicates("key")
            .merge(full, on="key", how="inner", validate="1:m")
        )
        cut = [whole != name and whole.startswith(name) for name, whole in zip(pairs["name"], pairs["full"], strict=True)]
        suspected = pairs.loc[cut, "key"].drop_duplicates()
        suspected = suspected[~suspected.isin(pairs.loc[pairs["name"] == pairs["full"], "key"])]
        if len(suspected):
            suspected = suspected[~among(suspected, around.elsewhere(dataset.name, suspected))]
        yield Broken(master.name, "name", "not_cut", among(key, suspected))


def row_ids(dataset: Dataset, table: str, output: StageOutput, places: Sequence[int]) -> list[str]:
    """The source rows behind some rows of a table; `#<n>` (its n-th row) where the ledger names none."""
    frame = output.tables[table].iloc[list(places)]
    for own in ("_row_id", "row_id"):
        if own in frame:
            return frame[own].astype("str").tolist()
    pending = output.tables[PENDING]
    source = next((one.name for one in dataset.tables if one.erp_table == table), "")
    waiting = pending[pending["table"] == source].drop_duplicates("target_key").set_index("target_key")["row_id"]
    known = set(erp_table(table).key) <= set(frame.columns)
    found = key_text(erp_table(table), frame).map(waiting) if known else pd.Series(None, index=frame.index, dtype="str")
    return [row_id if isinstance(row_id, str) else f"#{place + 1}" for row_id, place in zip(found, places, strict=True)]
