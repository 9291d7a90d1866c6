"""From a raw table to a typed one: choose columns, trim, clear placeholders, parse, default, apply rules.

Belongs here: the steps every table of every dataset shares. A row that fails keeps its place with `_reason` and `_detail` set, so
that later rules (a voided ticket, a footer row) can still decide. Does not belong here: rules over several tables (`sales.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from migration_pipeline.cleaned import parsing
from migration_pipeline.cleaned.changes import differing, source_text
from migration_pipeline.cleaned.computed import BAD
from migration_pipeline.cleaned.corrections import excluded_at_start
from migration_pipeline.cleaned.rules import apply_rules
from migration_pipeline.contracts.datasets import Table
from migration_pipeline.contracts.fields import Field
from migration_pipeline.contracts.ledger import MEASURES, entries
from migration_pipeline.contracts.money import MOST_QUANTITY, zeros
from migration_pipeline.contracts.reasons import REASONS
from migration_pipeline.contracts.stage_output import Cells, Finding
from migration_pipeline.contracts.texts import has_other
from migration_pipeline.contracts.vocabularies import CANONICAL, translate
from migration_pipeline.project.placeholders import placeholders_for
from migration_pipeline.project.source import SourceSpec, TableSpec

_BAD = {
    "decimal": "bad_number",
    "integer": "bad_number",
    "code": "damaged_code",
    "date": "bad_date",
    "timestamp": "bad_date",
    "boolean": "bad_number",
}
_PLAIN_NUMBER = "0123456789.+-"
_BARCODE = r"-?[0-9]{12,14}(?:\.0*)?"
Derive = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class CleanTable:
    """A typed frame in which ended rows still stand, with `_reason` (missing = goes on) and `_detail`."""

    table: Table
    frame: pd.DataFrame
    findings: list[Finding] = field(default_factory=list)

    @property
    def alive(self) -> pd.DataFrame:
        """The rows that go on, without the two marker columns."""
        return self.frame[self.frame["_reason"].isna()].drop(columns=["_reason", "_detail"]).reset_index(drop=True)

    def ended(self, stage: str = "cleaned") -> pd.DataFrame:
        """Ledger rows of those that do not go on; derived rows (no `_row_id`) are nobody's source row."""
        over = self.frame[self.frame["_reason"].notna() & (self.frame["_row_id"] != "")]
        return entries(self.table, over, over["_reason"], stage, detail=over["_detail"])

    def marked(self, mask: "pd.Series[bool]", reason: str, detail: "str | pd.Series[str]" = "", *, override: bool = False) -> "CleanTable":
        """The same table with `reason` set where `mask` holds and (unless `override`) none is set yet."""
        hit = mask if override else mask & self.frame["_reason"].isna()
        if not hit.any():
            return self
        frame = self.frame.assign(_reason=self.frame["_reason"].where(~hit, reason), _detail=self.frame["_detail"].where(~hit, detail))
        return CleanTable(self.table, frame, self.findings)

    def noted(self, rule: str, reason: str, hits: int, action: str = "flag") -> "CleanTable":
        """The same table with one more finding."""
        return CleanTable(self.table, self.frame, [*self.findings, Finding(self.table.name, rule, reason, action, hits)])

    def changed(
        self,
        rule: str,
        reason: str,
        column: str,
        mask: "pd.Series[bool]",
        action: str = "fix",
        from_row: "pd.Series[str] | None" = None,
    ) -> "CleanTable":
        """The same table with one more finding: `rule` changed the cells of `column` where `mask` holds; they go to the change log."""
        rows = self.frame.index[mask.to_numpy(dtype=bool)]
        if rows.empty:
            return self
        finding = Finding(self.table.name, rule, reason, action, len(rows), (Cells(column, rows, from_row),))
        return CleanTable(self.table, self.frame, [*self.findings, finding])


