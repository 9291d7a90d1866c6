"""What all checks have in common: one store at a time, blocking, and every result kept in the control database's history.

Belongs here: that frame. Does not belong here: what a check looks at (its own module), what a failing one stops (`assets/store_step.py`).
A check that raises is kept as `error` and stops the store like one that fails.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.control.models import CheckResult
from migration_pipeline.control.repository.checks import CheckRepository
from migration_pipeline.orchestration.store_stage import StoreStage
from migration_pipeline.runtime.errors import Store2erpError

Judge = Callable[[StoreStage, StageOutput], Mapping[str, dg.AssetCheckResult]]
"""Takes a stage of a store and what it has just made; gives the result of every check by its name."""


@dataclass(frozen=True)
class StoreCheck:
    """A check, or several that are judged together.

    Attributes:
        told: name -> what is asked, in both languages.
        judge: asks it.
    """

    told: Mapping[str, str]
    judge: Judge


def one_check(name: str, told: str, judge: Callable[[StoreStage, StageOutput], dg.AssetCheckResult]) -> StoreCheck:
    """A check by itself."""
    return StoreCheck({name: told}, lambda at, output: {name: judge(at, output)})


@dataclass(frozen=True)
class Judged:
    """One result of one store."""

    name: str
    result: dg.AssetCheckResult

    @property
    def stops(self) -> bool:
        """Whether the store goes no further."""
        return verdict(self.result) == "failed"

    @property
    def words(self) -> str:
        """For a person: which check, and what it says."""
        return f"check {self.name} did not pass" + (f": {told(self.result)}" if told(self.result) else "")


def judged_checks(checks: Sequence[StoreCheck], at: StoreStage, output: StageOutput) -> list[Judged]:
    """Judge a stage's output and keep the results in the history; what cannot be judged is kept as `error`, and raised after the others.

    Raises:
        Store2erpError: a check could not be judged.
    """
    found, kept, errors = list[Judged](), list[CheckResult](), list[Store2erpError]()
    for check in checks:
        try:
            results = check.judge(at, output)
        except Store2erpError as error:
            kept += [_kept(at, name, "error", str(error), {}) for name in check.told]
            errors.append(error)
            continue
        found += [Judged(name, result) for name, result in results.items()]
        kept += [_kept(at, name, verdict(result), told(result), figures(result)) for name, result in results.items()]
    CheckRepository(at.workspace.databases).record(*kept)
    if errors:
        raise errors[0]
    return found


def _kept(at: StoreStage, name: str, verdict: str, told: str, figures: dict[str, object]) -> CheckResult:
    return CheckResult(
        judged_at=datetime.now(UTC),
        run_id=at.run_id,
        store=at.store,
        dataset=at.dataset.name,
        stage=at.stage,
        check_name=name,
        verdict=verdict,
        told=told,
        figures=figures,
    )


def verdict(result: dg.AssetCheckResult) -> str:
    """`passed`, `warned` or `failed`."""
    if result.passed:
        return "passed"
    return "failed" if result.severity is dg.AssetCheckSeverity.ERROR else "warned"


def told(result: dg.AssetCheckResult) -> str:
    """What the check says in words; empty where nothing is to say."""
    return result.description or ""


def figures(result: dg.AssetCheckResult) -> dict[str, object]:
    """The figures of a result: numbers, short texts and lists; no tables for reading, no paths."""
    kept = (dg.IntMetadataValue, dg.TextMetadataValue, dg.JsonMetadataValue, dg.BoolMetadataValue)
    return {name: value.value for name, value in (result.metadata or {}).items() if isinstance(value, kept)}
