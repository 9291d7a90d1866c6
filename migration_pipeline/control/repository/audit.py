"""The audit log in the control database: the one place that writes it.

Belongs here: adding deeds, also inside the transaction that does them, and reading the chain. Does not belong here: the chain's rules
(`contracts/audit.py`, `dbt_like_sql/ddl/audit.sql`), who has something to say (`orchestration/`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from psycopg import sql
from psycopg.rows import dict_row
from sqlalchemy import Connection, text

from migration_pipeline.contracts.audit import Chain, Deed, canonical_json, walked
from migration_pipeline.control.engine import control_engine
from migration_pipeline.runtime.databases import CONTROL, Databases
from migration_pipeline.runtime.person import person
from migration_pipeline.runtime.sql_files import sql_text

_AT_ONCE = 2000


def add_deeds(connection: Connection, deeds: Sequence[Deed]) -> None:
    """Add deeds to the log inside a transaction, which they share the fate of; other writers wait until it ends, so do this last."""
    rows = [
        {
            "who": deed.who or person(),
            "action": deed.action,
            "store": deed.store,
            "dataset": deed.dataset,
            "run_id": deed.run_id,
            "subject": deed.subject,
            "why": deed.why,
            "details": canonical_json(dict(deed.details)),
        }
        for deed in deeds
    ]
    if rows:
        connection.execute(text(sql_text("evidence/add_deed.sql")), rows)


@dataclass(frozen=True)
class AuditLog:
    """The log of one control database. Every method raises InfrastructureError if the server is not there."""

    databases: Databases

    def add(self, *deeds: Deed) -> None:
        """Add deeds in a transaction of their own."""
        with control_engine(self.databases).begin() as connection:
            add_deeds(connection, deeds)

    def entries(self, where: Mapping[str, str] = MappingProxyType({}), last: int | None = None) -> Iterator[dict[str, object]]:
        """Entries with the given values by number, `contracts.audit.FIELDS` and `sha256` of each; read as they come, so any number fits.

        Args:
            where: column -> its value.
            last: only so many, the newest.
        """
        conditions = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value)) for name, value in where.items()]
        chosen = sql.SQL("SELECT * FROM ({}) AS e WHERE {} ORDER BY number DESC {}").format(
            sql.SQL(sql_text("evidence/audit_entry.sql")),
            sql.SQL(" AND ").join([sql.SQL("true"), *conditions]),
            sql.SQL("") if last is None else sql.SQL("LIMIT {}").format(sql.Literal(last)),
        )
        with self.databases.connect(CONTROL) as connection, connection.cursor("audit", row_factory=dict_row) as cursor:
            cursor.itersize = _AT_ONCE
            yield from cursor.execute(sql.SQL("SELECT * FROM ({}) AS e ORDER BY number").format(chosen))

    def verify(self, anchors: Mapping[int, str] = MappingProxyType({})) -> Chain:
        """Recompute the chain; `anchors` are hashes of entries that were kept elsewhere."""
        return walked(self.entries(), anchors)
