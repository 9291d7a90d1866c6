"""A chain in which every kind of defect that can live among the rows of a store is planted many times, and the same chain without any.

Belongs here: which kinds go to which stores, and how often. Does not belong here: how one is planted (`chain_plants.py`,
`chain_plants_own.py`), the demo (`chain.py`).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from types import MappingProxyType

from migration_pipeline.contracts.reasons import REASONS, Outcome
from migration_pipeline.simulation.chain import Golden, write_chain
from migration_pipeline.simulation.chain_plants import Hand, is_plain, plant_plain
from migration_pipeline.simulation.chain_plants_own import OWN
from migration_pipeline.simulation.clean_chain import clean_store
from migration_pipeline.simulation.clean_extras import owed
from migration_pipeline.simulation.defect_kinds import DEFECTS, Defect
from migration_pipeline.simulation.model import CSV_MASTERS, Size, StoreData, StorePlan, System
from migration_pipeline.simulation.plans import SCALES, store_plans
from migration_pipeline.simulation.truth import ChainTruth
from migration_pipeline.simulation.writers import plain

_PLAIN_STORES = 4
_STORES_PER_KIND = 10
_EVERY: frozenset[System] = frozenset({"siss_sqlite", "siss_dump", "csv_zh", "workbook", "poslog", "plain"})
_WITH_HEADERS: frozenset[System] = frozenset({"csv_zh", "workbook", "poslog", "plain"})
_OF_TABLE: Mapping[str, frozenset[System]] = MappingProxyType(
    {
        "suppliers": _EVERY,
        "members": _EVERY,
        "products": _EVERY - {"workbook"},  # there a product row is its stock as well
        "stock": _EVERY - {"workbook"},
        "tickets": _WITH_HEADERS,
        "lines": _EVERY,
        "payments": _WITH_HEADERS,
    }
)
_PLAIN: frozenset[System] = frozenset({"plain"})
_ONLY: Mapping[str, frozenset[System]] = MappingProxyType(
    {
        "ragged row": CSV_MASTERS,
        "lost leading zeros": frozenset({"workbook"}),
        "address that cannot be split": _EVERY - {"workbook"},
        "unknown category": _PLAIN,
        "tax is not lines": _PLAIN,
        "unknown tax rate": CSV_MASTERS,
        "scale's barcode against its line": _PLAIN,
        "scale's barcode without a layout": _EVERY - _PLAIN,
    }
)
"""Kinds that not every system with the table can have: its codes, known lists and scales differ."""
_LOOSE: frozenset[System] = frozenset({"csv_zh", "workbook", "plain"})
"""Lines and payments may stand there without a ticket."""
_AS_TYPED: frozenset[System] = frozenset({"poslog", "plain"})
"""Text is written as it is, without padding, TABs and date patterns of the system."""
_EXACT = {"trimmed", "rewritten", "placeholder", "bad_date", "ambiguous_date", "early_date", "future_date"}
_OF_THE_SUMS = "stored value without liability"
"""Planted when all balances are what they will be."""

WHOLE_FILES: Mapping[str, str] = MappingProxyType(
    {
        "byte order mark": "the POSLog stores' CSV files have it",
        "GBK": "the csv_zh stores write GB18030",
        "banner rows": "the workbook stores have one",
        "mixed encodings": "stops the store: one defect at a time",
        "duplicate headers": "stops the store: one defect at a time",
        "mojibake": "judged per file, and blocks: one defect at a time",
        "row count at an export limit": "judged per file: one defect at a time",
        "footer or total row": "the demo's workbooks have one (test_demo_truth)",
        "scale's barcode against its line": "needs the layout of the store's scales: one defect at a time",
        "lost leading zero of a UPC": "a code that stores would share: one defect at a time",
        "pack sold as a product of its own": "made of another row's barcode: one defect at a time",
    }
)
"""Kinds that are a matter of a whole file or need more than a row, and where they are tested instead."""


def simulate_defects(
    folder: Path, *, seed: int = 20260101, size: Size = "large", per_store: int = 3, stores: Sequence[str] = ()
) -> ChainTruth:
    """Write the chain of `size`, and four stores on plain CSV files besides, with each kind of defect so often in each of its stores.

    With or without defects (`per_store=0`), rows stand at the same places; rows that a defect adds come last in their table.
    `stores` are the ids of those to write, if not all.
    """
    every = [*store_plans(seed, size), *_plain_plans(seed, size)]
    plans = [plan for plan in every if not stores or plan.id in stores]
    kinds = kinds_per_store(plans)

    def make(rng: Random, plan: StorePlan, golden: Golden) -> StoreData:
        data = clean_store(rng, plan, golden)
        _plant(data, Random(f"{seed}:{plan.id}:defects"), kinds[plan.id], per_store)
        return data

    return write_chain(folder, seed, size, plans, make)


def plantable() -> list[Defect]:
    """The kinds that can live among the rows of a store."""
    return [defect for kind, defect in DEFECTS.items() if kind in OWN or (kind not in WHOLE_FILES and is_plain(defect))]


def kinds_per_store(plans: Sequence[StorePlan]) -> dict[str, list[Defect]]:
    """Store -> kinds; each kind goes to ten stores (fewer if its systems have fewer), spread over the chain."""
    chosen: dict[str, list[Defect]] = {plan.id: [] for plan in plans}
    for number, defect in enumerate(plantable()):
        fitting = [plan.id for plan in plans if plan.system in systems_of(defect)]
        step = max(1, len(fitting) // _STORES_PER_KIND)
        for place in range(min(_STORES_PER_KIND, len(fitting))):
            chosen[fitting[(number + place * step) % len(fitting)]].append(defect)
    return chosen


def systems_of(defect: Defect) -> frozenset[System]:
    """The systems whose files can hold such a defect."""
    if defect.kind in _ONLY:
        return _ONLY[defect.kind]
    table = OWN[defect.kind][0] if defect.kind in OWN else defect.plant.table if defect.plant else ""
    found = _OF_TABLE.get(table, _PLAIN)
    if defect.reason in _EXACT:
        return found & _AS_TYPED
    if defect.kind in OWN or defect.plant is None or found == _PLAIN:
        return found
    plant = defect.plant
    cells: set[str] = {name for fields in (*plant.changes.values(), *(c for _, c in plant.copies)) for name in fields}
    if not cells <= set(plain.of_the_chain(plant.table)):
        return _PLAIN
    return _LOOSE if plant.copies and plant.table in {"lines", "payments"} else found


def _plain_plans(seed: int, size: Size) -> list[StorePlan]:
    first, (low, high) = SCALES[size].stores + 1, SCALES[size].tickets
    rng = Random(f"{seed}:plain")
    return [
        StorePlan(number, "plain", f"Corner {number}", f"街角店{number}", rng.randint(low, high), {"MAIN": "门店仓"})
        for number in range(first, first + _PLAIN_STORES)
    ]


def _plant(data: StoreData, rng: Random, kinds: Sequence[Defect], times: int) -> None:
    hand = Hand(rng, data)
    for defect in kinds:
        if defect.kind != _OF_THE_SUMS:
            _repeat(hand, defect, times)
    _stock_follows(data)
    if data.extra:
        data.extra["liabilities"] = [owed(data)]
        for defect in kinds:
            if defect.kind == _OF_THE_SUMS:
                _repeat(hand, defect, times)


def _repeat(hand: Hand, defect: Defect, times: int) -> None:
    plant = OWN[defect.kind][1] if defect.kind in OWN else plant_plain
    for _ in range(times):
        if not plant(hand, defect):
            return


def _stock_follows(data: StoreData) -> None:
    """Stock of a product that ends as rejected has no product; stock of one that became another one is folded with that one's."""
    by_code = {row.fields["product_code"]: row for row in reversed(data.products)}
    for row in data.stock:
        product = by_code.get(row.fields["product_code"])
        if product is not None and row.reason == "loaded":
            row.identity = product.identity
            row.reason = "unknown_product" if REASONS[product.reason].outcome is Outcome.REJECTED else "loaded"
