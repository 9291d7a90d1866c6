"""Import templates: the mapped data of the chosen stores as files for an ERP's own import tool, with a manifest.

Belongs here: reading the lake, writing the files. Does not belong here: what a tool wants and the books (`loaded/templates/`), printing
(`cli/templates.py`). The files hold members' data: only their owner can read them.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.erp import ERP_TABLES, ErpTable, tables_of
from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.loaded.templates.books import TableBooks
from migration_pipeline.loaded.templates.export import Export, export
from migration_pipeline.loaded.templates.files import File
from migration_pipeline.loaded.templates.model import Form, Tool
from migration_pipeline.loaded.templates.tools import TOOLS
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError
from migration_pipeline.runtime.lake import current_folder, read_stage
from migration_pipeline.runtime.private_file import write_private

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Asked:
    """What is to be exported; None: all. `abbr` is the company's abbreviation in the ERP."""

    tool: str
    stores: Sequence[str] | None = None
    datasets: Sequence[str] | None = None
    form: str | None = None
    abbr: str = ""
    on: date | None = None


@dataclass(frozen=True)
class WrittenExport:
    """An export and where it lies."""

    tool: Tool
    export: Export
    folder: Path


def export_templates(workspace: Workspace, asked: Asked, folder: Path) -> WrittenExport:
    """Write the files of one tool and, last, their manifest; files of an earlier export into the same folder are removed.

    Raises:
        BadInputError: an unknown tool, form, store or dataset, nothing mapped yet, a folder among the data or with files of others.
        InfrastructureError: the files cannot be written.
    """
    tool, form = _tool(asked)
    stages = _stages(workspace, asked)
    _demand_usable(workspace, folder)
    tables = _tables(workspace, stages)
    company = workspace.project.company
    settings = {
        "company": company.name,
        "abbr": asked.abbr or company.code,
        "currency": workspace.project.currency,
        "date": (asked.on or date.today()).isoformat(),  # noqa: DTZ011
    }
    made = export(tool, tables, settings, form)
    _forget(folder)
    for number, file in enumerate(made.files, start=1):
        write_private(folder / _name(number, file), file.content, what="the import file")
    about = _manifest(workspace, tool, settings, stages, made)
    write_private(folder / MANIFEST, f"{json.dumps(about, ensure_ascii=False, indent=2)}\n".encode(), what="the manifest")
    return WrittenExport(tool, made, folder)


def _tool(asked: Asked) -> tuple[Tool, Form | None]:
    if asked.tool not in TOOLS:
        raise BadInputError(f"there are no import files for {asked.tool!r}", where="--for", fix=f"choose one of {', '.join(TOOLS)}")
    tool = TOOLS[asked.tool]
    known = {form for template in tool.templates for form in template.forms}
    form = next((form for form in known if form == asked.form), None)
    if asked.form is not None and form is None:
        raise BadInputError(f"{tool.title} does not take {asked.form!r}", where="--format", fix=f"choose one of {', '.join(sorted(known))}")
    return tool, form


def _name(number: int, file: File) -> str:
    """Numbered, so that the files lie in the order of import."""
    return f"{number:03d}-{file.name}"


_Stage = tuple[str, str, Path]


def _stages(workspace: Workspace, asked: Asked) -> list[_Stage]:
    """Store, dataset and folder of every mapped output asked for, in the order in which they were mapped."""
    if unknown := [name for name in asked.datasets or () if name not in DATASETS]:
        raise BadInputError(f"there is no dataset {unknown[0]!r}", where="--dataset", fix=f"datasets are {', '.join(DATASETS)}")
    chosen = [workspace.store(store).id for store in asked.stores] if asked.stores else list(workspace.stores)
    places = [(store, name) for store in chosen for name in workspace.datasets(store) if not asked.datasets or name in asked.datasets]
    found = [(*at, current_folder(workspace.home.lake, "mapped", at[1], at[0])) for at in places]
    there = [(store, dataset, folder) for store, dataset, folder in found if folder is not None]
    if not there:
        raise BadInputError("nothing of this was mapped yet", where="templates export", fix="run `store2erp run` first")
    return sorted(there, key=lambda stage: (stage[2].stat().st_mtime_ns, stage[0], stage[1]))


