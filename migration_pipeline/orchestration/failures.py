"""Our errors as Dagster failures: what, where, to do and exit code instead of a traceback.

Belongs here: the translation in both directions. Does not belong here: errors themselves (`runtime/errors.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import dagster as dg
from dagster._core.errors import DagsterAssetCheckFailedError

from migration_pipeline.runtime.errors import Store2erpError


@contextmanager
def as_failures() -> Iterator[None]:
    """Turn a Store2erpError into a `Failure` whose description a person can act on; only transient ones may be retried."""
    try:
        yield
    except Store2erpError as error:
        metadata: dict[str, str | int] = {"exit_code": error.exit_code, "where": error.where, "what": error.what, "to_do": error.fix}
        raise dg.Failure(description=str(error), metadata=metadata, allow_retries=error.transient) from error


@dataclass(frozen=True)
class StepFailure:
    """A step that failed: its message, and the exit code it asks for (None: not one of ours)."""

    step: str
    message: str
    exit_code: int | None


def failures_of(result: dg.ExecuteInProcessResult) -> list[StepFailure]:
    """The failed steps of a run, in order; not the steps skipped because of them, nor checks that did not pass (they are results)."""
    return [_failure(event) for event in result.all_events if event.is_step_failure and not _is_failed_check(event)]


def _is_failed_check(event: dg.DagsterEvent) -> bool:
    """Dagster fails the step of a blocking check that did not pass."""
    error = event.step_failure_data.error
    return error is not None and error.cls_name == DagsterAssetCheckFailedError.__name__


def _failure(event: dg.DagsterEvent) -> StepFailure:
    data = event.step_failure_data
    step = event.step_key or ""
    if data.user_failure_data is not None:
        code = data.user_failure_data.metadata.get("exit_code") if data.user_failure_data.metadata else None
        return StepFailure(step, data.user_failure_data.description or "", int(str(code.value)) if code is not None else 1)
    error = data.error
    while error is not None and error.cause is not None:
        error = error.cause
    known = {cls.__name__: cls.exit_code for cls in _families(Store2erpError)}
    name = error.cls_name if error else None
    message = error.message.strip().partition(": ")[2] if error else "unknown error"
    return StepFailure(step, message, known.get(name or ""))


def _families(cls: type[Store2erpError]) -> list[type[Store2erpError]]:
    return [cls, *(family for child in cls.__subclasses__() for family in _families(child))]
