"""What each result was made of, and what each version says.

Belongs here: keeping and listing both. Does not belong here: what a version is (`project/versions.py`), comparing runs
(`orchestration/diff.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from migration_pipeline.control.engine import control_engine
from migration_pipeline.control.models import RunVersion, VersionContent
from migration_pipeline.runtime.databases import Databases

_KEY = ["run_id", "store", "dataset"]
Column = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]


@dataclass(frozen=True)
class Ended:
    """One store x dataset that was reconciled in a run."""

    migration: str
    run_id: str
    store: str
    dataset: str
    reconciled_at: datetime


@dataclass(frozen=True)
class VersionRepository:
    """Versions in one control database. Every method raises InfrastructureError if the server is not there."""

    databases: Databases

    def record(self, made_of: RunVersion, contents: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
        """Keep what a store x dataset is made of in a run (in the place of what was said before), and what new versions say.

        Args:
            made_of: the record.
            contents: (kind, hash) -> what that version says; one that is known stays.
        """
        values = {c.name: getattr(made_of, c.name) for c in RunVersion.__table__.columns}
        statement = insert(RunVersion).values(values)
        renewed = {name: statement.excluded[name] for name in values if name not in _KEY}
        # in one order, so that two runs that keep the same versions never wait for each other
        said = [{"kind": kind, "sha256": sha256, "content": dict(contents[kind, sha256])} for kind, sha256 in sorted(contents)]
        with control_engine(self.databases).begin() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=renewed))
            if said:
                connection.execute(insert(VersionContent).on_conflict_do_nothing(), said)

    def ends(self) -> list[Ended]:
        """Every store x dataset of every run that was reconciled, newest first."""
        columns = (RunVersion.migration, RunVersion.run_id, RunVersion.store, RunVersion.dataset, RunVersion.reconciled_at)
        query = select(*columns).where(RunVersion.reconciled_at.is_not(None)).order_by(RunVersion.reconciled_at.desc(), *columns[1:4])
        with control_engine(self.databases).connect() as connection:
            return [Ended(m, run_id, s, d, at) for m, run_id, s, d, at in connection.execute(query) if at is not None]

    def newest(self, stores: Iterable[str] | None = None) -> dict[tuple[str, str], RunVersion]:
        """The last record of every store x dataset (of some stores), however its run ended."""
        query = select(RunVersion)
        return self._last_of_each(query if stores is None else query.where(RunVersion.store.in_(list(stores))), RunVersion.recorded_at)

    def as_of(self, moment: datetime) -> dict[tuple[str, str], RunVersion]:
        """The last reconciled record of every store x dataset at a moment."""
        return self._last_of_each(select(RunVersion).where(RunVersion.reconciled_at <= moment), RunVersion.reconciled_at)

    def _last_of_each(self, query: Select[RunVersion], when: Column) -> dict[tuple[str, str], RunVersion]:
        pair = (RunVersion.store, RunVersion.dataset)
        with Session(control_engine(self.databases)) as session:
            found: Iterable[RunVersion] = session.scalars(query.ext(distinct_on(*pair)).order_by(*pair, when.desc()))
            return {(one.store, one.dataset): one for one in found}

    def contents(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
        """What versions say, by (kind, hash); one that is not known is left out."""
        names = sorted(set(wanted))
        query = select(VersionContent).where(tuple_(VersionContent.kind, VersionContent.sha256).in_(names))
        if not names:
            return {}
        with Session(control_engine(self.databases)) as session:
            return {(one.kind, one.sha256): one.content for one in session.scalars(query)}
