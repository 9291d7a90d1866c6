"""A test sale and its return on a copy of the ERP: made as the store system would export them, mapped and loaded like any other.

What moves is told in base units: one pack moves as many as the source says it holds. Interface tables have no logic of sales: what a sale
moves there is what its lines say, and points are a balance that the store system brings, so a member's points are changed in the export.
Belongs here: making those rows, loading them on the copy, asking, taking them back. Does not belong here: the copy (`sandbox.py`), a sale
by an ERP's own documents (`loaded/own_sale.py`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

import pandas as pd

from migration_pipeline.contracts.barcodes import canonical_gtin
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.loaded.load import load
from migration_pipeline.loaded.own_sale import own_sale_of
from migration_pipeline.mapped.map import map_to_erp
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.reconciled.probes import Probe
from migration_pipeline.runtime.lake import read_stage

SALE, RETURN = "S2E-TRIAL-SALE", "S2E-TRIAL-RETURN"
POINTS = Decimal("7.00")
_WEIGHT, _ONE = Decimal("0.456"), Decimal(1)
_USED = ("products", "members", "sales")
_NOTHING: dict[str, object] = {"discount": 0, "coupon_discount": 0, "partner_discount": 0}


@dataclass(frozen=True)
class Good:
    """What is sold once.

    Attributes:
        kind: `pack`, `single` or `weighed`.
        code: as the till scans it.
        product: the source's product code.
        quantity: as the till counts it.
        units: base units that this is, by the source.
    """

    kind: str
    code: str
    product: str
    quantity: Decimal
    units: Decimal


@dataclass(frozen=True)
class Trial:
    """One store's trial on the copy: `run_id` names its batches."""

    copy: Workspace
    store: str
    cleaned: Mapping[str, StageOutput]
    run_id: str

    def load(self, dataset: str, tables: Mapping[str, pd.DataFrame]) -> StageOutput:
        """Map and load rows as if the source had them."""
        given = StageOutput("trial", dict(tables), facts=self.cleaned[dataset].facts)
        mapped = map_to_erp(dataset, given, self.copy.mapping_context(self.store, self.run_id))
        return load(dataset, mapped, self.copy.target, self.copy.records, store=self.store, run_id=self.run_id)


def trial_sale(workspace: Workspace, copy: Workspace, store: str) -> list[Probe]:
    """Sell and take back on the copy; afterwards it is as before.

    Args:
        workspace: the real project, whose cleaned rows are the pattern.
        copy: its sandbox, in which the store is loaded.
        store: whose sale.

    Returns:
        probes of the kinds `sale_pack`, `return_pack` (also `single` and `weighed`), `points_added`, `points_taken_back`, `nothing_left`,
        and where the ERP has sales of its own `own_sale_pack`, `own_return_pack` ...; only those that the store's data allow.
    """
    names: list[str] = [name for name in _USED if name in copy.datasets(store)]
    cleaned = {name: read_stage(workspace.home.lake, "cleaned", name, store) for name in names}
    trial = Trial(copy, store, cleaned, f"t{uuid4().hex[:7]}")
    before, done = copy.target.state_hash(store), list[Probe]()
    with _taken_back(trial):
        if {"sales", "products"} <= set(names) and len(cleaned["sales"].tables.get("lines", ())):
            done += _sold(trial, _goods(trial))
        if "members" in names:
            done += _points(trial)
    after = copy.target.state_hash(store)
    done.append(Probe("nothing_left", store, before[:12], after[:12], before == after))
    return [*done, *(_own_documents(trial, _goods(trial)) if "products" in names else ())]


def _own_documents(trial: Trial, sold: Sequence[Good]) -> Iterator[Probe]:
    """Where the ERP has sales of its own: what its stock does at a real one, of goods that the store has enough of."""
    lookup = CrosswalkRepository(trial.copy.databases).lookup("products", [trial.store], [good.product for good in sold])
    items = dict(zip(lookup["source_key"], lookup["erp_key"], strict=True))
    for good in (good for good in sold if good.product in items):
        sale = own_sale_of(trial.copy.target, trial.store, items[good.product])
        if sale is None or (opened := sale.open()) < good.units:
            continue
        left = sale.sell(good.units)
        yield Probe(f"own_sale_{good.kind}", good.code, f"{-good.units:f}", f"{left - opened:f}", left - opened == -good.units)
        again = sale.sell(-good.units)
        yield Probe(f"own_return_{good.kind}", good.code, f"{good.units:f}", f"{again - left:f}", again - left == good.units)


def _goods(trial: Trial) -> list[Good]:
    crosswalk, stores = CrosswalkRepository(trial.copy.databases), [trial.store]
    known, packed = (set(crosswalk.lookup(dataset, stores)["source_key"]) for dataset in ("products", "packs"))
    return goods(trial.cleaned["products"].tables, known, packed)


def goods(tables: Mapping[str, pd.DataFrame], known: Collection[str], packed: Collection[str]) -> list[Good]:
    """A pack with a barcode of its own, a piece, weighed goods: the first of each kind that the source's products have.

    Args:
        tables: the source's cleaned `products` and `packs`.
        known: product codes that were mapped.
        packed: barcodes of packs that were mapped.
    """
    if "products" not in tables:
        return []
    products = tables["products"][tables["products"]["product_code"].isin(known)]
    found = _packs(tables["packs"], known, packed) if "packs" in tables else []
    weighed = products["weighed"].fillna(False).astype(bool)
    for kind, hit, quantity in (("single", ~weighed, _ONE), ("weighed", weighed, _WEIGHT)):
        found += [Good(kind, code, code, quantity, quantity) for code in products.loc[hit, "product_code"].head(1)]
    return found


