"""`expectations`: the ERP's loaded tables of the store are as the Great Expectations suites say; counts only."""

import json
from dataclasses import asdict
from pathlib import Path

import dagster as dg
import pandas as pd

from migration_pipeline.contracts.expectation_suites import Suite, SuiteError, built_in_suite, project_suite
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.orchestration.checks.erp_copy import readable_erp
from migration_pipeline.orchestration.checks.store_check import StoreCheck, one_check
from migration_pipeline.orchestration.metadata import markdown
from migration_pipeline.orchestration.store_stage import StoreStage
from migration_pipeline.reconciled.expectations import Expected, expectations_met
from migration_pipeline.runtime.errors import BadInputError


def expectations_check() -> StoreCheck:
    """The check `expectations` of `loaded_<dataset>`."""

    def judge(at: StoreStage, output: StageOutput) -> dg.AssetCheckResult:
        workspace, name = at.workspace, at.dataset.name
        with readable_erp(workspace, at.store, at.dataset) as url:
            found = expectations_met(url, at.store, suites_of(name, workspace.loaded.folder))
        return expectations_result(found, write_results(workspace.home.reports / "expectations" / at.store / f"{name}.json", found))

    words = "The loaded tables are as the suites say (Great Expectations, inside PostgreSQL). 已导入的表符合期望套件。"
    return one_check("expectations", words, judge)


def suites_of(dataset: str, folder: Path) -> list[Suite]:
    """The suite that ships and the project's own.

    Raises:
        BadInputError: the project's file is no suite.
    """
    try:
        own = project_suite(folder, dataset)
    except SuiteError as error:
        raise BadInputError(str(error), where=error.where, fix="write it as the suites that ship are written: docs/checks.md") from error
    return [built_in_suite(dataset), *([own] if own else [])]


def expectations_result(found: list[Expected], written: Path) -> dg.AssetCheckResult:
    """Passed if every expectation is met; an unmet critical one stops the store, others warn."""
    unmet = [one for one in found if not one.met]
    critical = [one for one in unmet if one.severity == "critical"]
    rows = [(one.table, one.column, one.severity, one.checked, one.unexpected, one.en, one.zh) for one in unmet]
    table = pd.DataFrame(rows, columns=["table", "column", "severity", "rows", "unexpected", "expected", "期望"])
    return dg.AssetCheckResult(
        passed=not unmet,
        severity=dg.AssetCheckSeverity.ERROR if critical else dg.AssetCheckSeverity.WARN,
        description=f"not met: {'; '.join(one.en for one in critical or unmet)}" if unmet else None,
        metadata={
            "expectations": dg.MetadataValue.int(len(found)),
            "met": dg.MetadataValue.int(len(found) - len(unmet)),
            "not met": dg.MetadataValue.md(markdown(table)),
            "all results": dg.MetadataValue.path(str(written)),
        },
    )


def write_results(path: Path, found: list[Expected]) -> Path:
    """Every expectation with its counts as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1), encoding="utf-8")
    return path
