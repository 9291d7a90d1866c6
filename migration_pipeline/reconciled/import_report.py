"""How one store was loaded into the ERP: time, volume, exceptions. Per batch and dataset; counts, sums and row ids, never a value of a row.

Belongs here: arranging the figures that all three forms of the report share, and the JSON form. Does not belong here: reading the figures
(`orchestration/import_report.py`), the page (`import_page.py`), the workbook (`import_workbook.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.reasons import REASONS, Outcome
from migration_pipeline.project.models import Text

BATCH_COLUMNS = (
    "batch_id", "run_id", "dataset", "number", "started_at", "ended_at", "rows", "inserted", "updated", "unchanged", "money", "attempts",
    "status",
)  # fmt: skip
"""Columns of `ImportFigures.batches`, those of the journal."""
CAUSE_COLUMNS = ("dataset", "kind", "cause", "rows", "en", "zh", "hint_en", "hint_zh")
"""Columns of `ImportFigures.causes`: kind `rejected` (rows), `check` (a check that did not pass) or `stopped` (a load that did not end)."""
_OUTCOMES = tuple(str(outcome) for outcome in Outcome)
_COUNTS = ("rows", "inserted", "updated", "unchanged")
_REFUSED, _UNDONE = "refused_by_target", "undone"
_SECOND = timedelta(seconds=1)
_MICRO = timedelta(microseconds=1)


@dataclass(frozen=True)
class ImportFigures:
    """What the report is made of.

    Attributes:
        batches: every load batch of the store (`BATCH_COLUMNS`), ints, Decimals and moments.
        outcomes: dataset, table_name, outcome, reason, rows, money of the newest extracts.
        causes: what went wrong, and what to do (`CAUSE_COLUMNS`).
        row_ids: (dataset, table, reason) -> some ids of rejected rows.
        report: link from this page to the report of the whole migration; empty: there is none.
    """

    title: Text
    project: str
    currency: str
    version: str
    written_at: datetime
    store: str
    store_name: Text
    batches: pd.DataFrame
    outcomes: pd.DataFrame
    causes: pd.DataFrame
    row_ids: Mapping[tuple[str, str, str], tuple[str, ...]]
    report: str = ""


@dataclass(frozen=True)
class BatchLine:
    """One load batch."""

    batch_id: str
    run_id: str
    dataset: str
    number: int
    started_at: datetime
    ended_at: datetime | None
    rows: int
    inserted: int
    updated: int
    unchanged: int
    money: Decimal
    attempts: int
    status: str

    @property
    def seconds(self) -> Decimal | None:
        """How long it took, to the millisecond; None if it never ended."""
        return None if self.ended_at is None else in_seconds(self.ended_at - self.started_at)

    @property
    def retries(self) -> int:
        """How often it was tried again."""
        return max(0, self.attempts - 1)


@dataclass(frozen=True)
class LoadLine:
    """One dataset's load by one run: its batches added up; `undone` of them were taken back since."""

    dataset: str
    run_id: str
    started_at: datetime
    ended_at: datetime | None
    batches: int
    rows: int
    inserted: int
    updated: int
    unchanged: int
    money: Decimal
    retries: int
    seconds: Decimal
    undone: int

    @property
    def rows_per_second(self) -> Decimal | None:
        """Rows sent per second of loading; None if it took no measurable time."""
        return (self.rows / self.seconds).quantize(Decimal(1), ROUND_HALF_UP) if self.seconds else None


@dataclass(frozen=True)
class TableLine:
    """Where the source rows of one table ended."""

    dataset: str
    table: str
    rows: int
    outcomes: Mapping[str, int]


@dataclass(frozen=True)
class RejectedLine:
    """Rows of one table that were rejected for one reason."""

    dataset: str
    table: str
    reason: str
    rows: int
    money: Decimal
    row_ids: tuple[str, ...]


@dataclass(frozen=True)
class CauseLine:
    """One cause of trouble: in which datasets, how many rows or times, what it means, what to do."""

    datasets: tuple[str, ...]
    kind: str
    cause: str
    rows: int
    words: Text
    hint: Text


