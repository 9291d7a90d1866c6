"""One Dagster step: one stage of one dataset, for every store of the run, with its checks.

A run is about one store or about several. Each store has its own materialization, its own check results, and its own stop: what fails
for one store is kept until the step has gone through the others, and that store's later steps are left out. A run in which a store stopped
ends as failed: at once if no store is left, otherwise in the last steps.
Belongs here: that. Does not belong here: what a stage does (its own module), what a check looks at (`orchestration/checks/`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Any, cast

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData
from dagster._core.definitions.source_asset import SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION as NO_EVENT_OF_ITS_OWN

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.control.models_runs import RunStop
from migration_pipeline.control.repository.stops import StopRepository
from migration_pipeline.orchestration.assets.grammar import ALL, is_last, name_of, properties, upstream
from migration_pipeline.orchestration.checks.store_check import Judged, StoreCheck, judged_checks
from migration_pipeline.orchestration.failures import as_failures, exit_code_of, stops_as_failure, told_of
from migration_pipeline.orchestration.own_runs import stores_here
from migration_pipeline.orchestration.partitions import STORES
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.orchestration.retries import Retries
from migration_pipeline.orchestration.store_stage import Made, StoreStage
from migration_pipeline.orchestration.versions import data_version
from migration_pipeline.orchestration.workspace import Workspace
from migration_pipeline.runtime.lake import write_stage

Event = dg.Output[None] | dg.AssetMaterialization | dg.AssetCheckEvaluation


Body = Callable[[StoreStage], Made]


def stage_asset(stage: str, dataset: Dataset, body: Body, checks: Sequence[StoreCheck] = ()) -> dg.AssetsDefinition:
    """The asset of one stage x dataset with its blocking checks."""
    specs = [
        dg.AssetCheckSpec(name, asset=name_of(stage, dataset.name), blocking=True, partitions_def=STORES, description=words)
        for check in checks
        for name, words in check.told.items()
    ]

    @dg.asset(**properties(stage, dataset), check_specs=specs, dagster_type=dg.Nothing)
    def step(context: dg.AssetExecutionContext, migration: MigrationResource) -> Iterator[Event]:
        with as_failures():
            workspace = migration.workspace()
            stores = [store for store in stores_here(context, workspace) if dataset.name in workspace.datasets(store)]
            yield from _Step(context, workspace, stage, dataset, body, checks).through(stores)
        yield dg.Output(None, metadata={NO_EVENT_OF_ITS_OWN: True})
        yield from (dg.Output(None, output_name=f"{name_of(stage, dataset.name)}_{spec.name}") for spec in specs)

    return cast("dg.AssetsDefinition", step)


@dataclass
class _Apart:
    """Keeps an error of one store from the others; it is raised when the step has gone through all of them."""

    errors: dict[str, Exception] = field(default_factory=dict)
    store: str = ""

    def of(self, store: str) -> "_Apart":
        self.store = store
        return self

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> bool:
        if isinstance(error, Exception):
            self.errors[self.store] = error
            return True
        return False


@dataclass(frozen=True)
class _Step:
    context: dg.AssetExecutionContext
    workspace: Workspace
    stage: str
    dataset: Dataset
    body: Body
    checks: Sequence[StoreCheck]

    @property
    def asset(self) -> str:
        return name_of(self.stage, self.dataset.name)

    def through(self, stores: Sequence[str]) -> Iterator[Event]:
        """Make and judge every store that has not stopped before; raises what has to be raised at the end."""
        stopped, apart, judged = self._stopped(), _Apart(), dict[str, list[Judged]]()
        retries = Retries(self.context.log.warning)
        for store in (one for one in stores if one not in stopped):
            at = StoreStage(self.workspace, self.context.run, self.stage, self.dataset, store)
            made = None
            with apart.of(store):
                made = retries.of(f"{store}, {self.asset}", partial(self.body, at))
                write_stage(self.workspace.home.lake, self.stage, self.dataset.name, store, made.output)
            if made is not None:
                yield self._materialization(store, made)
                with apart.of(store):
                    judged[store] = judged_checks(self.checks, at, made.output)
        yield from self._evaluations(judged)
        mine = self._stops(judged, apart.errors)
        StopRepository(self.workspace.databases).replace(self.context.run.run_id, self.asset, mine)
        out = {store for store in stores if store in stopped} | {stop.store for stop in mine}
        if out and (out == set(stores) or is_last(self.asset, self._selected())):
            before = [stop for store in stores for stop in stopped.get(store, ())]
            stops_as_failure([*before, *mine], len(stores), apart.errors)

    def _materialization(self, store: str, made: Made) -> dg.AssetMaterialization:
        version = {"dagster/data_version": data_version(self.stage, made.output), "dagster/data_version_is_user_provided": "true"}
        return dg.AssetMaterialization(self.asset, partition=store, metadata=made.metadata, tags=version)

    def _evaluations(self, judged: Mapping[str, list[Judged]]) -> Iterator[dg.AssetCheckEvaluation]:
        """Each beside the materialization it is about, or Dagster's UI does not show it with the store."""
        if not self.checks or not judged:
            return
        key = dg.AssetKey(self.asset)
        wanted = dg.AssetRecordsFilter(asset_key=key, asset_partitions=list(judged))
        there = {one.partition_key: one for one in self.context.instance.fetch_materializations(wanted, limit=len(judged)).records}
        for store, results in judged.items():
            about = there[store]
            target = AssetCheckEvaluationTargetMaterializationData(
                storage_id=about.storage_id, run_id=about.run_id, timestamp=about.timestamp
            )
            for one in results:
                yield dg.AssetCheckEvaluation(
                    asset_key=key,
                    check_name=one.name,
                    passed=one.result.passed,
                    metadata=one.result.metadata,
                    severity=one.result.severity,
                    description=one.result.description,
                    target_materialization_data=target,
                    partition=store,
                )

    def _stopped(self) -> dict[str, list[RunStop]]:
        """Stores that stopped before this step, in this run or, if it continues another, in that one."""
        run, before = self.context.run, upstream(self.asset)
        again = set(run.step_keys_to_execute or ())
        runs = [run.run_id, *([run.parent_run_id] if again and run.parent_run_id else [])]
        found: dict[str, list[RunStop]] = {}
        for stop in StopRepository(self.workspace.databases).of(runs):
            if stop.asset in before and (stop.run_id == run.run_id or stop.asset not in again):
                found.setdefault(stop.store, []).append(stop)
        return found

    def _stops(self, judged: Mapping[str, list[Judged]], errors: Mapping[str, Exception]) -> list[RunStop]:
        """Who stops here: because of an error, or of a check."""
        place: Any = {"run_id": self.context.run.run_id, "asset": self.asset, "stopped_at": datetime.now(UTC)}
        checks = [(store, one) for store, results in judged.items() for one in results if one.stops]
        return [
            *(
                RunStop(store=store, check_name="", told=told_of(error), exit_code=exit_code_of(error), **place)
                for store, error in errors.items()
            ),
            *(RunStop(store=store, check_name=one.name, told=one.words, exit_code=1, **place) for store, one in checks),
        ]

    def _selected(self) -> list[str]:
        chosen = self.context.run.asset_selection
        return ALL if chosen is None else [key.to_user_string() for key in chosen]