def clean_table(
    table: Table, raw: pd.DataFrame, spec: TableSpec, source: SourceSpec, *, derive: Derive | None = None, extra: tuple[Field, ...] = ()
) -> CleanTable:
    """Typed columns of one table, in the order of its descriptor.

    Args:
        table: what the columns are.
        raw: source columns as text plus `_row_id`.
        spec: which source column becomes which, constants, rules.
        source: placeholders and value maps.
        derive: fills columns that follow from others (stock value, line amount) before required values are checked.
        extra: fields of another table that this one carries (ticket columns on lines).
    """
    frame = pd.DataFrame({"_row_id": raw["_row_id"].astype("str")})
    frame["_reason"], frame["_detail"] = excluded_at_start(raw)
    done = CleanTable(table, frame)
    if BAD in raw:
        done = done.marked(raw[BAD].notna(), "bad_number", raw[BAD])
    given = {*spec.columns, *spec.constants, *(name for rule in spec.rules for name in rule.set or ())}
    fields = (*table.fields, *(f for f in extra if f.name in given and f.name not in table.columns))
    for column in fields:
        done = _typed_column(done, column, source_text(raw, spec, column.name), spec, source)
    helpers = {name: parsing.trim(source_text(raw, spec, name)) for name in (*spec.columns, *spec.constants) if name.startswith("x_")}
    done = CleanTable(table, done.frame.assign(**helpers), done.findings)
    frame, found = apply_rules(done.frame, table.name, spec.rules)
    done = CleanTable(table, frame, [*done.findings, *found])
    done = _derived(done, derive, spec) if derive else done
    done = _with_measures(CleanTable(table, done.frame.drop(columns=list(helpers)), done.findings))
    if table.quantity:
        typed = _typed_barcodes(done.frame, table.quantity, source_text(raw, spec, table.quantity))
        done = done.marked(typed, "barcode_as_quantity", table.quantity, override=True)
        absurd = (done.frame[table.quantity].abs() >= MOST_QUANTITY).fillna(False).astype(bool)
        done = done.marked(absurd, "implausible_quantity", table.quantity)
    return _required(done, tuple(f for f in fields if f.name not in spec.fallbacks))


def _typed_barcodes(frame: pd.DataFrame, column: str, text: "pd.Series[str]") -> "pd.Series[bool]":
    """Rows whose quantity is no number for its length: it has as many digits as a barcode, and no shop has so many of anything."""
    bad = (frame["_reason"] == "bad_number") & (frame["_detail"] == column)
    return bad & parsing.trim(text.where(bad)).str.fullmatch(_BARCODE, na=False) if bad.any() else bad


def _typed_column(done: CleanTable, column: Field, text: "pd.Series[str]", spec: TableSpec, source: SourceSpec) -> CleanTable:
    trimmed = parsing.trim(text)
    cleared = trimmed.isin(placeholders_for(column, source))
    trimmed = trimmed.mask(cleared)
    cut = text.notna() & (text != trimmed) & ~cleared & trimmed.notna()
    done = done.changed(f"trim.{column.name}", "trimmed", column.name, cut)
    done = done.changed(f"placeholder.{column.name}", "placeholder", column.name, cleared)
    if column.name in spec.columns and column.default is not None:
        done = done.changed(f"default.{column.name}", "defaulted", column.name, trimmed.isna(), "default")
    if column.default is not None:
        trimmed = trimmed.fillna(column.default)
    if column.vocabulary in CANONICAL:
        trimmed, unknown = translate(trimmed, column.vocabulary, source.value_maps.get(column.vocabulary, {}))
        done = done.marked(unknown, "unmapped_value", column.name)
    parsed = parsing.parse(column, trimmed, spec.dates.get(column.name))
    done = CleanTable(done.table, done.frame.assign(**{column.name: parsed.values}), done.findings)
    reason = "float_tail" if column.type == "decimal" else "trimmed"
    done = done.changed(f"{reason}.{column.name}", reason, column.name, parsed.changed)
    if column.type == "decimal":
        otherwise = has_other(trimmed, _PLAIN_NUMBER) & ~parsed.bad
        done = done.changed(f"rewritten.{column.name}", "rewritten", column.name, otherwise)
    for code, rows in parsed.reasons.items():
        flag = REASONS[code].outcome is None
        done = done.changed(f"{code}.{column.name}", code, column.name, rows) if flag else done.marked(rows, code, column.name)
    return done.marked(parsed.bad, _BAD.get(column.type, "bad_number"), column.name) if parsed.bad.any() else done


def _derived(done: CleanTable, derive: Derive, spec: TableSpec) -> CleanTable:
    """With the columns that `derive` fills; a value of the source that it wrote otherwise (a phone number) counts as changed."""
    before, after = done.frame, derive(done.frame)
    done = CleanTable(done.table, after, done.findings)
    for name in done.table.columns:
        if name in spec.columns:
            otherwise = before[name].notna() & differing(before[name], after[name])
            done = done.changed(f"rewritten.{name}", "rewritten", name, otherwise)
    return done


def _required(done: CleanTable, fields: tuple[Field, ...]) -> CleanTable:
    for column in fields:
        if column.required and (missing := done.frame[column.name].isna()).any():
            done = done.marked(missing, "missing_required", column.name)
    return done


def _with_measures(done: CleanTable) -> CleanTable:
    frame, table = done.frame, done.table
    own: Mapping[str, str | None] = {"money": table.money, "quantity": table.quantity, "points": table.points}
    measures = {}
    for measure, scale in MEASURES.items():
        name = own[measure]
        values = frame[name].fillna(0).astype(zeros(frame.index, scale).dtype) if name else zeros(frame.index, scale)
        measures[f"_{measure}"] = values
    return CleanTable(table, frame.assign(**measures), done.findings)
