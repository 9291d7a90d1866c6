"""Everything one migration project needs at run time, opened once per process.

Belongs here: putting project, home, databases, target and repositories together. Does not belong here: any of them, or Dagster's resources.
"""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.contracts.target_description import Counted, TargetDescription, differences
from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.control.migrate import upgrade
from migration_pipeline.control.records import Records
from migration_pipeline.control.repository.crosswalk import CrosswalkRepository
from migration_pipeline.control.views import build_views
from migration_pipeline.loaded.protocol import CompanyRow, StoreRow, Target
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.mapped.codes import DatasetCodes
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.decided import decisions_of
from migration_pipeline.orchestration.erp_server import tryton_target
from migration_pipeline.project.code_limits import code_limits
from migration_pipeline.project.codes import scheme_of
from migration_pipeline.project.corrections import PlacedCorrection, demand_known_stores, load_corrections
from migration_pipeline.project.load import LoadedProject, load_project
from migration_pipeline.project.loading_settings import Loading
from migration_pipeline.project.models import Company, Project, StoreSpec
from migration_pipeline.project.source import SourceSpec
from migration_pipeline.project.target_file import kept_description, target_file
from migration_pipeline.raw.archive import Archive
from migration_pipeline.raw.gather import Places, datasets_of
from migration_pipeline.raw.shared_inputs import NO_STORE, shared_store_ids
from migration_pipeline.reconciled.reconcile import ArchivePlace
from migration_pipeline.runtime.database_copy import sandbox_databases
from migration_pipeline.runtime.databases import CONTROL, ERP, Databases, open_databases
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.lake_bucket import bucket_of
from migration_pipeline.runtime.memory import use_system_memory
from migration_pipeline.runtime.paths import Home

_SHOWN = 5


