"""What mapping needs besides the data: who the store is, how its words translate, and the crosswalk.

Belongs here: the context and the protocol of the crosswalk. Does not belong here: the crosswalk's storage (`control/`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pandas as pd

from migration_pipeline.contracts.codes import NO_LIMIT, CodeLimit
from migration_pipeline.contracts.target_description import Counted
from migration_pipeline.mapped.codes import DatasetCodes
from migration_pipeline.mapped.decided import Decided
from migration_pipeline.project.codes import DEFAULT_CODES


class Crosswalk(Protocol):
    """(dataset, store, source key) -> ERP key, persistent and unique."""

    def assign(self, dataset: str, store: str, run_id: str, frame: pd.DataFrame, limit: CodeLimit = NO_LIMIT) -> pd.DataFrame:
        """ERP keys for source records, new ones made where needed; columns source_key, erp_key, is_owner in the order given."""
        ...

    def lookup(
        self, dataset: str, stores: Sequence[str], source_keys: Iterable[str] | None = None, fields: Sequence[str] = ()
    ) -> pd.DataFrame:
        """Columns source_key, store, erp_key and what that record itself says of `fields`; an earlier store of `stores` wins."""
        ...

    def golden(self, dataset: str, erp_keys: Iterable[str], fields: Sequence[str] | None = None) -> pd.DataFrame:
        """One row per ERP key: the newest value of each field over all stores; only some fields, if they are named."""
        ...


@dataclass(frozen=True)
class MappingContext:
    """One store's mapping.

    Attributes:
        reference_stores: where references are looked up: the store itself, then head office.
        value_maps: vocabulary -> source word -> ERP word.
        warehouses: the stock locations the ERP knows of this store.
        decisions: dataset -> what was decided about its duplicates.
        lengths: ERP table -> column -> most characters or bytes of its texts, as the ERP described itself; empty without a description.
        codes: dataset -> how its ERP codes are made up; the house's own scheme where it is not named.
    """

    store: str
    run_id: str
    reference_stores: tuple[str, ...]
    value_maps: Mapping[str, Mapping[str, str]]
    crosswalk: Crosswalk
    warehouses: tuple[str, ...] = ("MAIN",)
    decisions: Mapping[str, Decided] = field(default_factory=dict)
    lengths: Mapping[str, Mapping[str, tuple[int, Counted]]] = field(default_factory=dict)
    codes: Mapping[str, DatasetCodes] = field(default_factory=dict)

    def codes_of(self, dataset: str) -> DatasetCodes:
        """How one dataset's ERP codes are made up."""
        return self.codes.get(dataset) or DatasetCodes(DEFAULT_CODES[dataset])

    def decided(self, dataset: str) -> Decided:
        """What was decided about one dataset's duplicates."""
        return self.decisions.get(dataset, Decided())
