"""The simulated chain as a whole: makes every store, plants defects, settles who owns what, writes files and truth.

Belongs here: the order of these steps. Does not belong here: any of them.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from migration_pipeline.contracts.reasons import REASONS, Outcome
from migration_pipeline.simulation import catalogue, defects, people, stock, ticket_defects, tickets
from migration_pipeline.simulation.model import Size, StoreData, StorePlan, System
from migration_pipeline.simulation.plans import SCALES, Scale, store_plans
from migration_pipeline.simulation.project_file import write_project
from migration_pipeline.simulation.settle import Settlement
from migration_pipeline.simulation.truth import ChainTruth, Ledger
from migration_pipeline.simulation.writers import csv_zh, plain, poslog, siss, workbook

_Writer = Callable[[StoreData, Path, Ledger], None]
_WRITERS: dict[System, _Writer] = {
    "siss_sqlite": siss.write,
    "siss_dump": siss.write,
    "csv_zh": csv_zh.write,
    "workbook": workbook.write,
    "poslog": poslog.write,
    "plain": plain.write,
}


class Golden:
    """What all stores share."""

    def __init__(self, seed: int, scale: Scale) -> None:
        self.suppliers = catalogue.golden_suppliers(scale.suppliers)
        self.products = catalogue.golden_products(Random(f"{seed}:products"), scale.products, scale.suppliers)
        self.people = people.golden_people(Random(f"{seed}:people"), scale.people)
        self.stores = scale.stores


def simulate(folder: Path, *, seed: int = 20260101, size: Size = "small", target: str = "postgres") -> ChainTruth:
    """Write a complete migration project: `migration.yaml`, `data/<store>/...` and `truth/`; the same seed gives the same files.

    Args:
        folder: is made if needed; files of the same names are replaced.
        seed: any whole number.
        size: `tiny` is 2 stores and 600 source rows, `small` 7 stores and about 12,000, `large` 40 stores and about a million.
        target: the ERP that the project loads.
    """
    return write_chain(folder, seed, size, store_plans(seed, size), _store, target)


def write_chain(
    folder: Path,
    seed: int,
    size: Size,
    plans: Sequence[StorePlan],
    make: Callable[[Random, StorePlan, Golden], StoreData],
    target: str = "postgres",
) -> ChainTruth:
    """Make the stores of some plans one after the other, settle who owns what, write their files, the project and the truth."""
    golden, ledger, settlement = Golden(seed, SCALES[size]), Ledger(), Settlement()
    for plan in plans:
        data = make(Random(f"{seed}:{plan.id}"), plan, golden)
        settlement.settle(data)
        _WRITERS[plan.system](data, folder / "data" / plan.id, ledger)
    rejects = sum(REASONS[code].outcome is Outcome.REJECTED for code in ledger.columns["reason"])
    write_project(folder, plans, rejects, target)
    stores, found = [plan.id for plan in plans], settlement.records()
    truth = ChainTruth(seed, size, stores, ledger.per_table(), found, settlement.erp(), ledger.as_table(), ledger.planted())
    truth.write(folder / "truth")
    return truth


def _store(rng: Random, plan: StorePlan, golden: Golden) -> StoreData:
    data = StoreData(plan)
    suppliers = catalogue.store_suppliers(rng, plan, golden.suppliers)
    data.suppliers = list(suppliers.values())
    data.products = catalogue.store_products(rng, plan, golden.products, suppliers)
    data.members = people.store_members(rng, plan, golden.people, golden.stores)
    defects.plant_in_suppliers(data)
    defects.plant_in_products(rng, data, golden.products)
    defects.plant_in_members(data)
    data.stock = stock.store_stock(rng, plan, data.products)
    defects.plant_in_stock(data)
    data.tickets = tickets.store_tickets(rng, plan, tickets.shelf(data.products, data.members))
    ticket_defects.plant_in_sales(rng, data)
    return data