@dataclass(frozen=True)
class Workspace:
    """One opened migration project; with `sandbox`, the name of a sandbox, on copies of its ERP and control database."""

    loaded: LoadedProject
    home: Home
    databases: Databases
    sandbox: str = ""

    @property
    def project(self) -> Project:
        """The project file's content."""
        return self.loaded.project

    @property
    def places(self) -> Places:
        """Where extracts read and write; what was parsed before is named by its content, so a sandbox shares it."""
        cache = replace(self.home, sandbox=False).lake / "read"
        return Places(data=self.loaded.data, archive=self.archive, cache=cache, live=self.home.lake / "live")

    @property
    def archive(self) -> Archive:
        """Where untouched copies of the sources lie."""
        archive = Archive.of(self.home.archive, self.project.archive, self.loaded.folder)
        return replace(archive, shared=bucket_of(self.home.lake) is not None)

    @property
    def archive_place(self) -> ArchivePlace:
        """Where reconciliation finds them again."""
        return ArchivePlace(self.home.archive, self.project.archive.identity)

    def verify_manifest(self, output: StageOutput, store: str, dataset: str) -> None:
        """Before a later stage: every archived file of the extract is byte for byte what was read, or BadInputError names it."""
        files = output.facts["files"]
        entries = [entry for found in files.values() for entry in found] if isinstance(files, dict) else []
        self.archive.verify(entries, f"store {store}, {dataset}")

    @cached_property
    def stores(self) -> dict[str, StoreSpec]:
        """All stores by id, head office first, then as listed, then as found in the data."""
        listed = [*self.project.stores, *self._found_stores()]
        return {store.id: store for store in sorted(listed, key=lambda store: store.kind != "head_office")}

    def store(self, store_id: str) -> StoreSpec:
        """One store; raises BadInputError for an unknown id."""
        if store_id not in self.stores:
            known = ", ".join(list(self.stores)[:10])
            raise BadInputError(
                f"there is no store {store_id!r}", where="--store", fix=f"stores are {known}{' ...' if len(self.stores) > 10 else ''}"
            )
        return self.stores[store_id]

    def wave(self, name: str) -> tuple[str, ...]:
        """The stores of a wave, in the order of the project; raises BadInputError for an unknown wave or store."""
        if name not in self.project.waves:
            known = ", ".join(self.project.waves) or "none: add `waves:` to migration.yaml"
            raise BadInputError(f"there is no wave {name!r}", where="--wave", fix=f"waves are {known}")
        return tuple(self.store(store).id for store in self.project.waves[name])

    def source(self, store_id: str) -> SourceSpec:
        """The source one store is read by, with what is the store's own (policies, scales, business day ...) laid over it."""
        store = self.store(store_id)
        return store.laid_over(self.project.sources[store.source])

    def loading(self, store_id: str) -> Loading:
        """How hard and at what hours a store may be loaded: what it says laid over what the project says."""
        own = self.store(store_id).loading
        return own.laid_over(self.project.loading) if own else self.project.loading

    def datasets(self, store_id: str) -> list[str]:
        """The datasets a store has, in load order."""
        return datasets_of(self.store(store_id), self.source(store_id))

    def corrections(self, store_id: str | None = None, dataset: str | None = None) -> tuple[PlacedCorrection, ...]:
        """The project's corrections (of one store and dataset), as the files are now.

        Raises:
            BadInputError: a file is wrong, or names a store that is not there.
        """
        every = load_corrections(self.loaded.folder)
        demand_known_stores(every, list(self.stores))
        return tuple(p for p in every if store_id in {None, p.correction.store} and dataset in {None, p.correction.dataset})

    @property
    def records(self) -> Records:
        """Where runs leave their figures."""
        return Records(self.databases)

    @property
    def report(self) -> Path:
        """The HTML report of the whole migration."""
        return self.home.reports / "index.html"

    @cached_property
    def target(self) -> Target:
        """The ERP, set up for this company and its stores, and still as its kept description says.

        Raises:
            BadInputError: the ERP's tables are not what they were when `store2erp target describe` was run; nothing is loaded.
        """
        target = self._prepared_target()
        if kept := kept_description(self.loaded.folder, target.name):
            demand_unchanged(kept, target.describe(), str(target_file(self.loaded.folder, target.name)))
        return target

    def described(self) -> TargetDescription:
        """What the ERP says about itself now."""
        return self._prepared_target().describe()

    @property
    def lengths(self) -> dict[str, dict[str, tuple[int, Counted]]]:
        """ERP table -> column -> most characters or bytes of its texts, by the kept description; none without one."""
        kept = kept_description(self.loaded.folder, self.project.target)
        tables = kept.tables if kept else {}
        return {
            name: {column: (about.length, about.counted) for column, about in table.columns.items() if about.length is not None}
            for name, table in tables.items()
        }

    @property
    def codes(self) -> dict[str, DatasetCodes]:
        """How the ERP codes of each dataset are made up, and what the project and the ERP demand of them.

        Raises:
            BadInputError: a scheme does not fit the ERP as its description is kept.
        """
        limits = code_limits(self.loaded, self.project.target)
        return {dataset: DatasetCodes(scheme_of(self.project.codes, dataset), limit) for dataset, limit in limits.items()}

    def bare_target(self) -> Target:
        """The ERP as it is, not asked for anything yet; of a sandbox, its copy."""
        return tryton_target(self.home, self.databases) if self.project.target == "tryton" else PostgresTarget(self.databases)

    def prepare(self, target: Target) -> None:
        """Set a target up for this company, its stores and all units."""
        company: Company = self.project.company
        stores = [StoreRow(s.id, s.label() or s.id, {w.code: w.name or w.code for w in s.warehouses}) for s in self.stores.values()]
        target.prepare(CompanyRow(company.code, company.name, self.project.currency), stores, VOCABULARIES["unit"])

    def _prepared_target(self) -> Target:
        target = self.bare_target()
        self.prepare(target)
        return target

    def mapping_context(self, store_id: str, run_id: str) -> MappingContext:
        """What mapping one store needs."""
        offices = tuple(s.id for s in self.stores.values() if s.kind == "head_office" and s.id != store_id)
        words, crosswalk = self.source(store_id).value_maps, CrosswalkRepository(self.databases)
        warehouses = tuple(warehouse.code for warehouse in self.store(store_id).warehouses)
        decisions = decisions_of(self.loaded.folder)
        return MappingContext(store_id, run_id, (store_id, *offices), words, crosswalk, warehouses, decisions, self.lengths, self.codes)

    def _found_stores(self) -> list[StoreSpec]:
        found = self.project.stores_from
        if found is None:
            return []
        spec = self.project.sources[found.source].inputs[found.input]
        ids = shared_store_ids(self.places.cache, found.input, spec, self.loaded.data)
        return [
            StoreSpec(id=found.id.format(value=value), name=found.name.format(value=value), source=found.source, source_id=value)
            for value in ids
            if value != NO_STORE
        ]


def demand_unchanged(kept: TargetDescription, found: TargetDescription, where: str) -> None:
    """Raises BadInputError that says what has changed in the ERP since its description was kept."""
    if changed := differences(kept, found):
        more = f"; and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        raise BadInputError(
            f"the ERP is not what it was: {'; '.join(changed[:_SHOWN])}{more}",
            where=where,
            fix="check the mapping against the change, then run `store2erp target describe` to accept it",
        )


@lru_cache(maxsize=4)
def open_workspace(project_dir: Path, data: Path | None = None, sandbox: str = "") -> Workspace:
    """Load the project, start its databases if need be, bring the control database up to date; `sandbox` names copies that were made of it.

    Raises:
        BadInputError: the project file or the data folder is wrong.
        InfrastructureError: no database.
    """
    use_system_memory()
    loaded = load_project(project_dir, data)
    home = replace(Home.of(loaded.folder), sandbox=bool(sandbox))
    home.ensure()
    databases = open_databases(home)
    if sandbox:
        return Workspace(loaded, home, sandbox_databases(databases, sandbox), sandbox)
    databases.ensure(ERP)
    databases.ensure(CONTROL)
    upgrade(databases)
    build_views(databases)
    return Workspace(loaded, home, databases)