def _packs(packs: pd.DataFrame, known: Collection[str], packed: Collection[str]) -> list[Good]:
    """The first pack whose barcode names it alone."""
    written = canonical_gtin(packs["barcode"]).fillna(packs["barcode"])
    alone = packs[written.isin(packed) & ~packs["barcode"].isin(known) & packs["product_code"].isin(known)]
    first = zip(alone["barcode"].head(1), alone["product_code"].head(1), alone["ratio"].head(1), strict=True)
    return [Good("pack", barcode, product, _ONE, ratio) for barcode, product, ratio in first]


def tickets(pattern: Mapping[str, pd.DataFrame], sold: Sequence[Good], number: str, *, back: bool) -> dict[str, pd.DataFrame]:
    """One ticket with a line per good and a cash payment, shaped like the rows of `pattern`; returned goods are below 0."""
    sign, kind = (-1, "return") if back else (1, "sale")
    header: dict[str, object] = {
        "ticket_no": number,
        "kind": kind,
        "status": "normal",
        "original_ticket_no": SALE if back else None,
        "member_code": None,
    }
    total = Decimal(sign * len(sold))
    rows: dict[str, list[dict[str, object]]] = {
        "tickets": [header | {"total": total, "rounding": 0, "tax": None}],
        "lines": [
            header | _NOTHING | {"line_no": n, "product_code": good.code, "quantity": sign * good.quantity, "unit_price": 1, "amount": sign}
            for n, good in enumerate(sold, start=1)
        ],
        "payments": [header | {"payment_no": 1, "method": "cash", "amount": total}],
    }
    books = {"tickets": ("total", None), "lines": ("amount", "quantity"), "payments": ("amount", None)}
    return {name: _shaped(pattern[name], rows[name], *books[name]) for name in rows if name in pattern}


def _shaped(pattern: pd.DataFrame, rows: Sequence[Mapping[str, object]], money: str, quantity: str | None) -> pd.DataFrame:
    """As many rows as given: the first of the pattern, with these values where it has such a column."""
    made = pattern.iloc[[0] * len(rows)].reset_index(drop=True)
    books = [
        {"_row_id": f"trial:{n}", "_money": row[money], "_quantity": row[quantity] if quantity else 0, "_points": 0}
        for n, row in enumerate(rows, start=1)
    ]
    for name in made.columns:
        values = [own.get(name, row.get(name, made[name].iloc[n])) for n, (row, own) in enumerate(zip(rows, books, strict=True))]
        made[name] = pd.Series(values, dtype=made[name].dtype)
    return made


def _sold(trial: Trial, sold: Sequence[Good]) -> Iterator[Probe]:
    pattern = trial.cleaned["sales"].tables
    for number, back, word in ((SALE, False, "sale"), (RETURN, True, "return")):
        loaded = trial.load("sales", tickets(pattern, sold, number, back=back))
        lines = trial.copy.target.lookups.tickets(trial.store, [number])["ticket_line"]
        moved = {int(n): -quantity for n, quantity in zip(lines["line_no"], lines["quantity"], strict=True)}
        for n, good in enumerate(sold, start=1):
            expected = good.units if back else -good.units
            why = "" if n in moved else ", ".join(loaded.outcomes["reason"].unique())
            found = f"{moved[n]:f}" if n in moved else why
            yield Probe(f"{word}_{good.kind}", good.code, f"{expected:f}", found, moved.get(n) == expected)


def _points(trial: Trial) -> Iterator[Probe]:
    """A member's points in the export rise by some, and fall again; first the ERP is made to hold what the export says."""
    tables = trial.cleaned["members"].tables
    trial.load("members", tables)
    cards = tables["members"]["member_code"] if "members" in tables else pd.Series(dtype="str")
    ask = trial.copy.target.lookups.points
    known = ask(trial.store, cards.head(50).tolist())
    if known.empty:
        return
    card, before = known["card_no"].iloc[0], known["points"].iloc[0]
    more = tables["members"].copy()
    hit = more["member_code"] == card
    for name in ("points", "_points"):
        raised = [value + POINTS for value in more.loc[hit, name].fillna(Decimal(0))]
        more.loc[hit, name] = pd.Series(raised, index=more.index[hit], dtype=more[name].dtype)
    for kind, members, expected in (("points_added", more, POINTS), ("points_taken_back", tables["members"], Decimal(0))):
        trial.load("members", {**tables, "members": members})
        held = ask(trial.store, [card])["points"]
        found = "" if held.empty else f"{held.iloc[0] - before:f}"
        yield Probe(kind, "card 1", f"{expected:f}", found, bool(len(held)) and held.iloc[0] - before == expected)


@contextmanager
def _taken_back(trial: Trial) -> Iterator[None]:
    """What was loaded meanwhile goes, newest first."""
    try:
        yield
    finally:
        mine = [held.batch.batch_id for held in trial.copy.target.batches(trial.store) if held.batch.run_id == trial.run_id]
        for batch_id in reversed(mine):
            trial.copy.target.undo_batch(batch_id)
