"""Models of `migration.yaml`: stores, sources, limits. Closed and frozen.

Belongs here: the schema. Does not belong here: reading the file (`load.py`), the schema of a source (`source.py`) and
whether its parts fit together (`check.py`).
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from migration_pipeline.contracts.policies import Policy, Severity
from migration_pipeline.project.alert_settings import Alerts
from migration_pipeline.project.check import MisplacedError, check_policies, check_severities, check_source, demand_known
from migration_pipeline.project.codes import CodeScheme, check_codes
from migration_pipeline.project.loading_settings import Loading
from migration_pipeline.project.reconciliation_settings import ReconciliationSettings
from migration_pipeline.project.sales_settings import BusinessDay
from migration_pipeline.project.source import Closed, SourceSpec, WeighedBarcodes
from migration_pipeline.project.sync_settings import Sync

StoreKind = Literal["store", "head_office"]
_ID = r"^[A-Za-z0-9_-]{1,32}$"


class Text(Closed):
    """A text a user reads, in both languages."""

    en: str
    zh: str


class Company(Closed):
    """The company all stores belong to in the ERP."""

    code: str = "C01"
    name: str = "Company"


class WarehouseSpec(Closed):
    """One stock location of a store; `code` as the source writes it."""

    code: str
    name: str = ""


class StoreSpec(Closed):
    """One store: the Dagster partition.

    Attributes:
        kind: `head_office` holds company-wide master data and goes first.
        path: folder below the data folder; `source_id` its value in shared files.
        datasets: what this store has; default: all that its source describes.
        connection: parts of the `url:` of live databases that differ between stores (host, database ...); never a password.
        policies, severities: laid over those of its source.
        weighed_barcodes: what this store's scales print, in the place of what its source says; `[]` for none.
        business_day: laid over that of its source.
        cashiers, terminals: those of this store, in the place of its source's.
        loading: laid over that of the project.
    """

    id: str = Field(pattern=_ID)
    name: str | Text = ""
    source: str
    kind: StoreKind = "store"
    path: str = "."
    source_id: str | None = None
    warehouses: tuple[WarehouseSpec, ...] = (WarehouseSpec(code="MAIN"),)
    datasets: tuple[str, ...] | None = None
    connection: dict[str, str] = Field(default_factory=dict)
    policies: dict[str, Policy] = Field(default_factory=dict)
    severities: dict[str, Severity] = Field(default_factory=dict)
    weighed_barcodes: WeighedBarcodes | None = None
    business_day: BusinessDay | None = None
    cashiers: tuple[str, ...] = ()
    terminals: tuple[str, ...] = ()
    loading: Loading | None = None

    def label(self) -> str:
        """Its name in one line."""
        return self.name if isinstance(self.name, str) else f"{self.name.zh} {self.name.en}"

    def laid_over(self, source: SourceSpec) -> SourceSpec:
        """The source as this store has it: its own policies, severities, scales, business day, cashiers and terminals over the source's."""
        own: dict[str, object] = {
            "policies": source.policies | self.policies,
            "severities": source.severities | self.severities,
            "weighed_barcodes": source.weighed_barcodes if self.weighed_barcodes is None else self.weighed_barcodes,
            "business_day": self.business_day.laid_over(source.business_day) if self.business_day else source.business_day,
            "cashiers": self.cashiers or source.cashiers,
            "terminals": self.terminals or source.terminals,
        }
        return source.model_copy(update=own)


class StoresFrom(Closed):
    """Stores found in a column of a shared input; `id` is a pattern with `{value}`."""

    source: str
    input: str
    id: str = "{value}"
    name: str = "{value}"


class ArchiveSpec(Closed):
    """Where and how untouched source files are kept.

    Attributes:
        second: another place that gets every file as well: a folder, or `s3://bucket/prefix`.
        recipients: age public keys (`age1...`); if there are any, archived files are encrypted for them.
        identity: name of the environment variable that holds the path of the age identity file, to read them again.
    """

    second: str | None = None
    recipients: tuple[str, ...] = ()
    identity: str = "STORE2ERP_ARCHIVE_IDENTITY"


class Limits(Closed):
    """How many rejected rows a person has accepted, over the stores and datasets of a run; one more makes the run end with exit code 1."""

    rejected_rows: int = Field(default=0, ge=0)


class Project(Closed):
    """A migration project: all that is particular to one retailer.

    Attributes:
        data: folder of the sources, relative to the project file; `--data` overrides it.
        target: the kind of ERP that is loaded.
        waves: name -> the stores that move together.
        codes: dataset -> how the ERP codes of its new records are made up; those not named keep the house's own scheme.
        loading: pace, batches and hours of loading the ERP.
        reconciliation: what may stay unexplained.
        alerts: whom to tell when something goes wrong.
        sync: how migrated stores follow their sources; None: they do not.
        not_migrated: files in the data folder that are deliberately left, with the reason; any other unread file is an error.
    """

    version: Literal[1]
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: Text
    currency: str = Field(default="CNY", pattern=r"^[A-Z]{3}$")
    data: str = "data"
    company: Company = Company()
    target: Literal["postgres", "tryton"] = "postgres"
    limits: Limits = Limits()
    archive: ArchiveSpec = ArchiveSpec()
    sources: dict[str, SourceSpec]
    stores: tuple[StoreSpec, ...] = ()
    stores_from: StoresFrom | None = None
    waves: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    codes: dict[str, CodeScheme] = Field(default_factory=dict)
    loading: Loading = Loading()
    reconciliation: ReconciliationSettings = ReconciliationSettings()
    alerts: Alerts = Alerts()
    sync: Sync | None = None
    not_migrated: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.stores and not self.stores_from:
            raise ValueError("a project needs 'stores' or 'stores_from'")
        ids = [store.id for store in self.stores]
        for place, store in enumerate(self.stores):
            here = ("stores", str(place))
            if store.id in ids[:place]:
                raise MisplacedError(f"the store id {store.id!r} comes more than once", *here, "id")
            demand_known([store.source], self.sources, "source", (*here, "source"))
            demand_known(store.datasets or (), self.sources[store.source].datasets, "dataset", (*here, "datasets"))
            check_policies(store.policies, here)
            check_severities(store.severities, here)
            if store.loading and store.loading.parallel is not None:
                raise MisplacedError("how many loads run at once is said for the whole project", *here, "loading", "parallel")
        self._check_waves(ids)
        if self.stores_from:
            demand_known([self.stores_from.source], self.sources, "source", ("stores_from", "source"))
            demand_known([self.stores_from.input], self.sources[self.stores_from.source].inputs, "input", ("stores_from", "input"))
        check_codes(self.codes)
        for name, source in self.sources.items():
            check_source(source, ("sources", name))
        return self

    def _check_waves(self, ids: list[str]) -> None:
        """Stores found in the data are not known here; the workspace refuses those that are not there."""
        for wave, members in self.waves.items():
            if not self.stores_from:
                demand_known(members, ids, "store", ("waves", wave))
            if twice := [one for one in members if members.count(one) > 1]:
                raise MisplacedError(f"the store {twice[0]!r} comes more than once", "waves", wave)
