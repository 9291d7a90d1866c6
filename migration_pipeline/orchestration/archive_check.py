"""The weekly look at the archive: the job `verify_archive` and its schedule. What it finds is in the history of checks, and so in alerts.

Belongs here: judging stores by what lies in the archive. Does not belong here: looking (`archive.py`), the command (`cli/archive.py`).
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

from migration_pipeline.control.models import CheckResult
from migration_pipeline.control.repository.checks import CheckRepository
from migration_pipeline.control.repository.runs import RunRepository
from migration_pipeline.orchestration.archive import Found, kept_files, verify
from migration_pipeline.orchestration.failures import as_failures
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.runtime.errors import Store2erpError

CHECK = "archive_whole"
"""Name in the history of checks; its stage is `archive`."""


def archive_results(found: Sequence[Found], run_id: str, now: datetime) -> list[CheckResult]:
    """One result per store x dataset: passed if every place holds a good copy of each of its files.

    A file that several stores share is looked at once, and counts for the first of them.
    """
    places = dict.fromkeys((one.kept.store, one.kept.dataset) for one in found)
    return [_result(place, [one for one in found if (one.kept.store, one.kept.dataset) == place], run_id, now) for place in places]


def _result(place: tuple[str, str], own: Sequence[Found], run_id: str, now: datetime) -> CheckResult:
    figures = {state: sum(one.state == state for one in own) for state in ("ok", "changed", "missing")}
    bad = len(own) - figures["ok"]
    return CheckResult(
        judged_at=now, run_id=run_id, store=place[0], dataset=place[1], stage="archive", check_name=CHECK,
        verdict="failed" if bad else "passed", figures=figures,
        told=f"{bad} of {len(own)} archived copies are not what was read 归档副本与读取时不符" if bad else "",
    )  # fmt: skip


@dg.op(name="verify_files", description="Compares every archived file with its hash. 逐一校验归档文件。")
def verify_archive_op(context: dg.OpExecutionContext, migration: MigrationResource) -> None:
    """Look at every file of every extract and keep what was found; fails if a copy is not good."""
    with as_failures():
        workspace = migration.workspace()
        found = verify(workspace.archive, kept_files(workspace, None, None), lambda _: None)
        results = archive_results(found, context.run_id, datetime.now(UTC))
        failed = [f"{one.store} {one.dataset}: {one.told}" for one in results if one.verdict == "failed"]
        CheckRepository(workspace.databases).record(*results)
    context.log.info("%d copies looked at, %d stores x datasets not whole", len(found), len(failed))
    if failed:
        raise dg.Failure(
            f"{'; '.join(failed[:5])}\n  To do: store2erp archive verify --repair", metadata={"exit_code": 1}, allow_retries=False
        )


@dg.job(
    name="verify_archive",
    description="Is every source file still in the archive, unchanged? 校验归档。",
    executor_def=dg.in_process_executor,
)
def verify_archive() -> None:
    """The job."""
    verify_archive_op()


@dg.schedule(
    job=verify_archive,
    cron_schedule="0 4 * * 0",
    execution_timezone="Asia/Shanghai",
    name="archive_weekly",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Verifies the archive on Sundays; reads no store's ERP. 每周日校验归档。",
)
def archive_weekly(context: dg.ScheduleEvaluationContext, migration: MigrationResource) -> dg.RunRequest | dg.SkipReason:
    """Request the job, if anything was ever archived."""
    try:
        extracts = RunRepository(migration.workspace().databases).extracts()
    except Store2erpError as error:
        return dg.SkipReason(str(error))
    if not extracts:
        return dg.SkipReason("nothing was archived yet 尚无归档")
    return dg.RunRequest(run_key=f"archive {context.scheduled_execution_time:%Y-%m-%d}")
