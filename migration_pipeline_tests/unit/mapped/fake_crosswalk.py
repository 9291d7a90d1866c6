"""A crosswalk in memory, with the house's own rule of identity.

Belongs here: enough of `mapped.context.Crosswalk` to test mapping without a database. Does not belong here: the rule itself.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from migration_pipeline.contracts.codes import NO_LIMIT, CodeLimit
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.control.repository.identity_rule import NewRecord, Register, resolve
from migration_pipeline.mapped.context import Crosswalk, MappingContext
from migration_pipeline.mapped.map import map_to_erp

WAREHOUSES = ("MAIN", "QC")
Contribution = tuple[pd.Timestamp, dict[str, str | None]]


@dataclass
class FakeCrosswalk:
    """Fulfils `Crosswalk`; `keys` is (dataset, store) -> source key -> ERP key."""

    keys: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    registers: dict[str, Register] = field(default_factory=dict)
    records: dict[tuple[str, str], list[Contribution]] = field(default_factory=dict)
    said: dict[tuple[str, str, str], dict[str, str | None]] = field(default_factory=dict)

    def assign(self, dataset: str, store: str, run_id: str, frame: pd.DataFrame, limit: CodeLimit = NO_LIMIT) -> pd.DataFrame:
        """New keys by the rule of identity; asking twice is not foreseen."""
        assert run_id
        assert frame["source_key"].is_unique
        rows = list((frame if "code_digits" in frame else frame.assign(code_digits=0)).itertuples())
        pairs = [[tuple(pair) for pair in row.identities] for row in rows]
        records = [NewRecord(place, row.code_hint, pairs[place], row.code_digits) for place, row in enumerate(rows)]
        found = resolve(records, self.registers.setdefault(dataset, Register()))
        assert not any(limit.problem(key) for _, key, owner in found if owner)
        for place, key, _ in found:
            self.keys.setdefault((dataset, store), {})[rows[place].source_key] = key
            seen = pd.Timestamp.min if pd.isna(rows[place].updated_at) else rows[place].updated_at
            self.said[dataset, store, rows[place].source_key] = json.loads(rows[place].fields)
            self.records.setdefault((dataset, key), []).append((seen, json.loads(rows[place].fields)))
        columns = {"source_key": [row.source_key for row in rows], "erp_key": [key for _, key, _ in found]}
        return pd.DataFrame({**columns, "is_owner": [owner for *_, owner in found]})

    def lookup(
        self, dataset: str, stores: Sequence[str], source_keys: Iterable[str] | None = None, fields: Sequence[str] = ()
    ) -> pd.DataFrame:
        """An earlier store of the sequence wins."""
        wanted = None if source_keys is None else set(source_keys)
        known: dict[str, tuple[str, str]] = {}
        for store in reversed(stores):
            known |= {key: (store, erp) for key, erp in self.keys.get((dataset, store), {}).items() if wanted is None or key in wanted}
        own = {key: self.said.get((dataset, store, key), {}) for key, (store, _) in known.items()}
        rows = [(key, store, erp, *(own[key].get(name) for name in fields)) for key, (store, erp) in sorted(known.items())]
        return pd.DataFrame(rows, columns=["source_key", "store", "erp_key", *fields], dtype="str")

    def golden(self, dataset: str, erp_keys: Iterable[str], fields: Sequence[str] | None = None) -> pd.DataFrame:
        """Per field the newest value."""
        rows = []
        for key in sorted(erp_keys):
            row: dict[str, str | None] = {"erp_key": key}
            for _, found in sorted(self.records.get((dataset, key), []), key=lambda record: record[0]):
                row |= {name: value for name, value in found.items() if value is not None or name not in row}
            rows.append(row)
        frame = pd.DataFrame(rows, dtype="str") if rows else pd.DataFrame({"erp_key": pd.Series(dtype="str")})
        return frame if fields is None else frame.reindex(columns=["erp_key", *fields]).astype("str")


def context(crosswalk: Crosswalk, store: str = "S1", **value_maps: Mapping[str, str]) -> MappingContext:
    """The context of one store, with head office behind it."""
    return MappingContext(store, "run", (store, "HQ"), value_maps, crosswalk, WAREHOUSES)


def mapped(
    dataset: str, cleaned: StageOutput, crosswalk: Crosswalk | None = None, store: str = "S1", **value_maps: Mapping[str, str]
) -> StageOutput:
    """Map one dataset of one store."""
    return map_to_erp(dataset, cleaned, context(crosswalk or FakeCrosswalk(), store, **value_maps))


def with_products(**codes: str) -> FakeCrosswalk:
    """A crosswalk in which store S1 knows products by these codes."""
    return FakeCrosswalk(keys={("products", "S1"): codes})
