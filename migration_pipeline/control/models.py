"""Tables of the control database as SQLAlchemy models.

Belongs here: columns, keys, indexes. Does not belong here: queries (`control/repository/`), how tables come to be (`control/migrations/`).
Codes are compared byte by byte (collation "C"), so that codes that differ only in case stay apart on every server.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Identity, Index, MetaData, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

Code = Annotated[str, mapped_column(Text(collation="C"))]
CodeKey = Annotated[str, mapped_column(Text(collation="C"), primary_key=True)]
Count = Annotated[int, mapped_column(BigInteger)]
Money = Annotated[Decimal, mapped_column(Numeric(20, 2))]
Quantity = Annotated[Decimal, mapped_column(Numeric(20, 3))]
Figure = Annotated[Decimal, mapped_column(Numeric(30, 4))]
Measured = Annotated[Decimal, mapped_column(Numeric(38, 4))]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Number = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Base of all models: dataclasses with keyword arguments."""

    type_annotation_map: ClassVar[dict[type, Any]] = {str: Text()}
    metadata: ClassVar[MetaData] = MetaData(naming_convention={"pk": "%(table_name)s_pkey", "ix": "%(table_name)s_%(column_0_N_name)s_idx"})


class ProjectStore(Base):
    """A store that the migration project names; the Dagster partition."""

    __tablename__ = "project_store"

    store: Mapped[CodeKey]
    name: Mapped[str]
    source: Mapped[str]
    kind: Mapped[str]
    registered_at: Mapped[Moment]


class Extract(Base):
    """One reading of one store x dataset; `manifest` lists {file, sha256, size} of what was read."""

    __tablename__ = "extract"

    extract_id: Mapped[CodeKey]
    store: Mapped[Code]
    dataset: Mapped[str]
    run_id: Mapped[str]
    taken_at: Mapped[Moment]
    rows: Mapped[Count]
    manifest: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class Crosswalk(Base):
    """(dataset, store, source key) -> ERP key; `fields` is what the record contributes to its golden record (holds personal data)."""

    __tablename__ = "crosswalk"
    __table_args__ = (Index(None, "dataset", "erp_key"),)

    dataset: Mapped[CodeKey]
    store: Mapped[CodeKey]
    source_key: Mapped[CodeKey]
    erp_key: Mapped[Code]
    is_owner: Mapped[bool]
    updated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    fields: Mapped[dict[str, str | None]] = mapped_column(JSONB)
    first_run: Mapped[str]
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class IdentityValue(Base):
    """One identifier (barcode, tax id, phone ...) of one ERP record; a value belongs to at most one record."""

    __tablename__ = "identity"
    __table_args__ = (Index(None, "dataset", "erp_key"),)

    dataset: Mapped[CodeKey]
    kind: Mapped[CodeKey]
    value: Mapped[CodeKey]
    erp_key: Mapped[Code]


class LoadBatch(Base):
    """One committed load batch: the unit of journal and undo.

    Attributes:
        number: its place among the batches of its load.
        attempts: 1 and one more for each time the target could not be reached.
        hash_before: state hash of the store's own rows of the dataset before the first batch of the load; empty for the others.
        status: `committed` or `undone`.
    """

    __tablename__ = "load_batch"
    __table_args__ = (Index(None, "store", "dataset"), Index(None, "run_id"))

    batch_id: Mapped[CodeKey]
    run_id: Mapped[str]
    store: Mapped[Code]
    dataset: Mapped[str]
    started_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    rows: Mapped[Count]
    inserted: Mapped[Count]
    updated: Mapped[Count]
    unchanged: Mapped[Count]
    money: Mapped[Money]
    status: Mapped[str]
    number: Mapped[Count]
    attempts: Mapped[Count]
    hash_before: Mapped[str]
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class UndoRecord(Base):
    """One batch that was taken back: who, when, what was deleted, restored and kept, and the store's state before the load and after.

    Attributes:
        undo_id: the command it belongs to.
        figures: {deleted: {table: rows}, restored: {table: rows}, kept: {why: rows}}.
        hash_before_load, hash_after: of the store's own rows of the dataset.
    """

    __tablename__ = "undo_record"
    __table_args__ = (Index(None, "store", "dataset"), Index(None, "undo_id"))

    id: Mapped[Number] = mapped_column(init=False)
    undo_id: Mapped[str]
    batch_id: Mapped[Code]
    store: Mapped[Code]
    dataset: Mapped[str]
    undone_at: Mapped[Moment]
    undone_by: Mapped[str]
    reason: Mapped[str]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    hash_before_load: Mapped[str]
    hash_after: Mapped[str]


