"""Tables of what nobody may change afterwards: the audit log and approvals.

Belongs here: columns, keys. Does not belong here: the triggers that refuse changes and chain the log (`dbt_like_sql/ddl/audit.sql`).
"""

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from migration_pipeline.control.models import Base, Code, Moment, Number


class AuditEntry(Base):
    """One deed; `number`, `at`, `db_user`, `previous` and `sha256` are set by the database, whatever the writer says.

    Attributes:
        number: 1, 2, 3 ... without gaps.
        who: the person, as the writer knows it; `db_user`: who was logged in to the database.
        details: canonical JSON as text, for it is hashed as it stands.
        previous: hash of the entry before.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("audit_entry_previous_idx", "previous", unique=True), Index(None, "store"), Index(None, "action"))

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[Moment]
    who: Mapped[str]
    db_user: Mapped[str]
    action: Mapped[Code]
    store: Mapped[Code]
    dataset: Mapped[str]
    run_id: Mapped[str]
    subject: Mapped[str]
    why: Mapped[str]
    details: Mapped[str]
    previous: Mapped[Code]
    sha256: Mapped[Code]


class Approval(Base):
    """A person's signature under the figures of one store.

    Attributes:
        wave: the wave it was signed as part of; empty: the store alone.
        figures: canonical JSON as text of what was signed; `figures_sha256`: its hash.
    """

    __tablename__ = "approval"
    __table_args__ = (Index(None, "store"),)

    id: Mapped[Number] = mapped_column(init=False)
    approved_at: Mapped[Moment]
    who: Mapped[str]
    wave: Mapped[str]
    store: Mapped[Code]
    note: Mapped[str]
    figures: Mapped[str]
    figures_sha256: Mapped[Code]
