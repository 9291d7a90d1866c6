"""Our errors as Dagster failures: what, where, to do and exit code instead of a traceback.

Belongs here: the translation in both directions. Does not belong here: errors themselves (`runtime/errors.py`).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

import dagster as dg

from migration_pipeline.control.models_runs import RunStop
from migration_pipeline.runtime.errors import Store2erpError


@contextmanager
def as_failures() -> Iterator[None]:
    """Turn a Store2erpError into a `Failure` whose description a person can act on; only transient ones may be retried."""
    try:
        yield
    except Store2erpError as error:
        metadata: dict[str, str | int] = {"exit_code": error.exit_code, "where": error.where, "what": error.what, "to_do": error.fix}
        raise dg.Failure(description=str(error), metadata=metadata, allow_retries=error.transient) from error


def told_of(error: Exception) -> str:
    """An error in words."""
    return str(error) if isinstance(error, Store2erpError) else f"{type(error).__name__}: {error}"


def exit_code_of(error: Exception) -> int | None:
    """What an error asks a command to end with; None: not one of ours."""
    return error.exit_code if isinstance(error, Store2erpError) else None


def stops_as_failure(stops: Sequence[RunStop], stores: int, errors: Mapping[str, Exception]) -> NoReturn:
    """End a step in which stores stopped, or that is the last one they do not reach.

    Raises:
        dagster.Failure: which stores, where and why; may be retried if all that stopped here may pass by itself.
        Exception: what is none of our errors, if it is the only one.
    """
    if len(stops) == 1 and stops[0].store in errors:
        with as_failures():
            raise errors[stops[0].store]
    told = "\n".join(f"{stop.store}, {stop.asset}: {stop.told}" for stop in stops)
    stopped = sorted({stop.store for stop in stops})
    transient = bool(errors) and all(isinstance(error, Store2erpError) and error.transient for error in errors.values())
    codes = [stop.exit_code for stop in stops if stop.exit_code is not None]
    raise dg.Failure(
        description=told if stores == 1 else f"{len(stopped)} of {stores} stores stopped; the others went on.\n{told}",
        metadata={"stores": ", ".join(stopped), **({"exit_code": max(codes)} if codes else {})},
        allow_retries=transient and len(stops) == len(errors),
    )


@dataclass(frozen=True)
class StepFailure:
    """A step that failed: its message, and the exit code it asks for (None: not one of ours)."""

    step: str
    message: str
    exit_code: int | None


def failures_of(stops: Iterable[RunStop]) -> list[StepFailure]:
    """Where a store stopped because of an error; checks that did not pass are results."""
    return [StepFailure(stop.asset, stop.told, stop.exit_code) for stop in stops if not stop.check_name]


def other_failures(result: dg.ExecuteInProcessResult, stops: Collection[RunStop]) -> list[StepFailure]:
    """Steps of a run that failed as a whole, e.g. because the database went away: no store stopped there, yet none went on."""
    known = {stop.asset for stop in stops}
    events = [event for event in result.all_events if event.is_step_failure and event.step_key not in known]
    return [_failure(event) for event in events if not _tells_of_stops(event)]


def _tells_of_stops(event: dg.DagsterEvent) -> bool:
    told = event.step_failure_data.user_failure_data
    return told is not None and "stores" in (told.metadata or {})


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
