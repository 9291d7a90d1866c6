"""The migration project file of the simulated chain.

Belongs here: writing `migration.yaml`. Does not belong here: how systems are read (`raw/presets/*.yaml`).
"""

from collections.abc import Sequence
from pathlib import Path

import yaml

from migration_pipeline.simulation.model import StorePlan, System
from migration_pipeline.simulation.writers import plain

_DUMPED = ("suppliers", "classes", "items", "stock", "members", "saleflow", "payflow")
_SOURCES: dict[System, dict[str, object]] = {
    "siss_sqlite": {"preset": "siss"},
    "siss_dump": {"preset": "siss", "inputs": {name: {"format": "sql_dump", "file": "hbpos.sql"} for name in _DUMPED}},
    "csv_zh": {"preset": "csv_zh"},
    "workbook": {"preset": "workbook_zh"},
    "poslog": {"preset": "poslog"},
    "plain": plain.source(),
}
_HEADER = "# A simulated chain. Written by migration_pipeline.simulation; what must come out of it stands in truth/truth.json.\n"


def write_project(folder: Path, plans: Sequence[StorePlan], accepted_rejects: int, target: str = "postgres") -> None:
    """Write `migration.yaml`; `accepted_rejects` becomes the limit: exactly the planted rejects, so that one more is noticed."""
    used = dict.fromkeys(plan.system for plan in plans)
    project = {
        "version": 1,
        "name": "demo-chain",
        "title": {"en": "Demo chain", "zh": "演示连锁"},
        "currency": "CNY",
        "data": "data",
        "company": {"code": "C01", "name": "演示连锁"},
        **({} if target == "postgres" else {"target": target}),
        "limits": {"rejected_rows": accepted_rejects},
        "sources": {system: {**_SOURCES[system], "unmapped": "quarantine"} for system in used},
        "stores": [_store(plan) for plan in plans],
    }
    text = yaml.safe_dump(project, allow_unicode=True, sort_keys=False, width=120)
    (folder / "migration.yaml").write_text(_HEADER + text, encoding="utf-8")


def _store(plan: StorePlan) -> dict[str, object]:
    return {
        "id": plan.id,
        "name": {"en": plan.name_en, "zh": plan.name_zh},
        "source": plan.system,
        "path": plan.id,
        "warehouses": [{"code": code, "name": name} for code, name in plan.warehouses.items()],
    }
