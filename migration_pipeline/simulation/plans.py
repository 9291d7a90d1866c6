"""Which stores the simulated chain has, on which systems, and how large it is.

Belongs here: sizes and store plans. Does not belong here: data of a store.
"""

from dataclasses import dataclass
from random import Random

from migration_pipeline.simulation.model import Size, StorePlan, System

_SYSTEMS: tuple[System, ...] = ("siss_sqlite", "siss_sqlite", "siss_dump", "csv_zh", "csv_zh", "workbook", "poslog")
_PLACES = (
    ("West Lake", "西湖"), ("Riverside", "滨江"), ("Old Town", "老城"), ("Railway Station", "火车站"), ("University", "大学城"),
    ("Airport", "空港"),
    ("Harbour", "码头"),
)  # fmt: skip


@dataclass(frozen=True)
class Scale:
    """How large a chain is; `tickets` is the range per store."""

    stores: int
    tickets: tuple[int, int]
    products: int
    suppliers: int
    people: int


SCALES: dict[Size, Scale] = {
    "tiny": Scale(stores=2, tickets=(30, 40), products=60, suppliers=8, people=40),
    "small": Scale(stores=7, tickets=(150, 400), products=220, suppliers=15, people=400),
    "large": Scale(stores=40, tickets=(4800, 5200), products=1500, suppliers=45, people=8000),
}


def store_plans(seed: int, size: Size) -> list[StorePlan]:
    """The stores in processing order: S01, S02 and S03 on SISS, then CSV, CSV, workbook, POSLog, and from the start again."""
    scale, rng = SCALES[size], Random(f"{seed}:plans")
    return [_plan(number, rng.randint(*scale.tickets)) for number in range(1, scale.stores + 1)]


def _plan(number: int, tickets: int) -> StorePlan:
    system = _SYSTEMS[(number - 1) % len(_SYSTEMS)]
    english, chinese = _PLACES[(number - 1) % len(_PLACES)]
    again = (number - 1) // len(_PLACES)
    name_en, name_zh = f"{english} store", f"{chinese}店"
    if again:
        name_en, name_zh = f"{name_en} {again + 1}", f"{name_zh}{again + 1}"
    return StorePlan(number, system, name_en, name_zh, tickets, _warehouses(number, system), positive_returns=system == "siss_sqlite")


def _warehouses(number: int, system: System) -> dict[str, str]:
    if system in {"siss_sqlite", "siss_dump"}:
        return {f"{number:04d}01": "卖场"} | ({f"{number:04d}02": "后仓"} if number == 1 else {})
    if system == "csv_zh":
        return {"01": "门店仓"}
    return {"ZC": "总仓", "QC": "前场"} if system == "workbook" else {"MAIN": "门店仓"}