class UndoDrill(Base):
    """An undo that was rehearsed on copies.

    Attributes:
        stores: whose loads were taken back.
        batches, rows: how much that was.
        milliseconds: step -> how long it took.
        passed: the proof held.
    """

    __tablename__ = "undo_drill"

    id: Mapped[Number] = mapped_column(init=False)
    drilled_at: Mapped[Moment]
    drilled_by: Mapped[str]
    stores: Mapped[list[str]] = mapped_column(JSONB)
    batches: Mapped[Count]
    rows: Mapped[Count]
    milliseconds: Mapped[dict[str, Any]] = mapped_column(JSONB)
    passed: Mapped[bool]


class OutcomeSum(Base):
    """Rows, money, quantity and points of one extract by table, stage, outcome and reason."""

    __tablename__ = "outcome_sum"
    __table_args__ = (Index(None, "store", "dataset"),)

    extract_id: Mapped[CodeKey]
    store: Mapped[Code]
    dataset: Mapped[str]
    table_name: Mapped[CodeKey]
    stage: Mapped[CodeKey]
    outcome: Mapped[CodeKey]
    reason: Mapped[CodeKey]
    rows: Mapped[Count]
    money: Mapped[Money]
    quantity: Mapped[Quantity]
    points: Mapped[Money]


class FindingSum(Base):
    """How often one rule hit in one table of one extract."""

    __tablename__ = "finding_sum"
    __table_args__ = (Index(None, "store", "dataset"),)

    extract_id: Mapped[CodeKey]
    store: Mapped[Code]
    dataset: Mapped[str]
    table_name: Mapped[CodeKey]
    rule: Mapped[CodeKey]
    reason: Mapped[CodeKey]
    action: Mapped[CodeKey]
    hits: Mapped[Count]


class Measurement(Base):
    """One comparison of source and target.

    Attributes:
        rung: of the ladder: schema, counts, control_totals, keys, rows, fields; besides these probes and report.
        metric: what is measured, as `lines.money`.
        by_dimension: empty for the whole; `day`, `payment`, `day,tax,category` ...; grp: the group's values joined by `|`, `-` for none,
            `?` for what the source's SQL cannot read, `*` for groups that are only counted.
        unexplained: what no reason accounts for; must be within `tolerance`.
        status: equal, explained, within_tolerance, break, not_measurable.
        sample: at most five reasons or keys; keys of persons are masked.
    """

    __tablename__ = "measurement"
    __table_args__ = (Index(None, "store", "dataset"), Index(None, "run_id"))

    id: Mapped[Number] = mapped_column(init=False)
    run_id: Mapped[str]
    taken_at: Mapped[Moment]
    store: Mapped[Code]
    dataset: Mapped[str]
    rung: Mapped[str]
    metric: Mapped[str]
    by_dimension: Mapped[str]
    grp: Mapped[str]
    source: Mapped[Measured]
    target: Mapped[Measured]
    difference: Mapped[Measured]
    tolerance: Mapped[Measured]
    explained: Mapped[Measured]
    unexplained: Mapped[Measured]
    status: Mapped[str]
    sample: Mapped[list[Any]] = mapped_column(JSONB)


class ReconciliationBreak(Base):
    """One difference found by reconciliation, with its reason and class and how many rows it touches.

    Attributes:
        grp: dimension of groups that differ; empty for whole figures.
        status: state of its case when the run had ended.
    """

    __tablename__ = "reconciliation_break"
    __table_args__ = (Index(None, "store", "dataset"), Index(None, "run_id"))

    id: Mapped[Number] = mapped_column(init=False)
    run_id: Mapped[str]
    store: Mapped[Code]
    dataset: Mapped[str]
    metric: Mapped[str]
    grp: Mapped[str]
    reason: Mapped[str]
    break_class: Mapped[str]
    rows: Mapped[Count]
    amount: Mapped[Measured]
    status: Mapped[str]