def _tables(workspace: Workspace, stages: Sequence[_Stage]) -> dict[str, pd.DataFrame]:
    """Every ERP table: rows of all stages, and what is set up before any load."""
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in ERP_TABLES}
    for store, dataset, _ in stages:
        output = read_stage(workspace.home.lake, "mapped", dataset, store)
        for about in tables_of(dataset):
            if about.name in output.tables:
                parts[about.name].append(output.tables[about.name][list(about.column_names)])
    company = workspace.project.company
    stores = [workspace.store(store) for store in dict.fromkeys(store for store, _, _ in stages)]
    parts["company"] = [
        pd.DataFrame([(company.code, company.name, workspace.project.currency)], columns=["company_code", "name", "currency"])
    ]
    parts["store"] = [
        pd.DataFrame([(s.id, company.code, s.label() or s.id) for s in stores], columns=["store_code", "company_code", "name"])
    ]
    places = [(s.id, w.code, w.name or w.code) for s in stores for w in s.warehouses]
    parts["warehouse"] = [pd.DataFrame(places, columns=["store_code", "warehouse_code", "name"], dtype="str")]
    parts["unit"] = [pd.DataFrame({"unit_code": list(VOCABULARIES["unit"])})]
    return {name: pd.concat(found, ignore_index=True) if found else _empty(ERP_TABLES[name]) for name, found in parts.items()}


def _empty(about: ErpTable) -> pd.DataFrame:
    kinds = {column.name: decimal_dtype(column.scale) if column.type == "numeric" else "str" for column in about.columns}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def _demand_usable(workspace: Workspace, folder: Path) -> None:
    if folder.is_relative_to(workspace.loaded.data):
        raise BadInputError("the files would lie among the data", where=str(folder), fix="name another folder with --out")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise BadInputError("the folder holds files that no export made", where=str(folder), fix="name an empty folder with --out")


def _forget(folder: Path) -> None:
    """Remove the files that the manifest of an earlier export names, so that no old file is imported with the new ones."""
    path = folder / MANIFEST
    if not path.is_file():
        return
    try:
        for file in json.loads(path.read_text(encoding="utf-8"))["files"]:
            (folder / Path(file["file"]).name).unlink(missing_ok=True)
        path.unlink()
    except (OSError, ValueError, KeyError) as error:
        what = "the files of an earlier export cannot be removed"
        raise InfrastructureError(what, where=str(folder), fix="empty the folder or name another one") from error


def _manifest(workspace: Workspace, tool: Tool, settings: dict[str, str], stages: Sequence[_Stage], made: Export) -> dict[str, Any]:
    files = [
        {
            "file": _name(number, file),
            "into": file.into,
            "records": file.records,
            "rows": file.rows,
            "sha256": hashlib.sha256(file.content).hexdigest(),
        }
        for number, file in enumerate(made.files, start=1)
    ]
    return {
        "project": workspace.project.name,
        "tool": tool.name,
        "tool_version": tool.version,
        "settings": settings,
        "ties": made.ties,
        "steps": [step.model_dump() for step in tool.steps],
        "files": files,
        "tables": [_books(table) for table in made.books],
        "from": [
            {"store": store, "dataset": dataset, "mapped": folder.name, "facts_sha256": _facts_hash(folder)}
            for store, dataset, folder in stages
        ],
    }


def _facts_hash(folder: Path) -> str:
    """What the lake calls the manifest of a stage: the hash of its facts, which hold those of its files."""
    return hashlib.sha256((folder / "facts.json").read_bytes()).hexdigest()


def _books(table: TableBooks) -> dict[str, Any]:
    return {
        "table": table.table,
        "ties": table.ties,
        "rows_mapped": table.mapped,
        "same_record_again": table.repeated,
        "rows": table.rows,
        "in_files": table.whole,
        "in_files_in_part": table.partly,
        "in_no_file": table.nowhere,
        "totals": {
            name: {"mapped": str(mapped), "in_files": str(written), "in_no_file": str(left)}
            for name, (mapped, written, left) in table.totals.items()
        },
        "in_no_file_by_reason": [
            {
                "column": one.column,
                "reason": one.reason,
                "en": one.words.en,
                "zh": one.words.zh,
                "values": one.rows,
                **({"total": str(one.total)} if one.total is not None else {}),
            }
            for one in table.left
        ],
    }
