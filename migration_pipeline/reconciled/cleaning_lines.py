"""The lines of the cleaning report: one rule, one reason for which rows ended, one table's totals, one rule that found nothing.

Belongs here: what a line holds, and whether it ties. Does not belong here: filling it (`cleaning_report.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from migration_pipeline.contracts.policies import RULES
from migration_pipeline.contracts.reasons import REASONS, Reason
from migration_pipeline.project.models import Text

Amounts = Mapping[str, Decimal]
"""Measure (money, quantity, points) -> exact sum; only the measures that the table has."""


@dataclass(frozen=True)
class Sample:
    """One change: `cells` is 1, or how many cells it stands for (`row_id` is `*` then); `from_row` is where `after` comes from."""

    row_id: str
    column: str
    source_column: str
    before: str | None
    after: str | None
    from_row: str
    cells: int


@dataclass(frozen=True)
class Seen:
    """A row that a rule found, with the key and the columns the rule looks at; `row_id` is empty for a derived row."""

    row_id: str
    cells: Mapping[str, str | None]


@dataclass(frozen=True)
class RuleLine:
    """One rule of one table.

    Attributes:
        hits: rows it found, or cells it changed.
        cells: how many cells it changed, 0 for a flag.
        amounts: of the rows it found, before anything was done with them.
        policy: of a built-in rule the one in force; `chosen` if the project chose it, else it is the rule's usual one.
    """

    table: str
    rule: str
    reason: str
    action: str
    hits: int
    cells: int
    amounts: Amounts
    policy: str
    chosen: bool
    row_ids: tuple[str, ...]
    samples: tuple[Sample, ...]
    seen: tuple[Seen, ...]

    @property
    def words(self) -> Reason:
        """What the reason means; a rule of the project without one speaks for itself."""
        return REASONS.get(self.reason) or Reason(self.reason, None, self.reason, self.reason)

    @property
    def title(self) -> Text:
        """What it looks for if it is a built-in rule, else what its reason means; a rule of the project without one has its own name."""
        known = RULES.get(self.rule)
        if known is not None:
            return Text(en=known.en, zh=known.zh)
        return Text(en=self.words.en or self.rule, zh=self.words.zh or self.rule)


@dataclass(frozen=True)
class QuietRule:
    """A built-in rule that found nothing, or was not looked for (`keep`)."""

    table: str
    rule: str
    policy: str
    chosen: bool
    title: Text


@dataclass(frozen=True)
class EndedLine:
    """Rows of one table that reading or cleaning ended for one reason; `where` is the column or rule.

    Attributes:
        booked, booked_amounts: the same by the outcome ledger.
    """

    table: str
    outcome: str
    reason: str
    where: str
    rows: int
    amounts: Amounts
    booked: int
    booked_amounts: Amounts
    row_ids: tuple[str, ...]

    @property
    def ties(self) -> bool:
        """The ledger has as many rows for this reason, with the same amounts."""
        return (self.rows, self.amounts) == (self.booked, self.booked_amounts)

    @property
    def words(self) -> Reason:
        """What the reason means."""
        return REASONS[self.reason]


@dataclass(frozen=True)
class TotalLine:
    """Source rows of one table, and where they ended by the ledger."""

    table: str
    source_rows: int
    loaded: int
    merged: int
    excluded: int
    rejected: int
    waiting: int
    holds: bool = field(default=True)

    @property
    def accounted(self) -> int:
        """All rows with an outcome, and those still waiting for one."""
        return self.loaded + self.merged + self.excluded + self.rejected + self.waiting

    @property
    def ties(self) -> bool:
        """Both numbers are the same, and every source row is in the ledger once."""
        return self.holds and self.accounted == self.source_rows