class CheckResult(Base):
    """The result of one check on one store x dataset in one run; `figures` are counts and exact sums, never values of persons.

    Attributes:
        verdict: `passed`, `warned` (not passed, yet the store goes on), `failed` (the store stops) or `error` (could not be judged).
    """

    __tablename__ = "check_result"
    __table_args__ = (Index(None, "store", "dataset"), Index(None, "run_id"))

    id: Mapped[Number] = mapped_column(init=False)
    judged_at: Mapped[Moment]
    run_id: Mapped[str]
    store: Mapped[Code]
    dataset: Mapped[str]
    stage: Mapped[str]
    check_name: Mapped[str]
    verdict: Mapped[str]
    told: Mapped[str]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)


class VersionContent(Base):
    """What one version says, kept once by its hash: settings without values of persons."""

    __tablename__ = "version_content"

    kind: Mapped[CodeKey]
    sha256: Mapped[CodeKey]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)


class RunVersion(Base):
    """What one store x dataset was made of in one run.

    Attributes:
        migration: the command or backfill that the run belongs to; one command makes one run per store.
        reconciled_at: when it was compared with its source; null: it never came to that.
        clean: whether that comparison found nothing unexplained.
        versions: kind -> {sha256, files}; what each says is in `version_content`.
    """

    __tablename__ = "run_version"
    __table_args__ = (Index(None, "store", "dataset"), Index(None, "migration"))

    run_id: Mapped[CodeKey]
    store: Mapped[CodeKey]
    dataset: Mapped[CodeKey]
    migration: Mapped[Code]
    extract_id: Mapped[Code]
    recorded_at: Mapped[Moment]
    reconciled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    clean: Mapped[bool | None]
    versions: Mapped[dict[str, Any]] = mapped_column(JSONB)


class RunResult(Base):
    """What one store x dataset came to in one run, measured the same way in a dry run and after a real load, so that they can be compared.

    Attributes:
        predicted: it was a dry run.
        answers: of a real load, the dry run that had predicted it.
        versions: kind -> hash of what the result was made of (`inputs`: the source files).
        figures: name -> count, or money as text.
        erp_before, erp_after: state hash of the store's own rows in the ERP; empty if it could not be asked.
        loads_before: hash of what all committed batches had inserted and updated before.
    """

    __tablename__ = "run_result"
    __table_args__ = (Index(None, "store", "dataset"), Index(None, "answers"))

    run_id: Mapped[CodeKey]
    store: Mapped[CodeKey]
    dataset: Mapped[CodeKey]
    migration: Mapped[Code]
    predicted: Mapped[bool]
    answers: Mapped[str | None] = mapped_column(Text(collation="C"))
    measured_at: Mapped[Moment]
    versions: Mapped[dict[str, Any]] = mapped_column(JSONB)
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    erp_before: Mapped[str]
    loads_before: Mapped[str]
    erp_after: Mapped[str]


class Override(Base):
    """A refusal that a person overrode: who, when, why, and what the refusal had told; one of a kind per run and store."""

    __tablename__ = "override"
    __table_args__ = (Index(None, "store"),)

    run_id: Mapped[CodeKey]
    store: Mapped[CodeKey]
    kind: Mapped[CodeKey]
    overridden_at: Mapped[Moment]
    who: Mapped[str]
    reason: Mapped[str]
    told: Mapped[str]


class TargetBatch(Base):
    """A batch of a target that keeps no journal itself; one without `committed_at` was begun and never ended.

    Attributes:
        result: ERP table -> rows, inserted, updated, kept.
        undoing_at: when taking it back began; null: never.
    """

    __tablename__ = "target_batch"
    __table_args__ = (Index(None, "batch_id", unique=True),)

    number: Mapped[Number] = mapped_column(init=False)
    batch_id: Mapped[Code]
    run_id: Mapped[str]
    store: Mapped[Code]
    dataset: Mapped[str]
    result: Mapped[dict[str, Any]] = mapped_column(JSONB)
    committed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undoing_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class TargetChange(Base):
    """One row of such a batch before and after, values as text; null where it is not there (holds personal data)."""

    __tablename__ = "target_change"
    __table_args__ = (Index(None, "table_name", "row_key"),)

    batch_number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    row_number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    table_name: Mapped[Code]
    row_key: Mapped[Code]
    before: Mapped[dict[str, str | None] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, str | None] | None] = mapped_column(JSONB(none_as_null=True))