@dataclass(frozen=True)
class ImportReport:
    """The report, ready to be shown: `loads` the newest load of each dataset, `batches` theirs, `earlier` the loads before."""

    about: ImportFigures
    loads: tuple[LoadLine, ...]
    batches: tuple[BatchLine, ...]
    earlier: tuple[LoadLine, ...]
    tables: tuple[TableLine, ...]
    rejected: tuple[RejectedLine, ...]
    causes: tuple[CauseLine, ...]

    @property
    def seconds(self) -> Decimal:
        """Seconds spent in the newest loads."""
        return sum((line.seconds for line in self.loads), Decimal("0.000"))

    @property
    def refused(self) -> int:
        """Source rows that the ERP itself refused."""
        return sum(line.rows for line in self.rejected if line.reason == _REFUSED)

    @property
    def rows(self) -> int:
        """Rows sent to the ERP by the newest loads."""
        return sum(line.rows for line in self.loads)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-able values, amounts and seconds as text."""
        about = self.about
        return {
            "project": about.project,
            "store": about.store,
            "written_at": about.written_at.isoformat(),
            "rows": self.rows,
            "seconds": str(self.seconds),
            "loads": [{**_plain(asdict(line)), "rows_per_second": _text(line.rows_per_second)} for line in self.loads],
            "batches": [{**_plain(asdict(line)), "seconds": _text(line.seconds), "retries": line.retries} for line in self.batches],
            "earlier_loads": [_plain(asdict(line)) for line in self.earlier],
            "tables": [_plain(asdict(line)) for line in self.tables],
            "rejected": [{**_plain(asdict(line)), **_reason(line.reason)} for line in self.rejected],
            "causes": [{**_plain(asdict(line)), "words": line.words.model_dump(), "hint": line.hint.model_dump()} for line in self.causes],
        }


def arranged(figures: ImportFigures) -> ImportReport:
    """The report of these figures."""
    lines = [_batch(row) for row in figures.batches.to_dict("records")]
    loads = sorted(_loads(lines), key=lambda load: (_place(load.dataset), load.started_at, load.run_id))
    newest = {load.dataset: load for load in loads}
    current = {(load.dataset, load.run_id) for load in newest.values()}
    own = [line for line in lines if (line.dataset, line.run_id) in current]
    return ImportReport(
        about=figures,
        loads=tuple(newest.values()),
        batches=tuple(sorted(own, key=lambda line: (_place(line.dataset), line.number, line.batch_id))),
        earlier=tuple(sorted((load for load in loads if load not in newest.values()), key=lambda load: load.started_at, reverse=True)),
        tables=tuple(_tables(figures.outcomes)),
        rejected=tuple(_rejected(figures)),
        causes=tuple(_causes(figures.causes)),
    )


def _batch(row: Mapping[Any, Any]) -> BatchLine:
    return BatchLine(
        batch_id=str(row["batch_id"]),
        run_id=str(row["run_id"]),
        dataset=str(row["dataset"]),
        number=int(row["number"]),
        started_at=row["started_at"].astimezone(UTC),
        ended_at=None if pd.isna(row["ended_at"]) else row["ended_at"].astimezone(UTC),
        rows=int(row["rows"]),
        inserted=int(row["inserted"]),
        updated=int(row["updated"]),
        unchanged=int(row["unchanged"]),
        money=Decimal(row["money"]),
        attempts=int(row["attempts"]),
        status=str(row["status"]),
    )


def _loads(lines: Iterable[BatchLine]) -> Iterable[LoadLine]:
    """The batches of each dataset and run, added up."""
    found: dict[tuple[str, str], list[BatchLine]] = {}
    for line in lines:
        found.setdefault((line.dataset, line.run_id), []).append(line)
    for (dataset, run_id), own in found.items():
        ends = [line.ended_at for line in own if line.ended_at is not None]
        yield LoadLine(
            dataset,
            run_id,
            min(line.started_at for line in own),
            max(ends) if len(ends) == len(own) else None,
            len(own),
            **{name: sum(getattr(line, name) for line in own) for name in _COUNTS},
            money=sum((line.money for line in own), Decimal("0.00")),
            retries=sum(line.retries for line in own),
            seconds=sum((line.seconds for line in own if line.seconds is not None), Decimal("0.000")),
            undone=sum(line.status == _UNDONE for line in own),
        )


def in_seconds(span: timedelta) -> Decimal:
    """A span of time in seconds, to the millisecond, exact."""
    return (Decimal(span // _MICRO) / Decimal(_SECOND // _MICRO)).quantize(Decimal("0.001"), ROUND_HALF_UP)


def _tables(outcomes: pd.DataFrame) -> Iterable[TableLine]:
    """Per table its rows by outcome, in the order of the contracts."""
    for dataset in DATASETS.values():
        for table in dataset.tables:
            own = outcomes[(outcomes["dataset"] == dataset.name) & (outcomes["table_name"] == table.name)]
            if len(own):
                counts = {name: int(own.loc[own["outcome"] == name, "rows"].sum()) for name in _OUTCOMES}
                yield TableLine(dataset.name, table.name, sum(counts.values()), counts)


def _rejected(figures: ImportFigures) -> list[RejectedLine]:
    own = figures.outcomes[figures.outcomes["outcome"] == str(Outcome.REJECTED)]
    lines = [
        RejectedLine(
            row["dataset"],
            row["table_name"],
            row["reason"],
            int(row["rows"]),
            Decimal(row["money"]),
            figures.row_ids.get((row["dataset"], row["table_name"], row["reason"]), ()),
        )
        for row in own.to_dict("records")
    ]
    return sorted(lines, key=lambda line: (_place(line.dataset), -line.rows, line.reason))


def _causes(causes: pd.DataFrame) -> list[CauseLine]:
    """One line per kind, cause and what it tells, over all datasets."""
    found: dict[tuple[str, str, Text, Text], list[tuple[str, int]]] = {}
    for row in causes.to_dict("records"):
        words, hint = _words(row, ""), _words(row, "hint_")
        found.setdefault((row["kind"], row["cause"], words, hint), []).append((row["dataset"], int(row["rows"])))
    lines = [
        CauseLine(tuple(sorted((name for name, _ in where), key=_place)), kind, cause, sum(rows for _, rows in where), words, hint)
        for (kind, cause, words, hint), where in found.items()
    ]
    kinds = ("stopped", "check", "rejected")
    return sorted(lines, key=lambda line: (kinds.index(line.kind), -line.rows, _place(line.datasets[0]), line.cause))


def _words(row: Mapping[Any, Any], prefix: str) -> Text:
    return Text(en=str(row[f"{prefix}en"]), zh=str(row[f"{prefix}zh"]))


def _reason(code: str) -> dict[str, str]:
    reason = REASONS[code]
    return {"en": reason.en, "zh": reason.zh, "hint_en": reason.hint_en, "hint_zh": reason.hint_zh}


def _place(dataset: str) -> int:
    names = list(DATASETS)
    return names.index(dataset) if dataset in names else len(names)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _text(value) if isinstance(value, Decimal | datetime) else value for name, value in values.items()}


def _text(value: Decimal | datetime | None) -> str | None:
    return value.isoformat() if isinstance(value, datetime) else None if value is None else str(value)
